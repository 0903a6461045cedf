//! The form to nominate as pages, one thing a page (`content/pages.md` § 16), over the same use cases as the API's.
//!
//! What was typed is kept in a draft, which the browser holds by a cookie for 24 hours; each page saves its own fields,
//! also those that are not right yet. No rule of the form stands here: a page reads the draft so far with the form's one
//! reader and shows the faults that belong to its fields.

mod check;
mod later;
mod page;
mod pass;
mod start;
mod visit;
mod way;

use actix_web::web;

use crate::http::link_pages::{arrival, pattern};
use crate::http::links::LinkKind;

pub use way::{Step, belonging, pages_of};

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    let page = |name: &str| format!("/{{lang:en|ru}}/nominate{name}");
    config
        .route(&page(""), web::get().to(start::lead_in))
        .route(&page("/start"), web::get().to(start::show))
        .route(&page("/check"), web::get().to(check::show))
        .route(&page("/check"), web::post().to(check::send))
        .route(&page("/sent"), web::get().to(check::sent))
        .route(&page("/save"), web::get().to(later::show))
        .route(&page("/save"), web::post().to(later::save))
        .route(&page("/saved"), web::get().to(later::saved))
        .route(&page("/{step}"), web::get().to(page::show))
        .route(&page("/{step}"), web::post().to(page::save))
        .route(&pattern(LinkKind::Draft), web::get().to(later::open))
        .route(&pattern(LinkKind::Draft), web::post().to(later::go_on));
    arrival(config, LinkKind::Draft);
}
