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
