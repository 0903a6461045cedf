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
