//! Translations over HTTP: organisers see what is missing and give it out; they and translators read and translate.

use actix_web::{get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::give::{self, Gift};
use super::kinds::{Part, TextId};
use super::queue::{self, QueuedText};
use super::untranslated::{self, UntranslatedText};
use super::view::TextView;
use super::words::Words;
use super::work::{self, Worker};
use crate::accounts::{Action, Caller, Office, OfficeOrTranslator, Role, Translator};
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Private, Versioned};
use crate::http::body::{JsonBytes, Parsed};
use crate::http::door::parse_with;
use crate::http::etag::IfMatch;
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::{EditionId, NominationId, RoleId};
use crate::text::Language;

/// These calls.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read_story)
        .service(translate_story)
        .service(read_letter)
        .service(translate_letter)
        .service(list_untranslated)
        .service(name_translator)
        .service(read_queue)
        .service(read_text)
        .service(translate_text);
}

/// Who translates.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the body that the door reads")]
struct TranslatorBody {
    /// The person, as `GET …/people` names them; absent or `null`: nobody any more.
    person: Option<RoleId>,
}

/// A nomination's story and its translation.
///
/// The original is the one that judges read: words that are blacked out are not in it. A translator reads what was given to
/// them.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("language" = Language, Path, description = "The translation's language"),
    ),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition, or it is written in this language, or it is another translator's"),
        (status = 409, description = "`wrong_phase`: to a translator"),
    )
)]
#[get("/organise/editions/{slug}/nominations/{id}/translations/{language}")]
async fn read_story(
    app: web::Data<App>,
    who: OfficeOrTranslator,
    path: web::Path<(String, String, String)>,
) -> Answer<Versioned<TextView>> {
    let text = text(&path.1, Some(Part::Story), &path.2)?;
    Ok(work::read(&app, worker(&who), Action::SeeTranslation, text, app.clock.now()).await?)
}

/// Translate a nomination's story: headline and answers, `others` where the original has it.
///
/// Judges read it beside the original. It is bound to the original that was read: send its `ETag`, also the first time, and
/// you hear `stale` where the original has changed meanwhile. Where the original changes later, judges are told that it has;
/// where words are blacked out later, they do not see the translation until it is saved anew.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("language" = Language, Path, description = "The translation's language"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`; owed where there is a translation already"),
    ),
    request_body(content = Words, example = json!(example_story())),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition, or it is written in this language, or it is another translator's"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: judges will not read it, or an organiser must first look again at what is blacked out"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/translations/{language}")]
async fn translate_story(
    app: web::Data<App>,
    who: OfficeOrTranslator,
    path: web::Path<(String, String, String)>,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<TextView>> {
    let text = text(&path.1, Some(Part::Story), &path.2)?;
    save(&app, &who.caller, worker(&who), Action::Translate, text, seen, &body).await
}

/// A letter and its translation: `n` is 1 or 2, by the form's order.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("n" = u8, Path, description = "Which supporter's: 1 or 2"),
        ("language" = Language, Path, description = "The translation's language"),
    ),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such letter yet, or it is written in this language, or it is another translator's"),
        (status = 409, description = "`wrong_phase`: to a translator"),
    )
)]
#[get("/organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}")]
async fn read_letter(
    app: web::Data<App>,
    who: OfficeOrTranslator,
    path: web::Path<(String, String, String, String)>,
) -> Answer<Versioned<TextView>> {
    let text = text(&path.1, letter(&path.2), &path.3)?;
    Ok(work::read(&app, worker(&who), Action::SeeTranslation, text, app.clock.now()).await?)
}

/// Translate a letter: `n` is 1 or 2, by the form's order. As with a story.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("n" = u8, Path, description = "Which supporter's: 1 or 2"),
        ("language" = Language, Path, description = "The translation's language"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`; owed where there is a translation already"),
    ),
    request_body(content = Words, example = json!({"letter": "Я знаю этих людей много лет и видела, что они делают для наших городов."})),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such letter yet, or it is written in this language, or it is another translator's"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: judges will not read it, or an organiser must first look again at what is blacked out"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}")]
async fn translate_letter(
    app: web::Data<App>,
    who: OfficeOrTranslator,
    path: web::Path<(String, String, String, String)>,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<TextView>> {
    let text = text(&path.1, letter(&path.2), &path.3)?;
    save(&app, &who.caller, worker(&who), Action::Translate, text, seen, &body).await
}

/// Texts that the judges of some panel cannot read in its language: without a translation, or with one that no longer holds.
///
/// Of eligible nominations and those merged into them, by nomination and part.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027"), Paging),
    responses(
        (status = 200, description = "A stretch of them", body = Listing<UntranslatedText>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[get("/organise/editions/{slug}/translations")]
async fn list_untranslated(
    app: web::Data<App>,
    office: Office,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<UntranslatedText>>> {
    let stretch = paging.stretch(&app.keys, &format!("translations/{}", office.edition.id))?;
    Ok(Private(untranslated::list(&app, office.edition, stretch).await?))
}

/// Give a text to a translator of the edition, to another, or to nobody any more. No mail leaves: it stands in their queue.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("text" = TextId, Path, description = "The text, as the list names it"),
        ("If-Match" = Option<String>, Header, description = "The text's `ETag`; owed where somebody has it"),
    ),
    request_body(content = TranslatorBody, example = json!({"person": "01890000-0000-7000-8000-000000000000"})),
    responses(
        (status = 200, description = "As it stands", body = TextView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such text in the edition"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: judges will not read it"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`: also `unknown_translator`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/translations/{text}/translator")]
async fn name_translator(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Gift>,
) -> Answer<Versioned<TextView>> {
    let deed = office.caller.deed(&app);
    let text = TextId::parse(&path.1).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(give::give(&app, deed, office.caller.account, office.edition, text, seen, body.value).await?)
}

/// What waits for oneself to translate, the longest given first: without a translation, or with one that no longer holds.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "A stretch of it", body = Listing<QueuedText>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 409, description = "`wrong_phase`: none of one's editions is translated now"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[get("/translate/queue")]
async fn read_queue(
    app: web::Data<App>,
    translator: Translator,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<QueuedText>>> {
    let caller = translator.caller;
    let stretch = paging.stretch(&app.keys, &format!("translate/{}", caller.account))?;
    Ok(Private(queue::list(&app, caller.account, editions(&caller), stretch, app.clock.now()).await?))
}

/// A text that was given to one, and its translation; another's is 404.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(("text" = TextId, Path, description = "The text, as the queue names it")),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "None of this id is given to one"),
        (status = 409, description = "`wrong_phase`"),
    )
)]
#[get("/translate/{text}")]
async fn read_text(
    app: web::Data<App>,
    translator: Translator,
    path: web::Path<String>,
) -> Answer<Versioned<TextView>> {
    let text = TextId::parse(&path).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(work::read(&app, own(&translator.caller), Action::OwnTexts, text, app.clock.now()).await?)
}

/// Translate a text that was given to one: a story by its fields, a letter by `letter`.
#[utoipa::path(
    tag = "translation",
    security(("bearer" = [])),
    params(
        ("text" = TextId, Path, description = "The text, as the queue names it"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`; owed where there is a translation already"),
    ),
    request_body(content = Words, examples(
        ("story" = (summary = "A story", value = json!(example_story()))),
        ("supporters_letter" = (summary = "A letter", value = json!({"letter": "I have known them for many years."})))
    )),
    responses(
        (status = 200, description = "As they stand", body = TextView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "None of this id is given to one"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: an organiser must first look again at what is blacked out"),
        (status = 412, description = "`stale`: the original may have changed"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/translate/{text}")]
async fn translate_text(
    app: web::Data<App>,
    translator: Translator,
    path: web::Path<String>,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<TextView>> {
    let text = TextId::parse(&path).ok_or_else(|| Problem::new(Code::NotFound))?;
    save(&app, &translator.caller, own(&translator.caller), Action::OwnTexts, text, seen, &body).await
}

async fn save(
    app: &App,
    caller: &Caller,
    worker: Worker,
    action: Action,
    text: TextId,
    seen: IfMatch,
    body: &[u8],
) -> Answer<Versioned<TextView>> {
    let deed = caller.deed(app);
    let words = parse_with(body, |door| Words::read(door, text.part))?;
    Ok(work::save(app, deed, worker, action, text, seen, words).await?)
}

fn worker(who: &OfficeOrTranslator) -> Worker {
    match who.role {
        Role::Translator => Worker::Translator(who.caller.account, vec![who.edition.id]),
        _ => Worker::Office(who.caller.account, who.edition.id),
    }
}

/// A translator at their own desk.
pub(super) fn own(caller: &Caller) -> Worker {
    Worker::Translator(caller.account, editions(caller))
}

/// The editions that somebody translates.
pub(super) fn editions(caller: &Caller) -> Vec<EditionId> {
    caller.roles.iter().filter(|part| part.role == Role::Translator).map(|part| part.edition).collect()
}

fn letter(number: &str) -> Option<Part> {
    Part::of_letter(number.parse().ok()?)
}

fn text(nomination: &str, part: Option<Part>, into: &str) -> Result<TextId, Problem> {
    let text = NominationId::parse(nomination).zip(part).zip(Language::parse(into));
    let ((nomination, part), into) = text.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(TextId { nomination, part, into })
}

fn example_story() -> serde_json::Value {
    serde_json::json!({
        "headline": "Друзья по переписке из двух городов создали молодёжный оркестр",
        "story": {
            "impact": "Больше ста подростков, никогда прежде не видевших иностранцев, каждое лето играют вместе.",
            "friendship": "Всё началось с двенадцати писем между двумя музыкальными школами.",
            "commitment": "Шесть лет без перерыва.",
            "others": "Учителя, родители и две библиотеки.",
        },
    })
}
