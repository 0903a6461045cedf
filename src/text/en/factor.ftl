### The second factor: A2, refusals.

factor-code-wrong = This is not the code that your device shows now, or it was used already. Wait for the next one.

factor-changed-set = A second factor was set up for your account on { $when }. From now on a code is needed to sign in, besides the password.
factor-changed-removed = The second factor of your account was removed on { $when }. From now on the password alone is enough to sign in.
factor-changed-recovery = A recovery code was used for your account on { $when }.
    { $left ->
        [0] None is left: remove the second factor and set it up again to get new ones.
        [one] { $left } code is left.
       *[other] { $left } codes are left.
    }
factor-changed-help = If this was not you, choose a new password at once and tell the organisers.
factor-changed-reset = The second factor of your account was removed on { $when } by whoever runs the service. From now on the password alone is enough to sign in, until you set up another.
factor-changed-reset-help = If you did not ask for this, tell the organisers at once.
factor-reset-of = The second factor of { $name } was removed on { $when } by whoever runs the service. This is done for people who have lost their device and their recovery codes.
factor-reset-of-help = If you know nothing of this, ask { $name } whether it is right, and not by email.

fault-wrong-code = This is not the code that your device shows now

label-code = Code

factor-title = Second factor
factor-what = A code from your telephone, besides the password. Whoever learns your password then still cannot sign in.
factor-needs = You need an authenticator app: most telephones have one, and any that knows six-digit codes will do.
factor-is-owed = Organisers and approvers need a second factor before they can do anything else here.
factor-begin = Set up the second factor
factor-is-set = Your second factor is set up.
factor-new-codes = For a new telephone, or for new recovery codes, remove it and set it up again.
factor-remove = Remove the second factor
factor-remove-what = From then on your password alone is enough to sign in. Your recovery codes will not work any more.
factor-set-up = Set up your second factor
factor-scan = Open your authenticator app, and let it scan this picture.
factor-picture = A picture for your authenticator app. The same stands below, to be typed.
factor-type = If you cannot scan it, type this secret into the app:
factor-first-code = The code that the app now shows
factor-first-code-hint = Six digits
factor-done = Your second factor is set up. From now on we ask for a code when you sign in.
factor-codes = Your recovery codes
factor-codes-what = Each stands in for a code once, if you do not have your device. They are shown only now.
factor-codes-keep = Print them or write them down, and keep them where your telephone is not.
factor-codes-kept = I have kept them
