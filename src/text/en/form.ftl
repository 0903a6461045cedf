### The form to nominate, one thing a page.

form-start = Nominate a person or a group
form-start-what = It takes about 15 minutes, in English or in Russian. What you write is kept for 24 hours in this browser as you go, and you can save it and return later.
form-start-need = What you need
form-start-need-nominee = the nominee’s name and town, and an email address, a phone number or a postal address; for somebody under 18, a parent’s or guardian’s email address
form-start-need-story = what they have done, in 50 to 600 words: what changed, how it brought peoples closer, how long and how steadily
form-start-need-supporters = two people who know the nominee and will each write a letter: their names and email addresses
form-start-need-you = your own email address, to which we send a link to confirm the nomination
form-start-dates = Until when
form-start-letters = Letters of support are due by { $when }.
form-start-now = Start now
form-go-on = Go on with the nomination
form-close = Nominations close on { $when }.

form-heading-place = Where do they live?
form-heading-place-organisation = Where are they based?
form-heading-guardian = Who is their parent or guardian?
form-heading-organisation = What kind of organisation is it?
form-heading-contact = How can we reach them?
form-heading-evidence = Is there something to look at?
form-heading-supporter-1 = Who is the first supporter?
form-heading-supporter-2 = Who is the second supporter?
form-heading-you = Who are you?
form-heading-declarations = Before you send it

form-intro-age = Instead of a child, you can nominate the school, the club or an adult who stands behind them. If you do nominate somebody under 18, everything goes through a parent or guardian.
form-intro-guardian = We write to the parent or guardian, and never to the child.
form-intro-contact = One of the three is enough. Only the organisers see it; judges do not.
form-intro-evidence = Up to five pages that show what they do: a report, a film, photographs. You may leave this empty.
form-intro-supporters = Once you have confirmed the nomination, we ask both supporters for a letter of { $min } to { $max } words by { $when }. Neither you nor the nominee can be a supporter.
form-intro-you = We write to you about this nomination. Judges do not learn who you are.
form-intro-declarations = Please tick each of these.
form-privacy = The privacy notice (opens in a new tab)

form-hint-name = As it should stand on a certificate, with its parts in their usual order
form-hint-other-script = If you know it: in Cyrillic letters where the name above is in Latin ones, or the other way round
form-hint-cities = Up to six
form-hint-other-city = If you ticked “Another city”
form-hint-headline = 5 to 120 characters
form-hint-story = The answers of the story may have 50 to 600 words in all
form-hint-since = A year, like 2015
form-hint-phone = With its country code, like +44 24 7600 0000
form-hint-own-phone = If you like; with its country code
form-hint-own-email = We send you a link to confirm the nomination

form-continue = Continue
form-later = Save and return later
form-words-over = { $n } words too many

form-check = Check your answers
form-change = Change
form-change-what = Change: { $what }
form-none = Not answered
form-send = Send nomination

form-sent = Nomination sent
form-sent-confirm = Check your email to confirm
form-sent-until = The link in it is good until { $when }. A nomination that is not confirmed by then is deleted.
form-another = Nominate somebody else

form-save-what = We send a link to this address. By it you can go on later, in any browser.
form-save-button = Send me the link
form-saved = Your draft is saved
form-saved-what = A link is on its way to you by mail. It opens the draft until { $when }.
form-draft-until = It is kept until { $when }.

form-closed = Nominations are not open
form-closed-kept = What you have written was not sent, but it is still here: you can copy it and keep it.
