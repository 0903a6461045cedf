//! A mail server of the tests' own, over a real socket: it accepts, refuses, stalls, hangs up or talks garbage at each
//! step as a story scripts it, and keeps what it took.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mailparse::{MailHeaderMap as _, ParsedMail};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// Where in a conversation something can be scripted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The greeting, before the client says anything.
    Greeting,
    /// `EHLO`.
    Ehlo,
    /// `STARTTLS`.
    StartTls,
    /// `AUTH`.
    Auth,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`.
    Data,
    /// The body, before its end.
    Body,
    /// The dot that ends the body.
    Dot,
    /// `RSET`.
    Reset,
    /// `QUIT`.
    Quit,
}

/// What it does there, instead of taking the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Says this line. After the dot, a line that begins with 2 means that the message was taken.
    Say(&'static str),
    /// Says nothing more.
    Stall,
    /// Closes the connection.
    HangUp,
    /// Takes the message and closes the connection without a word (after the dot).
    TakeAndHangUp,
    /// Says what is no SMTP.
    Garbage,
}

/// A message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient.
    pub to: String,
    /// All bytes, dots unstuffed.
    pub raw: String,
}

impl Received {
    /// A header's text, decoded; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        self.parsed().headers.get_first_value(name).unwrap_or_default()
    }

    /// The subject.
    pub fn subject(&self) -> String {
        self.header("subject")
    }

    /// The plain part.
    pub fn text(&self) -> String {
        part(&self.parsed(), "text/plain").expect("a mail has a plain part")
    }

    /// The first address in the plain part that leads to this page of the service.
    #[track_caller]
    pub fn link(&self, page: &str) -> String {
        let text = self.text();
        let mut words = text.split_whitespace().filter(|word| word.starts_with("http"));
        let found = words.find(|word| word.contains(&format!("/{page}/")));
        found.unwrap_or_else(|| panic!("no link to {page} in: {text}")).to_owned()
    }

    /// The token of that link: its last segment.
    #[track_caller]
    pub fn token(&self, page: &str) -> String {
        self.link(page).rsplit('/').next().expect("an address has segments").to_owned()
    }

    fn parsed(&self) -> ParsedMail<'_> {
        mailparse::parse_mail(self.raw.as_bytes()).expect("a mail can be read")
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> Option<String> {
    if mail.ctype.mimetype == kind {
        return mail.get_body().ok();
    }
    mail.subparts.iter().find_map(|inner| part(inner, kind))
}

/// How the server guards the way to it, and whom it lets in.
#[derive(Clone, Default)]
pub struct Guard {
    /// TLS from the first byte, by this.
    pub implicit: Option<TlsAcceptor>,
    /// STARTTLS, by this.
    pub starttls: Option<TlsAcceptor>,
    /// The ways to sign in that it offers, such as `PLAIN LOGIN`; empty for none. Where it offers one, it takes mail only
    /// after it.
    pub ways_in: &'static str,
}

/// Who may sign in.
pub const USER: &str = "awards@relay.example";
/// With which password. The canaries (S-DEP-3) know it, and how it looks in `AUTH PLAIN` and `AUTH LOGIN`.
pub const PASSWORD: &str = "relay-canary: p@ss/word";

/// The server.
pub struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    bell: Notify,
}

#[derive(Default)]
struct Inner {
    script: VecDeque<(Step, Act)>,
    /// What is scripted for recipients.
    by_address: VecDeque<(String, Act)>,
    received: Vec<Received>,
    digests: Vec<Received>,
    connections: usize,
    /// What was said to it outside TLS, and inside.
    in_the_clear: Vec<String>,
    inside: Vec<String>,
    looked_at: usize,
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, line: &str, inside: bool) {
        let mut inner = self.inner();
        if inside { &mut inner.inside } else { &mut inner.in_the_clear }.push(line.to_owned());
    }

    /// What is scripted for this step, used up; each act of the script happens once, in its order.
    fn act(&self, step: Step) -> Option<Act> {
        let mut inner = self.inner();
        let at = inner.script.iter().position(|(wanted, _)| *wanted == step)?;
        inner.script.remove(at).map(|(_, act)| act)
    }

    /// What is scripted for this recipient, used up.
    fn act_for(&self, address: &str) -> Option<Act> {
        let mut inner = self.inner();
        let at = inner.by_address.iter().position(|(wanted, _)| wanted == address)?;
        inner.by_address.remove(at).map(|(_, act)| act)
    }
}

impl SmtpServer {
    /// Starts on a free port of this machine.
    pub async fn start() -> Self {
        Self::start_behind(Guard::default()).await
    }

    /// The same, guarded.
    pub async fn start_behind(guard: Guard) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, guard) = (Arc::clone(&served), guard.clone());
                shared.inner().connections += 1;
                tokio::spawn(async move {
                    let _hung_up = welcome(stream, &guard, &shared).await;
                });
            }
        });
        Self { port, shared, task }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Scripts what happens when this step next comes; several calls for one step happen one after another.
    pub fn on(&self, step: Step, act: Act) {
        self.shared.inner().script.push_back((step, act));
    }

    /// Scripts what happens when this recipient is next named, whoever else is written to meanwhile.
    pub fn on_recipient(&self, address: &str, act: Act) {
        self.shared.inner().by_address.push_back((address.to_owned(), act));
    }

    /// Whether the whole script has happened.
    pub fn script_is_done(&self) -> bool {
        self.shared.inner().script.is_empty()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.inner().connections
    }

    /// The lines that came over no TLS, bodies left out.
    pub fn in_the_clear(&self) -> Vec<String> {
        self.shared.inner().in_the_clear.clone()
    }

    /// The lines that came inside TLS, bodies left out.
    pub fn inside_tls(&self) -> Vec<String> {
        self.shared.inner().inside.clone()
    }

    /// All that was taken so far, oldest first.
    pub fn all(&self) -> Vec<Received> {
        self.shared.inner().received.clone()
    }

    /// Waits until so many messages were taken in all, and gives them.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> impl Future<Output = Vec<Received>> + '_ {
        let place = std::panic::Location::caller();
        async move {
            self.until(|received| (received.len() >= count).then(|| received.to_vec()))
                .await
                .unwrap_or_else(|have| panic!("{place}: waited for {count} mails, have {have:#?}"))
        }
    }

    /// Waits for the next message to this address that no call of this has given before, and gives it.
    #[track_caller]
    pub fn next_to<'a>(&'a self, address: &'a str) -> impl Future<Output = Received> + 'a {
        self.next_that(address, |_| true)
    }

    /// The same, but it passes over those that bear another subject.
    #[track_caller]
    pub fn next_to_about<'a>(&'a self, address: &'a str, subject: &'a str) -> impl Future<Output = Received> + 'a {
        self.next_that(address, move |mail| mail.subject() == subject)
    }

    #[track_caller]
    fn next_that<'a>(
        &'a self,
        address: &'a str,
        fits: impl Fn(&Received) -> bool + 'a,
    ) -> impl Future<Output = Received> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let from = self.shared.inner().looked_at;
            let found = self.until(|received| {
                let wanted = |mail: &Received| mail.to.eq_ignore_ascii_case(address) && fits(mail);
                let at = received.iter().skip(from).position(wanted)?;
                Some((from + at, received[from + at].clone()))
            });
            let (at, mail) = found.await.unwrap_or_else(|have| panic!("{place}: no mail to {address}, have {have:#?}"));
            // Others that came before it are still to be looked at: bring this one to their front.
            let mut inner = self.shared.inner();
            let taken = inner.received.remove(at);
            inner.received.insert(from, taken);
            inner.looked_at = from + 1;
            mail
        }
    }

    /// Waits for an organisers' digest (M14) to this address that no call of this has given, and gives it. Digests come by
    /// the clock, amid whatever else a story tells, so nothing else here counts them.
    #[track_caller]
    pub fn next_digest_to<'a>(&'a self, address: &'a str) -> impl Future<Output = Received> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let wait = async {
                loop {
                    let rung = self.shared.bell.notified();
                    if let Some(digest) = self.take_digest(address) {
                        return digest;
                    }
                    rung.await;
                }
            };
            let found = tokio::time::timeout(Duration::from_secs(10), wait).await;
            found.unwrap_or_else(|_| panic!("{place}: no digest to {address}"))
        }
    }

    fn take_digest(&self, address: &str) -> Option<Received> {
        let mut inner = self.shared.inner();
        let at = inner.digests.iter().position(|mail| mail.to.eq_ignore_ascii_case(address))?;
        Some(inner.digests.remove(at))
    }

    /// Messages that no call of [`SmtpServer::next_to`] has given.
    pub fn unread(&self) -> Vec<Received> {
        let inner = self.shared.inner();
        inner.received[inner.looked_at..].to_vec()
    }

    /// Waits up to ten seconds; then gives who and what there is instead.
    async fn until<T>(&self, found: impl Fn(&[Received]) -> Option<T>) -> Result<T, Vec<(String, String)>> {
        let wait = async {
            loop {
                let rung = self.shared.bell.notified();
                if let Some(answer) = found(&self.shared.inner().received) {
                    return answer;
                }
                rung.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .map_err(|_| self.all().iter().map(|mail| (mail.to.clone(), mail.subject())).collect())
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A way to the client.
trait Way: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Way for T {}
type Lines = BufReader<Box<dyn Way>>;

/// How a part of a conversation ended.
enum Ended {
    Goodbye,
    /// The client may now begin TLS.
    Upgrade(Box<dyn Way>),
}

/// Ends with an error when either side hangs up.
async fn welcome(stream: TcpStream, guard: &Guard, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let way: Box<dyn Way> = match &guard.implicit {
        Some(acceptor) => Box::new(acceptor.accept(stream).await?),
        None => Box::new(stream),
    };
    let inside = guard.implicit.is_some();
    let mut lines = BufReader::new(way);
    answer(&mut lines, shared, Step::Greeting, "220 test.example ESMTP").await?;
    if let (Ended::Upgrade(way), Some(acceptor)) = (converse(lines, guard, shared, inside).await?, &guard.starttls) {
        let way: Box<dyn Way> = Box::new(acceptor.accept(way).await?);
        let _goodbye = converse(BufReader::new(way), guard, shared, true).await?;
    }
    Ok(())
}

async fn converse(mut lines: Lines, guard: &Guard, shared: &Shared, inside: bool) -> std::io::Result<Ended> {
    let (mut from, mut to) = (String::new(), String::new());
    let mut is_in = guard.ways_in.is_empty();
    loop {
        let line = read(&mut lines).await?;
        shared.hear(&line, inside);
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                answer(&mut lines, shared, Step::Ehlo, &hello(guard, inside)).await?;
            }
            "STARTTLS" if guard.starttls.is_some() && !inside => {
                if answer(&mut lines, shared, Step::StartTls, "220 go ahead").await? {
                    return Ok(Ended::Upgrade(lines.into_inner()));
                }
            }
            "STARTTLS" => answer(&mut lines, shared, Step::StartTls, "454 not here").await.map(drop)?,
            "AUTH" => is_in = sign_in(&mut lines, shared, &line).await?,
            "MAIL" if !is_in => say(&mut lines, "530 5.7.0 sign in first").await?,
            "MAIL" => {
                from = address(&line);
                answer(&mut lines, shared, Step::Mail, "250 ok").await?;
            }
            "RCPT" => {
                to = address(&line);
                match shared.act_for(&to) {
                    Some(act) => act_out(&mut lines, act).await?,
                    None => answer(&mut lines, shared, Step::Rcpt, "250 ok").await.map(drop)?,
                }
            }
            "DATA" => {
                if answer(&mut lines, shared, Step::Data, "354 go on").await? {
                    body(&mut lines, shared, &from, &to).await?;
                }
            }
            "RSET" => answer(&mut lines, shared, Step::Reset, "250 ok").await.map(drop)?,
            "QUIT" => {
                answer(&mut lines, shared, Step::Quit, "221 bye").await?;
                return Ok(Ended::Goodbye);
            }
            _ => say(&mut lines, "500 what?").await?,
        }
    }
}

/// What it can do: where sign-ins and TLS are concerned, what the guard says.
fn hello(guard: &Guard, inside: bool) -> String {
    let mut said = "250-test.example\r\n".to_owned();
    if guard.starttls.is_some() && !inside {
        said.push_str("250-STARTTLS\r\n");
    }
    if !guard.ways_in.is_empty() {
        said.push_str(&format!("250-AUTH {}\r\n", guard.ways_in));
    }
    said + "250 HELP"
}

/// `AUTH PLAIN` (RFC 4616) and `AUTH LOGIN`; whether it let the client in.
async fn sign_in(lines: &mut Lines, shared: &Shared, line: &str) -> std::io::Result<bool> {
    let told = match line.split(' ').collect::<Vec<_>>()[..] {
        ["AUTH", "PLAIN", told] => decoded(told),
        ["AUTH", "LOGIN"] => {
            say(lines, "334 VXNlcm5hbWU6").await?;
            let user = decoded(&read(lines).await?);
            say(lines, "334 UGFzc3dvcmQ6").await?;
            format!("\0{user}\0{}", decoded(&read(lines).await?))
        }
        _ => String::new(),
    };
    if told == format!("\0{USER}\0{PASSWORD}") {
        return answer(lines, shared, Step::Auth, "235 welcome").await;
    }
    say(lines, "535 5.7.8 who are you?").await.map(|()| false)
}

fn decoded(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

async fn body(lines: &mut Lines, shared: &Shared, from: &str, to: &str) -> std::io::Result<()> {
    if let Some(act) = shared.act(Step::Body) {
        read(lines).await?;
        return act_out(lines, act).await;
    }
    let mut raw = String::new();
    loop {
        let line = read(lines).await?;
        if line == "." {
            break;
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
        raw.push_str("\r\n");
    }
    let act = shared.act(Step::Dot);
    let taken = match act {
        None | Some(Act::TakeAndHangUp) => true,
        Some(Act::Say(reply)) => reply.starts_with('2'),
        _ => false,
    };
    if taken {
        let mail = Received { from: from.to_owned(), to: to.to_owned(), raw };
        let subject = mail.subject();
        let mut inner = shared.inner();
        let is_digest = subject.starts_with("Organisers' digest") || subject.starts_with("Сводка для организаторов");
        if is_digest { &mut inner.digests } else { &mut inner.received }.push(mail);
        drop(inner);
        shared.bell.notify_waiters();
    }
    match act {
        None => say(lines, "250 taken").await,
        Some(act) => act_out(lines, act).await,
    }
}

/// Answers as scripted, else with `usual`; whether the step was taken.
async fn answer(lines: &mut Lines, shared: &Shared, step: Step, usual: &str) -> std::io::Result<bool> {
    match shared.act(step) {
        None => say(lines, usual).await.map(|()| true),
        Some(act) => act_out(lines, act).await.map(|()| false),
    }
}

async fn act_out(lines: &mut Lines, act: Act) -> std::io::Result<()> {
    match act {
        Act::Say(reply) => say(lines, reply).await,
        Act::Garbage => say(lines, "\u{feff}<html>{}\u{0}").await,
        Act::HangUp | Act::TakeAndHangUp => Err(std::io::ErrorKind::ConnectionAborted.into()),
        Act::Stall => {
            // Until the other side has had enough.
            while lines.read_line(&mut String::new()).await? > 0 {}
            Err(std::io::ErrorKind::ConnectionAborted.into())
        }
    }
}

async fn say(lines: &mut Lines, reply: &str) -> std::io::Result<()> {
    lines.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await
}

async fn read(lines: &mut Lines) -> std::io::Result<String> {
    let mut line = String::new();
    if lines.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::ConnectionAborted.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
