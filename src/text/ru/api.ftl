# Страница со справочником API.

api-title = API
api-lead = Всё, что делают страницы, могут делать и программы.
api-document = Документ OpenAPI
api-calls = Вызовы
api-bearer = Нужен токен
api-parameters = Параметры
api-kind = Тип
api-meaning = Смысл
api-body = Тело запроса
api-schemas = Схемы
api-problems = Ошибки
