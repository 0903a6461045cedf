# Что стоит на каждой странице.

product = Премия городов-побратимов
layout-skip = Перейти к содержанию
layout-motto = Дружба граждан, которую чествуют вместе
layout-home = На главную страницу
layout-api = Для программ: API
layout-trial = Это проба: письма не уходят с этого компьютера.
layout-clock = Часы здесь переведены и показывают { $now }.
layout-errors = Есть ошибки
layout-error = Ошибка:
layout-privacy = Обработка данных
