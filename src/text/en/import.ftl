# Nominations from a file, and as files.

import-title = Import nominations
import-lead = A CSV file with one nomination a row. All of it comes in, or nothing does.
import-how = The columns have the names of the nominations’ export, in any order; what only the service writes (reference, status, times, notes) may be left out. Save the file as “CSV UTF-8”. Whatever stands here already is passed over, so you can send the same file again.
import-limits = At most 8 MB and 10,000 rows.
import-file = CSV file
import-check = Check the file
import-no-file = Choose a file
import-sound-title = The file can be imported
import-rows =
    { $n ->
        [one] { $n } row in the file
       *[other] { $n } rows in the file
    }
import-new =
    { $n ->
        [one] { $n } nomination will be imported
       *[other] { $n } nominations will be imported
    }
import-passed =
    { $n ->
        [one] { $n } row is here already and will be passed over
       *[other] { $n } rows are here already and will be passed over
    }
import-already = Here already
import-already-row = Row { $row }: { $reference }
import-mail = Write to the nominators (a receipt) and to their supporters (a request for a letter)
import-all = Import all
import-all-hint = This takes a few seconds for a large file. Nothing is imported by halves: leaving the page stops nothing.
import-another = Choose another file
import-faults-title = The file cannot be imported yet
import-faults-lead = Nothing was imported. Correct these in your file and check it again.
import-fault-place = Row { $row }, column “{ $column }”: { $words }
import-fault-row = Row { $row }: { $words }
import-fault-column = Column { $column }: { $words }
import-faults-more =
    { $n ->
        [one] and { $n } more
       *[other] and { $n } more
    }
import-done =
    { $taken ->
        [one] { $taken } nomination was imported.
       *[other] { $taken } nominations were imported.
    }
import-done-passed =
    { $n ->
        [one] { $n } row was here already.
       *[other] { $n } rows were here already.
    }
import-done-mail = Letters to nominators and supporters leave within the next minutes.
import-gone = The file was kept for an hour and is no longer here. Choose it again.
import-to-exports = Nominations as files
exports-title = Exports
exports-lead = Each download is recorded. The files hold addresses: keep them where only the committee can read them, and delete them when they are no longer needed.
exports-nominations = Nominations
exports-winners = Winners
exports-csv = CSV, for any program
exports-xlsx = Excel (XLSX)
exports-to-import = Import nominations
import-cli-taken = { $taken } imported, { $passed } here already
import-cli-would = { $taken } would be imported, { $passed } are here already
