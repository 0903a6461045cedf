//! What stands in a draft: how changes are laid over it, and what the form's one reader says of it.

use serde_json::Value as Json;

use super::error::DraftError;
use crate::app::App;
use crate::editions::Edition;
use crate::http::body::BODY_LIMIT;
use crate::http::door::{Refusal, open};
use crate::http::faults::Fault;
use crate::nominations::change::lay_over;
use crate::nominations::form::{FormRules, NominationForm, Sender};

/// Reads a body as the nomination that it is to become.
///
/// # Errors
/// [`Refusal`], with every fault.
pub fn whole(app: &App, edition: &Edition, body: &Json) -> Result<NominationForm, Refusal> {
    let rules = FormRules { edition, smtputf8: app.config.mail_smtputf8, sender: Sender::Public };
    open(body, |door| NominationForm::read(door, &rules))
}

/// All that still keeps a body from being a nomination, in the form's order.
pub fn faults(app: &App, edition: &Edition, body: &Json) -> Vec<Fault> {
    match whole(app, edition, body) {
        Ok(_) => Vec::new(),
        Err(Refusal::Invalid(faults) | Refusal::UnknownField(faults)) => faults,
    }
}

/// Lets a part of a nomination pass whose values are of the right kinds, whatever else is wrong with them or missing.
/// `owed` names a place that must be right all the same.
///
/// # Errors
/// [`Refusal`].
pub(super) fn of_right_kinds(app: &App, edition: &Edition, body: &Json, owed: Option<&str>) -> Result<(), Refusal> {
    let faults = match whole(app, edition, body) {
        Ok(_) => return Ok(()),
        Err(refusal @ Refusal::UnknownField(_)) => return Err(refusal),
        Err(Refusal::Invalid(faults)) => faults,
    };
    let told = |fault: &Fault| fault.code == "wrong_type" || owed == Some(fault.pointer.as_str());
    let faults: Vec<Fault> = faults.into_iter().filter(told).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// Lays a part over what stands, as RFC 7396 says.
///
/// # Errors
/// [`DraftError::Body`] where a value is of the wrong kind, [`DraftError::TooLarge`].
pub fn merge(app: &App, edition: &Edition, body: &Json, part: &Json) -> Result<Json, DraftError> {
    if !part.is_object() {
        return Err(Refusal::Invalid(vec![Fault::new("", "wrong_type")]).into());
    }
    let mut merged = body.clone();
    lay_over(&mut merged, part); // which keeps what is taken away as `null`, so that its name is read too
    of_right_kinds(app, edition, &merged, None)?;
    tidy(&mut merged);
    within_limit(&merged)?;
    Ok(merged)
}

/// Takes out what is `null`, but for the places of a list, which others follow.
pub fn tidy(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(tidy);
        }
        Json::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A draft may be as large as a body that is sent at once (S-HTTP-1), and no larger.
pub(super) fn within_limit(body: &Json) -> Result<(), DraftError> {
    let size = serde_json::to_string(body).map_or(usize::MAX, |text| text.len());
    if size <= BODY_LIMIT { Ok(()) } else { Err(DraftError::TooLarge) }
}
