//! The seal: what every city has signed is kept to the byte, with the installation's own signature under it.

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

use super::bundle::document::{Sealed as SealedPart, Signature as SignatureLine};
use super::gather::Gathered;
use super::model::{Awarded, Signature};
use super::sign::{Digests, decided};
use super::store::{self, Seal};
use super::tally::{Tally, digest};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{self, Edition};
use crate::keys::{Purpose, hex, sha256};
use crate::store::{Conn, Stored};

/// Keeps what was signed: the bundle with decisions and signatures, and that the edition is sealed.
#[expect(clippy::too_many_arguments, reason = "one act, of which each is a part")]
pub(super) fn seal(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    gathered: &Gathered,
    tally: &Tally<'_>,
    digests: &Digests,
    signatures: &[Signature],
) -> Stored<()> {
    let decisions = store::decisions(tx, edition.id)?;
    let key = SigningKey::from_bytes(&app.keys.key(Purpose::Signature));
    let public_key = hex(key.verifying_key().as_bytes());
    let signed = key.sign(&digest::seal_bytes(&digests.official, &digests.decisions));
    let line = |signature: &Signature| SignatureLine {
        panel: signature.panel.to_string(),
        digest: signature.digest.clone(),
        signed_at: signature.signed_at,
    };
    let mut signatures: Vec<SignatureLine> = signatures.iter().map(line).collect();
    signatures.sort_by(|a, b| (&a.panel, a.signed_at).cmp(&(&b.panel, b.signed_at)));
    let part = SealedPart {
        official_digest: digests.official.clone(),
        announce_at: edition.timetable.announce_at,
        decisions: decided(tally, &decisions),
        special_recipients: Vec::new(),
        decisions_digest: digests.decisions.clone(),
        signatures,
        signature: hex(&signed.to_bytes()),
        public_key: public_key.clone(),
    };
    let Some(mut document) = gathered.document.clone() else { return Ok(()) }; // sealed already
    document.sealed = Some(part);
    let bundle = document.text()?;
    let bundle_digest = format!("sha256:{}", sha256(bundle.as_bytes()));
    let seal = Seal { digest: digests.seal.clone(), bundle_digest, public_key, sealed_at: deed.at };
    store::insert_seal(tx, edition.id, &seal, &bundle)?;
    editions::store::mark_sealed(tx, edition.id, Some(deed.at))?;
    let detail = json!({"digest": seal.digest, "bundle": seal.bundle_digest});
    audit::record(tx, app, deed, Act::EditionSealed, Some(edition.id), &edition.slug, detail)
}

/// Who is honoured as things stand, sealed or not: in the edition's order of categories, winners first, then by id.
///
/// # Errors
/// The store's.
pub fn awards(tx: &mut Conn, edition: &Edition) -> Stored<Vec<Awarded>> {
    let decisions = store::decisions(tx, edition.id)?;
    let mut awards = Vec::new();
    for category in &edition.categories {
        let Some(decision) = decisions.get(&category.code).map(|stands| &stands.value) else { continue };
        awards.extend(decision.awards().map(|(nomination, award)| Awarded {
            nomination,
            category: category.code.clone(),
            award,
            citation: decision.citations.get(&nomination).cloned().unwrap_or_default(),
        }));
    }
    Ok(awards)
}
