//! Two editions side by side, with somebody of each role, led through the year by their own calls.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use diesel::prelude::*;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::accounts::{Role, clockwork as accounts_clockwork};
use twin_cities_awards::announcement;
use twin_cities_awards::audit::seal::seal;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::{NominationId, ResetId, SupporterId};
use twin_cities_awards::nominations;
use twin_cities_awards::results::clockwork::Clockwork;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::password_resets;

use crate::app::TestApp;
use crate::people::{Person, maria};

/// The edition that is asked about.
pub const OURS: &str = "2021";
/// One beside it, with people and things of its own.
pub const OTHERS: &str = "2021-elsewhere";
/// Who is nominated first, and wins.
const FIRST: &str = "Мария Иванова";
/// Who is nominated second: its judges may step aside.
const SECOND: &str = "Ольга Безродная";
/// An id that nothing has.
pub const ABSENT: &str = "01890000-0000-7000-8000-000000000000";

/// Where the story stands: an instant, the phase, and the phase that outsiders are told.
#[derive(Clone, Copy)]
pub struct Moment {
    pub at: &'static str,
    pub phase: &'static str,
    pub told: &'static str,
    /// Whose links live, of things that are there by then.
    pub living: &'static [LinkKind],
}

use LinkKind::{Letter, Nomination, Notice, Reply, Unsubscribe};

/// The year. The cities sign before the decision lock: outsiders are not told until then.
pub const YEAR: [Moment; 8] = [
    Moment { at: "2021-04-20T10:00:00Z", phase: "U", told: "U", living: &[] },
    Moment { at: "2021-05-10T10:00:00Z", phase: "N", told: "N", living: &[Nomination, Letter, Notice, Unsubscribe] },
    Moment { at: "2021-07-05T10:00:00Z", phase: "S", told: "S", living: &[Nomination, Letter, Notice, Unsubscribe] },
    Moment { at: "2021-08-02T10:00:00Z", phase: "J", told: "J", living: &[Nomination, Notice, Unsubscribe] },
    Moment { at: "2021-08-28T10:00:00Z", phase: "D", told: "D", living: &[Nomination, Notice, Unsubscribe] },
    Moment { at: "2021-08-30T10:00:00Z", phase: "E", told: "D", living: &[Nomination, Notice, Reply, Unsubscribe] },
    Moment { at: "2021-09-08T10:00:00Z", phase: "E", told: "E", living: &[Nomination, Notice, Reply, Unsubscribe] },
    Moment { at: "2021-10-06T19:00:00Z", phase: "A", told: "A", living: &[Nomination, Notice, Reply, Unsubscribe] },
];

/// Somebody who calls.
#[derive(Clone)]
pub struct Somebody {
    pub name: &'static str,
    /// What they are in our edition.
    pub role: Option<Role>,
    /// What they are in any.
    pub elsewhere: Option<Role>,
    pub person: Option<Person>,
}

/// The editions, their people and what there is by now.
pub struct Room {
    pub app: TestApp,
    pub everybody: Vec<Somebody>,
    vera: Person,
    alla: Person,
    /// Things of ours, and things like them that are another's.
    things: BTreeMap<&'static str, [String; 2]>,
    /// Tokens of links to things of ours.
    pub links: BTreeMap<LinkKind, String>,
    /// A session that each has beside the one in use, by whose it is.
    spare: BTreeMap<&'static str, String>,
    /// One of somebody who does not walk.
    anothers_session: String,
    guests: std::cell::Cell<u32>,
}

impl Room {
    /// Before anything has opened.
    pub async fn new(mut app: TestApp) -> Self {
        app.rest().await;
        app.at(YEAR[0].at);
        app.edition_2021().await;
        app.edition_with_slug(OTHERS).await;

        let mut everybody = vec![Somebody { name: "nobody", role: None, elsewhere: None, person: None }];
        for (name, role, panel) in [
            ("judge", Role::Judge, Some("coventry")),
            ("chair", Role::Chair, Some("coventry")),
            ("translator", Role::Translator, None),
            ("organiser", Role::Organiser, None),
            ("approver", Role::Approver, Some("coventry")),
            ("auditor", Role::Auditor, None),
        ] {
            let person = app.operator_invites(role.as_str(), panel, &format!("{name}@jury.example.org")).await;
            everybody.push(Somebody { name, role: Some(role), elsewhere: Some(role), person: Some(person) });
        }
        let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
        let alla = app.operator_invites("approver", Some("volgograd"), "alla@jury.example.org").await;
        let oscar = app.operator_invites_to(OTHERS, "organiser", None, "oscar@jury.example.org").await;
        let name = "another edition's organiser";
        everybody.push(Somebody { name, role: None, elsewhere: Some(Role::Organiser), person: Some(oscar) });

        let ours = app.invited(OURS, "translator", None, "guest@example.org").await.id.to_string();
        let others = app.invited(OTHERS, "translator", None, "other@example.org").await.id.to_string();
        let things = BTreeMap::from([("people", [ours, others])]);
        let (links, spare, anothers_session) = (BTreeMap::new(), BTreeMap::new(), session_of(&vera.token));
        let guests = std::cell::Cell::new(0);
        Self { app, everybody, vera, alla, things, links, spare, anothers_session, guests }
    }

    /// Goes on to this moment: what must have happened by then happens now, everybody signs in again.
    pub async fn go_on(&mut self, moment: &Moment) {
        if ["E", "A"].contains(&moment.phase) {
            self.sign_in().await; // they had signed out
            if moment.told == "D" { self.decide_and_sign().await } else { self.resume().await }
        }
        self.app.at(moment.at);
        Clockwork::default().tick(&self.app.app).await.expect("judging closes");
        announcement::clockwork::tick(&self.app.app).await.expect("what is due is released");
        self.sign_in().await;
        let told = self.app.get(&format!("/editions/{OURS}"), "").await.expect(StatusCode::OK).str("/phase");
        assert!(told.starts_with(&moment.told.to_lowercase()), "{} should be told, not {told}", moment.told);
        let phase = self.app.get(&organise(""), self.token("organiser")).await.expect(StatusCode::OK).str("/phase");
        assert!(phase.starts_with(&moment.phase.to_lowercase()), "{} should stand, not {phase}", moment.phase);
        match moment.phase {
            "U" => self.declare().await,
            "N" => self.nominate().await,
            "S" => self.assign().await,
            "J" => self.score().await,
            _ => {}
        }
        if moment.told == "E" {
            self.accept().await;
        }
        self.links_of_accounts().await;
        seal(&self.app.app).await.expect("what has happened is sealed");
    }

    /// The winner accepts.
    async fn accept(&self) {
        let reply = json!({"answer": "accept", "public_name": FIRST, "public_name_other_script": "Maria Ivanova",
            "attendance": "in_person", "guests": 1, "photo_consent": true, "press_contact_ok": true,
            "keep_confidence": true, "language": "ru"});
        self.app.put("/link/reply", &self.links[&Reply], reply).await.expect(StatusCode::OK);
    }

    /// An invitation and a new password, sent just now.
    async fn links_of_accounts(&mut self) {
        let invited = self.app.invited(OURS, "translator", None, "late@example.org").await;
        let invitation = invited.link.rsplit('/').next().expect("a token").to_owned();
        self.links.insert(LinkKind::Invitation, invitation);
        self.app.post("/auth/password-reset", "", json!({"email": self.alla.email})).await.expect(StatusCode::ACCEPTED);
        accounts_clockwork::tick(&self.app.app).await.expect("it is looked up whose it is");
        let newest = self.app.app.store.read(|tx| {
            let ids = password_resets::table.select(password_resets::id).order(password_resets::id.desc());
            Ok::<_, StoreError>(ids.first::<ResetId>(tx)?)
        });
        let row = newest.await.expect("there is one").uuid();
        self.links.insert(LinkKind::Reset, Link::to(LinkKind::Reset, row).token(&self.app.app.keys));
    }

    /// Everybody signs in anew.
    pub async fn sign_in(&mut self) {
        for one in &mut self.everybody {
            if let Some(person) = &mut one.person {
                self.app.sign_in(person).await;
                self.spare.insert(one.name, session_of(&person.token));
            }
        }
        let people = self.everybody.iter_mut().filter_map(|one| one.person.as_mut());
        for person in people.chain([&mut self.vera, &mut self.alla]) {
            self.app.sign_in(person).await;
        }
        self.anothers_session = session_of(&self.vera.token);
    }

    /// The token of somebody.
    pub fn token(&self, name: &str) -> &str {
        let one = self.everybody.iter().find(|one| one.name == name).expect("they are there");
        one.person.as_ref().map_or("", |person| person.token.as_str())
    }

    fn others_token(&self) -> &str {
        self.token("another edition's organiser")
    }

    /// The address of a call on a thing that is there (or absent), as `who` would ask for it; and one on another's.
    pub fn addresses(&self, method: &str, pattern: &str, who: &str) -> Addresses {
        if pattern.ends_with("/me/sessions/{id}") {
            let with = |id: &str| pattern.replace("{id}", id);
            let own = self.spare.get(who);
            let anothers = own.map(|_| [with(&self.anothers_session), with(ABSENT)]);
            return Addresses { own: with(own.map_or(ABSENT, String::as_str)), anothers, is_there: own.is_some() };
        }
        let thing = match pattern {
            _ if pattern.contains("/people/{id}") => "people",
            _ if pattern.contains("/nominations/{id}") => "nominations",
            _ if pattern.contains("{text}") => "nominations",
            _ if pattern.contains("{nomination}") => "winners",
            _ if pattern.contains("/assignments/plan/{id}") => "plans",
            _ if pattern.contains("/messages/{id}") => "messages",
            _ if pattern.ends_with("/recusal") && who == "chair" => "chair's second",
            _ if pattern.ends_with("/recusal") => "judge's second",
            _ if pattern.contains("/judge/assignments/{id}") && who == "chair" => "chair's first",
            _ if pattern.contains("/judge/assignments/{id}") => "judge's first",
            _ => "",
        };
        let known = pattern.replace("{slug}", OURS).replace("{category}", "I2").replace("{n}", "1");
        // The same twice is refused once it is let in.
        let known = known.replace("{other}", self.things.get("nominations").map_or(ABSENT, |ids| ids[0].as_str()));
        // The first are written in English; a text is named by its nomination.
        let known = known.replace("{language}", "ru").replace("{text}", "{id}.story.ru");
        let (before, after) = match (known.split_once('{'), known.split_once('}')) {
            (Some((before, _)), Some((_, after))) => (before.to_owned(), after.to_owned()),
            _ => {
                let is_there = !pattern.ends_with("/assignments/apply") || self.things.contains_key("plans");
                return Addresses { own: known, anothers: None, is_there };
            }
        };
        assert!(!after.contains('{'), "{pattern} has a part that this test does not know");
        let with = |id: &str| format!("{before}{id}{after}");
        let is_there = self.things.contains_key(thing) && !(method == "GET" && pattern.ends_with("/recusal"));
        let [ours, others] = self.things.get(thing).cloned().unwrap_or_else(|| [ABSENT.to_owned(), ABSENT.to_owned()]);
        let anothers = (others != ABSENT).then(|| [with(&others), with(ABSENT)]);
        Addresses { own: with(&ours), anothers, is_there }
    }

    /// The body of a call: the document's example, about a thing that is there.
    pub fn body(&self, pattern: &str, example: Option<&Json>) -> Option<Json> {
        let mut body = example?.clone();
        if pattern.ends_with("/assignments/apply") {
            let plan = self.things.get("plans").map_or(ABSENT, |[ours, _]| ours.as_str());
            body["plan_id"] = json!(plan);
        }
        Some(body)
    }

    /// Somebody invited just now, whom a call may remove.
    pub async fn guest(&self) -> String {
        self.guests.set(self.guests.get() + 1);
        let email = format!("guest-{}@example.org", self.guests.get());
        self.app.invited(OURS, "translator", None, &email).await.id.to_string()
    }

    // ——— The story ———

    async fn declare(&self) {
        for token in [self.token("judge"), self.token("chair"), &self.vera.token] {
            let promise = json!({"confidential": true});
            self.app.put(&format!("/judge/declarations/{OURS}"), token, promise).await.expect(StatusCode::OK);
        }
    }

    async fn nominate(&mut self) {
        let ours = self.nominated(OURS, &maria()).await;
        let second = self.nominated(OURS, &named(SECOND, "Olga")).await;
        let others = self.nominated(OTHERS, &maria()).await;
        self.things.insert("nominations", [ours.clone(), others.clone()]);
        self.things.insert("winners", [ours.clone(), others]);
        self.things.insert("second", [second, ABSENT.to_owned()]);
        let message = |list: Json| list["items"][0]["id"].as_str().expect("an id").to_owned();
        let our = self.app.get(&organise("/messages"), self.token("organiser")).await.json();
        let other = self.app.get(&format!("/organise/editions/{OTHERS}/messages"), self.others_token()).await.json();
        self.things.insert("messages", [message(our), message(other)]);

        // The links' own nominations, so that what their bearers do touches no winner.
        let nominators = named("Анна Примерова", "Anna");
        let nominees = named("Инна Образцова", "Inna");
        let nominators = self.nominated(OURS, &nominators).await;
        let nominees = self.nominated(OURS, &nominees).await;
        let row = |id: &str| NominationId::parse(id).expect("an id");
        let nomination = row(&nominators);
        let supporter = self.supporter_of(nomination).await;
        let writes = self.supporter_of(row(&ours)).await;
        let token = Link::to(Letter, writes.uuid()).token(&self.app.app.keys);
        self.app.put("/link/letter", &token, nominations::schema::letter()).await.expect(StatusCode::OK);
        for (kind, row) in [
            (LinkKind::Confirm, nomination.uuid()),
            (Nomination, nomination.uuid()),
            (Letter, supporter.uuid()),
            (Unsubscribe, supporter.uuid()),
            (Notice, row(&nominees).uuid()),
            (Reply, row(&ours).uuid()),
        ] {
            self.links.insert(kind, Link::to(kind, row).token(&self.app.app.keys));
        }
        self.give_texts(&ours).await;
    }

    /// The translator has the story and the first letter of ours; nobody has the other edition's.
    async fn give_texts(&mut self, ours: &str) {
        let people = self.app.get(&organise("/people"), self.token("organiser")).await.expect(StatusCode::OK).json();
        let mut people = people["items"].as_array().expect("a list").iter();
        let translator = people.find(|one| one["email"] == "translator@jury.example.org").expect("they were invited");
        let gift = json!({"person": translator["id"]});
        for part in ["story", "letter-1"] {
            let path = organise(&format!("/translations/{ours}.{part}.ru/translator"));
            self.app.put(&path, self.token("organiser"), gift.clone()).await.expect(StatusCode::OK);
        }
    }

    async fn supporter_of(&self, nomination: NominationId) -> SupporterId {
        let read = self.app.app.store.read(move |tx| {
            let supporters = nominations::store::supporters_of(tx, nomination)?;
            Ok::<_, StoreError>(supporters[0].id)
        });
        read.await.expect("they are read")
    }

    async fn nominated(&self, edition: &str, body: &Json) -> String {
        let path = format!("/editions/{edition}/nominations");
        let id = self.app.post(&path, "", body.clone()).await.expect(StatusCode::CREATED).str("/id");
        let row = NominationId::parse(&id).expect("an id").uuid();
        let token = Link::to(LinkKind::Confirm, row).token(&self.app.app.keys);
        self.app.post("/confirmations", "", json!({"token": token})).await.expect(StatusCode::OK);
        id
    }

    async fn assign(&mut self) {
        let token = self.token("organiser").to_owned();
        for name in ["nominations", "second"] {
            let path = organise(&format!("/nominations/{}", self.things[name][0]));
            let eligible = json!({"status": "eligible", "waive_letters": "The story speaks for itself."});
            self.app.change(Method::PATCH, &path, &path, &token, eligible).await.expect(StatusCode::OK);
            let posted = json!({"how": "post", "on": "2021-07-05"});
            self.app.put(&format!("{path}/notice"), &token, posted).await.expect(StatusCode::OK);
        }
        // A plan that another overtakes: whoever may make it real is told so, and nothing moves.
        let plan = json!({"per_panel": 2});
        let overtaken = self.app.post(&organise("/assignments/plan"), &token, plan.clone()).await;
        let path = format!("/organise/editions/{OTHERS}/assignments/plan");
        let others = self.app.post(&path, self.others_token(), plan.clone()).await.expect(StatusCode::CREATED);
        self.things.insert("plans", [overtaken.expect(StatusCode::CREATED).str("/id"), others.str("/id")]);
        self.app.at("2021-07-05T10:01:00Z");
        let made = self.app.post(&organise("/assignments/plan"), &token, plan).await.expect(StatusCode::CREATED);
        let made = json!({"plan_id": made.str("/id")});
        self.app.post(&organise("/assignments/apply"), &token, made).await.expect(StatusCode::OK);

        let [judges, chairs, veras] = [self.token("judge"), self.token("chair"), &self.vera.token].map(str::to_owned);
        let veras = self.queue(&veras).await;
        for (token, names) in
            [(judges, ["judge's first", "judge's second"]), (chairs, ["chair's first", "chair's second"])]
        {
            let queue = self.queue(&token).await;
            self.things.insert(names[0], [queue[FIRST].clone(), veras[FIRST].clone()]);
            self.things.insert(names[1], [queue[SECOND].clone(), veras[SECOND].clone()]);
        }
        self.things.insert("vera's first", [veras[FIRST].clone(), ABSENT.to_owned()]);
    }

    /// A judge's assignments by nominee.
    async fn queue(&self, token: &str) -> BTreeMap<String, String> {
        let queue = self.app.get("/judge/assignments", token).await.expect(StatusCode::OK).json();
        let text = |item: &Json, name: &str| item[name].as_str().expect("a text").to_owned();
        let items = queue["items"].as_array().expect("a list").iter();
        items.map(|item| (text(item, "nominee"), text(item, "id"))).collect()
    }

    async fn score(&self) {
        let judges = [("judge's first", self.token("judge")), ("chair's first", self.token("chair"))];
        for (thing, token) in judges.into_iter().chain([("vera's first", self.vera.token.as_str())]) {
            let judge = Person { email: String::new(), token: token.to_owned() };
            self.app.score(&judge, &self.things[thing][0], 7, 8).await;
        }
    }

    async fn decide_and_sign(&self) {
        let token = self.token("organiser");
        let winner = &self.things["winners"][0];
        let path = organise(&format!("/nominations/{}", self.things["second"][0]));
        let withdrawn = json!({"status": "withdrawn", "reason": "They have asked us to."});
        self.app.change(Method::PATCH, &path, &path, token, withdrawn).await.expect(StatusCode::OK);
        let waiver = json!({"kind": "quorum_waiver", "nomination": winner, "reason": "The others fell ill."});
        self.app.put(&organise("/rulings/I2"), token, json!({"rulings": [waiver]})).await.expect(StatusCode::OK);
        let citation = json!({"en": "For bringing young people of two cities together year after year, and for showing \
             that friendship is a craft that can be taught and learned.",
            "ru": "За то, что год за годом сближает молодых людей двух городов и показывает на деле, что дружбе можно \
             учиться и учить других, пока хватает терпения и добра."});
        let decision = json!({"winners": [winner], "commended": [], "citations": {winner: citation}});
        self.app.put(&organise("/decisions/I2"), token, decision).await.expect(StatusCode::OK);
        let digest = self.app.get(&organise("/results/digest"), token).await.expect(StatusCode::OK).str("/digest");
        for token in [self.token("approver"), &self.alla.token] {
            let signed = json!({"digest": digest});
            self.app.post(&organise("/sign-off"), token, signed).await.expect(StatusCode::OK);
        }
    }

    /// Somebody has pressed Stop, and an approver lets it go on.
    async fn resume(&self) {
        let reason = json!({"reason": "It was a trial of who may."});
        let path = organise("/announcement/resume");
        self.app.post(&path, self.token("approver"), reason).await.expect(StatusCode::OK);
    }
}

fn named(name: &str, latin: &str) -> Json {
    let mut body = maria();
    body["nominee"]["name"] = json!(name);
    body["nominee"]["name_other_script"] = json!(latin);
    body["nominator"]["email"] = json!(format!("nominator-of-{latin}@example.org"));
    body
}

/// The session that a token is of.
fn session_of(token: &str) -> String {
    let claims = BASE64.decode(token.split('.').nth(1).expect("claims")).expect("base64");
    let claims: Json = serde_json::from_slice(&claims).expect("JSON");
    claims["sid"].as_str().expect("a session").to_owned()
}

/// Where a call goes.
pub struct Addresses {
    /// To a thing of one's own edition, or of one's own.
    pub own: String,
    /// To a thing that is another's, and to one that nobody has.
    pub anothers: Option<[String; 2]>,
    /// Whether there is such a thing by now.
    pub is_there: bool,
}

/// A path at our edition's desk.
pub fn organise(path: &str) -> String {
    format!("/organise/editions/{OURS}{path}")
}
