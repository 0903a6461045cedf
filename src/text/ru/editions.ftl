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
