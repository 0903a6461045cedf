//! The document that is an edition: one schema in TOML and JSON, in the store and in files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::Timetable;
use super::keys::PanelKey;
use crate::fields::{Country, Email, NomineeKind, Phone};
use crate::text::{Bilingual, Language};

/// All that an edition is, but for where it stands.
///
/// From outside it comes through the door alone, which refuses unknown fields and tells every fault; `Deserialize` is
/// for our own store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EditionDoc {
    /// Its title.
    pub title: Bilingual,
    /// Its year.
    pub year: i16,
    /// The IANA zone of the committee's own city.
    pub time_zone: String,
    /// Sender of its mails; else the installation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<Email>,
    /// Where answers to its mails go.
    pub reply_to: Email,
    /// Whom a winner may call.
    pub award_contact: AwardContact,
    /// Who answers for personal data.
    pub controller: Bilingual,
    /// Whom to ask about personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_contact: Option<DataContact>,
    /// Countries to which data may go without more.
    pub adequate_countries: Vec<Country>,
    /// On which ground data goes to a panel elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_basis: Option<TransferBasis>,
    /// Mail domains that say nothing of who belongs together.
    pub public_domains: Vec<String>,
    /// Where the reception is held.
    pub reception_place: Bilingual,
    /// Where the live event is held.
    pub live_event_place: Bilingual,
    /// Whether it is a rehearsal: letters about outcomes go to `rehearsal_domains` only (G8).
    pub rehearsal: bool,
    /// The domains that a rehearsal may write to.
    pub rehearsal_domains: Vec<String>,
    /// How many sheets a panel owes a nomination for it to be ranked.
    pub quorum: u32,
    /// The criteria that part nominations of equal score, first to last.
    pub tie_break: Vec<String>,
    /// What stands under the criteria.
    pub guidance: Bilingual,
    /// Who signs certificates, by panel.
    pub signatories: BTreeMap<PanelKey, Signatory>,
    /// The cities' own mailboxes, outside the operator's reach, by panel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mailboxes: BTreeMap<PanelKey, Email>,
    /// Its instants.
    pub timetable: Timetable,
    /// Its panels: 1 to 4.
    pub panels: Vec<Panel>,
    /// Its categories.
    pub categories: Vec<Category>,
    /// What judges score.
    pub criteria: Vec<Criterion>,
    /// The cities that a nomination may name, but for the panels' own.
    pub twin_cities: Vec<TwinCity>,
}

impl EditionDoc {
    /// The panels whose judges read: all that are not closed.
    pub fn open_panels(&self) -> impl Iterator<Item = &Panel> {
        self.panels.iter().filter(|panel| panel.closed.is_none())
    }

    /// Those of them to which data may not go without more: elsewhere than in the United Kingdom and in
    /// `adequate_countries` (`content/privacy.md` § 10).
    pub fn panels_abroad(&self) -> impl Iterator<Item = &Panel> {
        let abroad =
            |panel: &&Panel| panel.country.as_str() != "GB" && !self.adequate_countries.contains(&panel.country);
        self.open_panels().filter(abroad)
    }
}

/// A person whom a winner may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardContact {
    /// Their name.
    pub name: Bilingual,
    /// Their number.
    pub phone: Phone,
    /// Their address.
    pub email: Email,
}

/// Whom to ask about personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataContact {
    /// Their name or office.
    pub name: Bilingual,
    /// Their address.
    pub email: Email,
}

/// On which ground personal data leaves for a panel's country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBasis {
    /// The instrument, in the committee's words.
    pub kind: String,
    /// Since when: a day such as `2027-01-15`.
    pub date: String,
    /// Where the paper lies.
    pub reference: String,
}

/// Who signs a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Their name.
    pub name: Bilingual,
    /// Their office.
    pub office: Bilingual,
}

/// A panel: one city's judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Its key.
    pub key: PanelKey,
    /// Its city.
    pub city: Bilingual,
    /// The city's country.
    pub country: Country,
    /// The city's IANA zone.
    pub time_zone: String,
    /// The panel's language.
    pub language: Language,
    /// Why it no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
}

/// A category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Whom it honours; absent: either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NomineeKind>,
    /// Its name.
    pub name: Bilingual,
    /// One line on it.
    pub description: Bilingual,
    /// How many it honours.
    pub places: Places,
    /// Whether it takes nominations; else the committee gives it.
    pub open: bool,
}

/// How many a category honours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Winners.
    pub winners: u32,
    /// Commended.
    pub commended: u32,
}

/// A criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: Bilingual,
    /// The question it asks.
    pub guidance: Bilingual,
    /// What some scores mean.
    pub anchors: Vec<Anchor>,
    /// Its weight; all weights of an edition sum to 100.
    pub weight: u32,
    /// The highest score; the lowest is 0.
    pub max_score: u32,
}

/// What a score means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The score.
    pub score: u32,
    /// What it means.
    pub text: Bilingual,
}

/// A twin city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TwinCity {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: Bilingual,
    /// Its country.
    pub country: Country,
    /// Its IANA zone.
    pub time_zone: String,
}
