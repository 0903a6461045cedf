# The edition: its phases, and what is said to whom comes at the wrong time.

phase-upcoming = Nominations are not open yet
phase-nominations = Nominations are open
phase-screening = Nominations are being checked
phase-judging = The panels are judging
phase-deliberation = The committee is deciding
phase-embargo = The winners will be announced soon
phase-announced = The winners have been announced

phase-not-yet-nominations = Nominations open on { $when }
phase-not-yet-screening = Nominations close on { $when }; this is possible from then on
phase-not-yet-judging = Judging opens on { $when }
phase-not-yet-deliberation = Judging closes on { $when }; this is possible from then on
phase-not-yet-embargo = The results are not sealed yet; decisions close on { $when }
phase-not-yet-announced = The winners are announced on { $when }
phase-over-upcoming = Nominations opened on { $when }; this was possible until then
phase-over-nominations = Nominations closed on { $when }
phase-over-screening = Judging opened on { $when }; this was possible until then
phase-over-judging = Judging closed on { $when }
phase-over-deliberation = The results are sealed; decisions were possible until { $when } at the latest
phase-over-embargo = The winners were announced on { $when }; this was possible until then
phase-over-announced = This is not possible at any time of the edition; it was announced on { $when }

fault-bad-key = Use 1 to 32 small letters, digits and hyphens
fault-bad-code = Use 1 to 16 letters and digits
fault-bad-time = Enter a time like 2027-06-30T16:00:00Z
fault-bad-day = Enter a day like 2027-06-30
fault-bad-zone = Enter a time zone like Europe/London
fault-bad-domain = Enter a domain like example.org
fault-unknown-panel = There is no such panel in this edition
fault-weights-sum = The weights must sum to 100, now { $n }
fault-maxima-multiple = The highest scores have no common multiple up to 1,000,000
fault-no-open-panel = At least one panel must count
fault-slug-taken = There is an edition of this name already

phase-told-upcoming = Nominations open on { $when }.
phase-told-nominations = Nominations are open until { $when }.
phase-told-screening = Nominations are closed and are being checked. Judging opens on { $when }.
phase-told-judging = The panels are judging until { $when }.
phase-told-deliberation = The committee is deciding. The winners will be announced on { $when }.
phase-told-embargo = The winners will be announced on { $when }.
phase-told-announced = The winners were announced on { $when }.

home-none = Twin Cities Awards
home-none-yet = There is no edition of the awards yet.
home-now = The panels’ cities and their time now
home-nominate = Nominate somebody
home-winners = See the winners
home-dates = Dates
home-date-nominations-open = Nominations open
home-date-nominations-close = Nominations close
home-date-letters-due = Letters of support are due
home-date-judging-opens = Judging opens
home-date-judging-closes = Judging closes
home-date-announcement = The winners are announced
home-date-reception = Reception
home-date-live-event = Live event
home-categories = Categories
home-people = For people
home-organisations = For organisations
home-either = Special award
home-criteria = What the judges ask
home-criteria-how = A panel of judges in each city reads every nomination and scores it by the same questions.
