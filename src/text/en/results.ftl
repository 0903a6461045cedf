### Results: the faults of a bundle.

fault-malformed-json = This is not JSON that is read here: line { $line }, column { $column }
fault-malformed-utf8 = This is not UTF-8
fault-bad-id = { $label }: 1 to 64 of the characters A-Z a-z 0-9 . _ : -
fault-duplicate-id = { $label }: it stands here twice
fault-duplicate-sheet = This judge has another sheet on this nomination
fault-duplicate-vote = There is another vote on the same nominations
fault-unknown-category = There is no such category
fault-unknown-judge = There is no such judge
fault-missing-time = A submitted sheet needs its time
fault-merge-status = A nomination names where it was merged into exactly when its status is merged
fault-merge-category = A nomination can only be merged into one of its own category
fault-merge-cycle = These merges lead in a circle

fault-citation-missing = A citation of 20 to 60 words in both languages is missing
fault-too-few-citations = Citations are needed for { $needed } nominations of this category, there are { $found }
fault-quorum-fault = Not enough judges have scored it: waive the quorum, or decide the category with a reason
fault-not-decided = This category is not decided yet
fault-competes-no-more = It is honoured, but no longer competes

results-frozen = Decisions are frozen since the decision lock. Only both cities together can open them again.
