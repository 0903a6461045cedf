### Страницы учётных записей: вход и выход, своя учётная запись.

layout-back = Назад
layout-signed-in-as = Вы вошли как
layout-account = Учётная запись
layout-sign-out = Выйти
layout-sign-in = Для жюри и организаторов

sign-in-title = Вход
sign-in-for-whom = Для жюри, переводчиков, организаторов и всех, кого пригласили.
sign-in-to-go-on = Чтобы продолжить, войдите.
sign-in-is-out = Вы вышли.
sign-in-button = Войти
sign-in-by-invitation = Учётные записи создаются по приглашению. Если вас пригласили, а пароль ещё не задан, перейдите по ссылке из письма с приглашением.

account-title = Учётная запись
account-language = Язык наших писем
account-change-details = Изменить имя или язык
account-parts = Ваше участие в премии
account-part =
    { $role ->
        [organiser] { $edition }: организатор
        [approver] { $edition }: утверждающий
        [judge] { $edition }: член жюри
        [chair] { $edition }: председатель жюри
        [translator] { $edition }: переводчик
       *[auditor] { $edition }: наблюдатель
    }
account-done-details = Изменения сохранены.
account-done-accepted = Спасибо. Вы приняли приглашение и вошли. В следующий раз входите, указывая свой адрес и пароль.

account-details = Как к вам обращаться?
account-name-hint = Так, как вы пишете его сами
account-language-question = На каком языке вам писать?

layout-continue = Продолжить

sign-in-again = Войдите ещё раз
sign-in-again-why = То, что вы собираетесь сделать, нельзя отменить, или здесь видно то, чего ещё никто не должен знать. Подтвердите, пожалуйста, что это вы.
sign-in-forgotten = Пароль утерян
sign-in-new-password = Новый пароль задан. Все ваши входы завершены: войдите, пожалуйста, с ним.

code-title = Ваш код
code-hint = Шесть цифр, которые сейчас показывает ваше устройство, или один из кодов восстановления
code-lost = У меня нет с собой устройства
code-lost-what = Введите один из кодов восстановления, которые вы сохранили, когда настраивали второй фактор. Если утеряны и они, сообщите организаторам: тот, кто обслуживает систему, может снять второй фактор.

forgotten-title = Новый пароль
forgotten-how = Укажите свой адрес. Если для него есть учётная запись, мы пришлём ссылку, по которой можно задать новый пароль.
forgotten-button = Прислать ссылку
forgotten-asked = Если для этого адреса есть учётная запись, письмо со ссылкой уже отправлено. Ссылка действует один раз, в течение получаса.
forgotten-no-letter = Письма нет через несколько минут? Загляните в папку нежелательной почты и проверьте, тот ли это адрес, на который пришло приглашение.

reset-title = Задайте новый пароль
reset-until = Ссылка действует до { $until }. Все ваши входы завершатся.
reset-button = Задать пароль

account-done-password = Пароль изменён. Остальные ваши входы завершены.
account-done-session = Вход завершён.
account-done-factor-removed = Второй фактор снят. Теперь для входа достаточно одного пароля.
account-factor-on = настроен
account-factor-off = не настроен

account-password = Изменить пароль
account-password-what = Остальные ваши входы завершатся, этот останется.
account-password-button = Изменить пароль

account-sessions = Где вы вошли
account-sessions-what = Каждая строка — браузер или программа, в которых кто-то вошёл в вашу учётную запись. Если какой-то вход вам незнаком, завершите его и измените пароль.
account-session-this = Здесь, сейчас
account-session-other = С { $when }
account-session-began = Вход выполнен
account-session-used = Последнее обращение
account-session-ends = Завершится, если им не пользоваться
account-session-end = Завершить
account-sessions-end = Завершить все остальные
account-sessions-end-what = Этот вход останется.
account-to-translations = Тексты без перевода: { $edition }
account-to-import = Загрузка заявок: { $edition }
account-to-exports = Выгрузка: { $edition }

accounts-too-many = Слишком много попыток. Повторите через { $minutes } мин.
