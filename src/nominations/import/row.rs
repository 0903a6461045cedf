//! A row as the body of a nomination, which then goes through the same door as any other (`nominations::form`): there is no
//! second reading of fields. Faults come back at the row's columns.

use serde_json::{Map, Value as Json, json};

use super::file::Row;
use crate::http::csv::uncell;
use crate::http::door::{Refusal, open};
use crate::http::faults::Fault;
use crate::nominations::columns::{CellForm, Column};
use crate::nominations::form::{AgeBand, DECLARATIONS, FormRules, NominationForm};
use crate::nominations::reference::Reference;

/// A row that is a whole nomination.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place among the rows.
    pub number: usize,
    /// The reference that stands in it, whosever it is.
    pub reference: Option<Reference>,
    /// The nomination.
    pub form: NominationForm,
}

/// Reads a row by the form's rules.
///
/// # Errors
/// Every fault, at the columns of the row.
pub fn read(row: &Row, rules: &FormRules<'_>) -> Result<Entry, Vec<Fault>> {
    let body = body(row);
    let form = open(&body, |door| NominationForm::read(door, rules)).map_err(|refusal| {
        let (Refusal::UnknownField(faults) | Refusal::Invalid(faults)) = refusal;
        faults.into_iter().map(|fault| placed(row.number, fault)).collect::<Vec<_>>()
    })?;
    let named = row.cells.iter().find(|(column, _)| column.name == "reference");
    let reference = named.and_then(|(_, text)| Reference::parse(uncell(text)));
    Ok(Entry { number: row.number, reference, form })
}

/// The body that a row stands for. What only the service writes is passed over; the declarations count as made.
fn body(row: &Row) -> Json {
    let mut body = json!({"supporters": [{}, {}]});
    let mut is_minor = false;
    for (column, text) in &row.cells {
        let Some(field) = column.field else { continue };
        let text = uncell(text);
        is_minor |= column.name == "age_band" && text.trim() == AgeBand::Under18.as_str();
        put(&mut body, field.pointer, value(text, field.form));
    }
    let made = DECLARATIONS.iter().copied().chain(is_minor.then_some("guardian_agrees"));
    body["declarations"] = made.map(|name| (name.to_owned(), Json::Bool(true))).collect::<Map<_, _>>().into();
    body
}

/// Puts a value where a pointer says; objects on the way are made.
fn put(body: &mut Json, pointer: &str, value: Json) {
    let mut at = body;
    for key in pointer.split('/').skip(1) {
        at = match key.parse::<usize>() {
            Ok(place) => &mut at[place],
            Err(_) => &mut at[key],
        };
    }
    *at = value;
}

/// What a cell says. What is no number or truth value stays text, and the form says that it is of the wrong kind.
fn value(text: &str, form: CellForm) -> Json {
    match form {
        CellForm::Text => text.into(),
        CellForm::Number => text.trim().parse::<i64>().map_or_else(|_| text.into(), Json::from),
        CellForm::Flag => flag(text).map_or_else(|| text.into(), Json::from),
        CellForm::Words => text.split(';').map(str::trim).filter(|word| !word.is_empty()).collect(),
        CellForm::Links => text.lines().filter(|line| !line.trim().is_empty()).map(link).collect(),
    }
}

/// A truth value, also as a spreadsheet spells it in its language.
fn flag(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "истина" | "yes" | "да" => Some(true),
        "false" | "ложь" | "no" | "нет" => Some(false),
        _ => None,
    }
}

/// A link's line: title, space, address. The address holds no space, so the last one parts the two.
fn link(line: &str) -> Json {
    let (title, url) = line.trim().rsplit_once(char::is_whitespace).unwrap_or(("", line.trim()));
    json!({"title": title.trim_end(), "url": url})
}

/// A fault of the body at the row's column, still called as the form calls the field.
fn placed(number: usize, fault: Fault) -> Fault {
    let column = Column::at(&fault.pointer);
    let pointer = column.map_or_else(|| format!("/rows/{number}"), |column| format!("/rows/{number}/{}", column.name));
    Fault { pointer, label: fault.label.or_else(|| column.and_then(Column::label)), ..fault }
}
