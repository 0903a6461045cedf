//! The story of the sample editions, told call by call while the clock is moved.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Value as Json, json};

use super::client::{Client, DemoError};
use super::judges;
use super::{Moment, PEOPLE, SAMPLES, Sample, SamplePerson};
use crate::accounts;
use crate::accounts::InvitePerson;
use crate::announcement;
use crate::app::App;
use crate::audit::Deed;
use crate::clock::Time;
use crate::editions;
use crate::http::links::{Link, LinkKind};
use crate::ids::NominationId;
use crate::nominations;
use crate::outbox;
use crate::store::StoreError;
use crate::text::Language;

/// Somebody's sign-in, to be printed once.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub name: &'static str,
    /// As what.
    pub role: &'static str,
    /// In which panel.
    pub panel: Option<&'static str>,
    /// Address.
    pub email: String,
    /// Password, drawn for this demo.
    pub password: String,
}

/// Why the demo cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// A call was refused.
    #[error(transparent)]
    Call(#[from] DemoError),
    /// An edition could not be made.
    #[error(transparent)]
    Edition(#[from] editions::EditionError),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// Somebody could not be invited.
    #[error(transparent)]
    Person(#[from] accounts::InviteError),
}

/// Tells edition 2021 to its end and edition 2027 up to `moment`; answers who may sign in.
///
/// `app` must have a standing clock, which is left at the moment's start.
///
/// # Errors
/// [`StoryError`], where samples and rules no longer fit.
pub async fn tell(app: &App, moment: Moment) -> Result<Vec<SignIn>, StoryError> {
    let people = sign_ins(app);
    let earlier: Vec<&Sample> =
        SAMPLES.iter().filter(|sample| [1, 5, 9, 13, 17, 21].contains(&sample.number)).collect();
    Teller::new(app, "2021", earlier, people.clone()).await?.walk(Moment::Announced).await?;
    Teller::new(app, "2027", SAMPLES.iter().collect(), people.clone()).await?.walk(moment).await?;
    set(app, moment.starts_at());
    Ok(people)
}

fn set(app: &App, time: &str) {
    app.clock.set(Time::parse(time).expect("the demo's instants are well formed"));
}

fn sign_ins(app: &App) -> Vec<SignIn> {
    let alphabet = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let sign_in = |person: &SamplePerson| SignIn {
        name: person.name,
        role: person.role,
        panel: person.panel,
        email: person.email(),
        password: alphabet.encode(app.chance.bytes::<12>()),
    };
    PEOPLE.iter().map(sign_in).collect()
}

/// A nomination of the story, with its ids.
struct Told<'a> {
    sample: &'a Sample,
    id: String,
}

struct Teller<'a> {
    app: &'a App,
    client: Client,
    slug: &'static str,
    samples: Vec<&'a Sample>,
    people: Vec<SignIn>,
    tokens: BTreeMap<String, String>,
}

impl<'a> Teller<'a> {
    async fn new(
        app: &'a App,
        slug: &'static str,
        samples: Vec<&'a Sample>,
        people: Vec<SignIn>,
    ) -> Result<Self, StoryError> {
        let client = Client::of(app).await;
        let teller = Self { app, client, slug, samples, people, tokens: BTreeMap::new() };
        teller.at("04-01T09:00:00Z");
        let template = format!("tca-{slug}");
        editions::create_from_template(app, Deed::of_operator(app), &template, None).await?;
        Ok(teller)
    }

    /// Moves the clock within the edition's year.
    fn at(&self, rest: &str) {
        set(self.app, &format!("{}-{rest}", self.slug));
    }

    fn organise(&self, rest: &str) -> String {
        format!("/organise/editions/{}{rest}", self.slug)
    }

    async fn walk(mut self, moment: Moment) -> Result<(), StoryError> {
        self.invite().await?;
        let told = self.nominate().await?;
        self.letters(&told, moment).await?;
        if moment == Moment::Nominations {
            return self.post().await;
        }
        self.screen(&told).await?;
        self.plan().await?;
        self.judge(moment).await?;
        if moment != Moment::Announced {
            return self.post().await;
        }
        self.decide().await?;
        self.announce(&told).await?;
        self.post().await
    }

    /// Sends what is due.
    async fn post(&self) -> Result<(), StoryError> {
        outbox::worker::drain(self.app, &announcement::claim_guard(self.app)).await?;
        Ok(())
    }

    async fn invite(&mut self) -> Result<(), StoryError> {
        for person in self.people.clone() {
            let deed = Deed::of_operator(self.app);
            let language = PEOPLE.iter().find(|sample| sample.name == person.name).map(|sample| sample.language);
            let invitation =
                InvitePerson::parse(self.slug, person.role, person.panel, &person.email, person.name, language);
            let Ok(mut invitation) = invitation else { unreachable!("the samples' words are right") };
            invitation.reads = vec![Language::En, Language::Ru]; // nobody translates the samples
            let invited = accounts::invite(self.app, deed, invitation).await?;
            let token = invited.link.rsplit('/').next().unwrap_or_default().to_owned();
            let body = json!({"token": token, "password": person.password});
            self.client.post("/auth/invitations/accept", "", body).await?;
        }
        Ok(())
    }

    /// Access tokens last a quarter of an hour: all sign in again wherever the story jumps.
    async fn sign_in(&mut self, roles: &[&str]) -> Result<(), StoryError> {
        for person in self.people.iter().filter(|person| roles.contains(&person.role)) {
            let body = json!({"email": person.email, "password": person.password});
            let answer = self.client.post("/auth/login", "", body).await?;
            let token = answer["access_token"].as_str().unwrap_or_default().to_owned();
            self.tokens.insert(person.email.clone(), token);
        }
        Ok(())
    }

    fn token(&self, email: &str) -> &str {
        self.tokens.get(email).map_or("", String::as_str)
    }

    fn olive(&self) -> &str {
        self.token("olive@example.org")
    }

    async fn nominate(&self) -> Result<Vec<Told<'a>>, StoryError> {
        let mut told = Vec::new();
        for (at, sample) in self.samples.iter().enumerate() {
            let day = 26 + at * 2; // one every other day from 26 April
            let (month, day) = if day > 30 { (5, day - 30) } else { (4, day) };
            let (month, day) = if day > 31 { (month + 1, day - 31) } else { (month, day) };
            self.at(&format!("{month:02}-{day:02}T10:15:00Z"));
            let receipt = self.client.post(&format!("/editions/{}/nominations", self.slug), "", sample.body()).await?;
            let id = receipt["id"].as_str().unwrap_or_default().to_owned();
            let link = self.link(LinkKind::Confirm, &id);
            self.client.post("/confirmations", "", json!({"token": link})).await?;
            told.push(Told { sample, id });
        }
        Ok(told)
    }

    fn link(&self, kind: LinkKind, nomination: &str) -> String {
        let row = NominationId::parse(nomination).map_or_else(uuid::Uuid::nil, |id| id.uuid());
        Link::to(kind, row).token(&self.app.keys)
    }

    /// Supporters write: for the first moment of every other nomination, later of all but the 16th's second.
    async fn letters(&self, told: &[Told<'_>], moment: Moment) -> Result<(), StoryError> {
        self.at("06-14T15:00:00Z");
        for Told { sample, id } in told {
            for supporter in self.supporters(id).await {
                let second = supporter.position == 1;
                let half = moment == Moment::Nominations && (sample.number.is_multiple_of(2) || second);
                if half || (sample.number == 16 && second) {
                    continue;
                }
                let token = Link {
                    kind: LinkKind::Letter,
                    row: supporter.id.uuid(),
                    generation: u16::try_from(supporter.generation).unwrap_or(0),
                };
                let body = json!({"letter": sample.letter(), "relation": "colleague", "known_since": 2009,
                    "language": sample.language, "declaration": true});
                self.client.put("/link/letter", &token.token(&self.app.keys), body).await?;
            }
        }
        Ok(())
    }

    async fn supporters(&self, nomination: &str) -> Vec<nominations::SupporterRow> {
        let Some(id) = NominationId::parse(nomination) else { return Vec::new() };
        let rows = self.app.store.read(move |tx| Ok::<_, StoreError>(nominations::store::supporters_of(tx, id)?));
        rows.await.unwrap_or_default()
    }

    /// Organisers screen: the 16th without its second letter, the 23rd withdrawn, the 24th not admitted.
    async fn screen(&mut self, told: &[Told<'_>]) -> Result<(), StoryError> {
        self.at("07-15T09:00:00Z");
        self.sign_in(&["organiser"]).await?;
        for Told { sample, id } in told {
            let change = match sample.number {
                16 => {
                    json!({"status": "eligible", "waive_letters": "The second supporter fell ill; the first letter says enough."})
                }
                23 => json!({"status": "withdrawn", "reason": "The foundry asked to be left out this year."}),
                24 => json!({"status": "ineligible", "reason": "not_friendship"}),
                _ => json!({"status": "eligible"}),
            };
            self.client.patch(&self.organise(&format!("/nominations/{id}")), self.olive(), change).await?;
        }
        self.at("07-16T11:00:00Z"); // the notices to nominees are due by now, in their daytime
        self.post().await
    }

    async fn plan(&mut self) -> Result<(), StoryError> {
        self.at("07-23T09:00:00Z");
        self.sign_in(&["organiser"]).await?;
        let plan = self.client.post(&self.organise("/assignments/plan"), self.olive(), json!({"per_panel": 4})).await?;
        let apply = json!({"plan_id": plan["id"]});
        self.client.post(&self.organise("/assignments/apply"), self.olive(), apply).await?;
        self.post().await
    }

    /// Judges score: half of the sheets for the moment amid judging, else all but what makes a quorum fault.
    async fn judge(&mut self, moment: Moment) -> Result<(), StoryError> {
        self.at("08-10T09:00:00Z");
        self.sign_in(&["judge", "chair"]).await?;
        let half = moment == Moment::Judging && self.slug == "2027";
        let judges: Vec<SignIn> =
            self.people.iter().filter(|person| matches!(person.role, "judge" | "chair")).cloned().collect();
        for (at, judge) in judges.iter().enumerate() {
            let token = self.token(&judge.email);
            let declaration = json!({"confidential": true});
            self.client.put(&format!("/judge/declarations/{}", self.slug), token, declaration).await?;
            let queue = self.client.get(&format!("/judge/assignments?edition={}&limit=200", self.slug), token).await?;
            for item in queue["items"].as_array().into_iter().flatten() {
                let id = item["id"].as_str().unwrap_or_default();
                let name = item["nominee"].as_str().unwrap_or_default();
                let sheet = match judges::act(self.slug, name, at, half) {
                    judges::Act::Nothing => continue,
                    judges::Act::StepAside => {
                        let aside = json!({"reason": "organisation", "detail": "I sit on their board."});
                        self.client.post(&format!("/judge/assignments/{id}/recusal"), token, aside).await?;
                        continue;
                    }
                    judges::Act::Draft(scores) => json!({"scores": scores, "submit": false}),
                    judges::Act::Submit(scores) => json!({"scores": scores, "submit": true}),
                };
                self.client.put(&format!("/judge/assignments/{id}/sheet"), token, sheet).await?;
            }
        }
        Ok(())
    }

    /// The quorum fault is waived, the tie is broken, the rest is decided as the ranking proposes.
    async fn decide(&mut self) -> Result<(), StoryError> {
        self.at("08-31T09:00:00Z");
        self.sign_in(&["organiser", "approver"]).await?;
        let results = self.client.get(&self.organise("/results"), self.olive()).await?;
        for category in judges::list(&results, "/official/categories") {
            self.rule(&category).await?;
        }
        let results = self.client.get(&self.organise("/results"), self.olive()).await?;
        for category in judges::list(&results, "/official/categories") {
            let code = category["category"].as_str().unwrap_or_default();
            if let Some(decision) = judges::decision(&category) {
                self.client.put(&self.organise(&format!("/decisions/{code}")), self.olive(), decision).await?;
            }
        }
        let digest = self.client.get(&self.organise("/results/digest"), self.olive()).await?;
        for approver in ["amy@example.org", "alla@example.org"] {
            let signature = json!({"digest": digest["digest"]});
            self.client.post(&self.organise("/sign-off"), self.token(approver), signature).await?;
        }
        Ok(())
    }

    async fn rule(&self, category: &Json) -> Result<(), StoryError> {
        let code = category["category"].as_str().unwrap_or_default();
        if let Some(ruling) = judges::ruling(category) {
            self.client.put(&self.organise(&format!("/rulings/{code}")), self.olive(), ruling).await?;
        }
        Ok(())
    }

    /// Two people read the letters; they leave, winners reply, one declines, the embargo lifts.
    async fn announce(&mut self, told: &[Told<'_>]) -> Result<(), StoryError> {
        self.at("09-07T09:00:00Z");
        self.sign_in(&["organiser"]).await?;
        let preview = self.client.get(&self.organise("/announcement/preview"), self.olive()).await?;
        for reader in ["olive@example.org", "oleg@example.org"] {
            let read = json!({"digest": preview["digest"]});
            self.client.post(&self.organise("/announcement/read"), self.token(reader), read).await?;
        }
        self.client.post(&self.organise("/announcement/schedule"), self.olive(), json!({})).await?;
        self.at("09-14T11:00:00Z");
        self.post().await?;
        self.replies(told).await?;
        self.at("10-06T19:00:00Z");
        self.client.get(&format!("/editions/{}/winners", self.slug), "").await?;
        self.at("10-07T11:00:00Z");
        self.post().await
    }

    async fn replies(&mut self, told: &[Told<'_>]) -> Result<(), StoryError> {
        self.sign_in(&["organiser"]).await?;
        let preview = self.client.get(&self.organise("/replies"), self.olive()).await?;
        let winners = judges::list(&preview, "/items");
        let won = |told: &Told<'_>| winners.iter().any(|winner| winner["nomination"] == told.id.as_str());
        for (at, Told { sample, id }) in told.iter().filter(|told| won(told)).enumerate() {
            let reply = if at == 1 && self.slug == "2027" {
                json!({"answer": "decline", "keep_confidence": true, "language": sample.language})
            } else {
                json!({"answer": "accept", "public_name": sample.public_name(), "public_name_other_script": sample.other,
                    "attendance": "in_person", "guests": at % 3, "photo_consent": !sample.is_minor(),
                    "press_contact_ok": true, "keep_confidence": true, "language": sample.language})
            };
            self.client.put("/link/reply", &self.link(LinkKind::Reply, id), reply).await?;
        }
        Ok(())
    }
}
