# Сезон: его этапы и что говорится тому, кто пришёл не вовремя.

phase-upcoming = Приём заявок ещё не открыт
phase-nominations = Идёт приём заявок
phase-screening = Заявки проверяются
phase-judging = Жюри оценивают заявки
phase-deliberation = Оргкомитет принимает решение
phase-embargo = Скоро будут объявлены лауреаты
phase-announced = Лауреаты объявлены

phase-not-yet-nominations = Приём заявок откроется { $when }
phase-not-yet-screening = Приём заявок завершится { $when }; это будет возможно после этого
phase-not-yet-judging = Оценка заявок начнётся { $when }
phase-not-yet-deliberation = Оценка заявок завершится { $when }; это будет возможно после этого
phase-not-yet-embargo = Итоги ещё не опечатаны; решения принимаются до { $when }
phase-not-yet-announced = Лауреаты будут объявлены { $when }
phase-over-upcoming = Приём заявок открылся { $when }; это было возможно до этого
phase-over-nominations = Приём заявок завершён { $when }
phase-over-screening = Оценка заявок началась { $when }; это было возможно до этого
phase-over-judging = Оценка заявок завершена { $when }
phase-over-deliberation = Итоги опечатаны; решения принимались самое позднее до { $when }
phase-over-embargo = Лауреаты объявлены { $when }; это было возможно до этого
phase-over-announced = Это невозможно ни на одном этапе сезона; итоги объявлены { $when }

fault-bad-key = Нужно от 1 до 32 строчных латинских букв, цифр и дефисов
fault-bad-code = Нужно от 1 до 16 латинских букв и цифр
fault-bad-time = Укажите время вида 2027-06-30T16:00:00Z
fault-bad-day = Укажите день вида 2027-06-30
fault-bad-zone = Укажите часовой пояс вида Europe/London
fault-bad-domain = Укажите домен вида example.org
fault-unknown-panel = Такого жюри в этом сезоне нет
fault-weights-sum = Сумма весов должна быть 100, сейчас { $n }
fault-maxima-multiple = У высших оценок нет общего кратного до 1 000 000
fault-no-open-panel = Хотя бы одно жюри должно учитываться
fault-slug-taken = Сезон с таким именем уже есть

phase-told-upcoming = Приём заявок откроется { $when }.
phase-told-nominations = Приём заявок открыт до { $when }.
phase-told-screening = Приём заявок завершён, заявки проверяются. Оценка заявок начнётся { $when }.
phase-told-judging = Жюри оценивают заявки до { $when }.
phase-told-deliberation = Оргкомитет принимает решение. Лауреаты будут объявлены { $when }.
phase-told-embargo = Лауреаты будут объявлены { $when }.
phase-told-announced = Лауреаты объявлены { $when }.

home-none = Премия городов-побратимов
home-none-yet = Сезона премии пока нет.
home-now = Города жюри и время в них сейчас
home-nominate = Выдвинуть кого-то
home-winners = Посмотреть лауреатов
home-dates = Сроки
home-date-nominations-open = Открытие приёма заявок
home-date-nominations-close = Завершение приёма заявок
home-date-letters-due = Срок для писем поддержки
home-date-judging-opens = Начало оценки заявок
home-date-judging-closes = Завершение оценки заявок
home-date-announcement = Объявление лауреатов
home-date-reception = Торжественный приём
home-date-live-event = Встреча с публикой
home-categories = Номинации
home-people = Для людей
home-organisations = Для организаций
home-either = Специальная награда
home-criteria = О чём спрашивают жюри
home-criteria-how = Каждую заявку читает жюри каждого города и оценивает её по одним и тем же вопросам.
