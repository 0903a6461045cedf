//! Translations: what judges read beside an original that is not in their language, and who translates it.
//!
//! A text is a nomination's story or one of its letters, into one language ([`TextId`]). Its translator reads it as
//! judges do, without the words that were blacked out, and without whoever wrote it. A translation is bound to the
//! original that its translator read ([`Original::state`]): where that changes it is stale, and where words are blacked
//! out afterwards no judge sees it until somebody has looked again. What judges get of it: `for_judges`; which
//! languages the plan of assignments may count: [`readable`]; its end: [`forget`].

pub mod api;
mod desk_page;
mod error;
mod give;
mod kinds;
mod original;
mod pages;
mod queue;
pub(super) mod shown;
pub(super) mod store;
mod untranslated;
mod view;
mod words;
mod work;

pub use error::TranslationError;
pub use kinds::{Part, State, TextId};
pub use original::Original;
pub use shown::{TranslatedLetter, TranslatedStory, readable};
pub use store::forget;
pub use view::TextView;
pub use words::{LetterWords, StoryTexts, StoryWords, Words};

/// Registers the pages.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    config.configure(pages::routes).configure(desk_page::routes);
}
