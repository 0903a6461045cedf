//! The server: puts the rooms' routes, the middleware and the OpenAPI document together.

use std::convert::Infallible;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::body::SizedStream;
use actix_web::dev::{AppConfig, Server, ServerHandle};
use actix_web::http::header::ContentType;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::accounts::gate;
use crate::announcement;
use crate::app::App;
use crate::desk;
use crate::heartbeat::Heart;
use crate::http::connection::Connection;
use crate::http::middleware::{Listening, around};
use crate::http::problem::{Code, Problem};
use crate::links::alive;
use crate::outbox;
use crate::results::{self, Above};
use crate::store::StoreError;

/// Connections at once (S-HTTP-2), shared by the server's threads.
const CONNECTIONS: usize = 4_096;
/// Between two looks at the calendar: the embargo lifts within a second of its instant (content § 9).
const TICK: Duration = Duration::from_millis(500);
/// What the system holds at most of our answers to one who does not read them (bytes; it may double it). By itself it
/// would take megabytes: with 2,000 such clients all that the machine has (F13).
const SEND_BUFFER: usize = 128 * 1024;
/// In slices of this many bytes a long text is written.
const SLICE: usize = 8 * 1024;
/// How long a closing connection may take to be closed from the other side too, so that its last answer is read.
const CLOSING: Duration = Duration::from_secs(1);

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Twin Cities Awards",
        description = "Nomination and judging for awards that two twinned cities give together.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// Every call of the API, room after room.
fn api(config: &mut ServiceConfig<'_>) {
    config.configure(crate::nominations::api::routes); // the busiest first: addresses are tried in this order
    config.configure(crate::nominations::drafts::api::routes);
    config.configure(crate::editions::api::routes);
    config.configure(crate::accounts::api::routes);
    config.configure(crate::desk::api::routes);
    config.configure(crate::judging::api::routes);
    config.configure(crate::results::api::routes);
    config.configure(crate::announcement::api::routes);
    config.configure(crate::links::routes);
}

/// Every page, room after room, and what they stand in.
fn pages(config: &mut web::ServiceConfig) {
    config
        .configure(crate::http::assets::routes)
        .configure(crate::http::pages::routes)
        .configure(crate::editions::pages::routes)
        .configure(crate::accounts::pages::routes)
        .configure(crate::nominations::pages::routes)
        .configure(crate::nominations::form_pages::routes)
        .configure(crate::nominations::translations::routes)
        .configure(crate::announcement::pages::routes)
        .configure(crate::desk::complaints_page::routes)
        .configure(crate::desk::exports_page::routes)
        .configure(crate::nominations::import::page::routes)
        .configure(crate::pages::api::routes)
        .configure(crate::pages::mail::routes);
}

/// The OpenAPI 3.1 document, generated from the handlers.
pub fn document() -> OpenApi {
    let (_, document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(utoipa_actix_web::scope("/api/v1").configure(api))
        .split_for_parts();
    document
}

/// A server that runs.
pub struct Running {
    /// Stops it.
    pub handle: ServerHandle,
    /// Ends when it has stopped.
    pub done: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Serves on `listener` with so many threads until it is stopped.
///
/// # Errors
/// Where the socket cannot be used.
pub fn start(app: App, listener: TcpListener, threads: usize) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    let patience = app.config.patience;
    let routes = routes(app);
    let serve = move || {
        let app = actix_web::App::new()
            .configure(routes.clone())
            .app_data(Data::new(Listening(address)))
            .wrap(from_fn(alive))
            .wrap(from_fn(gate))
            .wrap(from_fn(around))
            .wrap(Compress::default()) // the last goes first
            .into_factory()
            .map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .client_request_timeout(patience.head)
            .client_disconnect_timeout(CLOSING)
            .on_connect_ext(|connection: &Connection<TcpStream>, data| _ = data.insert(connection.requests()))
            .h1(map_config(app, |()| AppConfig::default()));
        let with_timers = move |socket: TcpStream| {
            let peer = socket.peer_addr().ok();
            if let Err(error) = SockRef::from(&socket).set_send_buffer_size(SEND_BUFFER) {
                tracing::debug!(%error, "the system chooses how much it holds of our answers");
            }
            std::future::ready(Ok::<_, DispatchError>((Connection::new(socket, patience), peer)))
        };
        fn_service(with_timers).and_then(http)
    };
    let server = Server::build()
        .workers(threads)
        .max_concurrent_connections(CONNECTIONS / threads.max(1))
        .shutdown_timeout(patience.stop.as_secs())
        .disable_signals()
        .listen("http", listener, serve)?
        .run();
    let handle = server.handle();
    Ok(Running { handle, done: tokio::task::spawn_local(server) })
}

/// What the service does by itself, until it is stopped: sends mail, seals the audit, releases what is due.
pub async fn work(app: App, stopped: watch::Receiver<bool>) {
    let guard = announcement::claim_guard(&app);
    let mut heart = Heart::default();
    note(heart.tick(&app).await.err(), "the clock could not be looked at"); // before anything leaves by it
    tokio::join!(outbox::worker::run(app.clone(), guard, stopped.clone()), by_the_clock(app, heart, stopped));
}

async fn by_the_clock(app: App, mut heart: Heart, mut stopped: watch::Receiver<bool>) {
    let mut closing = results::clockwork::Clockwork::default();
    loop {
        let is_sound = heart.tick(&app).await.unwrap_or_else(|error| {
            note(Some(error), "the clock could not be looked at");
            false
        });
        note(crate::accounts::clockwork::tick(&app).await.err(), "requests for a new password could not be looked up");
        note(crate::nominations::clockwork::tick(&app).await.err(), "links that wait could not be sent");
        note(desk::digest::tick(&app).await.err(), "the organisers' digest could not be sent");
        if is_sound {
            on_time(&app, &mut closing).await;
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// What must not be done early, since nothing undoes it: it waits while the clock is in doubt.
async fn on_time(app: &App, closing: &mut results::clockwork::Clockwork) {
    note(closing.tick(app).await.err(), "judging could not be closed");
    note(crate::http::idempotency::tick(app).await.err(), "answers that are kept no longer could not be forgotten");
    note(crate::nominations::drafts::clockwork::tick(app).await.err(), "drafts could not be looked after");
    note(announcement::clockwork::tick(app).await.err(), "what is due by the clock could not be done");
}

/// What failed is tried again at the next tick.
fn note(error: Option<StoreError>, what: &str) {
    if let Some(error) = error {
        tracing::error!(%error, "{what}");
    }
}

/// All routes with what they need, for a server or a client in place.
pub fn routes(app: App) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    let document = document();
    let reference = Data::new(crate::pages::api::Reference::of(&document));
    let known = Data::new(Known::of(&document));
    let document = Data::new(Written::of(&document));
    let above = Data::new(Above { on_seal: announcement::at_the_seal });
    let app = Data::new(app);
    move |config| {
        config
            .app_data(app)
            .app_data(document)
            .app_data(known)
            .app_data(reference)
            .app_data(above)
            .app_data(web::QueryConfig::default().error_handler(|_, _| Problem::fault("/query", "wrong_type").into()))
            .route("/healthz", web::get().to(healthy))
            .route("/readyz", web::get().to(ready))
            .route("/api/v1/openapi.json", web::get().to(openapi)) // before the scope, which takes all below it
            .default_service(web::to(nowhere));
        let mut described = ServiceConfig::new(config);
        described.service(utoipa_actix_web::scope("/api/v1").configure(api));
        config.configure(pages); // after the calls: addresses are tried in this order, and there are many pages
    }
}

/// The document as it is sent: written once, since whoever asks for it a thousand times must not have it made as often.
struct Written(Bytes);

impl Written {
    fn of(document: &OpenApi) -> Self {
        Self(serde_json::to_vec(document).unwrap_or_default().into())
    }
}

async fn openapi(document: Data<Written>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("cache-control", "no-cache")).content_type(ContentType::json()).body(in_slices(&document.0))
}

/// A long text in short slices: of one in a piece, each connection that does not read would hold a copy of the whole.
fn in_slices(text: &Bytes) -> SizedStream<impl Stream<Item = Result<Bytes, Infallible>> + use<>> {
    let text = text.clone();
    let length = text.len() as u64;
    let slices = (0..text.len()).step_by(SLICE);
    let slices = slices.map(move |at| Ok(text.slice(at..text.len().min(at + SLICE))));
    SizedStream::new(length, stream::iter(slices))
}

async fn healthy() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

async fn ready(app: Data<App>) -> HttpResponse {
    if !app.is_stopping() && app.store.is_ready().await {
        HttpResponse::Ok().body("yes")
    } else {
        HttpResponse::ServiceUnavailable().body("no")
    }
}

/// The paths that exist, so that a wrong method is told from a wrong address.
struct Known(Vec<(Vec<String>, String)>);

impl Known {
    fn of(document: &OpenApi) -> Self {
        let methods = |item: &utoipa::openapi::PathItem| {
            let all = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            all.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
        };
        let split = |path: &str| path.split('/').map(str::to_owned).collect();
        Self(document.paths.paths.iter().map(|(path, item)| (split(path), methods(item))).collect())
    }

    /// The methods that `path` takes, if it is one of ours.
    fn methods(&self, path: &str) -> Option<&str> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &[String]| {
            pattern.len() == parts.len()
                && pattern.iter().zip(&parts).all(|(ours, theirs)| ours.starts_with('{') || ours == theirs)
        };
        self.0.iter().find(|(pattern, _)| fits(pattern)).map(|(_, methods)| methods.as_str())
    }
}

/// Whatever no route takes: 405 where another method would be taken, else 404.
async fn nowhere(request: HttpRequest, known: Data<Known>) -> HttpResponse {
    match known.methods(request.path()) {
        Some(methods) => {
            let mut answer = HttpResponse::from_error(Problem::new(Code::MethodNotAllowed));
            if let Ok(allow) = actix_web::http::header::HeaderValue::from_str(methods) {
                answer.headers_mut().insert(actix_web::http::header::ALLOW, allow);
            }
            answer
        }
        None => HttpResponse::from_error(Problem::new(Code::NotFound)),
    }
}
