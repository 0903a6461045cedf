### Что предлагает анкета, когда просит выбрать.

choice-age-band-under-18 = До 18 лет
choice-age-band-18-25 = От 18 до 25 лет
choice-age-band-26-plus = 26 лет или больше
choice-age-band-not-known = Не знаю
choice-nominee-kind-individual = Человека
choice-nominee-kind-organisation = Организацию
choice-city-other = Другой город
choice-kind-individual = Человека
choice-kind-organisation = Организацию
choice-organisation-type-friendship-association = Общество дружбы
choice-organisation-type-community-group = Общественное объединение
choice-organisation-type-charity = Благотворительная организация
choice-organisation-type-sport = Спортивный клуб
choice-organisation-type-school = Школа
choice-organisation-type-college = Колледж
choice-organisation-type-university = Университет
choice-organisation-type-arts = Искусство или культура
choice-organisation-type-media = Средство массовой информации
choice-organisation-type-faith = Религиозная организация
choice-organisation-type-business = Бизнес
choice-organisation-type-public-body = Орган власти
choice-organisation-type-other = Другое
