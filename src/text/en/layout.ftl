# What stands on every page.

product = Twin Cities Awards
