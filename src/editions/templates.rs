//! The templates: documents compiled in, each a small file over what all share.

use std::sync::LazyLock;

use serde_json::Value as Json;

use super::document::EditionDoc;
use super::file::{EditionFile, json_of_toml, merge};

crate::word_enum! {
    /// A template.
    pub enum Template {
        /// The edition of 2021.
        Tca2021 = "tca-2021",
        /// The edition of 2027.
        Tca2027 = "tca-2027",
    }
}

static COMMON: LazyLock<Json> = LazyLock::new(|| read(include_str!("templates/common.toml")));

fn read(text: &str) -> Json {
    json_of_toml(text).expect("the templates are TOML, a test reads them")
}

impl Template {
    /// The document, with its slug, before anything is laid over it.
    pub fn document(self) -> Json {
        let mut document = COMMON.clone();
        merge(
            &mut document,
            read(match self {
                Self::Tca2021 => include_str!("templates/tca-2021.toml"),
                Self::Tca2027 => include_str!("templates/tca-2027.toml"),
            }),
        );
        document
    }

    /// The template as it is, ready to be put in.
    pub fn edition(self) -> EditionFile {
        EditionFile::from_json(self.document()).expect("the templates hold no fault, a test reads them")
    }
}

/// The fields in which a value of the templates' own still stands: made up, so nothing that a real winner may be told.
pub fn made_up(doc: &EditionDoc) -> Vec<&'static str> {
    static TEMPLATE: LazyLock<EditionDoc> = LazyLock::new(|| Template::Tca2027.edition().doc);
    let template = &*TEMPLATE;
    let signs = |key: &_| doc.signatories.get(key).is_some_and(|who| template.signatories.get(key) == Some(who));
    let fields = [
        ("reply_to", doc.reply_to == template.reply_to),
        ("award_contact", doc.award_contact == template.award_contact),
        ("controller", doc.controller == template.controller),
        ("reception_place", doc.reception_place == template.reception_place),
        ("live_event_place", doc.live_event_place == template.live_event_place),
        ("signatories", doc.signatories.keys().any(signs)),
    ];
    fields.into_iter().filter(|(_, same)| *same).map(|(name, _)| name).collect()
}

/// What an edition still lacks before it should open to the public: a data contact, and a basis for sending data to a
/// panel outside the countries that may have it without more (`content/privacy.md`).
pub fn missing(doc: &EditionDoc) -> Vec<&'static str> {
    let away = doc.panels_abroad().next().is_some();
    let fields =
        [("data_contact", doc.data_contact.is_none()), ("transfer_basis", away && doc.transfer_basis.is_none())];
    fields.into_iter().filter(|(_, absent)| *absent).map(|(name, _)| name).collect()
}
