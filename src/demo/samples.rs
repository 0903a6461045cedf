//! The sample people and nominations: all made up, at example.org.

use serde_json::{Value as Json, json};

/// A nomination of the sample edition.
pub struct Sample {
    /// 1 to 24; addresses are made from it.
    pub number: usize,
    /// Category code.
    pub category: &'static str,
    /// Nominee.
    pub name: &'static str,
    /// The name in the other alphabet, where it is known.
    pub other: Option<&'static str>,
    /// Town.
    pub city: &'static str,
    /// Country.
    pub country: &'static str,
    /// Key of a linked city beside Coventry.
    pub linked: &'static str,
    /// Language of the story.
    pub language: &'static str,
    /// In one line.
    pub headline: &'static str,
}

macro_rules! samples {
    ($($number:literal $category:literal $name:literal $other:expr, $city:literal $country:literal $linked:literal
        $language:literal $headline:literal;)+) => {
        &[$(Sample {
            number: $number, category: $category, name: $name, other: $other, city: $city, country: $country,
            linked: $linked, language: $language, headline: $headline,
        }),+]
    };
}

/// The 24 nominations.
pub const SAMPLES: &[Sample] = samples![
    1 "I1" "Ann Sample" None, "Coventry" "GB" "volgograd" "en" "Kept a chain of letters unbroken for fifteen years";
    2 "I1" "Мария Примерова" Some("Maria Primerova"), "Волгоград" "RU" "volgograd" "ru" "Сто гостей за одним кухонным столом";
    3 "I1" "Maria Primerova" Some("Мария Примерова"), "Volgograd" "RU" "volgograd" "en" "She opened her home to a hundred guests";
    4 "I1" "Hans Beispiel" None, "Dresden" "DE" "dresden" "en" "Rebuilt a chapel wall with former enemies";
    5 "I2" "Jana Příkladová" None, "Ostrava" "CZ" "ostrava" "en" "A youth choir that sings in four languages";
    6 "I2" "Тимофей Пробный" None, "Волгоград" "RU" "volgograd" "ru" "Школьная игра о городах-побратимах";
    7 "I2" "Kofi Placeholder" None, "Kingston" "JM" "kingston" "en" "Cricket by video link, then in person";
    8 "I2" "示例小梅" Some("Shili Xiaomei"), "Jinan" "CN" "jinan" "en" "Recipes that crossed three hundred classrooms";
    9 "I3" "Tom O’Specimen" None, "Cork" "IE" "cork" "en" "Fifty years of ferry crossings";
    10 "I3" "Зинаида Образцова" None, "Волгоград" "RU" "volgograd" "ru" "Полвека переводит чужие письма";
    11 "I3" "Élise Exemple" None, "Caen" "FR" "caen" "en" "The nurse who never stopped visiting";
    12 "I3" "Milan Primjer" None, "Sarajevo" "BA" "sarajevo" "ru" "Перевёз библиотеку через границу";
    13 "O1" "Coventry Friends of Sampletown" None, "Coventry" "GB" "kiel" "en" "Forty host families and one minibus";
    14 "O1" "Клуб друзей «Мост»" Some("Most Friends’ Club"), "Волгоград" "RU" "volgograd" "ru" "Сорок лет писем, встреч и общих садов";
    15 "O1" "Förderkreis Muster e.V." None, "Kiel" "DE" "kiel" "en" "A harbour festival for two cities";
    16 "O1" "Koło Przykład" None, "Warsaw" "PL" "warsaw" "ru" "Прогулки памяти на трёх языках";
    17 "O2" "Specimen Primary School" None, "Coventry" "GB" "graz" "en" "Every child has a friend abroad";
    18 "O2" "МБОУ «Школа-образец»" None, "Волгоград" "RU" "volgograd" "ru" "Музей дружбы, собранный учениками";
    19 "O2" "Minta Gimnázium" None, "Kecskemét" "HU" "kecskemet" "en" "One lesson a week, two schools, one screen";
    20 "O2" "Пробный университет" None, "Волгоград" "RU" "volgograd" "ru" "Студенты-медики учатся друг у друга";
    21 "O3" "Teatro Esempio" None, "Bologna" "IT" "bologna" "en" "A play with half its cast abroad";
    22 "O3" "Хор «Проба»" None, "Волгоград" "RU" "volgograd" "ru" "Реквием, спетый двумя городами";
    23 "O3" "Placeholder Foundry Ltd" None, "Windsor, Ontario" "CA" "windsor-on" "en" "Apprentices exchanged since 1990";
    24 "O3" "Atelier Exemple" None, "Saint-Étienne" "FR" "saint-etienne" "en" "Murals painted by strangers";
];

impl Sample {
    /// Whether the nominee is a minor.
    pub fn is_minor(&self) -> bool {
        self.number == 6
    }

    /// The name as the nominee gives it for publication; a minor's guardian gives the surname's initial alone.
    pub fn public_name(&self) -> String {
        match self.name.split_once(' ') {
            Some((given, surname)) if self.is_minor() => {
                format!("{given} {}.", surname.chars().take(1).collect::<String>())
            }
            _ => self.name.to_owned(),
        }
    }

    /// The nomination's body, as anybody would send it.
    pub fn body(&self) -> Json {
        let russian = self.language == "ru";
        let mut nominee = json!({
            "name": self.name, "name_other_script": self.other, "home_city": self.city, "country": self.country,
            "linked_cities": if self.linked == "volgograd" { vec!["volgograd"] } else { vec!["volgograd", self.linked] },
        });
        if self.is_minor() {
            nominee["guardian"] = json!({"name": "Пётр Пробный", "email": self.address('n')});
        } else {
            nominee["email"] = json!(self.address('n'));
        }
        if self.category.starts_with('I') {
            nominee["kind"] = json!("individual");
            nominee["age_band"] = json!(match self.category {
                _ if self.is_minor() => "under_18",
                "I2" => "18_25",
                _ => "26_plus",
            });
        } else {
            nominee["kind"] = json!("organisation");
            nominee["organisation"] = json!({"type": self.organisation_type(),
                "contact_name": if russian { "Пётр Образцов" } else { "Pat Specimen" },
                "contact_role": if russian { "председатель" } else { "chair" }});
        }
        let mut declarations = json!({"true_account": true, "not_self": true, "nominee_will_be_told": true,
            "judges_will_read": true, "no_special_category_data": true, "privacy_notice_read": true});
        if self.is_minor() {
            declarations["guardian_agrees"] = json!(true);
        }
        json!({
            "category": self.category, "language": self.language, "nominee": nominee, "headline": self.headline,
            "story": self.story(), "links": [],
            "supporters": [self.supporter(1), self.supporter(2)],
            "nominator": {"name": if russian { "Иван Заявителев" } else { "Nora Nominator" },
                "email": self.address('m'), "relation": if russian { "сосед" } else { "neighbour" },
                "country": self.country},
            "declarations": declarations, "tell_me_next_time": self.number.is_multiple_of(3),
        })
    }

    /// `n07@example.org` and the like: `n` the nominee, `m` the nominator, `s` and `t` the supporters.
    pub fn address(&self, who: char) -> String {
        format!("{who}{:02}@example.org", self.number)
    }

    fn supporter(&self, which: usize) -> Json {
        let russian = self.language == "ru";
        let (who, name) = match (which, russian) {
            (1, true) => ('s', "Ольга Поручителева"),
            (1, false) => ('s', "Sam Supporter"),
            (_, true) => ('t', "Heike Bürgin"),
            (_, false) => ('t', "Tess Voucher"),
        };
        json!({"name": name, "email": self.address(who), "relation": if russian { "коллега" } else { "colleague" }})
    }

    fn organisation_type(&self) -> &'static str {
        match (self.category, self.number) {
            ("O1", _) => "friendship_association",
            ("O2", 20) => "university",
            ("O2", _) => "school",
            (_, 23) => "business",
            _ => "arts",
        }
    }

    fn story(&self) -> Json {
        let year = 1975 + (self.number * 7) % 45;
        if self.language == "ru" {
            json!({"impact": format!("{}. Люди, которые раньше знали друг о друге только из газет, теперь пишут, звонят и \
                    приезжают в гости; у многих семей появились друзья в другой стране.", self.headline),
                "friendship": "Каждая встреча готовится вместе: одни учат песни и слова другого языка, другие открывают \
                    свои дома, и потому дружат не делегации, а люди.",
                "commitment": "Дело не прерывалось ни на один год, даже когда поездки были невозможны: тогда писали письма.",
                "others": "Помогают учителя, библиотекари и бывшие участники.", "since_year": year, "ongoing": true})
        } else {
            json!({"impact": format!("{}. People who knew of each other only from the papers now write, call and visit; \
                    many families have a friend in another country whom they would not have met.", self.headline),
                "friendship": "Every meeting is prepared together: some learn songs and words of the other language, others \
                    open their homes, so that it is people who are friends and not delegations.",
                "commitment": "The work was never broken off, even when nobody could travel: then there were letters.",
                "others": "Teachers, librarians and former guests help.", "since_year": year, "ongoing": true})
        }
    }

    /// A supporter's letter, 50 words at least.
    pub fn letter(&self) -> String {
        let sentence = if self.language == "ru" {
            "Я знаю номинанта много лет и видел, как из одного письма выросла настоящая дружба двух городов. "
        } else {
            "I have known them for many years and saw how one letter grew into a real friendship of two cities. "
        };
        sentence.repeat(4).trim().to_owned()
    }
}

/// Somebody with an account: first name in Latin letters, name, role, panel, language.
pub struct SamplePerson {
    /// Makes the address.
    pub first: &'static str,
    /// As shown.
    pub name: &'static str,
    /// Role.
    pub role: &'static str,
    /// Panel, if the role has one.
    pub panel: Option<&'static str>,
    /// Language.
    pub language: &'static str,
}

impl SamplePerson {
    /// Judges have a domain of their own: one that they shared with a nomination would bar them from it.
    pub fn email(&self) -> String {
        let domain = if matches!(self.role, "judge" | "chair") { "jury.example.org" } else { "example.org" };
        format!("{}@{domain}", self.first)
    }
}

macro_rules! people {
    ($($first:literal $name:literal $role:literal $panel:expr, $language:literal;)+) => {
        &[$(SamplePerson { first: $first, name: $name, role: $role, panel: $panel, language: $language }),+]
    };
}

/// The people of the sample edition.
pub const PEOPLE: &[SamplePerson] = people![
    "olive" "Olive Organiser" "organiser" None, "en";
    "oleg" "Олег Распорядов" "organiser" None, "ru";
    "amy" "Amy Approver" "approver" Some("coventry"), "en";
    "alla" "Алла Утверждаева" "approver" Some("volgograd"), "ru";
    "carol" "Carol Panel" "chair" Some("coventry"), "en";
    "alice" "Alice Assessor" "judge" Some("coventry"), "en";
    "ben" "Ben Scorer" "judge" Some("coventry"), "en";
    "david" "David Reader" "judge" Some("coventry"), "en";
    "vera" "Вера Оценкина" "chair" Some("volgograd"), "ru";
    "gleb" "Глеб Баллов" "judge" Some("volgograd"), "ru";
    "dina" "Дина Листова" "judge" Some("volgograd"), "ru";
    "yegor" "Егор Судейский" "judge" Some("volgograd"), "ru";
    "tara" "Tara Translator" "translator" None, "en";
    "ada" "Ada Auditor" "auditor" None, "en";
];
