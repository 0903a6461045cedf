### Итоги: ошибки протокола.

fault-malformed-json = Это не JSON, который здесь читается: строка { $line }, столбец { $column }
fault-malformed-utf8 = Это не UTF-8
fault-bad-id = «{ $label }»: от 1 до 64 знаков A-Z a-z 0-9 . _ : -
fault-duplicate-id = «{ $label }»: это значение встречается дважды
fault-duplicate-sheet = У этого члена жюри есть другой лист на эту заявку
fault-duplicate-vote = Есть другое голосование по тем же заявкам
fault-unknown-category = Такой номинации нет
fault-unknown-judge = Такого члена жюри нет
fault-missing-time = У поданного листа должно быть указано время
fault-merge-status = Заявка указывает, с какой она объединена, только при статусе merged
fault-merge-category = Объединять можно только заявки одной номинации
fault-merge-cycle = Эти объединения замкнуты в круг

fault-citation-missing = Нужна формулировка решения от 20 до 60 слов на обоих языках
fault-too-few-citations = Формулировок в этой номинации должно быть не менее { $needed }, сейчас { $found }
fault-quorum-fault = Слишком мало оценок: снимите требование кворума или примите решение по номинации с объяснением причины
fault-not-decided = По этой номинации решение ещё не принято
fault-competes-no-more = Награда присуждена, но заявка больше не участвует

results-frozen = После срока решения не меняются. Открыть их снова могут только оба города вместе.
