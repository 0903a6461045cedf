### Итоги: ошибки протокола.

fault-malformed-json = Это не JSON, который здесь читается: строка { $line }, столбец { $column }
fault-malformed-utf8 = Это не UTF-8
fault-bad-id = { $label }: от 1 до 64 знаков A-Z a-z 0-9 . _ : -
fault-duplicate-id = { $label }: это значение встречается дважды
fault-duplicate-sheet = У этого члена жюри есть другой лист на эту номинацию
fault-duplicate-vote = Есть другое голосование по тем же номинациям
fault-unknown-category = Такой категории нет
fault-unknown-judge = Такого члена жюри нет
fault-missing-time = У поданного листа должно быть указано время
fault-merge-status = Номинация указывает, с какой она объединена, только при статусе merged
fault-merge-category = Объединять можно только номинации одной категории
fault-merge-cycle = Эти объединения замкнуты в круг
