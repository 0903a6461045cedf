### The pages that mailed links open.

links-edition = Awards
links-nominee = Nominee
links-headline = In one line
links-received = Received
links-until = Good until
links-due = Due by
links-reference = The reference of the nomination
links-optional = If you like
links-save = Save
links-words-left = You have { $n } words left

links-confirm = Is this your nomination?
links-confirm-what = A nomination was sent to us with your email address.
links-confirm-then = When you confirm it, we ask the two supporters for their letters.
links-confirm-button = Confirm nomination
links-confirm-not-you = If it was not you, close this page: nothing more will come.
links-confirmed = Nomination confirmed
links-confirmed-next = We have asked the supporters for their letters, which are due by { $when }. A receipt is on its way to you by mail.

links-letter = Letter of support
links-letter-how = Say how you know them and what has changed because of them. Judges read your letter without your name.
links-letter-words = { $min } to { $max } words
links-letter-language = The language that you write in
links-letter-send = Send letter
links-letter-written = Your letter is in: { $when }. You can replace it until letters are due.
links-letter-declined = You have told us that you would rather not write. If you have changed your mind, you still can.
links-decline-title = Would you rather not write?
links-decline-what = Then we do not remind you, and the nominator can name somebody else.
links-decline = I would rather not write

links-notice = You have been nominated
links-held = What we hold about you
links-publish = May your name be published?
links-withhold = If there is something to publish, publish it without my name
links-copy = A copy of everything
links-copy-what = The organisers send you a copy of all that is held about you, with the story and the letters, within one month.
links-copy-button = Ask for a copy
links-copy-asked = You have asked for a copy: { $when }.
links-object = Would you rather be left out?
links-object-what = Then the nomination is withdrawn at once. This cannot be undone.
links-object-reason = Why?
links-object-button = Leave me out
links-objected = You have asked to be left out: { $when }.

links-never = Never write to me again
links-never-what = We will send no more requests or reminders to your address, in this or any later year.
links-never-button = Never write to me again
links-never-done = We will not write to you again.


links-invitation = Would you like to take part?
links-invitation-account = You will sign in with this address
links-invitation-new-password = At least 15 characters; a short sentence is easy to keep
links-invitation-own-password = You have an account already: enter its password
links-invitation-accept = Accept invitation

fault-wrong-password = This is not the password of your account

links-reply = Your reply
links-reply-chosen = The committee has chosen you for { $category }. Please keep this to yourself until { $when }.
links-reply-guardian = You are asked as parent or guardian: please reply for the nominee.
links-reply-name-of-a-minor = Of the surname we print the initial alone: write the name like “Maria I.”. A name written in full is printed as initials, “M. I.”.
links-citation = In the committee’s words
links-call = If you would rather speak to somebody
links-answered = This is what you answered:
links-reply-until = You can reply here, and change your reply, until { $when }.
links-reply-language = In which language may we write to you?
links-accept-title = Will you accept?
links-accept = Accept
links-refuse-title = Would you rather not?
links-refuse-what = Then nobody will ever learn that it was offered to you.
links-refuse = Decline
links-keep-confidence = I keep this to myself until { $when }
links-attend-in-person = I come
links-attend-online = I take part by video
links-attend-no = I do not come
links-yes = Yes
links-no = No

label-public-name-other-script = The name in the other alphabet
label-pronunciation = How is the name spoken?
label-attendance = Will you come to the reception?
label-guests = How many guests do you bring?
label-dietary = What do you not eat?
label-access = What do you need to take part?
label-needs-consent = I agree that what I have written about food and needs is kept until the reception is over
label-photo-consent = May photographs of you, taken at events, stand on the website?
label-press-contact-ok = May the press be given your contact?
label-withhold-name = Publish it without my name
label-keep-confidence = That you keep this to yourself

winners-title = Winners
winners-winner = Winner
winners-commended = Commended
winners-csv = The list as a table (CSV)
winners-digest = The digest of the sealed results, by which they can be checked:

links-own = Your nomination
links-own-written = What you wrote
links-back = Back
links-own-edit = Change nomination
links-own-edit-until = Until { $when } you can change any of this. We check the whole again and write to you which parts you have changed.
links-own-edit-fixed = Category, kind of nominee and your own address stay: to change them, withdraw the nomination and send it anew. A supporter whose letter is in stays, too. If you name another, we ask them at once.
links-own-edit-nominee = Whom you nominate
links-own-edit-guardian = If they are under 18
links-own-edit-organisation = The organisation
links-own-edit-story = What they have done
links-own-edit-links = Links
links-own-edit-first-supporter = First supporter
links-own-edit-second-supporter = Second supporter
links-own-edit-nominator = You
links-own-withdraw = Would you like to take it back?
links-own-withdraw-what = Until { $when } you can withdraw the nomination. The supporters whom we have asked are told. This cannot be undone.
links-own-withdraw-button = Withdraw nomination
links-own-closed = It can no longer be changed here. If you have a question, write to { $email }.
links-letter-is-asked = asked
links-letter-is-written = is in
links-letter-is-declined = would rather not write
links-told-submitted = It is in.
links-told-under-consideration = It is under consideration.
links-told-ineligible = It cannot go forward.
links-told-withdrawn = It has been withdrawn.
links-told-merged = It is read together with another nomination of the same person or group.
links-told-winner = It has won the award.
links-told-commended = It has been commended.
links-told-not-selected = It was not chosen this time.

links-question = A question about your nomination
links-question-none = Nothing is asked at the moment.
links-question-answer = Your answer
links-question-who-reads = The organisers read it.
links-question-send = Send answer
links-question-sent = You answered on { $when }:
