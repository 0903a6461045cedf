### The announcement: its guards, and the letters M15 to M20.

guard-not-sealed = The results are not signed by every city
guard-winner-unreachable = { $reference }: no way to reach the winner
guard-preview-not-read = The messages have not been read by two people
guard-embargo = This message would break the embargo
guard-already-sent = This may already have been sent
guard-count-mismatch = { $expected } messages expected, { $found } found
guard-stopped = Sending is stopped
guard-outside-rehearsal = This address is outside the rehearsal
guard-address-suppressed = Mail to this address is blocked: { $why }
guard-merge-field-empty = { $reference }: "{ $field }" is empty
guard-language-missing = { $reference }: no text in { $language }
guard-outside-daytime = It is night for the recipient; sends at { $time }
guard-clock-suspect = The server's clock cannot be trusted

guard-why-bounce = a mail server refused it
guard-why-complaint = its owner complained
guard-why-refusal = its owner asked for no more mail
guard-why-objection = the nominee has asked to be left out
guard-language-en = English
guard-language-ru = Russian
guard-field-name = name
guard-field-category = category
guard-field-citation = citation
guard-field-date = date
guard-field-place = place
guard-field-link = link
guard-field-contact = contact person
guard-field-placeholder = a placeholder
guard-field-reception-place = place of the reception
guard-field-live-event-place = place of the live event
guard-field-award-contact = contact person
guard-field-reply-to = address for answers

announcement-m15-subject = From the committee: please reply by { $date }
announcement-m15-greeting = Hello. Please reply by { $date }.
announcement-m15-label = Your page for the reply:
announcement-m15-chosen = The committee has chosen you for { $category }. Please keep this to yourself until { $embargo }.
announcement-m15-nominee = Nomination { $reference }: { $nominee }.
announcement-m15-guardian = You receive this letter as parent or guardian. Please reply for { $nominee }.
announcement-m15-citation = In the committee's words:
announcement-m15-until = Please accept or decline on the page above by { $due }. You can change your reply until { $until }.
announcement-m15-dates = The days to keep:
announcement-m15-announced = the awards are announced on { $when };
announcement-m15-reception = the reception: { $when }; { $place };
announcement-m15-live-event = the live event: { $when }; { $place }.
announcement-m15-contact = If you would rather speak to somebody: { $name }, { $phone }.

announcement-m16-subject = Reminder: please reply by { $date }
announcement-m16-again = We wrote to you some days ago and have no reply yet. The page above says what it is about.
announcement-m16-due = Please reply by { $due }.

announcement-m17-subject = Thank you for your reply
announcement-m17-greeting = Hello. You can change your reply until { $date }.
announcement-m17-answers = This is what you answered:
announcement-m17-change = To change it, use the page above until { $until }; after that, write or call us.
announcement-m17-change-later = To change it, write to us or call us.
announcement-m17-confidence = Please keep it to yourself until { $embargo }.
announcement-m17-calendar = The attached calendar file holds both evenings.

announcement-answer-accept = You accept.
announcement-answer-decline = You decline.
announcement-answer-name = Name to publish: { $name }
announcement-answer-name-other = In the other alphabet: { $name }
announcement-answer-withheld = Your name stays unpublished.
announcement-answer-pronunciation = How it is spoken: { $text }
announcement-answer-in-person = You come to the reception in person.
announcement-answer-online = You take part in the reception by video.
announcement-answer-no = You do not come to the reception.
announcement-answer-guests =
    { $guests ->
        [one] You bring one guest.
       *[other] You bring { $guests } guests.
    }
announcement-answer-dietary = Diet: { $text }
announcement-answer-access = What you need: { $text }
announcement-answer-photo-yes = Photographs of you may stand on the website.
announcement-answer-photo-no = No photographs of you on the website.
announcement-answer-press-yes = The press may have your contact.
announcement-answer-press-no = The press does not get your contact.

announcement-ics-evening = Twin Cities evening
announcement-ics-reception = Twin Cities reception

announcement-m18-subject = The outcome of nomination { $reference }
announcement-m18-not-chosen = { $nominee } was not chosen this time. We thank you for telling us about them.
announcement-m18-commended = { $nominee } has been commended. Category: { $category }. We thank you for telling us about them.
announcement-m18-nominee-not-chosen = { $nominee } was not chosen this time. We thank you for all that you do for friendship between peoples.
announcement-m18-nominee-commended = { $nominee } has been commended. Category: { $category }. We congratulate you, and thank you for all that you do for friendship between peoples.
announcement-winners-label = The winners:
announcement-kept = Contact details are deleted by { $contacts }, stories and letters by { $texts }.

announcement-m19-won = { $nominee } has won the award. Category: { $category }.
announcement-m19-thanks-nominator = Thank you for telling us about them.
announcement-m19-thanks-supporter = Thank you for your letter of support.

announcement-m20-subject = Thank you: Twin Cities Awards { $year }
announcement-m20-announced = The awards were announced on { $when }. Thank you for your work and your time.
announcement-m20-sheets =
    { $sheets ->
        [one] In all, { $sheets } score sheet was filled in.
       *[other] In all, { $sheets } score sheets were filled in.
    }

announcement-withheld = name withheld
announcement-reply-over = Replies could be given here until { $when }. To change yours, write to us or call us.
announcement-trial = [TEST]
announcement-trial-nominee = Sample Winner
announcement-trial-citation = A sample citation, for somebody who does not exist.
