//! Builders: an edition with its people, nominations from their first line to the judges' desks.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::accounts::{InvitePerson, Invited};
use twin_cities_awards::audit::Deed;

use crate::app::TestApp;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their address.
    pub email: String,
    /// Their access token.
    pub token: String,
}

/// The people of an edition.
pub struct Committee {
    /// Two organisers.
    pub organisers: [Person; 2],
    /// An approver of Coventry and one of Volgograd.
    pub approvers: [Person; 2],
    /// Four judges of Coventry, then four of Volgograd.
    pub judges: Vec<Person>,
}

/// From where somebody signs in of whom nobody knows whence.
pub fn nowhere() -> twin_cities_awards::accounts::Whence {
    let client = twin_cities_awards::http::request::Client { address: None, is_loopback: false };
    twin_cities_awards::accounts::Whence { client, device: None }
}

/// A password that passes.
pub const PASSWORD: &str = "seven bridges over the Sherbourne";

impl TestApp {
    /// Makes edition 2021 from its template.
    pub async fn edition_2021(&self) {
        let deed = Deed::of_operator(&self.app);
        let template = twin_cities_awards::editions::create_from_template(&self.app, deed, "tca-2021", None).await;
        template.expect("the template is whole");
    }

    /// Makes another edition of the same template.
    pub async fn edition_with_slug(&self, slug: &str) {
        let deed = Deed::of_operator(&self.app);
        let slug = twin_cities_awards::editions::EditionSlug::parse(slug);
        let made = twin_cities_awards::editions::create_from_template(&self.app, deed, "tca-2021", slug).await;
        made.expect("the template is whole");
    }

    /// Invites somebody as the operator does, and accepts by the mailed link.
    pub async fn operator_invites(&self, role: &str, panel: Option<&str>, email: &str) -> Person {
        self.operator_invites_to("2021", role, panel, email).await
    }

    /// The same, to any edition.
    pub async fn operator_invites_to(&self, edition: &str, role: &str, panel: Option<&str>, email: &str) -> Person {
        let invited = self.invited(edition, role, panel, email).await;
        let token = invited.link.rsplit('/').next().expect("a token").to_owned();
        self.accept(email, &token).await
    }

    /// Invites somebody as the operator does; answers the link that the command prints.
    pub async fn invitation_link(&self, role: &str, panel: Option<&str>, email: &str) -> String {
        self.invited("2021", role, panel, email).await.link
    }

    /// Invites somebody as the operator does, who has not accepted yet.
    pub async fn invited(&self, edition: &str, role: &str, panel: Option<&str>, email: &str) -> Invited {
        let deed = Deed::of_operator(&self.app);
        let person = InvitePerson::parse(edition, role, panel, email, "Olive Organiser", Some("en"));
        let person = person.expect("the words are right");
        twin_cities_awards::accounts::invite(&self.app, deed, person).await.expect("they are invited")
    }

    /// An organiser invites somebody, who accepts by the mailed link.
    pub async fn organiser_invites(&self, organiser: &Person, body: Json) -> Person {
        let email = body["email"].as_str().expect("an address").to_owned();
        let path = "/organise/editions/2021/people";
        self.post(path, &organiser.token, body).await.expect(StatusCode::CREATED);
        let mail = self.mail().next_to(&email).await;
        self.accept(&email, &mail.token("invitation")).await
    }

    async fn accept(&self, email: &str, token: &str) -> Person {
        let body = json!({"token": token, "password": PASSWORD});
        let answer = self.post("/auth/invitations/accept", "", body).await.expect(StatusCode::OK);
        Person { email: email.to_owned(), token: answer.str("/access_token") }
    }

    /// Signs in again: access tokens last 15 minutes.
    pub async fn sign_in(&self, person: &mut Person) {
        let body = json!({"email": person.email, "password": PASSWORD});
        person.token = self.post("/auth/login", "", body).await.expect(StatusCode::OK).str("/access_token");
    }

    /// The whole committee of edition 2021.
    pub async fn committee(&self) -> Committee {
        let first = self.operator_invites("organiser", None, "olive@example.org").await;
        let second = self.operator_invites("organiser", None, "oleg@example.org").await;
        let amy = self.operator_invites("approver", Some("coventry"), "amy@example.org").await;
        let alla = self.operator_invites("approver", Some("volgograd"), "alla@example.org").await;
        let mut judges = Vec::new();
        for (panel, language, names) in [
            ("coventry", "en", ["carol", "alice", "ben", "david"]),
            ("volgograd", "ru", ["vera", "gleb", "dina", "yegor"]),
        ] {
            for name in names {
                let body = json!({"email": format!("{name}@jury.example.org"), "name": format!("Judge {name}"),
                    "role": "judge", "panel": panel, "language": language, "reads": ["en", "ru"]});
                judges.push(self.organiser_invites(&first, body).await);
            }
        }
        Committee { organisers: [first, second], approvers: [amy, alla], judges }
    }

    /// Sends a nomination and confirms it by the mailed link; answers its id.
    pub async fn nominate(&self, body: &Json) -> String {
        let sent = self.post("/editions/2021/nominations", "", body.clone()).await.expect(StatusCode::CREATED);
        let email = body["nominator"]["email"].as_str().expect("an address");
        let mail = self.mail().next_to(email).await;
        let confirmed = self.post("/confirmations", "", json!({"token": mail.token("confirm")})).await;
        assert_eq!(confirmed.expect(StatusCode::OK).str("/status"), "submitted");
        sent.str("/id")
    }

    /// A supporter writes by the mailed link.
    pub async fn supporter_writes(&self, email: &str, language: &str) {
        let token = self.mail().next_to(email).await.token("letter");
        let letter = "I have known them for many years and seen what they do for our cities. ".repeat(5);
        let body = json!({"letter": letter, "relation": "neighbour", "known_since": 2001, "language": language,
            "declaration": true});
        self.put("/link/letter", &token, body).await.expect(StatusCode::OK);
    }

    /// An organiser changes a nomination.
    pub async fn screen(&self, organiser: &Person, nomination: &str, body: Json) {
        let path = format!("/organise/editions/2021/nominations/{nomination}");
        self.change(Method::PATCH, &path, &path, &organiser.token, body).await.expect(StatusCode::OK);
    }

    /// A judge scores a nomination, all criteria alike but the first.
    pub async fn score(&self, judge: &Person, assignment: &str, first: u8, rest: u8) {
        let path = format!("/judge/assignments/{assignment}/sheet");
        let scores = json!({"C1": first, "C2": rest, "C3": rest, "C4": rest, "C5": rest});
        self.put(&path, &judge.token, json!({"scores": scores, "submit": true})).await.expect(StatusCode::OK);
    }
}

/// An individual, nominated in English.
pub fn maria() -> Json {
    json!({"category": "I2", "language": "en",
     "nominee": {"kind": "individual", "name": "Мария Иванова", "name_other_script": "Maria Ivanova", "honours": "",
      "home_city": "Volgograd", "country": "RU", "linked_cities": ["volgograd", "ostrava"], "email": "maria@example.org",
      "age_band": "18_25"},
     "headline": "Pen friends from two cities became a yearly youth orchestra",
     "story": {"impact": "Over one hundred teenagers who had never met a foreigner now play together every summer, and \
        their families host each other at home in both cities.",
      "friendship": "She began with twelve letters between two music schools and answered every one herself until \
        friendships grew.",
      "commitment": "Six years without a break, even online through the hardest winter.",
      "others": "Teachers, parents and two libraries.", "since_year": 2015, "ongoing": true},
     "links": [{"title": "Concert report", "url": "https://example.org/concert"}],
     "supporters": [{"name": "Jan Příklad", "email": "jan@example.org", "relation": "conductor"},
      {"name": "Ольга Примерова", "email": "olga@example.org", "relation": "head of the music school"}],
     "nominator": {"name": "Ann Example", "email": "ann@example.org", "phone": "+44 24 7600 0000",
      "relation": "host parent", "country": "GB"},
     "declarations": declarations(), "tell_me_next_time": true})
}

/// An organisation, nominated in Russian, without an email.
pub fn bridge_club() -> Json {
    json!({"category": "O1", "language": "ru",
     "nominee": {"kind": "organisation", "name": "Клуб друзей «Мост»", "name_other_script": "Most Friends' Club",
      "home_city": "Волгоград", "country": "RU", "linked_cities": ["volgograd", "kiel", "other"], "other_city": "Кёльн",
      "phone": "+7 8442 00-00-00", "postal_address": "ул. Примерная, 1\nВолгоград",
      "organisation": {"type": "friendship_association", "contact_name": "Пётр Образцов",
       "contact_role": "председатель", "website": "https://most.example.org"}},
     "headline": "Сорок лет писем, встреч и общих садов",
     "story": {"impact": "Клуб собрал тысячи писем горожан и превратил переписку в живые встречи: дети, ветераны и \
        садоводы трёх городов вместе высаживают сады памяти.",
      "friendship": "Каждая семья принимает гостей у себя дома и учит несколько фраз на их языке, поэтому дружат не \
        делегации, а люди.",
      "commitment": "С 1981 года не было ни одного года без встречи или общего дела.", "others": "",
      "since_year": 1981, "ongoing": true},
     "links": [], "supporters": [{"name": "Heike Muster", "email": "heike@example.org", "relation": "партнёр в Киле"},
      {"name": "Анна Образцова-Тестова", "email": "anna@example.org", "relation": "библиотекарь"}],
     "nominator": {"name": "Иван Пробный", "email": "ivan@example.org", "relation": "сосед", "country": "RU"},
     "declarations": declarations(), "tell_me_next_time": false})
}

fn declarations() -> Json {
    json!({"true_account": true, "not_self": true, "nominee_will_be_told": true, "judges_will_read": true,
        "no_special_category_data": true, "privacy_notice_read": true})
}
