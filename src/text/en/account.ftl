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
