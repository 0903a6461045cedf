//! The session that a browser's cookie carries (S-TOK-5).
//!
//! The cookie holds the session's refresh token and nothing else; the session's row says at each request what it is
//! worth. A page that is looked at renews it once a quarter of the idle time has gone by. Only looking renews: what a
//! form has sent is not lost with the answer. A token that was replaced ends the session, since two have it, but for ten
//! seconds: two tabs that renew at once are no theft.

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::model::Session;
use super::sign_in;
use super::store::{self, Renewal, SessionRow};
use super::tokens::{self, RefreshToken};
use crate::app::App;
use crate::audit::Deed;
use crate::clock::{Span, Time};
use crate::http::cookies;
use crate::http::pages::split_language;
use crate::http::problem::{Code, Problem};
use crate::http::request::bearer;
use crate::ids::SessionId;
use crate::store::StoreError;

/// How long a browser keeps it unseen: as long as the longest session may idle. What it is worth is the row's to say.
const KEPT: Span = Span::days(7);
/// How long a token that was replaced may still be shown by another tab.
const OTHER_TAB: Span = Span::seconds(10);

/// What a request shows to say whose it is.
pub enum Shown {
    /// An access token: a program, whatever its cookies.
    Access(tokens::Bearer),
    /// The cookie's refresh token: a browser.
    Cookie(RefreshToken),
}

/// What a cookie's token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is the session's.
    Good,
    /// It is, and a page that is looked at renews it.
    Due,
    /// Another tab has just renewed it.
    JustReplaced,
    /// Two have it.
    Spent,
}

impl Shown {
    /// What this request shows.
    ///
    /// # Errors
    /// 401 `not_signed_in`.
    pub fn by(request: &HttpRequest, app: &App, now: Time) -> Result<Self, Problem> {
        let shown = match bearer(request) {
            Some(token) => tokens::read_access_token(&app.keys, token, now).ok().map(Self::Access),
            None => token_of(request, app).map(Self::Cookie),
        };
        shown.ok_or_else(|| Problem::new(Code::NotSignedIn))
    }

    /// The session that it names.
    pub fn session(&self) -> SessionId {
        match self {
            Self::Access(bearer) => bearer.session,
            Self::Cookie(token) => token.session(),
        }
    }

    /// Whether it names this session's account; a cookie names the session alone.
    pub fn is_of(&self, session: &Session) -> bool {
        match self {
            Self::Access(bearer) => bearer.account == session.account,
            Self::Cookie(_) => true,
        }
    }

    /// What it is worth by the session's row.
    pub fn worth(&self, row: &SessionRow, session: &Session, is_office: bool, now: Time) -> Worth {
        let Self::Cookie(token) = self else { return Worth::Good };
        let digest = token.digest();
        if digest == row.refresh_digest {
            return if session.is_due(is_office, now) { Worth::Due } else { Worth::Good };
        }
        let just_now = row.spent_digest.as_deref() == Some(&digest) && now < row.used_at + OTHER_TAB;
        if just_now { Worth::JustReplaced } else { Worth::Spent }
    }
}

/// The token in the request's cookie, if it is one of ours.
fn token_of(request: &HttpRequest, app: &App) -> Option<RefreshToken> {
    RefreshToken::parse(&app.keys, &cookies::carried(request, cookies::SESSION)?)
}

/// Signs a browser in: its cookie goes with the answer.
pub fn give(request: &HttpRequest, app: &App, refresh_token: String) {
    cookies::send_with_answer(request, cookies::kept(app, cookies::SESSION, refresh_token, KEPT));
}

/// Lets a browser forget its cookie.
pub fn take(request: &HttpRequest, app: &App) {
    if cookies::carried(request, cookies::SESSION).is_some() {
        cookies::send_with_answer(request, cookies::forgotten(app, cookies::SESSION));
    }
}

/// Does what the token's worth asks for, now that its session is known to live.
///
/// # Errors
/// 401 `session_ended` for a token that two have, 409 `lost_race` for a form that another tab's renewal overtook.
pub async fn settle(request: &HttpRequest, app: &App, deed: Deed, shown: Shown, worth: Worth) -> Result<(), Problem> {
    let Shown::Cookie(token) = shown else { return Ok(()) };
    match worth {
        Worth::Good => Ok(()),
        Worth::JustReplaced if request.method().is_safe() => Ok(()),
        Worth::JustReplaced => Err(Problem::new(Code::LostRace)),
        Worth::Due if request.method() == Method::GET && split_language(request.path()).is_some() => {
            match renew(app, token, deed.at).await {
                Ok(Some(fresh)) => give(request, app, fresh),
                Ok(None) => {} // another tab was faster, and its answer has the cookie
                Err(error) => {
                    tracing::warn!(%error, "a session could not be renewed; what was asked for needs no write")
                }
            }
            Ok(())
        }
        Worth::Due => Ok(()),
        Worth::Spent => Err(end_family(request, app, deed, token).await),
    }
}

async fn renew(app: &App, token: RefreshToken, now: Time) -> Result<Option<String>, StoreError> {
    let fresh = RefreshToken::draw(app, token.session());
    let (session, spent, digest) = (token.session(), token.digest(), fresh.digest());
    let renewed = app.store.write(move |tx| {
        let renewal = Renewal { spent: &spent, fresh: &digest, repeat: None };
        Ok::<_, StoreError>(store::renew_session(tx, session, &renewal, now)?)
    });
    Ok(renewed.await?.then(|| fresh.text()))
}

/// Two have the token: nobody is to go on with it, and its owner is told (S-TOK-4).
async fn end_family(request: &HttpRequest, app: &App, deed: Deed, token: RefreshToken) -> Problem {
    take(request, app);
    match sign_in::renew(app, deed, &token.text(), None).await {
        Ok(_) => Problem::new(Code::SessionEnded),
        Err(error) => error.into(),
    }
}
