//! One's own account: the name and the language in which one is written to.

use serde_json::json;

use super::guards::Caller;
use super::store;
use crate::app::App;
use crate::audit::{self, Act};
use crate::fields::PersonName;
use crate::from_query;
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;
use crate::text::Language;

/// What changes; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The name.
    pub name: Option<PersonName>,
    /// The language.
    pub language: Option<Language>,
}

/// Why nothing changes.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Another request was faster.
    #[error("the account was changed meanwhile")]
    Stale,
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ProfileError);

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Stale => Self::new(Code::Stale),
            ProfileError::Store(error) => error.into(),
        }
    }
}

/// Changes the caller's own account, in the version that they were let in with. Answers them as they now stand.
///
/// # Errors
/// [`ProfileError`].
pub async fn change_profile(app: &App, mut caller: Caller, change: ProfileChange) -> Result<Caller, ProfileError> {
    let (deed, account, version, parts) = (caller.deed(app), caller.account, caller.version, app.clone());
    let name = change.name.map_or(caller.name, |name| name.as_str().to_owned());
    let language = change.language.unwrap_or(caller.language);
    let saved = name.clone();
    app.store
        .write(move |tx| {
            if !store::set_profile(tx, account, version, &saved, language)? {
                return Err(ProfileError::Stale);
            }
            Ok(audit::record(tx, &parts, &deed, Act::ProfileChanged, None, account, json!({}))?)
        })
        .await?;
    caller.name = name;
    caller.language = language;
    caller.version = version + 1;
    Ok(caller)
}
