### The organisers' digest (M14): what waits, and the audit's newest hash.

digest-subject = Organisers' digest, { $date }
digest-why-day = This is the day's digest of { $edition }. It goes to the organisers, the approvers and each city's mailbox.
digest-why-phase = A new phase of { $edition } has begun.
digest-why-signature = A city has signed the results of { $edition }.
digest-why-seal = Every city has signed the results of { $edition }: they are sealed.
digest-phase = Where it stands: { $phase }.
digest-nothing = Nothing waits for you.
digest-waits = What waits for you:
digest-to-screen = { $count ->
    [one] { $count } nomination to screen
   *[other] { $count } nominations to screen
}
digest-to-screen-long = waiting for two weeks or longer: { $count }
digest-letters = to screen, but without all letters of support: { $count }
digest-notices = let in, but the nominee has not been told yet: { $count }
digest-clock = the server's clock is in doubt: the release and all reminders wait until an approver says that it is right
digest-recused = judges who have stepped aside since the results were sealed, and whose sheets stand in what was signed: { $count }
digest-complaints = complaints to acknowledge within 30 days: { $count }
digest-mails-urgent = mails about accounts that a person must look at: { $count }
digest-mails = mails to people that a person must look at: { $count }
digest-mails-reminders = reminders that a person must look at: { $count }
digest-mails-bulk = mails after the announcement that a person must look at: { $count }
digest-blocked = addresses to which mail could not be delivered, since the day before: { $count }
digest-dropped = reminders dropped since their time had passed, since the day before: { $count }
digest-audit = Number and hash of the newest event in the audit:
digest-audit-keep = Please keep this mail. With this line anybody can show later whether something up to that event was changed, dropped or put in.
