### Объявление: проверки перед отправкой и письма M15–M20.

guard-not-sealed = Итоги утверждены не всеми городами
guard-winner-unreachable = { $reference }: нет способа связаться с лауреатом
guard-preview-not-read = Письма должны прочитать два человека
guard-embargo = Письмо нарушит эмбарго
guard-already-sent = Возможно, это письмо уже отправлено
guard-count-mismatch = Ожидалось писем: { $expected }, найдено: { $found }
guard-stopped = Отправка остановлена
guard-outside-rehearsal = Адрес не входит в список для пробной отправки
guard-address-suppressed = Отправка на этот адрес запрещена: { $why }
guard-merge-field-empty = { $reference }: не заполнено поле «{ $field }»
guard-language-missing = { $reference }: нет текста на языке «{ $language }»
guard-outside-daytime = У получателя ночь, отправка в { $time }
guard-clock-suspect = Часам сервера нельзя доверять

guard-why-bounce = почтовый сервер отказался его принимать
guard-why-complaint = владелец адреса пожаловался
guard-why-refusal = владелец адреса просил больше не писать
guard-why-objection = номинант просит его не рассматривать
guard-language-en = английский
guard-language-ru = русский
guard-field-name = имя
guard-field-category = номинация
guard-field-citation = формулировка решения
guard-field-date = дата
guard-field-place = место
guard-field-link = ссылка
guard-field-contact = контактное лицо
guard-field-placeholder = незаполненное место
guard-field-reception-place = место торжественного приёма
guard-field-live-event-place = место очной встречи
guard-field-award-contact = контактное лицо
guard-field-reply-to = адрес для ответов

announcement-m15-subject = От оргкомитета: просим ответить не позднее { $date }
announcement-m15-greeting = Здравствуйте! Просим ответить не позднее { $date }.
announcement-m15-label = Ваша страница для ответа:
announcement-m15-chosen = Оргкомитет присудил вам награду. Номинация: { $category }. Просим никому об этом не говорить до { $embargo }.
announcement-m15-nominee = Заявка { $reference }: { $nominee }.
announcement-m15-guardian = Вы получили это письмо как родитель или законный представитель. Просим ответить за номинанта: { $nominee }.
announcement-m15-citation = Формулировка решения оргкомитета:
announcement-m15-until = Примите награду или откажитесь от неё на странице по ссылке выше. Срок ответа: { $due }. Изменить ответ можно до { $until }.
announcement-m15-dates = Важные дни:
announcement-m15-announced = объявление наград: { $when };
announcement-m15-reception = торжественный приём: { $when }; { $place };
announcement-m15-live-event = очная встреча: { $when }; { $place }.
announcement-m15-contact = Если вам удобнее поговорить: { $name }, { $phone }.

announcement-m16-subject = Напоминание: просим ответить не позднее { $date }
announcement-m16-again = Несколько дней назад мы вам написали и пока не получили ответа. О чём речь, сказано на странице по ссылке выше.
announcement-m16-due = Срок ответа: { $due }.

announcement-m17-subject = Спасибо за ваш ответ
announcement-m17-greeting = Здравствуйте! Изменить ответ можно до { $date }.
announcement-m17-answers = Вот что вы ответили:
announcement-m17-change = Изменить ответ можно на странице по ссылке выше до { $until }; позже напишите или позвоните нам.
announcement-m17-change-later = Чтобы изменить ответ, напишите или позвоните нам.
announcement-m17-confidence = Просим никому об этом не говорить до { $embargo }.
announcement-m17-calendar = В приложенном файле календаря — оба вечера.

announcement-answer-accept = Вы принимаете награду.
announcement-answer-decline = Вы отказываетесь от награды.
announcement-answer-name = Имя для публикации: { $name }
announcement-answer-name-other = Другим алфавитом: { $name }
announcement-answer-withheld = Имя не публикуется.
announcement-answer-pronunciation = Как произносится: { $text }
announcement-answer-in-person = Вы приедете на торжественный приём.
announcement-answer-online = Вы участвуете в приёме по видеосвязи.
announcement-answer-no = Вы не участвуете в приёме.
announcement-answer-guests =
    { $guests ->
        [one] С вами { $guests } гость.
        [few] С вами { $guests } гостя.
       *[other] С вами { $guests } гостей.
    }
announcement-answer-dietary = Питание: { $text }
announcement-answer-access = Что вам нужно: { $text }
announcement-answer-photo-yes = Ваши фотографии можно размещать на сайте.
announcement-answer-photo-no = Ваших фотографий на сайте не будет.
announcement-answer-press-yes = Ваши контакты можно передать прессе.
announcement-answer-press-no = Ваши контакты прессе не передаются.

announcement-ics-evening = Вечер городов-побратимов
announcement-ics-reception = Торжественный приём городов-побратимов

announcement-m18-subject = Итог рассмотрения заявки { $reference }
announcement-m18-not-chosen = На этот раз { $nominee } не в числе лауреатов. Спасибо за ваш рассказ.
announcement-m18-commended = Почётного диплома удостаивается { $nominee }. Номинация: { $category }. Спасибо за ваш рассказ.
announcement-m18-nominee-not-chosen = На этот раз { $nominee } не в числе лауреатов. Спасибо за всё, что вы делаете для дружбы народов.
announcement-m18-nominee-commended = Почётного диплома удостаивается { $nominee }. Номинация: { $category }. Поздравляем и благодарим за всё, что вы делаете для дружбы народов.
announcement-winners-label = Лауреаты:
announcement-kept = Контакты будут удалены не позднее { $contacts }, рассказы и письма — не позднее { $texts }.

announcement-m19-won = В числе лауреатов — { $nominee }. Номинация: { $category }.
announcement-m19-thanks-nominator = Спасибо за ваш рассказ.
announcement-m19-thanks-supporter = Спасибо за ваше письмо поддержки.

announcement-m20-subject = Спасибо за работу: Премия городов-побратимов { $year } года
announcement-m20-announced = Награды объявлены: { $when }. Спасибо за вашу работу и ваше время.
announcement-m20-sheets =
    { $sheets ->
        [one] Всего заполнен { $sheets } оценочный лист.
        [few] Всего заполнено { $sheets } оценочных листа.
       *[other] Всего заполнено { $sheets } оценочных листов.
    }

announcement-withheld = имя не публикуется
announcement-reply-over = Ответить здесь можно было до { $when }. Чтобы изменить ответ, напишите или позвоните нам.
announcement-trial = [ПРОБА]
announcement-trial-nominee = Пример Примеров
announcement-trial-citation = Пример формулировки для того, кого не существует.
