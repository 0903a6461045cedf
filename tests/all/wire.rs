//! The wire: what the service does with requests that no decent client sends, and with clients that take their time.
//!
//! Spoken over bare sockets, since no HTTP library would.

use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use twin_cities_awards::config::Patience;
use twin_cities_awards::store::{Conn, StoreError};

use crate::app::{TestApp, stories, stories_on_sqlite};
use crate::people::maria;

stories![whoever_is_slow_is_dropped_and_told_why_where_that_can_be];

stories_on_sqlite![
    a_request_that_can_be_read_two_ways_is_refused_and_the_connection_closed,
    floods_of_headers_and_long_addresses_are_refused,
    addresses_that_are_none_are_not_found,
    requests_sent_in_one_go_are_answered_in_their_order,
    an_old_client_and_one_that_waits_for_leave_are_served,
    only_the_public_host_is_answered,
    whoever_does_not_read_is_dropped,
    head_is_answered_like_get_without_its_body,
];

/// A connection on which all is said in bytes.
pub struct Wire(TcpStream);

impl Wire {
    /// Connects.
    pub async fn to(base: &str) -> Self {
        let address = base.strip_prefix("http://").expect("an address");
        Self(TcpStream::connect(address).await.expect("somebody listens"))
    }

    /// Sends.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _closed_already = self.0.write_all(bytes.as_ref()).await;
        self
    }

    /// Says the same again and again, as a slow client does. Whether the server closes.
    async fn trickles(mut self, bytes: &str) -> bool {
        for _turn in 0..600 {
            if self.0.write_all(bytes.as_bytes()).await.is_err() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await; // this is what it is to be slow
        }
        false
    }

    /// All that comes until the server closes.
    pub async fn hear_out(mut self) -> String {
        let mut heard = Vec::new();
        let hearing = async {
            let mut some = [0; 4096];
            // A reset is a close, too: what had come before it stands.
            while let Ok(length @ 1..) = self.0.read(&mut some).await {
                heard.extend_from_slice(&some[..length]);
            }
        };
        let closed = tokio::time::timeout(Duration::from_secs(60), hearing).await;
        assert!(closed.is_ok(), "the connection stays open");
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// What comes until these words.
    pub async fn hear_until(&mut self, words: &str) -> String {
        let mut heard = Vec::new();
        while !String::from_utf8_lossy(&heard).contains(words) {
            let mut some = [0; 4096];
            let length = self.0.read(&mut some).await.expect("it can be read");
            assert_ne!(length, 0, "closed before {words:?}: {}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&some[..length]);
        }
        String::from_utf8_lossy(&heard).into_owned()
    }
}

/// What is answered to these bytes, until the server closes.
async fn talk(base: &str, bytes: impl AsRef<[u8]>) -> String {
    let mut wire = Wire::to(base).await;
    wire.say(bytes).await;
    wire.hear_out().await
}

/// The statuses of all answers that were heard.
pub fn statuses(heard: &str) -> Vec<u16> {
    let lines = heard.match_indices("HTTP/1.");
    lines.filter_map(|(at, _)| heard.get(at + 9..at + 12)?.parse().ok()).collect()
}

fn host(app: &TestApp) -> &str {
    app.app.config.public_url.host()
}

/// S-HTTP-14. After each stands a second request, which whoever reads the first otherwise would take for part of it.
async fn a_request_that_can_be_read_two_ways_is_refused_and_the_connection_closed(app: TestApp) {
    let host = host(&app).to_owned();
    let post = |headers: &str, body: &str| {
        format!(
            "POST /api/v1/confirmations HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}\r\n{body}"
        )
    };
    let get = |rest: &str| format!("GET /healthz HTTP/1.1\r\n{rest}\r\n");
    let hidden = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let cases = [
        ("length and chunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")),
        ("a list of lengths", post("Content-Length: 2, 2\r\n", "{}")),
        ("a signed length", post("Content-Length: +2\r\n", "{}")),
        ("a length below nothing", post("Content-Length: -2\r\n", "{}")),
        ("a length in sixteens", post("Content-Length: 0x2\r\n", "{}")),
        ("a length without end", post("Content-Length: 99999999999999999999999\r\n", "{}")),
        ("another coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        ("a coding in front", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        ("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
        ("a chunk of no size", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")),
        ("a chunk without end", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("a chunk that is longer", post("Transfer-Encoding: chunked\r\n", "2\r\n{} \r\n0\r\n\r\n")),
        ("no host", get("")),
        ("two hosts", get(&format!("Host: {host}\r\nHost: evil.example\r\n"))),
        (
            "an old client in chunks",
            post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"),
        ),
        ("an old client without length", post("", "").replace("HTTP/1.1", "HTTP/1.0")),
        ("a folded line", get(&format!("Host: {host}\r\nX-Long: a\r\n b\r\n"))),
        ("a space before the colon", get(&format!("Host: {host}\r\nContent-Length : 0\r\n"))),
        ("a zero in a header", get(&format!("Host: {host}\r\nX-Zero: a\0b\r\n"))),
        ("a return in a header", get(&format!("Host: {host}\r\nX-Return: a\rb\r\n"))),
        ("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("a later version", get(&format!("Host: {host}\r\n")).replace("HTTP/1.1", "HTTP/3.7")),
        ("no request at all", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned()),
    ];
    for (name, bytes) in cases {
        let heard = talk(&app.base, [bytes.as_bytes(), hidden.as_bytes()].concat()).await;
        let statuses = statuses(&heard);
        assert!(!statuses.is_empty(), "{name}: no answer");
        assert!(statuses.iter().all(|status| *status == 400), "{name}: {heard}");
        assert!(!heard.contains("\r\n\r\nok"), "{name}: the hidden request was answered: {heard}");
    }
    app.raw(Method::GET, "/healthz").send().await.expect_status(200);
}

async fn floods_of_headers_and_long_addresses_are_refused(app: TestApp) {
    let host = host(&app).to_owned();
    let with = |extra: String| format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{extra}\r\n");
    let many = |number: usize| with((0..number).map(|n| format!("X-{n}: y\r\n")).collect());
    assert_eq!(statuses(&talk(&app.base, many(90)).await), [200]);
    for flood in [many(1_000), many(100_000), with(format!("X-Long: {}\r\n", "y".repeat(200_000)))] {
        let heard = talk(&app.base, flood).await;
        assert!([vec![400], vec![431]].contains(&statuses(&heard)), "{heard}");
    }
    let long =
        |length: usize| format!("GET /{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", "y".repeat(length));
    assert_eq!(statuses(&talk(&app.base, long(4_000)).await), [404]);
    let heard = talk(&app.base, long(5_000)).await;
    assert!(heard.starts_with("HTTP/1.1 414") && heard.contains("\"code\":\"uri_too_long\""), "{heard}");
    for length in [70_000, 200_000] {
        let heard = talk(&app.base, long(length)).await;
        assert!([vec![400], vec![414], vec![431]].contains(&statuses(&heard)), "{length}: {heard}");
    }
}

async fn addresses_that_are_none_are_not_found(app: TestApp) {
    let host = host(&app).to_owned();
    for path in [
        "/%",
        "/%zz",
        "/%ff%fe",
        "/%00",
        "/en/%00",
        "/en/confirm/%00%ff",
        "/api/v1/editions/%00",
        "/api/v1/editions/%ff",
        "/api/v1/editions/2021%0d%0aX-Forged:%20yes",
        "/api/v1/editions/..%2f..%2fetc%2fpasswd",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "//api/v1/editions",
        "/../../etc/passwd",
        "/problems/%e2%80%ae",
        "*",
    ] {
        let heard = talk(&app.base, format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        let statuses = statuses(&heard);
        assert!([vec![404], vec![400]].contains(&statuses), "{path}: {heard}");
        assert!(!heard.to_lowercase().contains("\r\nx-forged"), "{path}: {heard}");
    }
}

async fn requests_sent_in_one_go_are_answered_in_their_order(app: TestApp) {
    let host = host(&app).to_owned();
    let one = |path: &str, id: usize, last: bool| {
        let end = if last { "Connection: close\r\n" } else { "" };
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Request-Id: number-{id}\r\n{end}\r\n")
    };
    let paths = ["/healthz", "/nowhere", "/readyz", "/api/v1/editions/1999"];
    let all: String = (0..40).map(|id| one(paths[id % 4], id, id == 39)).collect();
    let heard = talk(&app.base, all).await;
    assert_eq!(statuses(&heard), [200, 404, 200, 404].repeat(10));
    let order: Vec<_> = heard.match_indices("x-request-id: ").map(|(at, _)| &heard[at + 14..]).collect();
    let order: Vec<_> = order.iter().filter_map(|rest| rest.lines().next()).collect();
    assert_eq!(order, (0..40).map(|id| format!("number-{id}")).collect::<Vec<_>>());
}

async fn an_old_client_and_one_that_waits_for_leave_are_served(app: TestApp) {
    let host = host(&app).to_owned();
    let heard = talk(&app.base, format!("GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n")).await;
    assert!(statuses(&heard) == [200] && heard.ends_with("ok"), "{heard}");
    let heard = talk(&app.base, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(heard.contains(" 400 ") && heard.contains("\"code\":\"bad_request\""), "no host: {heard}");
    let mut wire = Wire::to(&app.base).await;
    wire.say(format!(
        "POST /api/v1/confirmations HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    ))
    .await;
    wire.hear_until("100 Continue\r\n\r\n").await;
    wire.say("{}").await;
    assert_eq!(statuses(&wire.hear_out().await), [422]);
}

/// S-HTTP-4.
async fn only_the_public_host_is_answered(app: TestApp) {
    let host = host(&app).to_owned();
    let beside = app.beside(|config| {
        config.public_url = twin_cities_awards::config::PublicUrl::parse("https://awards.example.org").expect("one");
    });
    let listening = beside.base.strip_prefix("http://").expect("an address").to_owned();
    let ask = |base: String, line: &'static str, host: String| async move {
        let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        statuses(&talk(&base, request).await)
    };
    let base = || beside.base.clone();
    assert_eq!(ask(base(), "GET /en/", "awards.example.org".to_owned()).await, [200]);
    assert_eq!(ask(base(), "GET /en/", "AWARDS.example.ORG".to_owned()).await, [200]);
    for stranger in
        ["evil.example", "awards.example.org.evil.example", "awards.example.org:1", "awards.example.org@evil", ""]
    {
        assert_eq!(ask(base(), "GET /en/", stranger.to_owned()).await, [421], "{stranger:?}");
    }
    assert_eq!(ask(base(), "GET /en/", listening.clone()).await, [421], "the address is for machines");
    assert_eq!(ask(base(), "GET /healthz", listening.clone()).await, [200]);
    assert_eq!(ask(base(), "GET /readyz", listening).await, [200]);
    assert_eq!(ask(base(), "GET http://awards.example.org/en/", "awards.example.org".to_owned()).await, [200]);
    assert_eq!(ask(base(), "GET http://evil.example/en/", "awards.example.org".to_owned()).await, [421]);
    assert_eq!(ask(app.base.clone(), "GET /healthz", host).await, [200]);
}

/// S-HTTP-2, with less patience than the service has: nothing here is slow but who is meant to be.
async fn whoever_is_slow_is_dropped_and_told_why_where_that_can_be(app: TestApp) {
    assert_eq!(Patience::default().head, Duration::from_secs(5));
    assert_eq!(Patience::default().body, Duration::from_secs(10));
    assert_eq!(Patience::default().handler, Duration::from_secs(15));
    app.edition_2021().await;
    let moment = Duration::from_millis(300);

    let short_heads = app.beside(|config| config.patience.head = Duration::from_secs(2)); // actix counts in half seconds
    let host = short_heads.app.config.public_url.host().to_owned();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n");
    let first = async { assert_eq!(statuses(&talk(&short_heads.base, &head).await), [408], "the first head") };
    let later = async {
        let mut wire = Wire::to(&short_heads.base).await;
        wire.say(format!("{head}\r\n")).await.hear_until("ok").await;
        wire.say(&head).await;
        assert_eq!(wire.hear_out().await, "", "a later head: nobody hears why");
    };
    let trickled = async {
        let mut wire = Wire::to(&short_heads.base).await;
        wire.say(format!("{head}\r\n")).await.hear_until("ok").await;
        assert!(wire.trickles("X").await, "a later head that never ends is dropped");
    };
    let unasked = async {
        let mut wire = Wire::to(&short_heads.base).await;
        let unasked = format!("POST /nowhere HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n");
        wire.say(unasked).await.hear_until("not_found").await;
        assert!(wire.trickles("1\r\nx\r\n").await, "a body that nobody asks for is not read for ever");
    };
    tokio::join!(first, later, trickled, unasked);

    let post = "POST /api/v1/editions/2021/nominations HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n";
    let short_bodies = app.beside(|config| config.patience.body = moment);
    let host = short_bodies.app.config.public_url.host().to_owned();
    let heard = talk(&short_bodies.base, format!("{post}Content-Length: 9\r\n\r\n{{",).replace("HOST", &host)).await;
    assert!(heard.starts_with("HTTP/1.1 408") && heard.contains("\"code\":\"timeout\""), "{heard}");

    // A handler that comes to no end: its write waits for another that does not go on.
    let short_handlers = app.beside(|config| config.patience.handler = moment);
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let store = short_handlers.app.store.clone();
    let blocker = actix_web::rt::spawn(async move {
        store
            .write(move |tx| {
                use diesel::connection::SimpleConnection as _;
                let lock = match tx {
                    Conn::Sqlite(_) => "SELECT 1", // its one writer is busy with us
                    Conn::Postgres(_) => "LOCK TABLE nominations IN ACCESS EXCLUSIVE MODE",
                };
                tx.batch_execute(lock)?;
                let _until_told = wait.lock().expect("one waits").recv();
                Ok::<_, StoreError>(())
            })
            .await
    });
    let body = maria().to_string();
    let host = short_handlers.app.config.public_url.host().to_owned();
    let request = format!(
        "{}Content-Length: {}\r\nAccept-Language: ru\r\nConnection: close\r\n\r\n{body}",
        post.replace("HOST", &host),
        body.len()
    );
    let heard = loop {
        let heard = talk(&short_handlers.base, &request).await;
        if statuses(&heard) != [201] {
            break heard; // the one that locks has come first
        }
    };
    assert!(heard.starts_with("HTTP/1.1 503"), "{heard}");
    for word in [
        "retry-after: 5",
        "\"code\":\"unavailable\"",
        "Возможно, всё уже сделано",
        "content-security-policy",
        "x-request-id",
    ] {
        assert!(heard.contains(word), "{word}: {heard}");
    }
    go_on.send(()).expect("it waits");
    blocker.await.expect("it ends").expect("it is written");
}

/// S-HTTP-2: the answers of one connection, asked for again and again, fill what the system keeps for a reader who does not
/// read; then the connection goes.
async fn whoever_does_not_read_is_dropped(app: TestApp) {
    assert_eq!(Patience::default().unread, Duration::from_secs(30));
    let beside = app.beside(|config| config.patience.unread = Duration::from_millis(300));
    let host = beside.app.config.public_url.host().to_owned();
    let mut wire = Wire::to(&beside.base).await;
    let request = format!("GET /api/v1/openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let asking = async { while wire.0.write_all(request.as_bytes()).await.is_ok() {} };
    let dropped = tokio::time::timeout(Duration::from_secs(60), asking).await;
    assert!(dropped.is_ok(), "the service waits for ever");
}

/// RFC 9110, 9.3.2: monitors, link checkers and mail scanners ask so.
async fn head_is_answered_like_get_without_its_body(app: TestApp) {
    app.edition_2021().await;
    for path in ["/en/", "/healthz", "/api/v1/editions", "/api/v1/editions/1999", "/en/nowhere"] {
        let get = app.raw(Method::GET, path).send().await;
        let head = app.raw(Method::HEAD, path).send().await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        for name in ["content-type", "cache-control", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    app.raw(Method::HEAD, "/api/v1/auth/login").send().await.expect_status(405);
}
