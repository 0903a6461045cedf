# About the awards, how far the pages are for everybody, complaints, and links sent again.

about-title = About the awards
about-lead = The awards honour people and organisations whose work keeps friendship between citizens of twin cities alive.
about-who = Who gives them: { $controller }.
about-how = How it works
about-how-nominate = Anybody may nominate a person or an organisation, in English or Russian.
about-how-letters = Two people who know the work write a letter of support each, until { $when }.
about-how-screening = The organisers check every nomination, and tell the nominee how their information is used.
about-how-judging = A panel of judges in each city reads and scores. No judge sees contact details or another judge’s scores, and whoever is too close steps aside.
about-how-deciding = The committee decides, and every city signs the same results.
about-how-announced = The winners are announced on { $when }.
about-special = The committee may give a special award of its own. Nobody can be nominated for it, and it is not scored.
about-criteria = Every nomination is scored by the same questions.

access-title = Accessibility
access-lead = Everybody should be able to nominate, to write a letter and to read who has won.
access-can = On these pages you can
access-can-zoom = make the text twice as large, or use a narrow screen, and still read everything without scrolling sideways
access-can-keys = do everything from the keyboard
access-can-reader = listen to everything with a screen reader
access-can-scripts = do without scripts, and choose light or dark in your system
access-can-time = take your time: what you have typed is kept for 24 hours, or longer if you have it mailed to you
access-standard = How we know
access-standard-which = The pages are meant to meet the Web Content Accessibility Guidelines 2.2 at level AA.
access-standard-how = Each page is checked in both languages, on light and on dark, by a program at every change. A program does not find everything. We have not yet had the pages tested by people who depend on it.
access-help = If something does not work for you
access-help-how = Write to { $contact }, also if you would rather nominate on paper or by telephone.

complaint-title = Complain to the committee
complaint-lead = Tell us what went wrong: with a nomination, with your information, or with these pages.
complaint-how = The committee reads it and acknowledges it within 30 days, at the address that you give.
complaint-elsewhere = You may also complain to the Information Commissioner’s Office of the United Kingdom.
complaint-text = What happened?
complaint-text-hint = 2,000 characters at most
complaint-email-hint = The committee answers here
complaint-send = Send complaint
complaint-sent = Your complaint is with the committee. It will be acknowledged within 30 days. No mail is sent to you now.

again-title = Send me my links again
again-lead = If a mail from us is lost, we send its link again: to confirm or change a nomination, to go on with a draft, to write a letter of support, to read a notice.
again-how = Only links that still work are sent, and only to the address they were sent to before.
again-send = Send my links
again-sent = If we have links for this address that still work, they are on their way.
again-wait = Nothing there after ten minutes? Look among unwanted mail, or try another of your addresses.

layout-about = About the awards
layout-accessibility = Accessibility
layout-complaints = Complaints
layout-again = Lost a link?
