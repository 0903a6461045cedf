### People, invitations, accounts: M11, A2.

accounts-invitation-subject = Invitation to the Twin Cities Awards { $year }
accounts-invitation-link = Accept the invitation:
accounts-invitation-part =
    { $role ->
        [organiser] You are invited to be an organiser of the Twin Cities Awards { $year }.
        [approver] You are invited to be an approver of the Twin Cities Awards { $year }.
        [judge] You are invited to be a judge of the Twin Cities Awards { $year }.
        [chair] You are invited to chair a panel of judges of the Twin Cities Awards { $year }.
        [translator] You are invited to translate for the Twin Cities Awards { $year }.
       *[auditor] You are invited to be an auditor of the Twin Cities Awards { $year }.
    }
accounts-invitation-city = City: { $city }
accounts-invitation-work =
    { $role ->
        [organiser] Organisers check the nominations, give them to judges, prepare the decisions and the announcement.
        [approver] Approvers do the organisers' work and sign the results for their city.
        [judge] Judges score the nominations that are given to them, and step aside where they know somebody concerned.
        [chair] A chair scores as the judges do, watches over the panel's progress, and votes where there is a tie.
        [translator] Translators translate the stories, letters and citations that are given to them.
       *[auditor] Auditors read the record of what was done, and see the results once they are announced.
    }
accounts-invitation-when = Judging begins on { $from } and ends on { $to }.
accounts-invitation-until = The link works once, until { $until }.
accounts-invitation-mistake = If you do not want to take part, or did not expect this letter, you need do nothing.
accounts-invitation-again = We wrote to you about this on { $when }. This is the last time that we ask.

accounts-changed-subject = A change to your account
accounts-changed-officer =
    { $role ->
        [approver] { $name } was made an approver of “{ $edition }” on { $when }.
       *[organiser] { $name } was made an organiser of “{ $edition }” on { $when }.
    }
accounts-changed-officer-help = If you know nothing of this, tell the other organisers and whoever runs the service at once.
accounts-changed-session = One of your sign-ins was ended on { $when }, because its token was used a second time. That can be a fault of a program. It can also mean that somebody has copied it.
accounts-changed-session-help = Please sign in again. If you use no program of your own with this service, choose a new password and tell the organisers.

accounts-changed-password = Your password was changed on { $when } by somebody who was signed in and knew the old one. Your other sign-ins have ended.
accounts-changed-password-by-mail = A new password was set on { $when } by a link that was sent to this address. All your sign-ins have ended.
accounts-changed-password-help = If this was not you, ask for a new password on the sign-in page and tell the organisers.
accounts-changed-device = Somebody signed in to your account on { $when }, in a browser or program that had not signed in to it before.
accounts-changed-device-help = If this was you, you need do nothing. If not, choose a new password at once, which ends every sign-in, and tell the organisers.

accounts-reset-subject = Reset your password
accounts-reset-link = Set a new password:
accounts-reset-until = Somebody, we hope you, has asked for a new password. The link works once, until { $until }. A new password ends all your sign-ins.
accounts-reset-mistake = If it was not you, ignore this letter: your password stays as it is.
accounts-reset-needed = There were too many tries that failed. Ask for a new password by mail, or wait.

accounts-invitation-settled = This invitation has been accepted or withdrawn already.

fault-conflicting-role = They have, or have had, a part in this edition that does not go with this one

label-role = Role
label-panel = Panel
label-capacity = How many nominations they can take
label-reads = Languages that they read
label-organisation = Organisation
label-token = Token
label-old = Old password
label-new = New password
label-refresh-token = Refresh token
label-totp = Code
