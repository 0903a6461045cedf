//! The outbox: what is queued leaves once, whatever the mail server does, and says the same in both of its parts.

use std::collections::BTreeSet;
use std::time::Duration;

use mailparse::MailHeaderMap as _;
use proptest::prelude::*;
use tokio::sync::watch;
use twin_cities_awards::app::App;
use twin_cities_awards::audit::{Actor, Deed};
use twin_cities_awards::clock::{Span, Time};
use twin_cities_awards::config::Config;
use twin_cities_awards::fields::Email;
use twin_cities_awards::ids::{EditionId, MessageId};
use twin_cities_awards::outbox::desk::{self, DeskError, Settlement};
use twin_cities_awards::outbox::{
    self, Answer, ClaimGuard, Kind, Letter, Message, Overview, Patience, Post, Reason, Refusal, Sender, State, Verdict,
    Why, worker,
};
use twin_cities_awards::store::StoreError;
use twin_cities_awards::text::{Bilingual, Language};

use crate::app::{Database, Folder, MAY, config, parts};
use crate::smtp_server::{Act, SmtpServer, Step};

/// Makes a test of each scene, on both databases.
macro_rules! scenes {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $name() { super::play(super::Database::Sqlite, super::$name); })+
        }
        mod on_postgres {
            $(#[test] fn $name() { super::play(super::Database::Postgres, super::$name); })+
        }
    };
}

scenes![
    a_mail_is_sent_once_with_what_it_says,
    a_mail_waits_until_it_is_due,
    the_urgent_goes_before_the_bulk,
    a_refusal_for_now_is_tried_again_and_again_for_three_days,
    a_winners_letter_is_tried_until_its_hour_and_then_given_up,
    a_refusal_for_good_fails_and_blocks_the_address,
    a_refused_policy_or_sender_blocks_nobody,
    what_may_have_arrived_counts_as_sent,
    ordinary_mail_lost_at_the_dot_goes_again_with_its_message_id,
    a_winners_letter_lost_at_the_dot_waits_for_a_person,
    whatever_breaks_before_the_body_a_winners_letter_leaves_once,
    whatever_breaks_from_the_body_on_a_winners_letter_is_not_sent_again,
    a_server_that_stalls_is_left_in_time,
    a_connection_that_died_meanwhile_costs_no_attempt,
    what_a_dead_worker_left_goes_again_or_waits_for_a_person,
    two_workers_send_each_message_once,
    a_guard_sends_delays_holds_and_cancels,
    a_key_that_was_queued_is_not_queued_again,
    prepared_messages_leave_when_they_are_let_go,
    a_refused_kind_of_mail_leaves_other_mail_alone,
    old_bytes_are_dropped_and_the_result_stays,
    a_mail_that_comes_back_blocks_its_address,
    a_reminder_whose_time_is_a_day_past_is_dropped,
    what_is_no_longer_kept_is_not_sent_again,
    what_was_cancelled_may_be_written_again,
];

/// Tells a scene in an office on this database, with a mail server of the usual kind.
fn play<F: Future<Output = ()>>(database: Database, scene: impl FnOnce(Office) -> F) {
    let folder = Folder::new();
    let url = match database {
        Database::Sqlite => Some(format!("sqlite://{}", folder.0.join("awards.db").display())),
        Database::Postgres => crate::postgres::database(),
    };
    let Some(url) = url else { return };
    actix_web::rt::System::new().block_on(async move {
        scene(Office::open(&url, folder).await).await;
    });
}

/// A post office: the outbox, a mail server, and workers where a scene wants them.
pub struct Office {
    /// Its parts.
    pub app: App,
    /// Its mail server.
    pub smtp: SmtpServer,
    edition: EditionId,
    /// How long it waits for the server.
    pub patience: Patience,
    workers: Vec<(watch::Sender<bool>, tokio::task::JoinHandle<()>)>,
    _folder: Folder,
}

/// Somebody who is written to.
pub const ANNA: &str = "anna@example.org";

impl Office {
    async fn open(url: &str, folder: Folder) -> Self {
        let smtp = SmtpServer::start().await;
        let settings = config(url, "http://127.0.0.1:1", smtp.port(), &folder);
        Self::open_to(smtp, settings, folder)
    }

    /// One that sends to this mail server, by these settings.
    pub fn open_to(smtp: SmtpServer, settings: Config, folder: Folder) -> Self {
        let app = parts(settings, MAY);
        let edition = EditionId::from_uuid(app.chance.uuid(app.clock.now()));
        let patience =
            Patience { connect: Duration::from_secs(5), step: Duration::from_secs(5), dot: Duration::from_secs(5) };
        Self { app, smtp, edition, patience, workers: Vec::new(), _folder: folder }
    }

    fn deed(&self) -> Deed {
        Deed { at: self.app.clock.now(), actor: Actor::Operator, request: None }
    }

    fn message(&self, kind: Kind, to: &str) -> Message {
        self.message_of(kind, to, self.app.clock.now(), None)
    }

    fn message_of(&self, kind: Kind, to: &str, due_at: Time, once: Option<&str>) -> Message {
        let to = Email::parse(to).expect("an address");
        let post = Post {
            kind,
            edition: Some(self.edition),
            about: "a nomination".to_owned(),
            once: once.map(str::to_owned),
            to: &to,
            sender: &sender(),
            due_at,
            pad: kind.is_in_confidence(),
        };
        let letter = Letter::new(Language::En, "Confirm your nomination")
            .link("Confirm it here:", "http://127.0.0.1:1/en/confirm/abc")
            .para("Nothing happens until you do.");
        outbox::finish(&self.app, self.app.clock.now(), post, letter)
    }

    /// Puts a mail of this kind in.
    pub async fn queue(&self, kind: Kind, to: &str) -> MessageId {
        let message = self.message(kind, to);
        self.put(&message).await;
        message.id()
    }

    async fn put(&self, message: &Message) {
        let message = message.clone();
        let put = self.app.store.write(move |tx| outbox::enqueue(tx, &message).map_err(StoreError::from));
        put.await.expect("the store takes it");
        self.app.outbox_bell.notify_one();
    }

    /// Starts a worker.
    pub fn work(&mut self) {
        self.work_under(outbox::no_guard());
    }

    fn work_under(&mut self, guard: ClaimGuard) {
        let (stop, stopped) = watch::channel(false);
        let worker = actix_web::rt::spawn(worker::run_with(self.app.clone(), guard, stopped, self.patience));
        self.workers.push((stop, worker));
    }

    /// Ends the workers as `kill -9` would.
    async fn kill_workers(&mut self) {
        for (_, worker) in self.workers.drain(..) {
            worker.abort();
            let _killed = worker.await;
        }
    }

    /// Ends the workers as SIGTERM would.
    pub async fn stop_workers(&mut self) {
        for (stop, worker) in self.workers.drain(..) {
            stop.send(true).expect("the worker listens");
            worker.await.expect("the worker ends well");
        }
    }

    fn later(&self, span: Span) {
        self.app.clock.set(self.app.clock.now() + span);
        self.app.outbox_bell.notify_one();
    }

    async fn see(&self, id: MessageId) -> Overview {
        desk::one(&self.app, Deed::of_operator(&self.app), self.edition, id).await.expect("it is there").overview
    }

    /// Waits until the message stands as the scene expects.
    #[track_caller]
    pub fn until(&self, id: MessageId, wanted: impl Fn(&Overview) -> bool) -> impl Future<Output = Overview> {
        let place = std::panic::Location::caller();
        async move {
            for _ in 0..1_000 {
                let now = self.see(id).await;
                if wanted(&now) {
                    return now;
                }
                tokio::time::sleep(Duration::from_millis(10)).await; // the worker is another task: it tells nobody
            }
            panic!("{place}: {:?}", self.see(id).await)
        }
    }

    /// The same, of its state.
    #[track_caller]
    pub fn until_state(&self, id: MessageId, state: State) -> impl Future<Output = Overview> {
        self.until(id, move |now| now.state == state)
    }
}

fn sender() -> Sender {
    Sender {
        from: Some(Email::parse("awards@twincities.example").expect("an address")),
        reply_to: Some(Email::parse("office@twincities.example").expect("an address")),
        name: Bilingual::new("Twin Cities Awards 2021", "Премия городов-побратимов 2021 года"),
    }
}

async fn a_mail_is_sent_once_with_what_it_says(mut office: Office) {
    office.work();
    let message = office.message(Kind::ConfirmAddress, ANNA);
    office.put(&message).await;
    let sent = office.until_state(message.id(), State::Sent).await;
    assert_eq!((sent.attempts, sent.last_answer.as_deref()), (1, Some("250 taken")));

    let [mail] = office.smtp.all().try_into().expect("one mail");
    assert_eq!(mail.to, ANNA);
    assert_eq!(mail.raw.as_bytes(), message.open(&office.app).expect("it opens"));
    assert_eq!(mail.subject(), "Confirm your nomination");
    assert_eq!(mail.header("from"), "\"Twin Cities Awards 2021\" <awards@twincities.example>");
    assert_eq!(mail.header("reply-to"), "office@twincities.example");
    assert_eq!(mail.header("date"), "Mon, 10 May 2021 10:00:00 +0000");
    assert_eq!(mail.header("message-id"), format!("<{}>", message.message_id()));
    assert_eq!(mail.header("auto-submitted"), "auto-generated");
    assert_eq!(mail.header("content-language"), "en");
    assert_eq!(mail.token("confirm"), "abc");
    // A bounce comes back to an address that names the message and nobody.
    let token = message.message_id().split('@').next().expect("two halves").replace('-', "");
    assert_eq!(mail.from, format!("awards+{token}@twincities.example"));
    assert!(!mail.raw.contains("confirm_address"));
    office.stop_workers().await;
}

async fn a_mail_waits_until_it_is_due(mut office: Office) {
    office.work();
    let due = office.app.clock.now() + Span::hours(2);
    let message = office.message_of(Kind::Receipt, ANNA, due, None);
    office.put(&message).await;
    let now = office.queue(Kind::Receipt, "boris@example.org").await;
    office.until_state(now, State::Sent).await;
    assert_eq!(office.see(message.id()).await.state, State::Queued);

    office.later(Span::hours(2));
    office.until_state(message.id(), State::Sent).await;
    assert_eq!(office.smtp.next_to(ANNA).await.header("date"), "Mon, 10 May 2021 12:00:00 +0000");
}

async fn the_urgent_goes_before_the_bulk(mut office: Office) {
    for _ in 0..40 {
        office.queue(Kind::Outcome, "bulk@example.org").await;
    }
    office.queue(Kind::Receipt, "nominator@example.org").await;
    office.queue(Kind::PasswordReset, "locked.out@example.org").await;
    office.work();
    let order: Vec<String> = office.smtp.wait_for(42).await.into_iter().map(|mail| mail.to).collect();
    let place = |address| order.iter().position(|to| to == address).expect("it was sent");
    // Two lanes send a batch of 16 at once each: the urgent are in the first two, however the lanes run.
    assert!(place("locked.out@example.org") < 32 && place("nominator@example.org") < 32, "{order:?}");
}

async fn a_refusal_for_now_is_tried_again_and_again_for_three_days(mut office: Office) {
    office.work();
    for _ in 0..77 {
        office.smtp.on(Step::Rcpt, Act::Say("450 4.2.0 greylisted, come again"));
    }
    let id = office.queue(Kind::Receipt, ANNA).await;
    let mut waits = Vec::new();
    for attempt in 1..=76 {
        let tried = office.until(id, |now| now.attempts == attempt && now.state == State::Queued).await;
        let wait = tried.next_attempt_at.since(office.app.clock.now());
        waits.push(wait.whole_seconds() / 60);
        office.later(wait);
    }
    assert_eq!(waits[..6], [1, 5, 15, 60, 60, 60]);
    assert_eq!(waits.iter().sum::<i64>(), 81 + 72 * 60);

    let over = office.until_state(id, State::Failed).await;
    assert_eq!(over.last_answer.as_deref(), Some("450 4.2.0 greylisted, come again"));
    assert_eq!(office.smtp.all(), []);
    // Nobody said that the address is wrong: a person may send it again.
    desk::retry(&office.app, office.deed(), office.edition, id).await.expect("it may be sent again");
    office.until_state(id, State::Sent).await;
}

/// S-OUT-4: M15 is tried for longer than three days where there is time, and never beyond its own hour.
async fn a_winners_letter_is_tried_until_its_hour_and_then_given_up(mut office: Office) {
    office.work();
    let begun = office.app.clock.now();
    let hour = begun + Span::days(4);
    let refuse = |office: &Office| office.smtp.on(Step::Rcpt, Act::Say("450 4.2.0 greylisted, come again"));
    refuse(&office);
    let message = office.message(Kind::WinnerNotice, ANNA).tried_until(hour);
    office.put(&message).await;
    let mut attempt = 0;
    let last = loop {
        attempt += 1;
        let tried = office.until(message.id(), |now| now.attempts == attempt && now.state != State::Sending).await;
        if tried.state != State::Queued {
            break tried;
        }
        refuse(&office);
        office.later(tried.next_attempt_at.since(office.app.clock.now()));
    };
    assert_eq!((last.state, last.last_answer_code), (State::Failed, Some(Reason::Server)));
    let (ended, hours) = (last.ended_at.expect("it is over"), Span::hours(1));
    assert!(ended <= hour && ended + hours > hour, "it was tried as long as there was time: {ended}");
    assert!(attempt > 77, "which is more than three days' worth: {attempt}");

    // One that could not even be tried before its hour is not tried after it; a person may still send it.
    let waiting = office.message(Kind::WinnerNotice, "boris@example.org").tried_until(hour);
    refuse(&office);
    office.put(&waiting).await;
    office.until(waiting.id(), |now| now.attempts == 1 && now.state == State::Queued).await;
    office.later(Span::hours(4));
    let over = office.until_state(waiting.id(), State::Failed).await;
    assert_eq!((over.attempts, over.last_answer.as_deref()), (1, Some("450 4.2.0 greylisted, come again")));
    desk::retry(&office.app, office.deed(), office.edition, waiting.id()).await.expect("it may be sent again");
    office.until_state(waiting.id(), State::Sent).await;
}

async fn a_refusal_for_good_fails_and_blocks_the_address(mut office: Office) {
    office.work();
    office.smtp.on(Step::Rcpt, Act::Say("550 5.1.1 no such user"));
    let first = office.queue(Kind::Receipt, ANNA).await;
    let failed = office.until_state(first, State::Failed).await;
    assert_eq!(failed.last_answer_code, Some(Reason::Server));
    let in_russian = failed.told(Language::Ru).last_answer;
    assert_eq!(in_russian.as_deref(), Some("550 5.1.1 no such user"), "nobody translates what the server said");

    // The same box under another spelling.
    let second = office.queue(Kind::ChangeReceived, "Anna+awards@EXAMPLE.org").await;
    let blocked = office.until_state(second, State::Failed).await;
    assert_eq!(blocked.last_answer_code, Some(Reason::AddressBlocked));
    let words = [Language::En, Language::Ru].map(|language| blocked.clone().told(language).last_answer);
    let [english, russian] = words.map(|words| words.expect("it says why"));
    assert_eq!(english, "Not sent: mail to this address is blocked: a mail server refused it");
    assert_eq!(russian, "Не отправлено: отправка на этот адрес запрещена: почтовый сервер отказался его принимать");
    assert_eq!(office.smtp.all(), []);

    // A person who sends it again knows that the box is there now.
    desk::retry(&office.app, office.deed(), office.edition, second).await.expect("it may be sent again");
    office.until_state(second, State::Sent).await;
    assert_eq!(office.smtp.all().len(), 1);
    let edition = Some(office.edition.to_string());
    let acts: BTreeSet<_> = crate::audit::acts(&office.app).await.into_iter().collect(); // of one instant: in no order
    let blocked = ("address_blocked".to_owned(), first.to_string(), edition.clone());
    assert_eq!(acts, BTreeSet::from([blocked, ("message_retried".to_owned(), second.to_string(), edition)]));
}

async fn a_refused_policy_or_sender_blocks_nobody(mut office: Office) {
    office.work();
    let refusals = [
        (Step::Mail, "550 5.1.8 your domain does not exist"),
        (Step::Rcpt, "554 5.7.1 relaying denied"),
        (Step::Dot, "554 5.6.0 this looks like spam"),
    ];
    for (step, words) in refusals {
        office.smtp.on(step, Act::Say(words));
        let id = office.queue(Kind::Receipt, ANNA).await;
        let failed = office.until_state(id, State::Failed).await;
        assert_eq!(failed.last_answer.as_deref(), Some(words));
    }
    let id = office.queue(Kind::Receipt, ANNA).await;
    office.until_state(id, State::Sent).await;
}

/// Whether the store says that the receipt to Anna, or the message of this key, was sent or may have been.
async fn may_have_left(office: &Office, key: &'static str) -> [bool; 2] {
    let asked = office.app.store.read(move |tx| {
        let by_row = outbox::store::any_sent(tx, "a nomination", Kind::Receipt)?;
        Ok::<_, StoreError>([by_row, outbox::store::is_sent(tx, key)?])
    });
    asked.await.expect("the store reads")
}

async fn what_may_have_arrived_counts_as_sent(mut office: Office) {
    office.work();
    office.smtp.on(Step::Rcpt, Act::Say("450 not now"));
    let message = office.message_of(Kind::Receipt, ANNA, office.app.clock.now(), Some("a key"));
    office.put(&message).await;
    office.until(message.id(), |now| now.attempts == 1 && now.state == State::Queued).await;
    assert_eq!(may_have_left(&office, "a key").await, [false, false], "its body had not begun");
    office.smtp.on(Step::Dot, Act::HangUp);
    office.later(Span::minutes(1));
    office.until(message.id(), |now| now.attempts == 2 && now.state == State::Queued).await;
    assert_eq!(may_have_left(&office, "a key").await, [true, true]);
}

async fn ordinary_mail_lost_at_the_dot_goes_again_with_its_message_id(mut office: Office) {
    office.work();
    office.smtp.on(Step::Dot, Act::TakeAndHangUp);
    let id = office.queue(Kind::Receipt, ANNA).await;
    office.until(id, |now| now.attempts == 1 && now.state == State::Queued).await;

    office.later(Span::minutes(1));
    office.until_state(id, State::Sent).await;
    let [first, second] = office.smtp.all().try_into().expect("two mails");
    assert_eq!(first, second);
}

async fn a_winners_letter_lost_at_the_dot_waits_for_a_person(mut office: Office) {
    office.work();
    for settlement in [Settlement::Arrived, Settlement::Lost] {
        office.smtp.on(Step::Dot, Act::TakeAndHangUp);
        let id = office.queue(Kind::WinnerNotice, ANNA).await;
        office.until_state(id, State::Unknown).await;
        office.later(Span::days(2));
        let other = office.queue(Kind::Receipt, "boris@example.org").await;
        office.until_state(other, State::Sent).await;
        assert_eq!(office.see(id).await.state, State::Unknown);
        let retried = desk::retry(&office.app, office.deed(), office.edition, id).await;
        assert!(matches!(retried, Err(DeskError::Illegal(_))), "first somebody says what became of it");

        let settled = desk::settle(&office.app, office.deed(), office.edition, id, settlement).await;
        let settled = settled.expect("a person may say so");
        if settlement == Settlement::Arrived {
            assert_eq!(settled.state, State::Sent);
        } else {
            assert_eq!(settled.state, State::Failed);
            desk::retry(&office.app, office.deed(), office.edition, id).await.expect("now it may be sent again");
            office.until_state(id, State::Sent).await;
        }
    }
    assert_eq!(office.smtp.all().iter().filter(|mail| mail.to == ANNA).count(), 3);
}

async fn whatever_breaks_before_the_body_a_winners_letter_leaves_once(mut office: Office) {
    let steps = [Step::Greeting, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data];
    let acts = [Act::HangUp, Act::Garbage, Act::Say("421 going down"), Act::Say("451 try later")];
    for (step, act) in steps.into_iter().flat_map(|step| acts.map(|act| (step, act))) {
        // A fresh worker, so that nothing is kept from one case to the next.
        office.work();
        office.smtp.on(step, act);
        let id = office.queue(Kind::WinnerNotice, &format!("{step:?}.{}@example.org", office.smtp.all().len())).await;
        let tried = office.until(id, |now| now.attempts == 1 && now.state != State::Sending).await;
        assert_eq!(tried.state, State::Queued, "{step:?} {act:?}: {tried:?}");
        assert!(office.smtp.script_is_done());
        office.later(Span::minutes(1));
        let sent = office.until(id, |now| now.state == State::Sent).await;
        assert_eq!(sent.attempts, 2, "{step:?} {act:?}");
        office.stop_workers().await;
    }
    let recipients: Vec<String> = office.smtp.all().into_iter().map(|mail| mail.to).collect();
    assert_eq!(recipients.len(), steps.len() * acts.len());
    assert_eq!(recipients.iter().collect::<BTreeSet<_>>().len(), recipients.len(), "{recipients:?}");
}

async fn whatever_breaks_from_the_body_on_a_winners_letter_is_not_sent_again(mut office: Office) {
    office.work();
    let cases = [
        (Step::Body, Act::HangUp, State::Unknown),
        (Step::Dot, Act::HangUp, State::Unknown),
        (Step::Dot, Act::TakeAndHangUp, State::Unknown),
        (Step::Dot, Act::Garbage, State::Unknown),
        (Step::Dot, Act::Say("354 what?"), State::Unknown),
        (Step::Dot, Act::Say("451 4.3.0 disk full"), State::Queued),
        (Step::Dot, Act::Say("550 5.1.1 nobody here"), State::Failed),
    ];
    for (number, (step, act, state)) in cases.into_iter().enumerate() {
        office.smtp.on(step, act);
        let id = office.queue(Kind::WinnerNotice, &format!("winner{number}@example.org")).await;
        let tried = office.until(id, |now| now.attempts == 1 && now.state != State::Sending).await;
        assert_eq!(tried.state, state, "{step:?} {act:?}: {tried:?}");
    }
    assert_eq!(office.smtp.all().len(), 1, "the one that was taken without a word");
}

async fn a_server_that_stalls_is_left_in_time(mut office: Office) {
    let short = Duration::from_millis(300);
    office.patience = Patience { connect: short, step: short, dot: short };
    for (step, state) in [
        (Step::Greeting, State::Queued),
        (Step::Mail, State::Queued),
        (Step::Data, State::Queued),
        (Step::Body, State::Unknown),
        (Step::Dot, State::Unknown),
    ] {
        office.work();
        office.smtp.on(step, Act::Stall);
        let id = office.queue(Kind::WinnerNotice, ANNA).await;
        let tried = office.until(id, |now| now.attempts == 1 && now.state != State::Sending).await;
        assert_eq!(tried.state, state, "{step:?}: {tried:?}");
        desk::cancel(&office.app, office.deed(), office.edition, id).await.ok();
        office.stop_workers().await;
    }
}

async fn a_connection_that_died_meanwhile_costs_no_attempt(mut office: Office) {
    office.work();
    // Both lanes get a connection, which the server closes at the next step that comes over it.
    for number in 0..4 {
        let id = office.queue(Kind::Receipt, &format!("first{number}@example.org")).await;
        office.until_state(id, State::Sent).await;
    }
    office.smtp.on(Step::Mail, Act::HangUp);
    let id = office.queue(Kind::Receipt, ANNA).await;
    let sent = office.until_state(id, State::Sent).await;
    assert_eq!(sent.attempts, 1);
}

async fn what_a_dead_worker_left_goes_again_or_waits_for_a_person(mut office: Office) {
    office.work();
    office.smtp.on(Step::Dot, Act::Stall);
    office.smtp.on(Step::Dot, Act::Stall);
    let ordinary = office.queue(Kind::Receipt, ANNA).await;
    let winners = office.queue(Kind::WinnerNotice, "boris@example.org").await;
    office.until_state(ordinary, State::Sending).await;
    office.until_state(winners, State::Sending).await;
    while !office.smtp.script_is_done() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    office.kill_workers().await;

    office.later(Span::minutes(16)); // the leases of 15 minutes are over
    office.work();
    office.until_state(ordinary, State::Sent).await;
    office.until_state(winners, State::Unknown).await;
    assert_eq!(office.smtp.all().len(), 1);
}

async fn two_workers_send_each_message_once(mut office: Office) {
    for number in 0..60 {
        office.queue(Kind::Receipt, &format!("reader{number}@example.org")).await;
    }
    office.work();
    if crate::outbox::is_postgres(&office.app) {
        office.work();
    }
    office.smtp.wait_for(60).await;
    office.stop_workers().await;
    let sent = desk::list(&office.app, Deed::of_operator(&office.app), office.edition, Some(State::Sent), None, 200)
        .await
        .expect("a list");
    assert_eq!(sent.len(), 60);
    let recipients: BTreeSet<String> = office.smtp.all().into_iter().map(|mail| mail.to).collect();
    assert_eq!((office.smtp.all().len(), recipients.len()), (60, 60));
}

fn is_postgres(app: &App) -> bool {
    app.config.database.to_string().starts_with("postgres")
}

async fn a_guard_sends_delays_holds_and_cancels(mut office: Office) {
    let morning = office.app.clock.now() + Span::hours(9);
    office.work_under(std::sync::Arc::new(move |_, message, now| {
        Ok(match message.domain.as_str() {
            "night.example" if now < morning => Verdict::Later(morning),
            "stopped.example" => Verdict::Hold(Answer::of_guard(Bilingual::new("G7: Stopped", "G7: Остановлено"))),
            "wrong.example" => Verdict::Cancel(Reason::NoSeal.into()),
            _ => Verdict::Send,
        })
    }));
    let later = office.queue(Kind::WinnerNotice, "anna@night.example").await;
    let held = office.queue(Kind::WinnerNotice, "anna@stopped.example").await;
    let cancelled = office.queue(Kind::WinnerNotice, "anna@wrong.example").await;
    let sent = office.queue(Kind::WinnerNotice, ANNA).await;
    office.until_state(sent, State::Sent).await;
    let stopped = office.until_state(held, State::Held).await;
    assert_eq!(stopped.last_answer_code, Some(Reason::GuardRefused));
    assert_eq!(stopped.told(Language::Ru).last_answer.as_deref(), Some("G7: Остановлено"));
    let wrong = office.until_state(cancelled, State::Cancelled).await;
    assert_eq!(wrong.last_answer.as_deref(), Some("No seal has prepared it"));
    let delayed = office.until(later, |now| now.next_attempt_at == morning).await;
    assert_eq!((delayed.state, delayed.attempts), (State::Queued, 0));

    office.later(Span::hours(9));
    office.until_state(later, State::Sent).await;
    desk::cancel(&office.app, office.deed(), office.edition, held).await.expect("a held one can be cancelled");
    let again = desk::cancel(&office.app, office.deed(), office.edition, sent).await;
    assert!(matches!(again, Err(DeskError::Illegal(_))), "what has left is not called back");
}

async fn a_key_that_was_queued_is_not_queued_again(mut office: Office) {
    let now = office.app.clock.now();
    let first = office.message_of(Kind::SupporterReminder, ANNA, now, Some("reminder of supporter 1"));
    let second = office.message_of(Kind::SupporterReminder, ANNA, now, Some("reminder of supporter 1"));
    office.put(&first).await;
    office.put(&second).await;
    office.work();
    office.until_state(first.id(), State::Sent).await;
    office.stop_workers().await;
    assert_eq!(office.smtp.all().len(), 1);
    let missing = desk::one(&office.app, Deed::of_operator(&office.app), office.edition, second.id()).await;
    assert!(matches!(missing, Err(DeskError::NotFound)));
}

async fn prepared_messages_leave_when_they_are_let_go(mut office: Office) {
    office.work();
    let due = office.app.clock.now() + Span::hours(1);
    let outcome = office.message_of(Kind::Outcome, ANNA, due, None);
    let thanks = office.message_of(Kind::JudgesThanks, "judge@example.org", due, None);
    let (edition, both) = (office.edition, [outcome.clone(), thanks.clone()]);
    let prepared = office
        .app
        .store
        .write(move |tx| both.iter().try_for_each(|message| outbox::prepare(tx, message)).map_err(StoreError::from));
    prepared.await.expect("the store takes them");
    office.later(Span::hours(2));
    let other = office.queue(Kind::Receipt, "boris@example.org").await;
    office.until_state(other, State::Sent).await;
    assert_eq!(office.see(outcome.id()).await.state, State::Prepared);

    let now = office.app.clock.now();
    let let_go = office.app.store.write(move |tx| {
        outbox::queue_prepared(tx, edition, &[Kind::Outcome, Kind::WinnerNominator], due, now).map_err(StoreError::from)
    });
    assert_eq!(let_go.await.expect("the store takes it"), 1);
    office.app.outbox_bell.notify_one();
    office.until_state(outcome.id(), State::Sent).await;
    assert_eq!(office.see(thanks.id()).await.state, State::Prepared);
}

async fn a_refused_kind_of_mail_leaves_other_mail_alone(mut office: Office) {
    let anna = Email::parse(ANNA).expect("an address");
    let digest = outbox::refusal_digest(&office.app, &anna, Refusal::Supporter);
    let now = office.app.clock.now();
    let said = office
        .app
        .store
        .write(move |tx| outbox::store::suppress(tx, &digest, Why::Refusal, now).map_err(StoreError::from));
    said.await.expect("the store takes it");
    office.work();
    let asked = office.queue(Kind::SupporterReminder, ANNA).await;
    let judge = office.queue(Kind::Invitation, ANNA).await;
    office.until_state(judge, State::Sent).await;
    office.until_state(asked, State::Failed).await;
    assert_eq!(office.smtp.all().len(), 1);
}

async fn old_bytes_are_dropped_and_the_result_stays(mut office: Office) {
    office.work();
    let id = office.queue(Kind::Receipt, ANNA).await;
    office.until_state(id, State::Sent).await;
    let before = desk::one(&office.app, Deed::of_operator(&office.app), office.edition, id).await.expect("it is there");
    assert_eq!(before.letter.expect("it still says something").subject, "Confirm your nomination");
    office.stop_workers().await;

    office.later(Span::days(31));
    office.work(); // looks after its house when it begins
    for _ in 0..500 {
        let after =
            desk::one(&office.app, Deed::of_operator(&office.app), office.edition, id).await.expect("it is there");
        if after.letter.is_none() {
            assert_eq!(after.overview.state, State::Sent);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await; // the worker is another task: it tells nobody
    }
    panic!("the bytes are still there");
}

async fn what_is_no_longer_kept_is_not_sent_again(mut office: Office) {
    office.work();
    office.smtp.on(Step::Mail, Act::Say("550 5.1.8 your domain does not exist"));
    let id = office.queue(Kind::Receipt, ANNA).await;
    office.until_state(id, State::Failed).await;
    office.stop_workers().await;
    let later = office.app.clock.now() + Span::days(31);
    let dropped = office.app.store.write(move |tx| Ok::<_, StoreError>(outbox::store::drop_bytes(tx, later)?));
    assert_eq!(dropped.await.expect("the store takes it"), 1);
    let again = desk::retry(&office.app, office.deed(), office.edition, id).await;
    assert!(matches!(again, Err(DeskError::Dropped)), "{again:?}");
    assert_eq!(office.see(id).await.state, State::Failed);
}

async fn what_was_cancelled_may_be_written_again(mut office: Office) {
    let now = office.app.clock.now();
    for (kind, again) in [(Kind::NomineeNotice, true), (Kind::WinnerNotice, false)] {
        let key = format!("{kind}: once");
        let first = office.message_of(kind, ANNA, now, Some(&key));
        office.put(&first).await;
        desk::cancel(&office.app, office.deed(), office.edition, first.id()).await.expect("it has not left");
        let second = office.message_of(kind, ANNA, now, Some(&key));
        office.put(&second).await;
        let found = desk::one(&office.app, office.deed(), office.edition, second.id()).await;
        assert_eq!(found.is_ok(), again, "{kind}");
    }
    office.work();
}

async fn a_mail_that_comes_back_blocks_its_address(mut office: Office) {
    office.work();
    let message = office.message(Kind::Receipt, ANNA);
    office.put(&message).await;
    office.until_state(message.id(), State::Sent).await;
    let sent = office.smtp.next_to(ANNA).await;
    let reports = [
        format!("Final-Recipient: rfc822; {ANNA}\r\nMessage-ID: <0190-no@example.org>\r\n"),
        format!("To: <{}>\r\nSubject: Undelivered Mail Returned to Sender\r\n", sent.from),
        format!("This came back.\r\n\r\nMessage-ID: {}\r\n", sent.header("message-id")),
    ];
    for (report, ours) in reports.iter().zip([None, Some(message.id()), Some(message.id())]) {
        let found = outbox::bounce::take(&office.app, office.deed(), report).await.expect("the store answers");
        assert_eq!(found, ours, "{report}");
    }
    let next = office.queue(Kind::Receipt, ANNA).await;
    office.until_state(next, State::Failed).await;
    let bounced = ("message_bounced".to_owned(), message.id().to_string(), Some(office.edition.to_string()));
    assert_eq!(crate::audit::acts(&office.app).await, [bounced.clone(), bounced]);
}

async fn a_reminder_whose_time_is_a_day_past_is_dropped(mut office: Office) {
    let now = office.app.clock.now();
    let again = office.message_of(Kind::Invitation, ANNA, now + Span::days(7), None);
    let first = office.message_of(Kind::Invitation, ANNA, now, None);
    for message in [&again, &first] {
        office.put(message).await;
    }
    let reminder = office.queue(Kind::JudgeReminder, ANNA).await;
    let timely = office.message_of(Kind::JudgeReminder, ANNA, now + Span::days(8), None);
    office.put(&timely).await;
    office.later(Span::days(8));
    office.work();
    for dropped in [again.id(), reminder] {
        let seen = office.until_state(dropped, State::Cancelled).await;
        assert_eq!(seen.last_answer.as_deref(), Some("Not sent: a reminder whose time passed more than a day ago"));
    }
    for sent in [first.id(), timely.id()] {
        office.until_state(sent, State::Sent).await;
    }
    let acts: Vec<String> = crate::audit::acts(&office.app).await.into_iter().map(|(act, ..)| act).collect();
    assert_eq!(acts, ["reminder_dropped", "reminder_dropped"]);
}

#[test]
fn every_reason_has_its_words_in_both_languages() {
    let ours = Reason::ALL.iter().filter(|reason| !matches!(reason, Reason::Server | Reason::GuardRefused));
    for reason in ours {
        let Answer { words, .. } = Answer::from(*reason);
        for text in [&words.en, &words.ru] {
            assert!(!text.is_empty() && !text.contains("answer-"), "{reason}: {text}");
        }
        assert_ne!(words.en, words.ru);
    }
}

#[test]
fn without_a_mail_server_mail_lies_in_the_folder_and_the_worker_stops_at_once() {
    let folder = Folder::new();
    let mail = folder.0.join("mail");
    let url = format!("sqlite://{}", folder.0.join("awards.db").display());
    actix_web::rt::System::new().block_on(async move {
        let mut office = Office::open(&url, Folder::new()).await;
        let mut settings = config(&url, "http://127.0.0.1:1", 25, &folder);
        settings.smtp = None;
        office.app = parts(settings, MAY);
        office.work();
        let message = office.message(Kind::ConfirmAddress, ANNA);
        office.put(&message).await;
        office.until_state(message.id(), State::Sent).await;

        let file = mail.join(format!("{}.eml", message.id()));
        assert_eq!(std::fs::read(&file).ok(), message.open(&office.app));
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("a file").permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&mail).expect("a folder").count(), 1, "nothing half written is left");
        let [(id, opened)] = outbox::folder::newest(&office.app, 10).await.expect("a list").try_into().expect("one");
        assert_eq!((id, opened.to.as_str()), (message.id(), ANNA));
        assert!(opened.text.contains("http://127.0.0.1:1/en/confirm/abc"));
        let stopping = tokio::time::timeout(Duration::from_secs(2), office.stop_workers());
        stopping.await.expect("it stops between two messages");
    });
}

#[test]
fn mail_never_leaves_unguarded_where_tls_is_required() {
    for scheme in ["smtp", "smtps"] {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.0.join("awards.db").display());
        actix_web::rt::System::new().block_on(async move {
            let mut office = Office::open(&url, Folder::new()).await;
            let mut settings = config(&url, "http://127.0.0.1:1", 25, &folder);
            let smtp = format!("{scheme}://user:secret@127.0.0.1:{}", office.smtp.port());
            settings.smtp = Some(twin_cities_awards::config::SmtpSettings::parse(&smtp).expect("a mail server"));
            office.app = parts(settings, MAY);
            office.patience.step = Duration::from_millis(500);
            office.work();
            let id = office.queue(Kind::Receipt, ANNA).await;
            let tried = office.until(id, |now| now.attempts == 1 && now.state == State::Queued).await;
            assert!(tried.last_answer.is_some());
            office.stop_workers().await;
            assert_eq!(office.smtp.all(), []);
            assert!(office.smtp.connections() > 0);
        });
    }
}

/// The app alone, for what needs no store.
fn writer() -> (App, Folder) {
    let folder = Folder::new();
    (crate::app::parts_on_sqlite(&folder), folder)
}

fn finished(app: &App, post: Post<'_>, letter: Letter) -> String {
    let message = outbox::finish(app, app.clock.now(), post, letter);
    String::from_utf8(message.open(app).expect("it opens")).expect("mail is ASCII")
}

fn post<'a>(to: &'a Email, sender: &'a Sender, pad: bool) -> Post<'a> {
    let due_at = Time::parse(MAY).expect("a time");
    Post { kind: Kind::WinnerNotice, edition: None, about: String::new(), once: None, to, sender, due_at, pad }
}

/// The names of the headers before the first empty line, and whether each line is one that mail servers take.
fn header_names(mail: &str) -> Vec<String> {
    let (head, _) = mail.split_once("\r\n\r\n").expect("a head and a body");
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
    let lines = head.split("\r\n");
    lines
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().filter(|word| !matches!(*word, ">" | "-" | "*")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_letter_says_the_same_in_both_parts_and_in_both_languages() {
    let (app, _folder) = writer();
    let to = Email::parse(ANNA).expect("an address");
    let english = Letter::new(Language::En, "Confirm your nomination")
        .link("Confirm it here:", "https://awards.example/en/confirm/a-b_c")
        .para("\u{2068}<b>Anna & \"Sons\"</b>\u{2069} was nominated.\nIt's a second line.")
        .list(["10 years", "2 < 3"])
        .quote("We\r\nthank you.");
    let russian = Letter::new(Language::Ru, "Подтвердите заявку").para("Пожалуйста, подтвердите адрес.");
    let mail = finished(&app, post(&to, &sender(), false), Letter::both(english, russian));
    let parsed = mailparse::parse_mail(mail.as_bytes()).expect("a mail");
    assert_eq!(
        parsed.headers.get_first_value("subject").as_deref(),
        Some("Confirm your nomination / Подтвердите заявку")
    );
    let [text, html] = [0, 1].map(|at| parsed.subparts[at].get_body().expect("a body"));
    insta::assert_snapshot!(text.replace("\r\n", "\n").replace(['\u{2068}', '\u{2069}'], "~"), @r#"
    Hello,

    Confirm it here:
    https://awards.example/en/confirm/a-b_c

    ~<b>Anna & "Sons"</b>~ was nominated.
    It's a second line.

    - 10 years
    - 2 < 3

    > We
    > thank you.

    Twin Cities Awards 2021

    This message was sent by a program. If you answer it, your answer reaches the organisers.

    * * *

    Здравствуйте!

    Пожалуйста, подтвердите адрес.

    Премия городов-побратимов 2021 года

    Это письмо отправила программа. Если вы на него ответите, ответ получат организаторы.
    "#);
    assert!(html.contains("<html lang=\"en\">") && html.contains("<div lang=\"ru\">"));
    assert!(!html.contains("<b>") && !html.contains("<img") && !html.contains("style"));
    let seen = html2text::config::plain_no_decorate().string_from_read(html.as_bytes(), 10_000).expect("HTML");
    assert_eq!(squeezed(&seen.replace(['[', ']'], "")), squeezed(&text.replace("* * *", "")));

    let opened = outbox::read(mail.as_bytes()).expect("one of ours");
    assert_eq!((opened.text, opened.html), (text, html));
    assert_eq!(opened.subject, "Confirm your nomination / Подтвердите заявку");
}

#[test]
fn padded_mail_is_of_one_size() {
    let (app, _folder) = writer();
    let to = Email::parse(ANNA).expect("an address");
    let mut sizes = BTreeSet::new();
    for length in 0..300 {
        let letter = Letter::new(Language::En, "From the committee").para("x".repeat(length * 5));
        let mail = finished(&app, post(&to, &sender(), true), letter);
        assert_eq!(mail.len() % outbox::message::PAD, 0);
        assert_eq!(mailparse::parse_mail(mail.as_bytes()).expect("a mail").subparts.len(), 2);
        sizes.insert(mail.len());
    }
    assert!(sizes.len() <= 4, "{sizes:?}");
}

#[test]
fn a_calendar_comes_along_as_a_file() {
    let (app, _folder) = writer();
    let to = Email::parse(ANNA).expect("an address");
    let letter =
        Letter::new(Language::En, "Thank you").para("We look forward.").calendar("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
    let mail = finished(&app, post(&to, &sender(), true), letter);
    let parsed = mailparse::parse_mail(mail.as_bytes()).expect("a mail");
    assert_eq!(parsed.subparts[0].subparts.len(), 2);
    assert_eq!(parsed.subparts[1].get_body().ok().as_deref(), Some("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"));
    assert_eq!(parsed.subparts[1].get_content_disposition().params["filename"], "invite.ics");
    assert!(outbox::read(mail.as_bytes()).is_some_and(|opened| opened.text.contains("We look forward.")));
}

#[test]
fn nothing_that_was_said_can_be_read_at_rest() {
    let (app, _folder) = writer();
    let to = Email::parse("canary@example.org").expect("an address");
    let letter = Letter::new(Language::En, "canary").para("canary").link("canary", "https://canary.example");
    let message = outbox::finish(&app, app.clock.now(), post(&to, &sender(), false), letter);
    actix_web::rt::System::new().block_on(async {
        let put = app.store.write(move |tx| outbox::enqueue(tx, &message).map_err(StoreError::from));
        put.await.expect("the store takes it");
    });
    for file in std::fs::read_dir(&_folder.0).expect("a folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it can be read");
        assert!(!bytes.windows(6).any(|window| window == b"canary"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_text_changes_the_list_of_headers(
        subject in "\\PC{0,40}(\r\n|\n|\r|\u{0}|\u{2028}|ж|Bcc: x@y.z){0,3}\\PC{0,400}",
        name in "(\\PC|\r|\n|\u{0}){0,300}",
        para in "(\\PC|\r|\n|\u{0}|\\.){0,300}",
    ) {
        thread_local!(static WRITER: (App, Folder) = writer());
        WRITER.with(|(app, _)| {
            let to = Email::parse(ANNA).expect("an address");
            let sender = Sender { name: Bilingual::new(name.clone(), name), ..sender() };
            let letter = Letter::new(Language::En, subject).para(para.clone()).quote(para);
            let mail = finished(app, post(&to, &sender, true), letter);
            assert_eq!(header_names(&mail), [
                "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
                "MIME-Version", "Content-Type",
            ]);
            assert!(mail.is_ascii() && mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
            let parsed = mailparse::parse_mail(mail.as_bytes()).expect("a mail");
            let opened = outbox::read(mail.as_bytes()).expect("one of ours");
            assert_eq!(opened.text, parsed.subparts[0].get_body().expect("a body"));
            assert_eq!(
                Some(opened.subject.trim()),
                parsed.headers.get_first_value("subject").as_deref().map(str::trim)
            );
            let html = parsed.subparts[1].get_body().expect("a body");
            assert_eq!(opened.html, html);
        });
    }
}
