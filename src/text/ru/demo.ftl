# Страницы самой демонстрации.

demo-mail-title = Письма этой демонстрации
demo-mail-lead = Ни одно из них не покинуло этот компьютер. Сначала новые.
demo-mail-to = Кому
demo-mail-subject = Тема
demo-mail-date = Дата
demo-mail-back = Все письма
