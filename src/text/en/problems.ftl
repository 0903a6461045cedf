# The problems that an answer may name: title, detail, and what the page `/problems/<slug>` explains.

problem-not-found-title = Not found
