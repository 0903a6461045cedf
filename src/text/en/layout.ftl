# What stands on every page.

product = Twin Cities Awards
layout-skip = Skip to the main content
layout-motto = Friendship between citizens, honoured together
layout-home = To the home page
layout-api = For programs: the API
layout-trial = This is a trial: no mail leaves this machine.
layout-clock = Its clock was set and shows { $now }.
layout-errors = There is a problem
layout-error = Error:
layout-privacy = Privacy
