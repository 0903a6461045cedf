//! What a caller must have shown beyond a session that lives: a second factor, and for acts that cannot be taken back a
//! sign-in of the last quarter of an hour. A trial asks for neither: it harms nobody.

use super::access::Recent;
use super::guards::Caller;
use crate::app::App;
use crate::clock::Span;
use crate::editions::Edition;
use crate::http::problem::{Code, Problem};

/// How long ago a sign-in may be to count as recent.
const RECENT: Span = Span::minutes(15);

impl Caller {
    /// Organisers and approvers without a second factor reach only its enrolment and their own account (S-ACC-7).
    ///
    /// # Errors
    /// A problem `second_factor_required`.
    pub(super) fn require_second_factor(&self, app: &App) -> Result<(), Problem> {
        if self.owes_factor(app) { Err(Problem::new(Code::SecondFactorRequired)) } else { Ok(()) }
    }

    /// Whether they have yet to set one up before anything else.
    pub(super) fn owes_factor(&self, app: &App) -> bool {
        let owes_one = self.roles.iter().any(|part| part.role.is_office());
        owes_one && !self.has_factor && !app.config.is_trial()
    }

    /// For acts that cannot be taken back, and for files that tell outcomes as long as these are secret: a password, and a
    /// code with it, shown not long ago. Renewing a session shows neither (S-ACC-8).
    ///
    /// # Errors
    /// A problem `reauthentication_required`.
    pub(super) fn require_recent_sign_in(
        &self,
        app: &App,
        recent: Recent,
        edition: Option<&Edition>,
    ) -> Result<(), Problem> {
        let is_released = edition.is_some_and(|edition| edition.released_at.is_some());
        let is_asked_for = match recent {
            Recent::No => false,
            Recent::UntilRelease => !is_released,
            Recent::Always => true,
        };
        if is_asked_for && app.clock.now() > self.signed_in_at + RECENT && !app.config.is_trial() {
            return Err(Problem::new(Code::ReauthenticationRequired));
        }
        Ok(())
    }
}
