//! [`TestApp`]: the real server on a free port, on either database, with a standing clock and a mailbox.
//!
//! `stories![a_sentence, …]` makes a test of each story on both databases; `stories_in_earnest!` does so for a service that
//! is no trial, so that also the rules hold from which a trial is free.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use actix_web::rt::System;
use reqwest::{Method, StatusCode};
use serde_json::Value as Json;
use tokio::sync::{Notify, watch};
use twin_cities_awards::app::{App, Parts};
use twin_cities_awards::chance::Chance;
use twin_cities_awards::clock::{Clock, Time};
use twin_cities_awards::config::{Config, PublicUrl, RawConfig};
use twin_cities_awards::hashing::Hasher;
use twin_cities_awards::ids::MessageId;
use twin_cities_awards::keys::Keys;
use twin_cities_awards::limits::Limits;
use twin_cities_awards::outbox::State;
use twin_cities_awards::server;
use twin_cities_awards::store::{DatabaseUrl, Store, StoreError};

/// Which database a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the tests' server.
    Postgres,
}

/// Makes a test of each story, on both databases.
macro_rules! stories {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $name() {
                $crate::app::tell($crate::app::Database::Sqlite, $crate::app::Service::Trial, super::$name);
            })+
        }
        mod on_postgres {
            $(#[test] fn $name() {
                $crate::app::tell($crate::app::Database::Postgres, $crate::app::Service::Trial, super::$name);
            })+
        }
    };
}
pub(crate) use stories;

/// The same on SQLite alone: for what never reaches a database.
macro_rules! stories_on_sqlite {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite_alone {
            $(#[test] fn $name() {
                $crate::app::tell($crate::app::Database::Sqlite, $crate::app::Service::Trial, super::$name);
            })+
        }
    };
}
pub(crate) use stories_on_sqlite;

/// The same, of a service in earnest.
macro_rules! stories_in_earnest {
    ($($name:ident),+ $(,)?) => {
        mod in_earnest_on_sqlite {
            $(#[test] fn $name() {
                $crate::app::tell($crate::app::Database::Sqlite, $crate::app::Service::Earnest, super::$name);
            })+
        }
        mod in_earnest_on_postgres {
            $(#[test] fn $name() {
                $crate::app::tell($crate::app::Database::Postgres, $crate::app::Service::Earnest, super::$name);
            })+
        }
    };
}
pub(crate) use stories_in_earnest;

/// Whether the settings make a trial of the service; its clock stands either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// As with `--clock`.
    Trial,
    /// As people use it.
    Earnest,
}

/// Tells one story on one database; leaves it out where that is not installed.
pub fn tell<F: Future<Output = ()>>(database: Database, service: Service, story: impl FnOnce(TestApp) -> F) {
    let folder = Folder::new();
    let url = match database {
        Database::Sqlite => Some(format!("sqlite://{}", folder.0.join("awards.db").display())),
        Database::Postgres => crate::postgres::database(),
    };
    let Some(url) = url else { return };
    crate::canaries::watch();
    System::new().block_on(async move {
        let app = TestApp::start(&url, folder, service).await;
        story(app).await;
    });
    crate::canaries::assert_none_was_seen();
}

/// A folder that goes with the story.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one.
    pub fn new() -> Self {
        let name = format!("tca-story-{}", Chance::System.uuid_without_time());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// The service, running.
pub struct TestApp {
    /// Its parts, for what no caller can do: moving the clock, looking into the store.
    pub app: App,
    /// `http://127.0.0.1:port`.
    pub base: String,
    client: reqwest::Client,
    browser: Browser,
    smtp: crate::smtp_server::SmtpServer,
    stop: watch::Sender<bool>,
    worker: tokio::task::JoinHandle<()>,
    handle: actix_web::dev::ServerHandle,
    _folder: Folder,
}

/// The device cookie of the browser in which all people of a story sign in: so nobody is told of a new device each time.
type Browser = Arc<Mutex<Option<String>>>;

/// What signs in.
const SIGN_INS: [&str; 3] = ["/auth/login", "/auth/invitations/accept", "/auth/password-reset/confirm"];

/// Where every story begins: nominations of 2021 are open.
pub const MAY: &str = "2021-05-10T10:00:00Z";

impl TestApp {
    /// Starts it on this database.
    pub async fn start(url: &str, folder: Folder, service: Service) -> Self {
        let smtp = crate::smtp_server::SmtpServer::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let mut config = config(url, &base, smtp.port(), &folder);
        if service == Service::Earnest {
            config.clock = None;
        }
        let app = parts(config, MAY);
        let running = server::start(app.clone(), listener, 1).expect("the server starts");
        let (stop, stopped) = watch::channel(false);
        let worker = actix_web::rt::spawn(server::work(app.clone(), stopped));
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let browser = Browser::default();
        Self { app, base, client, browser, smtp, stop, worker, handle: running.handle, _folder: folder }
    }

    /// Ends what the service does by itself: from now on nothing changes but by a request.
    pub async fn rest(&mut self) {
        let _worker_gone = self.stop.send(true);
        (&mut self.worker).await.expect("it ends");
    }

    /// Moves the clock.
    pub fn at(&self, time: &str) {
        self.app.clock.set(Time::parse(time).expect("a time"));
        self.app.outbox_bell.notify_one();
    }

    /// A call of the API: path under `/api/v1`.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let call = self.program(method, path);
        if SIGN_INS.contains(&path) { call.in_browser(&self.browser) } else { call }
    }

    /// The same, of a program that keeps no cookies.
    pub fn program(&self, method: Method, path: &str) -> Call {
        self.raw(method, &format!("/api/v1{path}"))
    }

    /// A call anywhere.
    pub fn raw(&self, method: Method, path: &str) -> Call {
        Call { request: self.client.request(method, format!("{}{path}", self.base)), browser: None }
    }

    /// `GET`.
    pub async fn get(&self, path: &str, token: &str) -> Seen {
        self.call(Method::GET, path).bearer(token).send().await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, token: &str, body: Json) -> Seen {
        self.call(Method::POST, path).bearer(token).json(&body).send().await
    }

    /// `PUT` of something new.
    pub async fn put(&self, path: &str, token: &str, body: Json) -> Seen {
        self.call(Method::PUT, path).bearer(token).json(&body).send().await
    }

    /// `PUT` or `PATCH` of what was read just now: its `ETag` goes along.
    pub async fn change(&self, method: Method, path: &str, read: &str, token: &str, body: Json) -> Seen {
        let tag = self.get(read, token).await.expect(StatusCode::OK).header("etag");
        self.call(method, path).bearer(token).header("if-match", &tag).json(&body).send().await
    }

    /// A second server over the same database, with other settings and no worker.
    pub fn beside(&self, change: impl FnOnce(&mut Config)) -> Beside {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let mut config = self.app.config.clone();
        config.public_url = PublicUrl::parse(&base).expect("an address");
        change(&mut config);
        let app = parts(config, &self.app.clock.now().to_string());
        let running = server::start(app.clone(), listener, 1).expect("the server starts");
        Beside { app, base, handle: running.handle, client: self.client.clone() }
    }

    /// Waits until this message was tried so often and lies in no worker's hands.
    pub async fn until_tried(&self, message: MessageId, attempts: i32) {
        use diesel::prelude::*;
        use twin_cities_awards::store::schema::messages;
        let look = move |tx: &mut _| {
            let row = messages::table.find(message).select((messages::attempts, messages::state));
            Ok::<_, StoreError>(row.first::<(i32, State)>(tx)?)
        };
        for _ in 0..6_000 {
            let (tried, state) = self.app.store.read(look).await.expect("the store reads");
            if tried == attempts && state != State::Sending {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await; // the worker is another task: it tells nobody
        }
        panic!("{message} was not tried {attempts} times");
    }

    /// The mail that has arrived.
    pub fn mail(&self) -> &crate::smtp_server::SmtpServer {
        &self.smtp
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _worker_gone = self.stop.send(true);
        drop(self.handle.stop(false));
    }
}

/// See [`TestApp::beside`].
pub struct Beside {
    /// Its parts.
    pub app: App,
    /// `http://127.0.0.1:port`.
    pub base: String,
    handle: actix_web::dev::ServerHandle,
    client: reqwest::Client,
}

impl Beside {
    /// `GET`, anywhere.
    pub fn get(&self, path: &str) -> Call {
        Call { request: self.client.get(format!("{}{path}", self.base)), browser: None }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// The stories' settings.
pub fn config(url: &str, base: &str, smtp: u16, folder: &Folder) -> Config {
    let raw = RawConfig {
        database: Some(url.to_owned()),
        public_url: Some(base.to_owned()),
        trusted_proxies: Some("127.0.0.1".to_owned()), // so that a story can come from elsewhere, by X-Forwarded-For
        smtp: Some(format!("smtp://127.0.0.1:{smtp}?tls=none")),
        mail_dir: Some(folder.0.join("mail").display().to_string()),
        mail_from: Some("awards@example.org".to_owned()),
        mail_rate: Some("1000".to_owned()),
        secret: Some("the root secret of a story that all may know".to_owned()),
        clock: Some(MAY.to_owned()),
        ..RawConfig::default()
    };
    raw.check().unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The service's parts, with a standing clock.
pub fn parts(config: Config, now: &str) -> App {
    let clock = Clock::standing_at(Time::parse(now).expect("a time"));
    let secret = config.secret.clone().expect("the stories' own");
    let keys = Keys::from_text(&secret, "the test").expect("it is long enough");
    let store = Store::open(&config.database).expect("the database opens");
    let hasher = Hasher::start(&keys, config.password_hashing);
    let chance = Chance::seeded(1941);
    let limits = Limits::new(&clock);
    App::new(Parts {
        clock,
        chance,
        config,
        keys,
        store,
        hasher,
        limits,
        outbox_bell: Notify::new(),
        stopping: AtomicBool::default(),
    })
}

/// The parts alone, without a server: for what a use case is asked directly.
pub fn parts_on_sqlite(folder: &Folder) -> App {
    let url = format!("sqlite://{}", folder.0.join("awards.db").display());
    assert!(DatabaseUrl::parse(&url).is_some());
    parts(config(&url, "http://127.0.0.1:1", 25, folder), MAY)
}

/// A request that is being put together.
pub struct Call {
    request: reqwest::RequestBuilder,
    browser: Option<Browser>,
}

impl Call {
    fn with(self, change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Self {
        Self { request: change(self.request), ..self }
    }

    /// As a browser sends it from a page of ours, with its device cookie.
    fn in_browser(self, browser: &Browser) -> Self {
        let cookie = browser.lock().expect("nobody panicked").clone();
        let call = self.header("sec-fetch-site", "same-origin");
        let call = match cookie {
            Some(cookie) => call.header("cookie", &cookie),
            None => call,
        };
        Self { browser: Some(Arc::clone(browser)), ..call }
    }

    /// A call of the API of the server beside.
    pub fn to(beside: &Beside, method: Method, path: &str) -> Self {
        let request = beside.client.request(method, format!("{}/api/v1{path}", beside.base));
        Self { request, browser: None }
    }

    /// With this token; an empty one is none.
    pub fn bearer(self, token: &str) -> Self {
        if token.is_empty() { self } else { self.with(|request| request.bearer_auth(token)) }
    }

    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|request| request.header(name, value))
    }

    /// As a proxy hands it on from this address.
    pub fn from(self, address: &str) -> Self {
        self.header("x-forwarded-for", address)
    }

    /// In this language.
    pub fn language(self, language: &str) -> Self {
        self.header("accept-language", language)
    }

    /// With a JSON body.
    pub fn json(self, body: &Json) -> Self {
        self.with(|request| request.json(body))
    }

    /// With any body.
    pub fn body(self, media: &str, body: impl Into<reqwest::Body>) -> Self {
        self.with(|request| request.header("content-type", media).body(body))
    }

    /// With an example of the document: a text is a file, all else JSON.
    pub fn example(self, body: &Json) -> Self {
        match body {
            Json::String(file) => self.body("text/csv", file.clone()),
            _ => self.json(body),
        }
    }

    /// Sends it, for the bytes of a good answer.
    pub async fn bytes(self) -> Vec<u8> {
        let answer = self.request.send().await.expect("the server answers");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.expect("the answer is whole").to_vec()
    }

    /// Sends it.
    pub async fn send(self) -> Seen {
        let answer = self.request.send().await.expect("the server answers");
        let status = answer.status();
        let headers = answer.headers().clone();
        let text = answer.text().await.expect("the answer is text");
        let seen = Seen { status, headers, text };
        if let (Some(browser), Some(cookie)) = (self.browser, seen.device_cookie()) {
            *browser.lock().expect("nobody panicked") = Some(cookie);
        }
        seen
    }
}

/// An answer.
#[derive(Debug)]
pub struct Seen {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: reqwest::header::HeaderMap,
    /// Its body.
    pub text: String,
}

impl Seen {
    /// Must have this status.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Must have this status, as a number.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// A string of the body, by JSON pointer.
    #[track_caller]
    pub fn str(&self, pointer: &str) -> String {
        let json = self.json();
        json.pointer(pointer).and_then(Json::as_str).unwrap_or_else(|| panic!("no {pointer} in {json:#}")).to_owned()
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The device cookie that it sets, as it is sent back.
    pub fn device_cookie(&self) -> Option<String> {
        let mut set = self.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let cookie = set.find(|cookie| cookie.starts_with("tca-device="))?;
        Some(cookie.split(';').next()?.to_owned())
    }

    /// Status and body on one line, for a snapshot: ids and hosts are as they were sent.
    pub fn line(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.text)
    }
}

stories![the_service_says_that_it_is_well];

async fn the_service_says_that_it_is_well(app: TestApp) {
    app.raw(Method::GET, "/healthz").send().await.expect_status(200);
    app.raw(Method::GET, "/readyz").send().await.expect_status(200);
    let seen = app.raw(Method::GET, "/nowhere").language("ru").send().await.expect_status(404);
    assert_eq!(seen.str("/title"), "Не найдено");
}
