# The demo's own pages.

demo-mail-title = Mail of this demo
demo-mail-lead = Nothing of it has left this machine. The newest stands first.
demo-mail-to = To
demo-mail-subject = Subject
demo-mail-date = Date
demo-mail-back = All mail
