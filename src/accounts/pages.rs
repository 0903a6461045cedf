//! The pages of accounts: sign in and out, a lost password, accept an invitation, one's own account.

mod account;
mod code;
mod forgotten;
mod invitation;
mod password;
mod second_factor;
mod sessions;
mod sign_in;

use actix_web::web;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .configure(sign_in::routes)
        .configure(code::routes)
        .configure(forgotten::routes)
        .configure(account::routes)
        .configure(password::routes)
        .configure(second_factor::routes)
        .configure(sessions::routes)
        .configure(invitation::routes);
}
