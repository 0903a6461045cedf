//! What the public may know of editions, over HTTP.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::calendar::Phase;
use super::document::{Category, Criterion, Panel, Places, TwinCity};
use super::keys::{EditionSlug, PanelKey};
use super::model::Edition;
use super::store;
use crate::app::App;
use crate::clock::Time;
use crate::fields::{Country, NomineeKind};
use crate::http::answer::Private;
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::store::StoreError;
use crate::text::{Bilingual, Language};

/// The calls of this room. `current` goes before the slugs, of which it is none.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(current).service(one);
}

/// An edition, as everyone may see it.
#[derive(Serialize, ToSchema)]
pub struct PublicEdition {
    /// Its name in addresses.
    pub slug: EditionSlug,
    /// Its title.
    pub title: Bilingual,
    /// Where it stands. Deliberation reads `embargo` from the decision lock on, sealed or not.
    pub phase: Phase,
    /// The instants that everyone may know.
    pub timetable: PublicTimetable,
    /// Its panels.
    pub panels: Vec<PublicPanel>,
    /// Its categories. One that takes no nominations shows once its award is announced.
    pub categories: Vec<PublicCategory>,
    /// What judges score.
    pub criteria: Vec<Criterion>,
    /// The cities that a nomination may name beside the panels' own.
    pub twin_cities: Vec<PublicCity>,
}

/// The instants that everyone may know.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs, reason = "the timetable's own words stand there")]
pub struct PublicTimetable {
    pub nominations_open_at: Time,
    pub nominations_close_at: Time,
    pub letters_due_at: Time,
    pub judging_open_at: Time,
    pub judging_close_at: Time,
    pub announce_at: Time,
    pub reception_at: Time,
    pub live_event_at: Time,
}

/// A panel, as everyone may see it.
#[derive(Serialize, ToSchema)]
pub struct PublicPanel {
    /// Its key.
    pub key: PanelKey,
    /// Its city.
    pub city: Bilingual,
    /// The city's country.
    pub country: Country,
    /// The city's IANA zone.
    pub time_zone: String,
    /// The panel's language.
    pub language: Language,
}

/// A category, as everyone may see it.
#[derive(Serialize, ToSchema)]
pub struct PublicCategory {
    /// Its code.
    pub code: String,
    /// Whom it honours; `null`: either.
    pub kind: Option<NomineeKind>,
    /// Its name.
    pub name: Bilingual,
    /// One line on it.
    pub description: Bilingual,
    /// How many it honours.
    pub places: Places,
}

/// A twin city, as everyone may see it.
#[derive(Serialize, ToSchema)]
pub struct PublicCity {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: Bilingual,
    /// Its country.
    pub country: Country,
}

impl PublicEdition {
    /// What everyone may see of `edition` now.
    pub fn of(edition: &Edition, now: Time) -> Self {
        let phase = edition.phase_told(now);
        Self {
            slug: edition.slug.clone(),
            title: edition.title.clone(),
            phase,
            timetable: PublicTimetable::of(edition),
            panels: edition.panels.iter().map(PublicPanel::of).collect(),
            categories: edition.categories_told(now).map(PublicCategory::of).collect(),
            criteria: edition.criteria.clone(),
            twin_cities: edition.twin_cities.iter().map(PublicCity::of).collect(),
        }
    }
}

impl PublicTimetable {
    fn of(edition: &Edition) -> Self {
        let table = &edition.timetable;
        Self {
            nominations_open_at: table.nominations_open_at,
            nominations_close_at: table.nominations_close_at,
            letters_due_at: table.letters_due_at,
            judging_open_at: table.judging_open_at,
            judging_close_at: table.judging_close_at,
            announce_at: table.announce_at,
            reception_at: table.reception_at,
            live_event_at: table.live_event_at,
        }
    }
}

impl PublicPanel {
    fn of(panel: &Panel) -> Self {
        Self {
            key: panel.key.clone(),
            city: panel.city.clone(),
            country: panel.country,
            time_zone: panel.time_zone.clone(),
            language: panel.language,
        }
    }
}

impl PublicCategory {
    fn of(category: &Category) -> Self {
        Self {
            code: category.code.clone(),
            kind: category.kind,
            name: category.name.clone(),
            description: category.description.clone(),
            places: category.places,
        }
    }
}

impl PublicCity {
    fn of(city: &TwinCity) -> Self {
        Self { key: city.key.clone(), name: city.name.clone(), country: city.country }
    }
}

/// The editions, the one that opens last first. Rehearsals are left out.
#[utoipa::path(
    tag = "editions",
    params(Paging),
    responses(
        (status = 200, description = "A stretch of the editions", body = Listing<PublicEdition>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 422, description = "`limit` is out of range"),
    )
)]
#[get("/editions")]
async fn list(app: web::Data<App>, paging: web::Query<Paging>) -> Answer<Private<Listing<PublicEdition>>> {
    let now = app.clock.now();
    let stretch = paging.stretch(&app.keys, "editions")?;
    let mut editions = app.store.read(|tx| Ok::<_, StoreError>(store::all(tx)?)).await?;
    editions.retain(|edition| !edition.rehearsal);
    let begin = match &stretch.after {
        Some(slug) => editions.iter().position(|edition| edition.slug.as_str() == slug).map_or(0, |at| at + 1),
        None => 0,
    };
    let items = editions[begin..].iter().take(stretch.limit + 1).map(|edition| PublicEdition::of(edition, now));
    Ok(Private(stretch.list(&app.keys, items.collect(), |edition| edition.slug.to_string())))
}

/// The edition that the public means: the latest that has opened and whose reception is not past, else the next, else
/// the last.
#[utoipa::path(
    tag = "editions",
    responses(
        (status = 200, description = "The edition", body = PublicEdition, headers(("etag" = String))),
        (status = 304, description = "It is as `If-None-Match` says"),
        (status = 404, description = "There is no edition yet"),
    )
)]
#[get("/editions/current")]
async fn current(app: web::Data<App>, request: HttpRequest) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(store::current(tx, now)?)).await?;
    shown(&request, edition, now)
}

/// An edition.
#[utoipa::path(
    tag = "editions",
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The edition", body = PublicEdition, headers(("etag" = String))),
        (status = 304, description = "It is as `If-None-Match` says"),
        (status = 404, description = "There is no such edition"),
    )
)]
#[get("/editions/{slug}")]
async fn one(app: web::Data<App>, request: HttpRequest, slug: web::Path<String>) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let slug = EditionSlug::parse(&slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(store::by_slug(tx, &slug)?)).await?;
    shown(&request, edition, now)
}

/// The answer with its tag, which turns with version and phase; a cache asks again each time, so that nobody is told of
/// an open edition after it has closed.
fn shown(request: &HttpRequest, edition: Option<Edition>, now: Time) -> Answer<HttpResponse> {
    let edition = edition.ok_or_else(|| Problem::new(Code::NotFound))?;
    let shown = PublicEdition::of(&edition, now);
    let tag = format!("\"{}-{}\"", edition.version, shown.phase);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag || known.trim() == "*");
    let mut answer = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, "public, no-cache"));
    Ok(if same { answer.finish() } else { answer.json(shown) })
}
