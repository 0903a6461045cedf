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
