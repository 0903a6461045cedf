//! The form's order: faults are told in the order in which a person meets the fields.

use crate::http::faults::Fault;

/// Every place of the form that a fault may name, from the top; `*` stands for a number in a list.
const PLACES: &[&str] = &[
    "",
    "/source",
    "/category",
    "/language",
    "/nominee",
    "/nominee/kind",
    "/nominee/name",
    "/nominee/name_other_script",
    "/nominee/honours",
    "/nominee/home_city",
    "/nominee/country",
    "/nominee/linked_cities",
    "/nominee/linked_cities/*",
    "/nominee/other_city",
    "/nominee/email",
    "/nominee/phone",
    "/nominee/postal_address",
    "/nominee/age_band",
    "/nominee/guardian",
    "/nominee/guardian/name",
    "/nominee/guardian/email",
    "/nominee/organisation",
    "/nominee/organisation/type",
    "/nominee/organisation/contact_name",
    "/nominee/organisation/contact_role",
    "/nominee/organisation/website",
    "/headline",
    "/story",
    "/story/impact",
    "/story/friendship",
    "/story/commitment",
    "/story/others",
    "/story/since_year",
    "/story/ongoing",
    "/links",
    "/links/*",
    "/links/*/title",
    "/links/*/url",
    "/supporters",
    "/supporters/*",
    "/supporters/*/name",
    "/supporters/*/email",
    "/supporters/*/phone",
    "/supporters/*/postal_address",
    "/supporters/*/relation",
    "/nominator",
    "/nominator/name",
    "/nominator/email",
    "/nominator/phone",
    "/nominator/postal_address",
    "/nominator/relation",
    "/nominator/country",
    "/declarations",
    "/declarations/true_account",
    "/declarations/not_self",
    "/declarations/nominee_will_be_told",
    "/declarations/judges_will_read",
    "/declarations/no_special_category_data",
    "/declarations/privacy_notice_read",
    "/declarations/guardian_agrees",
    "/tell_me_next_time",
];

/// Puts faults in the form's order; several at one place stay as they were noted.
pub(super) fn sort(faults: &mut [Fault]) {
    faults.sort_by_cached_key(|fault| place(&fault.pointer));
}

/// Where a pointer stands: its list's place and number first, so that all of one item stand together.
pub(super) fn place(pointer: &str) -> (usize, usize, usize) {
    let mut number = 0;
    let words: Vec<&str> = pointer
        .split('/')
        .map(|word| match word.parse::<usize>() {
            Ok(at) => {
                number = at + 1;
                "*"
            }
            Err(_) => word,
        })
        .collect();
    let general = words.join("/");
    let position = |text: &str| PLACES.iter().position(|place| *place == text).unwrap_or(PLACES.len());
    let list = general.split("/*").next().unwrap_or_default();
    (position(list), number, position(&general))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a person reads `story` in the middle of a Russian sentence.
    #[test]
    fn every_place_of_the_form_has_its_label() {
        for place in PLACES.iter().filter(|place| !place.is_empty()) {
            let id = crate::http::faults::label_id(&place.replace('*', "0"));
            assert!(crate::text::knows(&id), "{id}");
        }
    }
}
