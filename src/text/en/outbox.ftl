### What every mail begins and ends with.

outbox-greeting = Hello,
outbox-footer = This message was sent by a program. If you answer it, your answer reaches the organisers.
outbox-footer-no-reply = This message was sent by a program. Nobody reads answers to it.

### What became of a message, beside its state.

answer-in-folder = Laid into the mail folder
answer-folder-failed = The mail folder: { $why }
answer-unreachable = The mail server could not be reached: { $why }
answer-silent = The mail server did not answer in time
answer-out-of-order = The mail server’s answer makes no sense here: { $why }
answer-no-smtputf8 = The mail server does not take addresses like this (SMTPUTF8)
answer-stopped = The service stopped while it sent this
answer-worker-lost = The worker was lost while it sent this
answer-secret-gone = Not sent: the secret that sealed this message is gone
answer-address-blocked = Not sent: mail to this address is blocked: { $why }
answer-no-seal = No seal has prepared it
answer-sealed-anew = A new seal has written this letter anew
answer-reached-otherwise = The winner is reached another way
answer-too-late = Not sent: a reminder whose time passed more than a day ago
answer-other-letter = Another letter tells how it ended
