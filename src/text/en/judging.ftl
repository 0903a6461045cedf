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
