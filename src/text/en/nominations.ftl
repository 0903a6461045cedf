### What this room writes to nominators, supporters and nominees, and what their pages say.

nominations-m1-subject = Confirm your nomination
nominations-m1-why = A nomination was sent to us with this address ({ $award }). If the address is yours, open this page and press the button:
nominations-m1-label = Confirm the nomination
nominations-m1-until = The link is good until { $when }. A nomination that is not confirmed by then is deleted.
nominations-m1-several = Several nominations were sent to us with this address in a short time ({ $award }). If the address is yours, open each of these pages and press the button:
nominations-m1-several-label = Confirm nomination { $ref }
nominations-m1-several-until = The links are good until { $when }. A nomination that is not confirmed by then is deleted.
nominations-m1-not-you = If it was not you, ignore this message: nothing more will come.

nominations-m2-subject = Nomination { $ref } received
nominations-m2-in = Thank you. Your nomination is in ({ $award }). Nominee: { $nominee }. Category: { $category }.
nominations-own-label = Your nomination
nominations-m2-change = With this link you can read it at any time, and change or withdraw it until { $when }.
nominations-m2-reference = Its reference is { $ref }. Please give it when you write to us.
nominations-m2-next = What comes next:
nominations-m2-letters = we have asked your two supporters for their letters, which are due by { $when };
nominations-m2-notice = the nominee will be told that they have been nominated and how we use their information;
nominations-m2-judging = judges read and score until { $when };
nominations-m2-announce = the awards are announced on { $when }.
nominations-privacy-label = How we use personal information

nominations-m4-subject = Please write a letter of support
nominations-m4-who = { $nominator } has nominated { $nominee } ({ $award }, category: { $category }) and has named you as somebody who would write in support. You can write here:
nominations-m4-label = Write the letter
nominations-m4-how = Please write { $min } to { $max } words in English or Russian by { $when }. Judges will read your letter without your name.
nominations-m4-decline = If you would rather not write, say so on this page; we will then not remind you:
nominations-m4-decline-label = I would rather not write
nominations-m4-source = We have your address from the nominator, who gave it for this letter alone. If you never want to hear from us again, in this or any later year:
nominations-m4-never-label = Never write to me again

nominations-m6-subject = You have been nominated: how we use your information
nominations-m6-first = { $nominee } has been nominated for an award. You need do nothing.
nominations-m6-label = See what is held, ask for a copy, or object
nominations-m6-award = { $award }, category: { $category }. In one line, the nominator wrote:
nominations-m6-award-bare = { $award }, category: { $category }.
nominations-m6-held =
    What we hold: name, town, { $kind ->
        [organisation] kind of organisation, contact person
       *[individual] age group
    }, contact details, the story of the nomination, and letters of support. All of it came from a nominator and two supporters.
nominations-m6-why = Why: to choose and to honour those who have brought people of different countries closer. The basis is our legitimate interest in doing so (UK GDPR, Article 6(1)(f)).
nominations-m6-readers = Who reads it: the organisers, and, without contact details, judges in these cities: { $cities }.
nominations-m6-transfer = Reading from these places is a transfer outside the United Kingdom: { $cities }.
nominations-m6-kept = How long: contact details until { $contacts } at the latest (a winner's until { $winners }), story and letters until { $texts }.
nominations-m6-public = If { $nominee } wins or is commended, we publish name, town, category and citation, and keep them as part of the history of the awards. With the link above you can ask that the name be withheld.
nominations-m6-rights = Your rights: you may ask for access, correction, erasure and restriction. You may object, and the nomination is then withdrawn at once. No decision is made by a machine.
nominations-m6-complain = You may complain to us, and to the Information Commissioner's Office of the United Kingdom.
nominations-m6-controller = Who is responsible: { $controller }. Whom to ask: { $contact }.

nominations-m7-subject = Nomination { $ref }: change saved
nominations-m7-changed = Changes to your nomination have been saved. These parts of it are new:
nominations-m7-not-you = If it was not you, please answer this message.
nominations-m7-declined = Supporter { $position } of your nomination has told us that they will not write a letter.
nominations-m7-replace = You can name somebody else until { $when }.

nominations-m8-subject = Nomination { $ref } withdrawn
nominations-m8-since = The nomination { $ref } ({ $nominee }) has been withdrawn on { $when }. There is nothing more to do.
nominations-m8-deleted = Names, contact details and texts are deleted by { $day }.

nominations-m9-subject = Nomination { $ref } cannot go forward
nominations-m9-cannot = We have looked at the nomination { $ref } ({ $nominee }). It cannot go forward:
nominations-m9-again = If you think that we are mistaken, please answer this message by { $when }.
nominations-m10-subject = Nomination { $ref } joined with another
nominations-m10-joined = We have joined your nomination { $ref } ({ $nominee }) with another nomination of the same nominee in the same category.
nominations-m10-words = What you wrote, and your supporters’ letters, will be read together with it. You need do nothing more.

nominations-reason-not-friendship = it does not tell of work for friendship between people of different countries.
nominations-reason-wrong-category = it does not fit its category.
nominations-reason-self-nomination = people and organisations cannot nominate themselves.
nominations-reason-deceased-only = the awards go to living people and to organisations.
nominations-reason-incomplete = something that is needed has not come.
nominations-reason-objected = the nominee does not wish to be considered.
nominations-reason-offensive = it cannot be put before judges in these words.
nominations-reason-spam = it does not look like a nomination.
nominations-reason-other = the organisers write:

nominations-the-nominee = the nominee
nominations-the-nominator = the nominator

nominations-m21-subject = A question about nomination { $ref }
nominations-m21-asks = We have a question about your nomination { $ref } ({ $nominee }). Please answer it on this page:
nominations-m21-label = Answer the question
nominations-m21-how = Your answer goes to the organisers.
nominations-removed = [removed]
