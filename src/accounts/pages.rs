//! The pages of accounts: sign in and out, accept an invitation, one's own account.

mod account;
mod invitation;
mod sign_in;

use actix_web::web;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(sign_in::routes).configure(account::routes).configure(invitation::routes);
}
