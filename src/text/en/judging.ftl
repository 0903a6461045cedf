### Judging: what judges are told.

judging-stepped-aside-already = You have stepped aside from this nomination. Nothing more can be done with its sheet.
judging-no-longer-judged = This nomination is no longer judged: it was withdrawn, kept out or joined with another. Nothing was saved.
judging-plan-overtaken = Another plan was applied since this one was made. Make a new plan.

## M12

judging-new-subject = Nominations for you to score
judging-new-count = { $count ->
    [one] { $count } new nomination is waiting for your scores: { $title }.
   *[other] { $count } new nominations are waiting for your scores: { $title }.
}
judging-new-link = Sign in to read and score:
judging-new-due = Please submit your score sheets before { $due }. Until then you can still change them.
judging-new-step-aside = If you are close to a nominee, a nominator or a supporter, or belong to the same organisation, please step aside: open the nomination and choose “Step aside”. Your scores for it then count no more.

## A problem of assignment

fault-duplicate-pair = This judge and this nomination stand here twice

## What a plan lacks

plan-read-en = English
plan-read-ru = Russian
plan-read-or = { " or " }
plan-need = { $panel }, category { $category }: { $judges ->
    [one] one more judge who reads { $languages } is needed
   *[other] { $judges } more judges who read { $languages } are needed
}; { $nominations ->
    [one] one nomination falls short.
   *[other] { $nominations } nominations fall short.
}
plan-shortage-full = { $panel }: { $count ->
    [one] this nomination needs
   *[other] these { $count } nominations need
} { $demand } more sheets: { $nominations }. Judges who are full then: { $judges }; they can take { $capacity }. All others whom the rules permit give { $pairs }. Short: { $missing }. Raise a capacity, or invite a judge.
plan-shortage-barred = { $panel }: { $count ->
    [one] this nomination needs
   *[other] these { $count } nominations need
} { $demand } more sheets: { $nominations }. The judges whom the rules permit give { $pairs }. Short: { $missing }. Invite a judge who may read { $count ->
    [one] it, or have it
   *[other] them, or have them
} translated.
