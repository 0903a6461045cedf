//! The way to the mail server (S-OUT-6): real TLS under an authority of the story's own, real sign-ins; and that not a word
//! of a mail or a password leaves where the way is not guarded.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use twin_cities_awards::config::{Config, RawConfig};
use twin_cities_awards::outbox::{Kind, Overview, Reason, State};

use crate::app::{Database, Folder, MAY};
use crate::outbox::{ANNA, Office};
use crate::smtp_server::{Act, Guard, PASSWORD, SmtpServer, Step, USER};

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
    mail_leaves_over_tls_from_the_first_byte,
    mail_leaves_over_starttls_and_nothing_is_said_before_it,
    a_server_that_knows_plain_alone_is_signed_in_to,
    a_server_that_knows_login_alone_is_signed_in_to,
    an_authority_that_nobody_named_is_not_believed,
    an_authority_of_ones_own_counts_only_where_it_is_named,
    a_certificate_of_another_host_is_not_believed,
    without_starttls_neither_mail_nor_password_leaves,
    a_server_that_only_pretends_to_start_tls_gets_nothing,
    a_wrong_password_keeps_the_mail_and_says_so_without_it,
];

/// A scene is given where its database and its folder are.
struct Place {
    url: String,
    folder: Folder,
}

fn play<F: Future<Output = ()>>(database: Database, scene: impl FnOnce(Place) -> F) {
    let folder = Folder::new();
    let url = match database {
        Database::Sqlite => Some(format!("sqlite://{}", folder.0.join("awards.db").display())),
        Database::Postgres => crate::postgres::database(),
    };
    let Some(url) = url else { return };
    crate::canaries::watch();
    actix_web::rt::System::new().block_on(scene(Place { url, folder }));
    crate::canaries::assert_none_was_seen(); // the password is one
}

/// An authority that is made for one scene.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut wanted = CertificateParams::new(Vec::new()).expect("no names");
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = wanted.self_signed(&key).expect("it signs itself").pem();
        Self { issuer: Issuer::new(wanted, key), pem }
    }

    /// A server's side of TLS, by a certificate of this host.
    fn vouches_for(&self, host: &str) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let wanted = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        let certificate = wanted.signed_by(&key, &self.issuer).expect("it is signed");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into());
        TlsAcceptor::from(Arc::new(server.expect("key and certificate belong together")))
    }
}

const BOTH: &str = "PLAIN LOGIN";

impl Place {
    /// An office that writes to a server behind this guard, at `localhost`, and believes this authority.
    async fn office(self, scheme: &str, password: &str, guard: Guard, authority: Option<&Authority>) -> Office {
        let smtp = SmtpServer::start_behind(guard).await;
        let plain =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let server = format!("{scheme}://{}:{}@localhost:{}", plain(USER), plain(password), smtp.port());
        let settings = self.settings(&server, authority);
        let mut office = Office::open_to(smtp, settings, self.folder);
        office.patience.step = Duration::from_secs(2);
        office.work();
        office
    }

    fn settings(&self, server: &str, authority: Option<&Authority>) -> Config {
        let file = self.folder.0.join("authority.pem");
        if let Some(authority) = authority {
            std::fs::write(&file, &authority.pem).expect("it is written");
        }
        let raw = RawConfig {
            database: Some(self.url.clone()),
            smtp: Some(server.to_owned()),
            smtp_ca: authority.map(|_| file.display().to_string()),
            mail_from: Some("awards@example.org".to_owned()),
            secret: Some("the root secret of a story that all may know".to_owned()),
            clock: Some(MAY.to_owned()),
            ..RawConfig::default()
        };
        raw.check().unwrap_or_else(|faults| panic!("{faults:?}"))
    }
}

/// A mail leaves.
async fn one_mail_leaves(office: &mut Office) {
    let id = office.queue(Kind::Receipt, ANNA).await;
    let sent = office.until_state(id, State::Sent).await;
    assert_eq!((sent.attempts, sent.last_answer.as_deref()), (1, Some("250 taken")));
    let [mail] = office.smtp.all().try_into().expect("one mail");
    assert_eq!(mail.to, ANNA);
    office.stop_workers().await;
}

/// A mail is tried and stays; the server has heard nothing but these lines outside TLS.
async fn no_mail_leaves(office: &mut Office, said: &[&str]) -> Overview {
    let id = office.queue(Kind::Receipt, ANNA).await;
    let tried = office.until(id, |now| now.attempts == 1 && now.state != State::Sending).await;
    assert_eq!(tried.state, State::Queued, "it goes again later: {:?}", tried.last_answer);
    office.stop_workers().await;
    assert_eq!(office.smtp.all(), []);
    assert!(office.smtp.connections() > 0, "it was tried");
    assert_eq!(verbs(&office.smtp.in_the_clear()), said);
    tried
}

fn verbs(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.split(' ').next()).filter(|verb| *verb != "QUIT").collect()
}

async fn mail_leaves_over_tls_from_the_first_byte(place: Place) {
    let authority = Authority::new();
    let guard = Guard { implicit: Some(authority.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtps", PASSWORD, guard, Some(&authority)).await;
    one_mail_leaves(&mut office).await;
    assert_eq!(office.smtp.in_the_clear(), [""; 0]);
    assert_eq!(verbs(&office.smtp.inside_tls()), ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"]);
}

async fn mail_leaves_over_starttls_and_nothing_is_said_before_it(place: Place) {
    let authority = Authority::new();
    let guard = Guard { starttls: Some(authority.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtp", PASSWORD, guard, Some(&authority)).await;
    one_mail_leaves(&mut office).await;
    assert_eq!(verbs(&office.smtp.in_the_clear()), ["EHLO", "STARTTLS"]);
    // What the server said before TLS may be anybody's word: it is asked again inside.
    assert_eq!(verbs(&office.smtp.inside_tls()), ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"]);
}

async fn a_server_that_knows_plain_alone_is_signed_in_to(place: Place) {
    signs_in_by("PLAIN", place).await;
}

async fn a_server_that_knows_login_alone_is_signed_in_to(place: Place) {
    signs_in_by("LOGIN", place).await;
}

async fn signs_in_by(ways_in: &'static str, place: Place) {
    let authority = Authority::new();
    let guard = Guard { implicit: Some(authority.vouches_for("localhost")), ways_in, ..Guard::default() };
    let mut office = place.office("smtps", PASSWORD, guard, Some(&authority)).await;
    one_mail_leaves(&mut office).await;
    let said = office.smtp.inside_tls();
    assert!(said.iter().any(|line| line.starts_with(&format!("AUTH {ways_in}"))), "{said:?}");
}

async fn an_authority_that_nobody_named_is_not_believed(place: Place) {
    let (authority, other) = (Authority::new(), Authority::new());
    let guard = Guard { implicit: Some(other.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtps", PASSWORD, guard, Some(&authority)).await;
    let tried = no_mail_leaves(&mut office, &[]).await;
    assert_eq!(tried.last_answer_code, Some(Reason::Unreachable));
    assert_eq!(office.smtp.inside_tls(), [""; 0], "not even a greeting is answered");
}

/// Without `TCA_SMTP_CA` it is as unknown as any.
async fn an_authority_of_ones_own_counts_only_where_it_is_named(place: Place) {
    let authority = Authority::new();
    let guard = Guard { starttls: Some(authority.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtp", PASSWORD, guard, None).await;
    no_mail_leaves(&mut office, &["EHLO", "STARTTLS"]).await;
    assert_eq!(office.smtp.inside_tls(), [""; 0]);
}

async fn a_certificate_of_another_host_is_not_believed(place: Place) {
    let authority = Authority::new();
    let guard = Guard { starttls: Some(authority.vouches_for("mail.example.org")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtp", PASSWORD, guard, Some(&authority)).await;
    let tried = no_mail_leaves(&mut office, &["EHLO", "STARTTLS"]).await;
    assert_eq!(tried.last_answer_code, Some(Reason::Unreachable));
    assert_eq!(office.smtp.inside_tls(), [""; 0]);
}

async fn without_starttls_neither_mail_nor_password_leaves(place: Place) {
    let authority = Authority::new();
    // It would take a sign-in and mail as they are, which is what somebody in between would say.
    let guard = Guard { ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtp", PASSWORD, guard, Some(&authority)).await;
    no_mail_leaves(&mut office, &["EHLO"]).await;
}

async fn a_server_that_only_pretends_to_start_tls_gets_nothing(place: Place) {
    let authority = Authority::new();
    let guard = Guard { starttls: Some(authority.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let mut office = place.office("smtp", PASSWORD, guard, Some(&authority)).await;
    office.smtp.on(Step::StartTls, Act::Say("454 4.7.0 TLS is not available just now"));
    let tried = no_mail_leaves(&mut office, &["EHLO", "STARTTLS"]).await;
    assert_eq!(tried.last_answer.as_deref(), Some("454 4.7.0 TLS is not available just now"));
}

async fn a_wrong_password_keeps_the_mail_and_says_so_without_it(place: Place) {
    let authority = Authority::new();
    let guard = Guard { implicit: Some(authority.vouches_for("localhost")), ways_in: BOTH, ..Guard::default() };
    let wrong = "relay-canary: an old password";
    let mut office = place.office("smtps", wrong, guard, Some(&authority)).await;
    let tried = no_mail_leaves(&mut office, &[]).await;
    // The organisers read the server's own word; nobody's address is blocked for our fault.
    assert_eq!(tried.last_answer_code, Some(Reason::Server));
    assert_eq!(tried.last_answer.as_deref(), Some("535 5.7.8 who are you?"));
    let said = office.smtp.inside_tls();
    assert!(!verbs(&said).contains(&"MAIL"), "{said:?}");
    let shown = office.app.config.show().into_iter().map(|(_, value)| value).collect::<String>();
    assert!(!shown.contains("relay-canary") && shown.contains("***@localhost"), "{shown}");
}

#[test]
fn a_file_that_holds_no_authority_is_a_wrong_setting() {
    let folder = Folder::new();
    let empty = folder.0.join("empty.pem");
    std::fs::write(&empty, "# nothing yet\n").expect("it is written");
    let broken = folder.0.join("broken.pem");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n").expect("it is written");
    for file in [empty, broken, folder.0.join("nowhere.pem")] {
        let raw = RawConfig { smtp_ca: Some(file.display().to_string()), ..RawConfig::default() };
        let Err(faults) = raw.check() else { panic!("{} is taken", file.display()) };
        let names: Vec<&str> = faults.iter().map(|fault| fault.name).collect();
        assert_eq!(names, ["smtp_ca"]);
    }
}
