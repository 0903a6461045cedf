//! What a stranger who knows of the awards would try first as somebody's password (S-ACC-4).

use super::password::OwnWords;
use super::store::{self, Account};
use crate::editions::{self, Edition};
use crate::store::{Conn, Stored};
use crate::text::{Language, say};

/// The words of a person and of every edition in which they have a part.
pub(super) fn own_words(tx: &mut Conn, account: &Account) -> Stored<OwnWords> {
    let mut words = OwnWords::of(&account.name, &account.email);
    for part in store::roles_of(tx, account.id)? {
        if let Some(edition) = editions::store::by_id(tx, part.edition)? {
            words = with_edition(words, &edition);
        }
    }
    Ok(words)
}

/// And those of an edition: its title and its cities, and the product's name.
pub(super) fn with_edition(words: OwnWords, edition: &Edition) -> OwnWords {
    let products = [say(Language::En, "product", &[]), say(Language::Ru, "product", &[])];
    let cities =
        edition.panels.iter().map(|panel| &panel.city).chain(edition.twin_cities.iter().map(|city| &city.name));
    words
        .and(products.iter().map(String::as_str))
        .and([edition.title.en.as_str(), edition.title.ru.as_str()])
        .and(cities.flat_map(|city| [city.en.as_str(), city.ru.as_str()]))
}
