### The pages of accounts: signing in and out, one's own account.

layout-back = Back
layout-signed-in-as = Signed in as
layout-account = Your account
layout-sign-out = Sign out
layout-sign-in = For judges and organisers

sign-in-title = Sign in
sign-in-for-whom = For judges, translators, organisers and everybody else who was invited.
sign-in-to-go-on = Sign in to go on.
sign-in-is-out = You have signed out.
sign-in-button = Sign in
sign-in-by-invitation = Accounts are made by invitation. If you were invited and have not set a password yet, follow the link in the invitation.

account-title = Your account
account-language = Language in which we write to you
account-change-details = Change name or language
account-parts = Your part in the awards
account-part =
    { $role ->
        [organiser] { $edition }: organiser
        [approver] { $edition }: approver
        [judge] { $edition }: judge
        [chair] { $edition }: chair of the judges
        [translator] { $edition }: translator
       *[auditor] { $edition }: auditor
    }
account-done-details = Your details are saved.
account-done-accepted = Thank you. You have accepted the invitation and are signed in. Next time, sign in with your address and your password.

account-details = What should we call you?
account-name-hint = As you write it yourself
account-language-question = In which language do we write to you?

layout-continue = Continue

sign-in-again = Sign in once more
sign-in-again-why = What you want to do cannot be taken back, or shows what nobody else may know yet. Please show that it is you.
sign-in-forgotten = I do not know my password
sign-in-new-password = Your new password is set. All your sign-ins have ended: please sign in with it.

code-title = Your code
code-hint = The six digits that your device shows now, or one of your recovery codes
code-lost = I do not have my device
code-lost-what = Use one of the recovery codes that you kept when you set up your second factor. If you have lost these too, tell the organisers: whoever runs the service can remove your second factor.

forgotten-title = A new password
forgotten-how = Tell us your address. If it has an account, we send you a link with which you set a new password.
forgotten-button = Send me a link
forgotten-asked = If this address has an account, a letter with a link is on its way. The link works once, for half an hour.
forgotten-no-letter = No letter after a few minutes? Look into the folder for unwanted mail, and check that it is the address to which we sent the invitation.

reset-title = Set a new password
reset-until = It works until { $until }. All your sign-ins end with it.
reset-button = Set password

account-done-password = Your password is changed. Your other sign-ins have ended.
account-done-session = It has ended.
account-done-factor-removed = Your second factor is removed. From now on your password alone is enough to sign in.
account-factor-on = set up
account-factor-off = not set up

account-password = Change password
account-password-what = Your other sign-ins will end; this one goes on.
account-password-button = Change password

account-sessions = Where you are signed in
account-sessions-what = Each is a browser or a program in which somebody has signed in to your account. If you do not know one, end it and change your password.
account-session-this = Here, now
account-session-other = Since { $when }
account-session-began = Signed in
account-session-used = Last used
account-session-ends = Ends, if nobody uses it
account-session-end = End it
account-sessions-end = End all others
account-sessions-end-what = This one goes on.
account-to-translations = Texts without a translation: { $edition }
account-to-import = Import nominations: { $edition }
account-to-exports = Exports: { $edition }

accounts-too-many = There were too many tries. Try again in { $minutes } min.
