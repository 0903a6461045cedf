//! One connection to the mail server, driven step by step, so that of every failure it is known whether the message
//! may have left (S-OUT-3): before its body begins it has not; a reply says so itself; between the two nobody knows.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::answer::{Answer, Reason};
use super::claim::Fate;
use super::message::Envelope;
use crate::config::{SmtpSettings, Tls};

/// How long the mail server may take (S-OUT-5; RFC 5321 § 4.5.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To take the connection.
    pub connect: Duration,
    /// For each step.
    pub step: Duration,
    /// After the dot.
    pub dot: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(30), step: Duration::from_secs(60), dot: Duration::from_secs(600) }
    }
}

/// A connection that has been idle so long is made anew: many servers have hung up by then.
const IDLE: Duration = Duration::from_secs(20);
/// Messages over one connection at most; some servers hang up after a hundred.
const MESSAGES: u32 = 100;
/// Characters kept of what the server says.
const ANSWER: usize = 300;

/// The way to the mail server.
pub(super) struct Line {
    settings: SmtpSettings,
    patience: Patience,
    open: Option<Open>,
    body_begun: bool,
}

struct Open {
    connection: AsyncSmtpConnection,
    used: Instant,
    messages: u32,
}

/// Where a conversation broke, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Connect,
    StartTls,
    SignIn,
    Sender,
    Recipient,
    Data,
    Body,
}

/// Why it broke.
struct Broken {
    step: Step,
    /// The reply's code, where there was a reply.
    code: Option<u16>,
    answer: Answer,
}

impl Line {
    pub(super) fn new(settings: SmtpSettings, patience: Patience) -> Self {
        Self { settings, patience, open: None, body_begun: false }
    }

    /// Whether the body of the message that was last sent had begun to leave: read this when `send` was given up.
    pub(super) fn body_begun(&self) -> bool {
        self.body_begun
    }

    /// Whether the server could be reached when it was last asked.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Sends one message.
    pub(super) async fn send(&mut self, envelope: &Envelope, bytes: &[u8]) -> Fate {
        self.body_begun = false;
        // A connection that was kept may be gone without our knowing (lettre #743): then the first step fails, nothing
        // was said about the message yet, and a fresh connection is safe.
        let kept = self.keep().await;
        let mut outcome = self.attempt(envelope, bytes).await;
        if kept && matches!(&outcome, Err(broken) if broken.step == Step::Sender && broken.is_hang_up()) {
            self.hang_up();
            outcome = self.attempt(envelope, bytes).await;
        }
        match outcome {
            Ok(answer) => Fate::Sent(Answer::of_server(answer)),
            Err(broken) => {
                self.tidy_up(&broken).await;
                broken.fate()
            }
        }
    }

    /// Says goodbye.
    pub(super) async fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            let _rude = timeout(Duration::from_secs(5), open.connection.quit()).await;
        }
    }

    /// Drops the connection as it stands.
    pub(super) fn hang_up(&mut self) {
        self.open = None;
    }

    /// Whether there is a connection that is still good to use.
    async fn keep(&mut self) -> bool {
        let good = self.open.as_ref().is_some_and(|open| open.used.elapsed() < IDLE && open.messages < MESSAGES);
        if !good {
            self.close().await;
        }
        good
    }

    async fn attempt(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<String, Broken> {
        let step_time = self.patience.step;
        if self.open.is_none() {
            let connection = connect(&self.settings, self.patience).await?;
            self.open = Some(Open { connection, used: Instant::now(), messages: 0 });
        }
        let Some(open) = &mut self.open else { return Err(Broken::of(Step::Connect, Reason::Silent)) };
        let connection = &mut open.connection;

        let mut parameters = Vec::new();
        if !AsRef::<str>::as_ref(&envelope.to).is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let answer = Reason::NoSmtputf8.into();
                return Err(Broken { step: Step::Sender, code: Some(550), answer });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = Mail::new(Some(envelope.from.clone()), parameters);
        reply(Step::Sender, timeout(step_time, connection.command(mail)).await)?;
        let rcpt = Rcpt::new(envelope.to.clone(), vec![]);
        reply(Step::Recipient, timeout(step_time, connection.command(rcpt)).await)?;
        go_ahead(timeout(step_time, connection.command(Data)).await)?;

        // lettre ends the body with a line break of its own.
        let body = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        self.body_begun = true;
        let taken = timeout(self.patience.step + self.patience.dot, connection.message(body)).await;
        let answer = reply(Step::Body, taken)?;
        open.used = Instant::now();
        open.messages += 1;
        Ok(answer)
    }

    /// After a failure: a connection whose server still talks sense is reset for the next message, any other is dropped.
    async fn tidy_up(&mut self, broken: &Broken) {
        if broken.is_hang_up() || broken.step < Step::Sender {
            self.hang_up();
        } else if let Some(open) = &mut self.open {
            open.used = Instant::now();
            let reset = timeout(self.patience.step, open.connection.command(Rset)).await;
            if !matches!(reset, Ok(Ok(_))) {
                self.hang_up();
            }
        }
    }
}

impl Broken {
    fn of(step: Step, reason: Reason) -> Self {
        Self { step, code: None, answer: reason.into() }
    }

    fn because(step: Step, reason: Reason, why: impl std::fmt::Display) -> Self {
        Self { step, code: None, answer: Answer::because(reason, short(&why.to_string())) }
    }

    fn from_lettre(step: Step, error: &lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(u16::from);
        let words = std::error::Error::source(error).map(ToString::to_string);
        match (code, words) {
            (Some(code), Some(words)) => {
                Self { step, code: Some(code), answer: Answer::of_server(short(&format!("{code} {words}"))) }
            }
            _ => Self { code, ..Self::because(step, Reason::Unreachable, error) },
        }
    }

    /// Whether the connection is of no more use: no reply, or the server's goodbye.
    fn is_hang_up(&self) -> bool {
        matches!(self.code, None | Some(421))
    }

    /// What this means for the message.
    fn fate(self) -> Fate {
        match (self.step, self.code) {
            // Nothing was said of the message yet: the fault is ours or the server's, and nobody's address suffers.
            (Step::Connect | Step::StartTls | Step::SignIn, _) => Fate::NotSent(self.answer),
            // 530, 535, 538: we are to sign in first.
            (Step::Sender, Some(530 | 535 | 538)) => Fate::NotSent(self.answer),
            (Step::Sender, Some(500..=599)) => Fate::Refused { answer: self.answer, blocks_address: false },
            (Step::Recipient | Step::Data | Step::Body, Some(500..=599)) => {
                let blocks_address = is_about_address(&self.answer.words.en);
                Fate::Refused { answer: self.answer, blocks_address }
            }
            (Step::Body, None) => Fate::Unknown(self.answer),
            _ => Fate::NotSent(self.answer),
        }
    }
}

/// Whether a refusal means the address. An enhanced code (RFC 3463) may say that it means something else: the network
/// (4), the protocol (5), the content (6), a policy (7). Without one, it does.
fn is_about_address(answer: &str) -> bool {
    let enhanced = answer.split_whitespace().nth(1).unwrap_or_default();
    let subject = enhanced.strip_prefix("5.").and_then(|rest| rest.split('.').next());
    !matches!(subject, Some("4" | "5" | "6" | "7"))
}

type Replied = Result<Result<Response, lettre::transport::smtp::Error>, tokio::time::error::Elapsed>;

/// What the server said, if it was yes.
fn reply(step: Step, replied: Replied) -> Result<String, Broken> {
    let response = said(step, replied)?;
    let code = u16::from(response.code());
    match response.code().severity {
        Severity::PositiveCompletion => {
            let words = response.message().collect::<Vec<_>>().join(" ");
            Ok(short(&format!("{code} {words}")))
        }
        _ => Err(Broken::because(step, Reason::OutOfOrder, code)),
    }
}

/// `DATA` is answered by "go on": a plain yes would be a server that does not follow us.
fn go_ahead(replied: Replied) -> Result<(), Broken> {
    let response = said(Step::Data, replied)?;
    match response.code().severity {
        Severity::PositiveIntermediate => Ok(()),
        _ => Err(Broken::because(Step::Data, Reason::OutOfOrder, response.code())),
    }
}

fn said(step: Step, replied: Replied) -> Result<Response, Broken> {
    match replied {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(Broken::from_lettre(step, &error)),
        Err(_) => Err(Broken::of(step, Reason::Silent)),
    }
}

/// Connects, guards the way as the settings ask, signs in.
async fn connect(settings: &SmtpSettings, patience: Patience) -> Result<AsyncSmtpConnection, Broken> {
    let hello = ClientId::default();
    let server = (settings.host.as_str(), settings.port);
    let unreachable = |step, why: &dyn std::fmt::Display| Broken::because(step, Reason::Unreachable, why);
    let tls = || whom_to_trust(settings).map_err(|error| unreachable(Step::StartTls, &error));
    let late = |_| Broken::of(Step::Connect, Reason::Silent);
    let lettre_fault = |error| Broken::from_lettre(Step::Connect, &error);

    // Greeting and EHLO are two steps; implicit TLS is one more.
    let mut connection = match settings.tls {
        Tls::Implicit => {
            let connecting =
                AsyncSmtpConnection::connect_tokio1(server, Some(patience.connect), &hello, Some(tls()?), None);
            timeout(patience.connect + 3 * patience.step, connecting).await.map_err(late)?.map_err(lettre_fault)?
        }
        Tls::StartTls | Tls::None => {
            let connecting = timeout(patience.connect, TcpStream::connect(server)).await.map_err(late)?;
            let stream = connecting.map_err(|error| unreachable(Step::Connect, &error))?;
            // The body and the dot leave in two writes: without this the second waits for the first to be acknowledged.
            stream.set_nodelay(true).map_err(|error| unreachable(Step::Connect, &error))?;
            let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
            timeout(2 * patience.step, greeting).await.map_err(late)?.map_err(lettre_fault)?
        }
    };
    if settings.tls == Tls::StartTls {
        // Required, never "if it is offered" (S-OUT-6): lettre refuses where the server does not offer it.
        let upgrade = timeout(2 * patience.step, connection.starttls(tls()?, &hello)).await.map_err(late)?;
        upgrade.map_err(|error| Broken::from_lettre(Step::StartTls, &error))?;
    }
    if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let signing_in = connection.auth(&mechanisms, &credentials);
        let signed_in = timeout(patience.step, signing_in).await.map_err(late)?;
        signed_in.map_err(|error| Broken::from_lettre(Step::SignIn, &error))?;
    }
    Ok(connection)
}

/// The name that the server's certificate must bear, and who may vouch for it (S-OUT-6). Nothing here can be turned off.
fn whom_to_trust(settings: &SmtpSettings) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut tls = TlsParameters::builder(settings.host.clone());
    if let Some(own) = &settings.authorities {
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(own.certificates.clone());
    }
    tls.build()
}

/// The server's words on one line.
fn short(words: &str) -> String {
    words.chars().take(ANSWER).map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}
