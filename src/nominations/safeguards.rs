//! Safeguards: an organiser marks a person at risk, and blacks out words that judges must not read.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::model::SupporterRow;
use super::redaction::{Redaction, Span, Text, black_out};
use super::screening::{ScreenError, words};
use super::store::{self, safeguards};
use super::translations::{Part, store as translations};
use super::view::{NominationView, Whole};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{self, Edition};
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::ids::NominationId;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Spans of one nomination at most.
const SPANS: usize = 100;

/// What stands beside a nomination so that it can be read safely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Safeguards {
    /// Whether a public tie to the other country may put somebody at risk: the name is then published nowhere.
    pub sensitive: bool,
    /// Why.
    pub reason: Option<String>,
    /// What judges do not see.
    pub redactions: Vec<Redaction>,
    /// Counts up with each change; 0 before the first.
    pub version: i64,
}

/// The mark of a person at risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitive {
    flag: bool,
    reason: String,
}

impl FromBody for Sensitive {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let flag = door.flag("flag");
        if flag == Some(None) {
            door.fault("flag", "required");
        }
        let reason = door.required("reason", words);
        Some(Self { flag: flag??, reason: reason? })
    }
}

/// All that judges shall not see of a nomination; whether the original goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redactions {
    spans: Vec<Span>,
    erase: bool,
}

impl FromBody for Redactions {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let named = door.names("spans");
        let spans = door.objects("spans", |door| {
            let field = door.word("field", Text::parse);
            let start = number(door, "start");
            let end = number(door, "end");
            Some(Span { field: field?, start: start?, end: end? })
        })?;
        let erase = door.flag("erase")?;
        if !named {
            door.fault("spans", "required");
            return None;
        }
        if spans.len() > SPANS {
            door.note(Fault::new("/spans", "too_many_items").with("max", SPANS));
            return None;
        }
        Some(Self { spans: spans.into_iter().collect::<Option<_>>()?, erase: erase.unwrap_or(false) })
    }
}

/// A place in a text: 0 or more.
fn number(door: &mut Door<'_>, name: &'static str) -> Option<usize> {
    let Some(number) = door.integer(name)? else {
        door.fault(name, "required");
        return None;
    };
    let place = usize::try_from(number).ok();
    if place.is_none() {
        door.fault(name, "outside_text");
    }
    place
}

/// Words that judges do not see, as organisers are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedactionView {
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// Whether the text has changed since: judges then see nothing of it until somebody has looked again.
    pub stale: bool,
}

/// Marks a person at risk, or takes the mark away.
///
/// # Errors
/// [`ScreenError`].
pub async fn mark(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
    mark: Sensitive,
) -> Result<Versioned<NominationView>, ScreenError> {
    change(app, deed, edition, id, seen, move |tx, app, deed, edition, whole| {
        let there = whole.safeguards.reason.is_some();
        whole.safeguards.sensitive = mark.flag;
        whole.safeguards.reason = Some(mark.reason.clone());
        let detail = json!({"flag": if mark.flag { "yes" } else { "no" }});
        audit::record(tx, app, deed, Act::NominationMarked, Some(edition.id), id, detail)?;
        Ok(there)
    })
    .await
}

/// Says which words judges do not see, instead of what was said before. With `erase` the words go from the nomination
/// itself, and nobody sees them again.
///
/// # Errors
/// [`ScreenError`].
pub async fn black_out_words(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
    wanted: Redactions,
) -> Result<Versioned<NominationView>, ScreenError> {
    change(app, deed, edition, id, seen, move |tx, app, deed, edition, whole| {
        let there = !whole.safeguards.redactions.is_empty();
        let redactions = bind(whole, &wanted.spans)?;
        let detail = json!({"count": redactions.len(), "erased": if wanted.erase { "yes" } else { "no" }});
        if wanted.erase {
            erase(tx, whole, &redactions)?;
            whole.safeguards.redactions = Vec::new();
        } else {
            whole.safeguards.redactions = redactions;
        }
        audit::record(tx, app, deed, Act::WordsBlackedOut, Some(edition.id), id, detail)?;
        Ok(there)
    })
    .await
}

/// Changes a nomination's safeguards by `what`, which says whether there was something of the kind already.
async fn change<F>(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
    what: F,
) -> Result<Versioned<NominationView>, ScreenError>
where
    F: Fn(&mut Conn, &App, &Deed, &Edition, &mut Whole) -> Result<bool, ScreenError> + Send + 'static,
{
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition.id)?.ok_or(ScreenError::NotFound)?;
            let nomination = store::of_edition(tx, edition.id, id)?.ok_or(ScreenError::NotFound)?;
            let mut whole = Whole::of(tx, nomination)?;
            Action::Safeguard.require_office(&edition, deed.at)?;
            let version = whole.version();
            let there = what(tx, &shared, &deed, &edition, &mut whole)?;
            seen.require_where(there, version).map_err(ScreenError::Version)?;
            whole.safeguards.version += 1;
            safeguards::save(tx, id, &whole.safeguards)?;
            let version = whole.version();
            Ok(Versioned { version, body: whole.view(&edition) })
        })
        .await
}

/// The text that stands there, with its language.
pub(super) fn text_of(whole: &Whole, field: Text) -> Option<(String, Language)> {
    let nomination = &whole.nomination;
    let own = |text: &str| Some((text.to_owned(), nomination.language));
    match field {
        Text::Headline => own(&nomination.headline),
        Text::Impact => own(nomination.story.impact.as_str()),
        Text::Friendship => own(nomination.story.friendship.as_str()),
        Text::Commitment => own(nomination.story.commitment.as_str()),
        Text::Others => own(nomination.story.others.as_ref()?.as_str()),
        Text::FirstLetter => letter(whole.supporters.first()?),
        Text::SecondLetter => letter(whole.supporters.get(1)?),
    }
}

fn letter(supporter: &SupporterRow) -> Option<(String, Language)> {
    supporter.letter.as_ref().map(|letter| (letter.text.clone(), letter.language))
}

/// Binds each span to its text; a fault for each that lies in none.
fn bind(whole: &Whole, spans: &[Span]) -> Result<Vec<Redaction>, ScreenError> {
    let mut faults = Vec::new();
    let mut redactions = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        match text_of(whole, span.field) {
            None => faults.push(Fault::new(format!("/spans/{at}/field"), "no_text")),
            Some((text, _)) if span.start >= span.end || span.end > text.chars().count() => {
                faults.push(Fault::new(format!("/spans/{at}/end"), "outside_text"));
            }
            Some((text, _)) => redactions.push(Redaction::new(*span, &text)),
        }
    }
    if faults.is_empty() { Ok(redactions) } else { Err(ScreenError::Faults(faults)) }
}

/// Takes the words out of the nomination and its letters themselves, and ends the translations of what they stood in: the
/// same words may stand there in another language, where nobody marked them.
fn erase(tx: &mut Conn, whole: &mut Whole, redactions: &[Redaction]) -> Stored<()> {
    for field in Text::ALL {
        let spans: Vec<Span> = redactions.iter().map(|one| one.span).filter(|span| span.field == *field).collect();
        let Some((text, language)) = text_of(whole, *field).filter(|_| !spans.is_empty()) else { continue };
        let left = black_out(&text, spans, language);
        let nomination = &mut whole.nomination;
        let story = &mut nomination.story;
        match field {
            Text::Headline => nomination.headline = left,
            Text::Impact => story.impact = story.impact.clone().replaced(|_| left),
            Text::Friendship => story.friendship = story.friendship.clone().replaced(|_| left),
            Text::Commitment => story.commitment = story.commitment.clone().replaced(|_| left),
            Text::Others => story.others = story.others.take().map(|others| others.replaced(|_| left)),
            Text::FirstLetter | Text::SecondLetter => {
                let supporter = &mut whole.supporters[usize::from(*field == Text::SecondLetter)];
                if let Some(letter) = &mut supporter.letter {
                    letter.text = left;
                }
                supporter.version += 1;
                store::save_supporter(tx, supporter)?;
            }
        }
    }
    let parts: Vec<Part> = redactions.iter().map(|one| Part::holding(one.span.field)).collect();
    translations::forget_parts(tx, &[whole.nomination.id], &parts)?;
    whole.nomination.version += 1;
    store::rewrite(tx, &whole.nomination)
}
