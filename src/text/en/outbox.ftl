### What every mail begins and ends with.

outbox-greeting = Hello,
outbox-footer = This message was sent by a program. If you answer it, your answer reaches the organisers.
outbox-footer-no-reply = This message was sent by a program. Nobody reads answers to it.
