### Страницы, которые открываются по ссылкам из писем.

links-edition = Премия
links-nominee = Номинант
links-headline = Одной строкой
links-received = Получена
links-until = Действует до
links-due = Срок
links-reference = Номер заявки
links-optional = Если хотите
links-save = Сохранить
links-words-left = Осталось слов: { $n }

links-confirm = Это ваша заявка?
links-confirm-what = Нам пришла заявка с вашим адресом электронной почты.
links-confirm-then = Когда вы её подтвердите, мы попросим двух поручителей написать письма.
links-confirm-button = Подтвердить заявку
links-confirm-not-you = Если это были не вы, закройте страницу: больше ничего не придёт.
links-confirmed = Заявка подтверждена
links-confirmed-next = Мы попросили поручителей написать письма; срок — { $when }. Подтверждение скоро придёт вам по почте.

links-letter = Письмо поддержки
links-letter-how = Расскажите, откуда вы знаете номинанта и что изменилось благодаря этому делу. Жюри прочтут письмо без вашего имени.
links-letter-words = От { $min } до { $max } слов
links-letter-language = Язык письма
links-letter-send = Отправить письмо
links-letter-written = Ваше письмо получено: { $when }. До срока его можно заменить.
links-letter-declined = Вы сообщили, что не будете писать. Если передумали, написать ещё можно.
links-decline-title = Не хотите писать?
links-decline-what = Тогда мы не будем напоминать, а заявитель сможет назвать кого-то другого.
links-decline = Я не буду писать

links-notice = Вас выдвинули на премию
links-held = Что мы о вас храним
links-publish = Можно ли публиковать ваше имя?
links-withhold = Если будет что публиковать, публикуйте без моего имени
links-copy = Копия всех сведений
links-copy-what = Организаторы в течение месяца пришлют вам копию всего, что о вас хранится, вместе с рассказом и письмами.
links-copy-button = Попросить копию
links-copy-asked = Вы попросили копию: { $when }.
links-object = Не хотите участвовать?
links-object-what = Тогда заявка будет отозвана сразу. Отменить это нельзя.
links-object-reason = Почему?
links-object-button = Не рассматривать меня
links-objected = Вы попросили вас не рассматривать: { $when }.

links-never = Больше не писать мне
links-never-what = Мы больше не будем присылать на ваш адрес просьбы и напоминания — ни в этом году, ни позже.
links-never-button = Больше не писать мне
links-never-done = Мы больше не будем вам писать.


links-invitation = Хотите участвовать?
links-invitation-account = Вы будете входить с этим адресом
links-invitation-new-password = Не менее 15 знаков; короткое предложение легко запомнить
links-invitation-own-password = У вас уже есть учётная запись: введите её пароль
links-invitation-accept = Принять приглашение

fault-wrong-password = Это не пароль вашей учётной записи

links-reply = Ваш ответ
links-reply-chosen = Оргкомитет присудил вам награду. Номинация: { $category }. Просим никому об этом не говорить до { $when }.
links-reply-guardian = Мы обращаемся к вам как к законному представителю: просим ответить за номинанта.
links-reply-name-of-a-minor = От фамилии мы печатаем только первую букву: напишите имя так: «Мария И.». Имя, написанное полностью, печатается инициалами: «М. И.».
links-citation = Формулировка решения
links-call = Если удобнее поговорить
links-answered = Вот что вы ответили:
links-reply-until = Ответить здесь и изменить ответ можно до { $when }.
links-reply-language = На каком языке вам писать?
links-accept-title = Вы принимаете награду?
links-accept = Принять
links-refuse-title = Хотите отказаться?
links-refuse-what = Тогда никто никогда не узнает, что награда была вам предложена.
links-refuse = Отказаться
links-keep-confidence = Я никому об этом не скажу до { $when }
links-attend-in-person = Да, лично
links-attend-online = По видеосвязи
links-attend-no = Нет
links-yes = Да
links-no = Нет

label-public-name-other-script = Имя другим алфавитом
label-pronunciation = Как произносится имя?
label-attendance = Будете ли вы на торжественном приёме?
label-guests = Сколько гостей будет с вами?
label-dietary = Чего вы не едите?
label-access = Что вам нужно, чтобы участвовать?
label-needs-consent = Разрешаю хранить написанное о питании и потребностях до конца приёма
label-photo-consent = Можно ли размещать на сайте ваши фотографии с мероприятий?
label-press-contact-ok = Можно ли передать ваши контакты прессе?
label-withhold-name = Публикуйте без моего имени
label-keep-confidence = Обещание никому не говорить

winners-title = Лауреаты
winners-winner = Лауреат
winners-commended = Дипломант
winners-csv = Список в виде таблицы (CSV)
winners-digest = Дайджест опечатанных итогов, по которому их можно проверить:

links-own = Ваша заявка
links-own-written = Что вы написали
links-back = Назад
links-own-edit = Изменить заявку
links-own-edit-until = До { $when } здесь можно изменить всё. Мы проверим заявку целиком и напишем вам, что в ней изменилось.
links-own-edit-fixed = Номинация, вид номинанта и ваш адрес остаются прежними: чтобы изменить их, отзовите заявку и подайте её заново. Поручителя, чьё письмо уже пришло, заменить нельзя. Нового поручителя мы сразу попросим написать.
links-own-edit-nominee = Кого вы выдвигаете
links-own-edit-guardian = Если номинанту нет 18 лет
links-own-edit-organisation = Организация
links-own-edit-story = Что сделано
links-own-edit-links = Ссылки
links-own-edit-first-supporter = Первый поручитель
links-own-edit-second-supporter = Второй поручитель
links-own-edit-nominator = О вас
links-own-withdraw = Хотите её отозвать?
links-own-withdraw-what = Отозвать заявку можно до { $when }. Мы сообщим об этом поручителям, которых просили написать. Вернуть её будет нельзя.
links-own-withdraw-button = Отозвать заявку
links-own-closed = Здесь её больше нельзя изменить. Если есть вопросы, напишите на { $email }.
links-letter-is-asked = попросили написать
links-letter-is-written = получено
links-letter-is-declined = не будет писать
links-told-submitted = Она получена.
links-told-under-consideration = Она рассматривается.
links-told-ineligible = Она не допущена.
links-told-withdrawn = Она отозвана.
links-told-merged = Её читают вместе с другой заявкой на того же номинанта.
links-told-winner = Номинанту присуждена награда.
links-told-commended = Номинант стал дипломантом.
links-told-not-selected = На этот раз номинант не в числе лауреатов.

links-question = Вопрос о вашей заявке
links-question-none = Сейчас вопросов нет.
links-question-answer = Ваш ответ
links-question-who-reads = Его прочитают организаторы.
links-question-send = Отправить ответ
links-question-sent = Ваш ответ, { $when }:
