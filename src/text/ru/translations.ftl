### Переводы: очередь переводчика, текст рядом с подлинником, что раздают организаторы.

translations-title = Тексты для перевода
translations-lead = Эти тексты ждут вашего перевода; первым стоит тот, что ждёт дольше всех. Члены жюри читают перевод рядом с подлинником.
translations-none = Текстов для перевода нет. Спасибо!
translations-saved = Перевод сохранён. Теперь члены жюри видят его рядом с подлинником.
translations-closed = Сейчас ничего переводить не нужно.
translations-part = { $part ->
    [story] Рассказ
    [letter-1] Первое письмо поддержки
   *[letter-2] Второе письмо поддержки
}
translations-way = { $from ->
    [ru] с русского
   *[en] с английского
} { $into ->
    [ru] на русский
   *[en] на английский
}
translations-words = { $n ->
    [one] { $n } слово
    [few] { $n } слова
    [many] { $n } слов
   *[other] { $n } слова
}
translations-given = у вас с { $when }
translations-open = Открыть
translations-more = Следующие тексты

translations-state-missing = ещё не переведено
translations-state-stale = после перевода подлинник изменился
translations-state-hidden = после перевода в подлиннике закрыли слова

translations-text-title = { $part ->
    [story] Перевод рассказа из заявки { $ref }
   *[other] Перевод письма поддержки к заявке { $ref }
}
translations-original = { $from ->
    [ru] Подлинник на русском
   *[en] Подлинник на английском
}
translations-into = { $into ->
    [ru] Перевод на русский
   *[en] Перевод на английский
}
translations-how = Переводите то, что написано, ничего не добавляя и не опуская. Там, где слова убраны, сохраняйте пометку { $mark }.
translations-letter = Письмо
translations-save = Сохранить перевод
translations-is-saved = Члены жюри читают этот перевод. Его ещё можно улучшить.
translations-is-stale = После этого перевода подлинник изменился. Пока вы не сохраните перевод заново, члены жюри видят его с такой пометкой.
translations-is-hidden = После этого перевода в подлиннике закрыли слова. Члены жюри не увидят перевод, пока этих слов в нём не останется и он не будет сохранён заново.
translations-is-blocked = В подлиннике изменился текст, в котором были закрыты слова. Сначала его должен посмотреть организатор, потом текст можно будет переводить.
translations-changed = Пока вы писали, текст изменился. Сравните перевод с подлинником ещё раз и сохраните его.

translations-desk-title = Тексты без перевода
translations-desk-lead = Эти тексты могут прочитать не все члены жюри: у одного из жюри другой язык. Выберите тексты и переводчика.
translations-desk-none = Все тексты, которые читают члены жюри, переведены на языки жюри.
translations-desk-nobody = В этом сезоне ещё нет переводчиков. Сначала пригласите переводчика.
translations-desk-given = у переводчика: { $name }, с { $when }
translations-desk-blocked = текст изменился, а в нём были закрыты слова: сначала посмотрите на него
translations-desk-texts = Тексты
translations-desk-person = Переводчик
translations-desk-back = Никто: забрать тексты
translations-desk-give = Назначить
translations-desk-done = Готово. Тексты стоят в очереди переводчика.
translations-desk-changed = Один из этих текстов изменился, или его уже отдал кто-то другой. Ничего не сделано: посмотрите ещё раз и выберите заново.
translations-desk-link = Тексты без перевода: { $edition }
