//! Nominations: what the public sends, who supports it, how organisers screen it.
//!
//! A nomination is `unconfirmed` until its nominator's address is proven; then its supporters are asked for letters,
//! and an organiser lets it in or keeps it out. Judges read it through [`for_judges`], the plan of assignments through
//! [`to_assign`], the bundle through [`in_bundle`]: views of their own, so that no contact can slip into them.

pub mod again;
mod again_api;
pub mod api;
mod asking;
pub mod change;
mod change_page;
pub mod clockwork;
pub mod columns;
pub mod confirm;
mod desk_api;
pub mod drafts;
pub mod duplicates;
mod duplicates_api;
pub mod exported;
pub mod form;
pub mod form_pages;
pub mod import;
pub mod letters;
pub mod life;
pub mod likeness;
pub mod merge;
mod messages;
pub mod model;
pub mod names;
pub mod notice;
mod order;
pub mod own;
mod own_page;
pub mod pages;
pub mod paper;
mod paper_api;
pub mod places;
mod question_page;
pub mod questions;
mod reasons;
pub mod redaction;
pub mod reference;
mod rules;
pub mod safeguards;
pub mod schema;
pub mod screening;
mod sheet;
pub mod shelf;
mod shown;
pub mod statistics;
pub mod status;
pub mod store;
pub mod submit;
pub mod translations;
pub mod view;
mod withdrawal;

pub use life::life;
pub use model::{
    ForJudges, Letter, LetterForJudges, LetterState, MergedStory, Nomination, Notice, NoticeHow, Screened,
    SupporterRow, ToAssign, ToTell,
};
pub use notice::send_waiting as send_waiting_notices;
pub use reasons::Reason;
pub use reference::Reference;
pub use status::{IllegalMove, Status, Told};
pub use store::{Waiting, for_judges, has_objected, in_bundle, mark_judged, release, to_assign, to_tell, waiting};
pub use submit::Receipt;
pub use translations::forget as forget_translations;
pub use withdrawal::{WithdrawError, withdraw};
