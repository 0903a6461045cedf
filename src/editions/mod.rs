//! Editions: a year of the awards as data — its calendar, panels, categories, criteria, twin cities, contacts.
//!
//! An edition is one [`EditionDoc`], read and checked as a whole with every fault at once, from TOML or JSON; the
//! templates are such documents compiled in. Where an edition stands follows from the clock, the seal and the recorded
//! release alone: [`Edition::phase`]; what the public is told of that: [`Edition::phase_told`]. A use case of another
//! room asks its row of the table of rights (`accounts::access`) before it acts. No city's name stands in code.

mod about_pages;
pub mod api;
mod calendar;
mod change;
mod create;
mod document;
mod file;
mod keys;
mod model;
pub mod pages;
mod phases;
mod privacy_page;
mod read;
pub mod store;
mod templates;

pub use calendar::{Phase, Timetable};
pub use change::{ChangeError, change};
pub use create::{EditionError, create, create_from_template, create_once};
pub use document::{
    Anchor, AwardContact, Category, Criterion, DataContact, EditionDoc, Panel, Places, Signatory, TransferBasis,
    TwinCity,
};
pub use file::{EditionFile, FileError};
pub use keys::{EditionSlug, PanelKey};
pub use model::{Edition, WrongPhase};
pub use phases::Phases;
pub use templates::{Template, made_up, missing};
