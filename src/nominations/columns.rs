//! The columns of nominations' export, which import reads by the same names (§ 11 of `content/announcement.md`). They are an
//! allow-list: what is added to a nomination reaches no file before it stands here.

use std::sync::LazyLock;

use crate::http::cell::Head;
use crate::http::faults::label_id;

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What of a nomination's body it holds; `None` where the service alone writes it.
    pub(super) field: Option<Field>,
    width: u16,
    holds_moments: bool,
}

/// A place of a nomination's body, and how a cell stands for its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its JSON pointer.
    pub pointer: &'static str,
    /// How the cell is read.
    pub form: CellForm,
    /// Whether no nomination does without it, so that a file without the column holds none.
    pub is_owed: bool,
}

/// How a cell stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellForm {
    /// As it is.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Words with `; ` between them.
    Words,
    /// Lines of a title, a space and an address.
    Links,
}

const fn service(name: &'static str, width: u16) -> Column {
    Column { name, field: None, width, holds_moments: false }
}

const fn moment(name: &'static str) -> Column {
    Column { name, field: None, width: 20, holds_moments: true }
}

const fn of(name: &'static str, pointer: &'static str, width: u16) -> Column {
    shaped(name, pointer, width, CellForm::Text, false)
}

const fn owed(name: &'static str, pointer: &'static str, width: u16) -> Column {
    shaped(name, pointer, width, CellForm::Text, true)
}

const fn shaped(name: &'static str, pointer: &'static str, width: u16, form: CellForm, is_owed: bool) -> Column {
    Column { name, field: Some(Field { pointer, form, is_owed }), width, holds_moments: false }
}

/// All of them, in their order.
pub static COLUMNS: [Column; 54] = [
    service("reference", 14),
    service("status", 13),
    service("source", 9),
    moment("received_at"),
    moment("confirmed_at"),
    owed("language", "/language", 9),
    owed("category", "/category", 9),
    owed("kind", "/nominee/kind", 13),
    owed("name", "/nominee/name", 30),
    of("name_other_script", "/nominee/name_other_script", 30),
    of("honours", "/nominee/honours", 16),
    owed("home_city", "/nominee/home_city", 18),
    owed("country", "/nominee/country", 9),
    shaped("linked_cities", "/nominee/linked_cities", 24, CellForm::Words, true),
    of("other_city", "/nominee/other_city", 18),
    of("age_band", "/nominee/age_band", 11),
    of("organisation_type", "/nominee/organisation/type", 22),
    of("contact_name", "/nominee/organisation/contact_name", 26),
    of("contact_role", "/nominee/organisation/contact_role", 20),
    of("website", "/nominee/organisation/website", 30),
    of("email", "/nominee/email", 30),
    of("phone", "/nominee/phone", 20),
    of("postal_address", "/nominee/postal_address", 34),
    of("guardian_name", "/nominee/guardian/name", 26),
    of("guardian_email", "/nominee/guardian/email", 30),
    owed("headline", "/headline", 44),
    owed("impact", "/story/impact", 60),
    owed("friendship", "/story/friendship", 60),
    owed("commitment", "/story/commitment", 60),
    of("others", "/story/others", 44),
    shaped("since_year", "/story/since_year", 11, CellForm::Number, true),
    shaped("ongoing", "/story/ongoing", 9, CellForm::Flag, true),
    shaped("links", "/links", 44, CellForm::Links, false),
    owed("supporter_1_name", "/supporters/0/name", 26),
    of("supporter_1_email", "/supporters/0/email", 30),
    of("supporter_1_phone", "/supporters/0/phone", 20),
    of("supporter_1_postal_address", "/supporters/0/postal_address", 34),
    owed("supporter_1_relation", "/supporters/0/relation", 26),
    moment("letter_1_at"),
    owed("supporter_2_name", "/supporters/1/name", 26),
    of("supporter_2_email", "/supporters/1/email", 30),
    of("supporter_2_phone", "/supporters/1/phone", 20),
    of("supporter_2_postal_address", "/supporters/1/postal_address", 34),
    owed("supporter_2_relation", "/supporters/1/relation", 26),
    moment("letter_2_at"),
    owed("nominator_name", "/nominator/name", 26),
    of("nominator_email", "/nominator/email", 30),
    of("nominator_phone", "/nominator/phone", 20),
    of("nominator_postal_address", "/nominator/postal_address", 34),
    owed("nominator_relation", "/nominator/relation", 26),
    owed("nominator_country", "/nominator/country", 9),
    service("merged_into", 14),
    moment("notice_given_at"),
    service("decision_note", 40),
];

impl Column {
    /// Whether a nominator fills it, and not the service.
    pub const fn is_filled(&self) -> bool {
        self.field.is_some()
    }

    /// What stands over it.
    pub const fn head(&self) -> Head {
        Head { name: self.name, width: self.width, holds_moments: self.holds_moments }
    }

    /// The column of this name, as a file has it: also with the zone that our spreadsheets put behind it.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let name = name.trim();
        let name = name.strip_suffix("(UTC)").map_or(name, str::trim_end);
        COLUMNS.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The column that a fault at this place of the body is shown at: the field's own, or the first of the fields inside.
    pub(super) fn at(pointer: &str) -> Option<&'static Self> {
        let field = |column: &&'static Self| column.field.map(|field| field.pointer);
        let find = |fits: &dyn Fn(&str) -> bool| COLUMNS.iter().find(|column| field(column).is_some_and(fits));
        let below = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        find(&|own| own == pointer)
            .or_else(|| find(&|own| below(own, pointer)))
            .or_else(|| find(&|own| below(pointer, own)))
    }

    /// The text that says what its field is called.
    pub(super) fn label(&self) -> Option<&'static str> {
        static LABELS: LazyLock<Vec<Option<String>>> = LazyLock::new(|| {
            let label = |column: &Column| column.field.map(|field| label_id(field.pointer));
            COLUMNS.iter().map(label).collect()
        });
        let at = COLUMNS.iter().position(|column| column.name == self.name)?;
        LABELS[at].as_deref()
    }
}
