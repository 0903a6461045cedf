### What this room writes to nominators, supporters and nominees, and what their pages say.

nominations-m1-subject = Подтвердите заявку
nominations-m1-why = Нам прислали заявку, в которой указан этот адрес. { $award }. Если адрес ваш, откройте страницу и нажмите кнопку:
nominations-m1-label = Подтвердить заявку
nominations-m1-until = Ссылка действует до { $when }. Заявка, не подтверждённая к этому времени, будет удалена.
nominations-m1-several = За короткое время нам прислали несколько заявок, в которых указан этот адрес. { $award }. Если адрес ваш, откройте страницу каждой заявки и нажмите кнопку:
nominations-m1-several-label = Подтвердить заявку { $ref }
nominations-m1-several-until = Ссылки действуют до { $when }. Заявки, не подтверждённые к этому времени, будут удалены.
nominations-m1-not-you = Если это были не вы, не отвечайте на это письмо: больше писем не будет.

nominations-m2-subject = Заявка { $ref } получена
nominations-m2-in = Спасибо. Ваша заявка получена. { $award }. Номинант: { $nominee }. Номинация: { $category }.
nominations-own-label = Ваша заявка
nominations-m2-change = По этой ссылке заявку можно прочитать в любое время, а изменить или отозвать — до { $when }.
nominations-m2-reference = Номер заявки: { $ref }. Указывайте его, когда пишете нам.
nominations-m2-next = Что будет дальше:
nominations-m2-letters = двух поручителей мы попросили написать письма поддержки; срок — { $when };
nominations-m2-notice = номинанту сообщат, что его выдвинули и как мы используем его данные;
nominations-m2-judging = члены жюри читают и оценивают заявки до { $when };
nominations-m2-announce = лауреатов объявят { $when }.
nominations-privacy-label = Как мы обрабатываем персональные данные

nominations-m4-subject = Просим написать письмо поддержки
nominations-m4-who = Вы названы поручителем в заявке. { $award }. Заявитель: { $nominator }. Номинант: { $nominee }. Номинация: { $category }. Просим вас написать письмо поддержки:
nominations-m4-label = Написать письмо
nominations-m4-how = Напишите, пожалуйста, от { $min } до { $max } слов по-русски или по-английски. Срок — { $when }. Члены жюри прочитают письмо без вашего имени.
nominations-m4-decline = Если вы не хотите писать, сообщите об этом на странице, и мы не будем напоминать:
nominations-m4-decline-label = Отказаться
nominations-m4-source = Ваш адрес сообщил нам заявитель — только для этого письма. Если вы больше не хотите получать от нас писем ни в этом году, ни позже:
nominations-m4-never-label = Больше никогда мне не писать

nominations-m6-subject = Вас выдвинули на премию: как мы используем ваши данные
nominations-m6-first = { $nominee } выдвигается на премию. От вас ничего не требуется.
nominations-m6-label = Узнать, какие данные хранятся, запросить копию или возразить
nominations-m6-award = { $award }. Номинация: { $category }. Вот что одной строкой написал заявитель:
nominations-m6-award-bare = { $award }. Номинация: { $category }.
nominations-m6-held =
    Что мы храним: { $kind ->
        [organisation] название, город, вид организации, контактное лицо
       *[individual] имя, город, возрастную группу
    }, контактные данные, рассказ из заявки и письма поддержки. Всё это сообщили заявитель и два поручителя.
nominations-m6-why = Зачем: чтобы выбрать и отметить тех, кто сближает людей разных стран. Основание — наш законный интерес (статья 6(1)(f) UK GDPR).
nominations-m6-readers = Кто это читает: организаторы, а также, без контактных данных, члены жюри в этих городах: { $cities }.
nominations-m6-transfer = Чтение в этих местах — передача данных за пределы Великобритании: { $cities }.
nominations-m6-kept = Как долго: контактные данные — не позже { $contacts } (лауреатов — до { $winners }), рассказ и письма — до { $texts }.
nominations-m6-public = Если { $nominee } станет лауреатом или дипломантом, мы опубликуем имя (название), город, номинацию и формулировку решения и сохраним их в истории премии. По ссылке выше можно попросить не публиковать имя.
nominations-m6-rights = Ваши права: вы можете запросить доступ к данным, их исправление, удаление или ограничение обработки. Вы можете возразить, и тогда заявка будет сразу отозвана. Ни одно решение не принимает машина.
nominations-m6-complain = Вы можете пожаловаться нам, а также в Управление комиссара по информации Великобритании (ICO).
nominations-m6-controller = Кто отвечает за данные: { $controller }. К кому обращаться: { $contact }.

nominations-m7-subject = Заявка { $ref }: изменения сохранены
nominations-m7-changed = Изменения в вашей заявке сохранены. Изменено:
nominations-m7-not-you = Если это были не вы, пожалуйста, ответьте на это сообщение.
nominations-m7-declined = Поручитель № { $position } сообщил, что не будет писать письмо поддержки.
nominations-m7-replace = Назвать другого поручителя можно до { $when }.

nominations-m8-subject = Заявка { $ref } отозвана
nominations-m8-since = Заявка { $ref } (номинант: { $nominee }) отозвана { $when }. Больше ничего делать не нужно.
nominations-m8-deleted = Имена, контактные данные и тексты будут удалены не позже { $day }.

nominations-m9-subject = Заявка { $ref } не допущена
nominations-m9-cannot = Мы рассмотрели заявку { $ref } (номинант: { $nominee }). Она не допущена:
nominations-m9-again = Если вы считаете, что мы ошиблись, ответьте на это письмо до { $when }.
nominations-m10-subject = Заявка { $ref } объединена с другой
nominations-m10-joined = Мы объединили вашу заявку { $ref } (номинант: { $nominee }) с другой заявкой на того же номинанта в той же номинации.
nominations-m10-words = Ваш рассказ и письма ваших поручителей прочитают вместе с ней. От вас больше ничего не требуется.

nominations-reason-not-friendship = в ней не рассказано о работе ради дружбы между людьми разных стран.
nominations-reason-wrong-category = она не подходит для своей номинации.
nominations-reason-self-nomination = выдвигать себя нельзя.
nominations-reason-deceased-only = премия вручается живущим людям и организациям.
nominations-reason-incomplete = не хватает нужных сведений.
nominations-reason-objected = номинант не хочет участвовать.
nominations-reason-offensive = в таких словах её нельзя передать жюри.
nominations-reason-spam = присланное не похоже на заявку.
nominations-reason-other = организаторы пишут:

nominations-the-nominee = номинант
nominations-the-nominator = заявитель

nominations-m21-subject = Вопрос о заявке { $ref }
nominations-m21-asks = У нас есть вопрос о вашей заявке { $ref } (номинант: { $nominee }). Пожалуйста, ответьте на этой странице:
nominations-m21-label = Ответить на вопрос
nominations-m21-how = Ваш ответ получат организаторы.
nominations-removed = [удалено]
