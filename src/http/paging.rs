//! Lists: `?limit=` and `?cursor=`, keyset paging, cursors that cannot be forged (S-HTTP-13).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem};
use crate::keys::{Keys, Purpose};

/// What a list is asked for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many at most: 1 to 200, 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<String>,
    /// Where the last answer ended: its `next_cursor`.
    pub cursor: Option<String>,
}

/// A list's next stretch.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// After which position; `None` from the start.
    pub after: Option<String>,
    /// How many at most.
    pub limit: usize,
    scope: String,
}

impl Paging {
    /// The stretch that is meant; `scope` names the list, its filter and its reader.
    ///
    /// # Errors
    /// 422 for a limit out of range, 400 for a cursor that was not made for this scope.
    pub fn stretch(&self, keys: &Keys, scope: &str) -> Result<Stretch, Problem> {
        let limit = match self.limit.as_deref() {
            None => Some(50),
            Some(text) => text.parse::<usize>().ok().filter(|limit| (1..=200).contains(limit)),
        };
        let limit = limit.ok_or_else(|| Problem::fault("/query/limit", "bad_choice"))?;
        let after = match self.cursor.as_deref() {
            None => None,
            Some(cursor) => Some(open(keys, scope, cursor).ok_or_else(|| Problem::new(Code::CursorNotValid))?),
        };
        Ok(Stretch { after, limit, scope: scope.to_owned() })
    }
}

/// A stretch of a list, and where to go on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Listing<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next stretch; `null` at the end.
    pub next_cursor: Option<String>,
}

impl Stretch {
    /// Cuts `items`, of which one more than the limit was fetched, and notes where the next stretch begins.
    pub fn list<T>(&self, keys: &Keys, mut items: Vec<T>, position: impl Fn(&T) -> String) -> Listing<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next_cursor = items.last().filter(|_| more).map(|last| close(keys, &self.scope, &position(last)));
        Listing { items, next_cursor }
    }

    /// How many rows to fetch: one more than are shown tells whether there is more.
    pub fn fetch(&self) -> i64 {
        i64::try_from(self.limit + 1).unwrap_or(201)
    }
}

fn close(keys: &Keys, scope: &str, position: &str) -> String {
    let mac = keys.digest(Purpose::Cursor, &[scope.as_bytes(), position.as_bytes()]);
    BASE64.encode([&mac[..16], position.as_bytes()].concat())
}

fn open(keys: &Keys, scope: &str, cursor: &str) -> Option<String> {
    let bytes = BASE64.decode(cursor).ok()?;
    let (mac, position) = bytes.split_at_checked(16)?;
    let whole = keys.digest(Purpose::Cursor, &[scope.as_bytes(), position]);
    bool::from(subtle::ConstantTimeEq::ct_eq(&whole[..16], mac)).then(|| String::from_utf8(position.to_vec()).ok())?
}
