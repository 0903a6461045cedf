//! Signing: an approver of each city signs one digest, and the last signature seals. Nobody seals alone.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::bundle::document::Decided;
use super::error::ResultsError;
use super::gather::{Gathered, gather};
use super::model::{Decision, Reason, Signature, Stands};
use super::tally::{Tally, digest};
use super::{Above, again, ruling_time, sealing, settled, store, view};
use crate::accounts::{self, Action, Approver, FactorCode, factor};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::fields::Flaw;
use crate::http::door::{Door, FromBody};
use crate::http::faults::{Fault, fault_text};
use crate::ids::AccountId;
use crate::keys::sha256;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// The digests of what now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of the ranking.
    pub official: String,
    /// Of the decisions.
    pub decisions: String,
    /// Over both: what is signed.
    pub seal: String,
}

impl Digests {
    /// Of a ranking and what was decided on it.
    pub(super) fn of(edition: &Edition, tally: &Tally<'_>, decisions: &BTreeMap<String, Stands<Decision>>) -> Self {
        let official = digest::official(tally);
        let decided = decided(tally, decisions);
        let decisions = digest::decisions(edition.slug.as_str(), edition.timetable.announce_at, &decided, &[]);
        let seal = digest::seal(&official, &decisions);
        Self { official, decisions, seal }
    }
}

/// The decisions as the bundle holds them: with their texts as SHA-256.
pub(super) fn decided(tally: &Tally<'_>, decisions: &BTreeMap<String, Stands<Decision>>) -> Vec<Decided> {
    let of = |code: &str| {
        let decision = decisions.get(code).map(|stands| stands.value.clone()).unwrap_or_default();
        Decided {
            category: code.to_owned(),
            winners: decision.winners.iter().map(ToString::to_string).collect(),
            commended: decision.commended.iter().map(ToString::to_string).collect(),
            citations: decision
                .citations
                .iter()
                .map(|(id, citation)| {
                    let texts = Language::ALL
                        .iter()
                        .map(|language| (language.as_str().to_owned(), sha256(citation.get(*language).as_bytes())));
                    (id.to_string(), texts.collect())
                })
                .collect(),
            reason: decision.reason.map(|reason| sha256(reason.as_bytes())),
        }
    };
    tally.bundle.edition.categories.iter().map(|category| of(&category.key)).collect()
}

/// What is to be signed, who has signed, and what stands in the way. Looking is an act of its own (S-RES-4).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DigestView {
    /// The seal: what an approver signs.
    #[schema(example = "sha256:6b7eb5c0a01c03547713769e2fb86f9e337471a550cd66a271f5cbc161ad6204")]
    pub digest: String,
    /// Of the ranking.
    pub official_digest: String,
    /// Of decisions, reasons, citations and the instant of the announcement.
    pub decisions_digest: String,
    /// The instant of the announcement.
    pub announce_at: Time,
    /// Every signature given so far, the earliest first.
    pub signatures: Vec<SignatureView>,
    /// Cities whose signature is missing.
    pub missing: Vec<PanelKey>,
    /// What must be settled first.
    pub unsettled: Vec<UnsettledView>,
    /// When the last city signed; `null` before.
    pub sealed_at: Option<Time>,
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignatureView {
    /// For which city.
    pub panel: PanelKey,
    /// Who signed.
    pub name: String,
    /// When.
    pub signed_at: Time,
    /// What was signed.
    pub digest: String,
    /// Whether it stands: the digest is that of what now stands, and nobody reopened.
    pub stands: bool,
}

/// Something that must be settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnsettledView {
    /// Where: a category, perhaps a nomination in it.
    pub pointer: String,
    /// What.
    pub code: String,
    /// In words.
    pub message: String,
}

impl UnsettledView {
    fn of(language: Language, fault: &Fault) -> Self {
        let message = fault_text(language, fault);
        Self { pointer: fault.pointer.clone(), code: fault.code.to_owned(), message }
    }
}

/// An approver's signature as it was sent.
#[derive(Clone)]
pub struct SignForm {
    digest: String,
    code: Option<FactorCode>,
}

impl FromBody for SignForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let digest = door.required("digest", |text| Ok::<_, Flaw>(text.trim().to_owned()));
        let code = door.optional("code", |text| FactorCode::typed(text).ok_or(Flaw::Empty));
        Some(Self { digest: digest?, code: code? })
    }
}

/// Why the results are opened again.
#[derive(Clone, Debug)]
pub struct ReopenForm {
    reason: Reason,
}

impl FromBody for ReopenForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { reason: door.required("reason", Reason::parse)? })
    }
}

/// Where signing stands.
struct Table {
    digests: Digests,
    signatures: Vec<Signature>,
    unsettled: Vec<Fault>,
    uncited: Vec<Fault>,
}

impl Table {
    fn lay(tx: &mut Conn, edition: &Edition, tally: &Tally<'_>) -> Stored<Self> {
        let decisions = store::decisions(tx, edition.id)?;
        Ok(Self {
            digests: Digests::of(edition, tally, &decisions),
            signatures: store::signatures(tx, edition.id)?,
            unsettled: settled::unsettled(tally, &decisions),
            uncited: settled::uncited(tally, &decisions),
        })
    }

    /// The signatures that stand, one a person: the last.
    fn standing(&self) -> BTreeMap<AccountId, &Signature> {
        let standing = self.signatures.iter().filter(|signature| signature.counts_for(&self.digests.seal));
        standing.map(|signature| (signature.account, signature)).collect()
    }

    /// Cities whose signature is missing. An edition of one panel needs two people of it, so that nobody seals alone.
    fn missing(&self, edition: &Edition) -> Vec<PanelKey> {
        let open = open_panels(edition);
        let signed: Vec<&PanelKey> = self.standing().values().map(|signature| &signature.panel).collect();
        let needed = if open.len() == 1 { 2 } else { 1 };
        let short = |panel: &&PanelKey| signed.iter().filter(|signed| *signed == panel).count() < needed;
        open.into_iter().filter(short).cloned().collect()
    }

    fn view(&self, tx: &mut Conn, edition: &Edition, language: Language) -> Stored<DigestView> {
        let mut signatures = Vec::new();
        for signature in &self.signatures {
            let name = accounts::store::account(tx, signature.account)?.map(|account| account.name);
            signatures.push(SignatureView {
                panel: signature.panel.clone(),
                name: name.unwrap_or_default(),
                signed_at: signature.signed_at,
                digest: signature.digest.clone(),
                stands: signature.counts_for(&self.digests.seal),
            });
        }
        let sealed = edition.sealed_at.is_some();
        let unsettled = self.unsettled.iter().chain(&self.uncited).filter(|_| !sealed);
        Ok(DigestView {
            digest: self.digests.seal.clone(),
            official_digest: self.digests.official.clone(),
            decisions_digest: self.digests.decisions.clone(),
            announce_at: edition.timetable.announce_at,
            signatures,
            missing: if sealed { Vec::new() } else { self.missing(edition) },
            unsettled: unsettled.map(|fault| UnsettledView::of(language, fault)).collect(),
            sealed_at: edition.sealed_at,
        })
    }
}

fn open_panels(edition: &Edition) -> Vec<&PanelKey> {
    edition.panels.iter().filter(|panel| panel.closed.is_none()).map(|panel| &panel.key).collect()
}

/// Signatures that were given to something else than what now stands lose their weight for good.
pub(super) fn void_stale(tx: &mut Conn, edition: &Edition, tally: &Tally<'_>, at: Time) -> Stored<usize> {
    let digests = Digests::of(edition, tally, &store::decisions(tx, edition.id)?);
    store::void_signatures(tx, edition.id, Some(&digests.seal), None, at)
}

/// What is to be signed, who has signed, and what stands in the way.
///
/// # Errors
/// [`ResultsError`]: the wrong phase.
pub async fn read(app: &App, deed: Deed, edition: Edition, language: Language) -> Result<DigestView, ResultsError> {
    Action::SeeResults.require_office(&edition, deed.at)?;
    view::looked(app, deed, &edition, Act::ResultsRead, "digest").await?;
    let parts = app.clone();
    app.store
        .read(move |tx| {
            let gathered = gather(tx, &parts, &edition)?;
            Ok(Table::lay(tx, &edition, &gathered.tally())?.view(tx, &edition, language)?)
        })
        .await
}

/// An approver signs for their city. The last city's signature seals, in this one transaction: the bundle is kept, the
/// edition turns to the embargo, and the rooms above prepare what they will send.
///
/// # Errors
/// [`ResultsError`]: the wrong phase, a code of the second factor that is missing or wrong, a digest that is not that of
/// what now stands, something unsettled, a citation that is missing.
pub async fn sign(
    app: &App,
    deed: Deed,
    approver: Approver,
    form: SignForm,
    above: Above,
    language: Language,
) -> Result<DigestView, ResultsError> {
    let Approver { caller, edition, panel } = approver;
    let (account, session) = (caller.account, caller.session);
    let parts = app.clone();
    let view = app
        .store
        .write(move |tx| {
            let mut edition = again(tx, &edition)?;
            Action::SignOff.require_office(&edition, deed.at)?;
            if deed.at >= edition.timetable.announce_at {
                return Err(ResultsError::Frozen); // a seal now would release within a second, and no winner has been asked
            }
            if !open_panels(&edition).contains(&&panel) {
                return Err(ResultsError::PanelClosed);
            }
            if let Err(refused) = factor::ask(tx, &parts, &deed, (account, session), form.code.as_ref())? {
                return Ok(Err(refused)); // what was counted stays
            }
            let gathered: Gathered = gather(tx, &parts, &edition)?;
            let tally = gathered.tally();
            let mut table = Table::lay(tx, &edition, &tally)?;
            if form.digest != table.digests.seal {
                return Err(ResultsError::StaleDigest);
            }
            if !table.unsettled.is_empty() {
                return Err(ResultsError::Unsettled(table.unsettled));
            }
            if !table.uncited.is_empty() {
                return Err(ResultsError::CitationMissing(table.uncited));
            }
            if !table.standing().contains_key(&account) {
                let digest = table.digests.seal.clone();
                let signature =
                    Signature { account, panel: panel.clone(), digest, signed_at: deed.at, voided_at: None };
                store::insert_signature(tx, edition.id, &signature)?;
                let detail = json!({"digest": table.digests.seal});
                audit::record(tx, &parts, &deed, Act::ResultsSigned, Some(edition.id), &panel, detail)?;
                table.signatures = store::signatures(tx, edition.id)?;
            }
            if table.missing(&edition).is_empty() {
                let standing: Vec<Signature> = table.standing().into_values().cloned().collect();
                sealing::seal(tx, &parts, &deed, &edition, &gathered, &tally, &table.digests, &standing)?;
                edition.sealed_at = Some(deed.at);
                (above.on_seal)(tx, &parts, &deed, &edition)?;
            }
            Ok(Ok(table.view(tx, &edition, language)?))
        })
        .await?;
    app.outbox_bell.notify_one(); // for what the seal sends, and for word of a recovery code
    view.map_err(|refused| ResultsError::Refused(refused.into()))
}

/// Opens the results again before the decision lock: every signature loses its weight. Later only both cities together
/// could.
///
/// # Errors
/// [`ResultsError`]: the wrong phase, frozen.
pub async fn reopen(
    app: &App,
    deed: Deed,
    edition: Edition,
    form: ReopenForm,
    language: Language,
) -> Result<DigestView, ResultsError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = again(tx, &edition)?;
            Action::Reopen.require_office(&edition, deed.at)?;
            ruling_time(&edition, deed.at)?;
            let reason = form.reason.as_str();
            let voided = store::void_signatures(tx, edition.id, None, Some(reason), deed.at)?;
            let detail = json!({"signatures": voided, "note": audit::note(tx, &parts, reason)?});
            audit::record(tx, &parts, &deed, Act::EditionReopened, Some(edition.id), &edition.slug, detail)?;
            let gathered = gather(tx, &parts, &edition)?;
            Ok(Table::lay(tx, &edition, &gathered.tally())?.view(tx, &edition, language)?)
        })
        .await
}
