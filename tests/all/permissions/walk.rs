//! Every call of the document × everybody × the whole year, against what was decided: who is let in, what the others are told, that
//! a refusal changes nothing, and that another's thing cannot be told from one that does not exist.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::Value as Json;
use twin_cities_awards::accounts::Role;
use twin_cities_awards::http::links::LinkKind;
use twin_cities_awards::http::problem::Code;
use twin_cities_awards::store::{Conn, StoreError};

use super::keys::Keys;
use super::rights::{Right, Whose, has, right};
use super::room::{Moment, Room, Somebody, YEAR};
use crate::app::{Seen, TestApp, stories};

stories![everybody_may_what_the_table_says_all_the_year_and_nothing_else];

/// How a call is answered, as far as rights go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    LetIn,
    Refused(Code),
    Broken,
}

/// A call of the document, and what was decided of it.
struct Call {
    method: Method,
    pattern: String,
    example: Option<Json>,
    right: Right,
}

/// Who bears what.
#[derive(Clone, Copy)]
enum Bearer<'a> {
    Account(&'a Somebody),
    Link(LinkKind, &'a str),
}

impl Bearer<'_> {
    fn name(&self) -> String {
        match self {
            Self::Account(one) => one.name.to_owned(),
            Self::Link(kind, _) => format!("the bearer of a link ({kind})"),
        }
    }

    fn token(&self) -> &str {
        match self {
            Self::Account(one) => one.person.as_ref().map_or("", |person| person.token.as_str()),
            Self::Link(_, token) => token,
        }
    }
}

async fn everybody_may_what_the_table_says_all_the_year_and_nothing_else(app: TestApp) {
    let mut room = Room::new(app).await;
    let calls = calls();
    let all: Vec<&Call> = calls.iter().collect();
    let (mut faults, mut keys) = (BTreeSet::new(), Keys::default());
    for moment in &YEAR {
        room.go_on(moment).await;
        let room = &room;
        for one in &room.everybody {
            faults.extend(walk(room, &all, moment, Bearer::Account(one), &mut keys).await);
        }
        for (kind, token) in &room.links {
            // Elsewhere they are all alike, so that one stands for them.
            let (kind, stands_for_all) = (*kind, *kind == LinkKind::Nomination);
            let asked = |call: &&Call| stands_for_all || call.pattern.contains("/link");
            let calls: Vec<&Call> = calls.iter().filter(asked).collect();
            faults.extend(walk(room, &calls, moment, Bearer::Link(kind, token), &mut keys).await);
        }
    }
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    insta::assert_snapshot!("fields_of_answers", keys.page());
}

/// The document's calls, each once.
fn calls() -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for (method, pattern, example) in crate::contract::calls() {
        if calls.last().is_some_and(|last| last.method == method && last.pattern == pattern) {
            continue; // another example of the same
        }
        let right = right(method.as_str(), &pattern);
        calls.push(Call { method, pattern, example, right });
    }
    calls
}

async fn walk(room: &Room, calls: &[&Call], moment: &Moment, bearer: Bearer<'_>, keys: &mut Keys) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    let (mut open, closed): (Vec<&Call>, Vec<&Call>) =
        calls.iter().copied().partition(|call| expected(call, moment, &bearer) == Verdict::LetIn);
    open.sort_by_key(|call| call.pattern.ends_with("/auth/logout")); // after it they are nobody
    let before = everything(room).await;
    faults.extend(at_once(closed.iter().map(|call| refused(room, call, moment, &bearer))).await);
    let of_a_thing = calls.iter().filter(|call| may_ever(call, &bearer));
    faults.extend(at_once(of_a_thing.map(|call| cannot_tell(room, call, &bearer))).await);
    let after = everything(room).await;
    for line in before.symmetric_difference(&after) {
        faults.insert(format!("{} changed something in {} when refused: {line}", bearer.name(), moment.phase));
    }
    for call in open {
        let addresses = room.addresses(call.method.as_str(), &call.pattern, &bearer.name());
        let address = if call.pattern.contains("/people/{id}") {
            addresses.own.replace(id_in(&addresses.own), &room.guest().await)
        } else {
            addresses.own
        };
        let seen = ask(room, call, &bearer, &address, Sent::Example).await;
        let may_be_missing = !addresses.is_there || matches!(call.right.whose, Whose::Everybodys(_));
        let fits = match verdict(&seen) {
            Verdict::LetIn => true,
            Verdict::Refused(Code::NotFound | Code::LinkNotValid) => may_be_missing,
            _ => false,
        };
        if !fits {
            faults.insert(fault(call, moment, &bearer, "should be let in", &seen));
        }
        keys.note(&format!("{} {}", call.method, call.pattern), &bearer.name(), &seen);
    }
    faults
}

fn fault(call: &Call, moment: &Moment, bearer: &Bearer<'_>, should: &str, seen: &Seen) -> String {
    let (phase, told) = (moment.phase, moment.told);
    format!("{} {} by {} in {phase}/{told} {should}: {}", call.method, call.pattern, bearer.name(), seen.line())
}

/// What was decided.
fn expected(call: &Call, moment: &Moment, bearer: &Bearer<'_>) -> Verdict {
    let right = &call.right;
    let when = |is_open: bool, outside: Code| if is_open { Verdict::LetIn } else { Verdict::Refused(outside) };
    match (right.whose, bearer) {
        (Whose::Everybodys(outside), _) => {
            let outside = if outside == 404 { Code::NotFound } else { Code::WrongPhase };
            when(has(right.public(), moment.phase), outside)
        }
        (_, Bearer::Account(one)) if one.person.is_none() => Verdict::Refused(Code::NotSignedIn),
        (Whose::SignedIn, Bearer::Account(_)) => Verdict::LetIn,
        (Whose::SignedIn | Whose::Roles, Bearer::Link(..)) => Verdict::Refused(Code::NotSignedIn),
        (Whose::Roles, Bearer::Account(one)) => {
            let role = if call.pattern.contains("{slug}") { one.role } else { one.elsewhere };
            match role.map(|role| (role, right.of(role))).filter(|(_, phases)| *phases != "-") {
                None => Verdict::Refused(Code::NotAllowed),
                Some((role, phases)) => {
                    let is_office = matches!(role, Role::Organiser | Role::Approver);
                    when(has(phases, if is_office { moment.phase } else { moment.told }), Code::WrongPhase)
                }
            }
        }
        (Whose::Links(of), Bearer::Link(kind, _)) if of.is_none_or(|of| of == *kind) && lives(*kind, moment) => {
            // All but winners hear nothing of the seal before its time.
            let phase = if *kind == LinkKind::Reply { moment.phase } else { moment.told };
            when(has(right.public(), phase), Code::WrongPhase)
        }
        (Whose::Links(_), _) => Verdict::Refused(Code::LinkNotValid),
    }
}

/// Links of accounts are of no edition, and of just now. A confirm link lives as long as nominations are confirmed.
fn lives(kind: LinkKind, moment: &Moment) -> bool {
    matches!(kind, LinkKind::Invitation | LinkKind::Reset)
        || moment.living.contains(&kind)
        || (kind == LinkKind::Confirm && moment.phase == "N")
}

/// Whether the bearer is let in in some phase.
fn may_ever(call: &Call, bearer: &Bearer<'_>) -> bool {
    YEAR.iter().any(|moment| expected(call, moment, bearer) == Verdict::LetIn)
}

/// What an answer says.
fn verdict(seen: &Seen) -> Verdict {
    let code = serde_json::from_str(&seen.text).ok().and_then(|body: Json| Some(body["code"].as_str()?.to_owned()));
    match (seen.status.as_u16(), code.as_deref()) {
        (401, Some("not_signed_in")) => Verdict::Refused(Code::NotSignedIn),
        (403, Some("not_allowed")) => Verdict::Refused(Code::NotAllowed),
        (404, Some("link_not_valid")) => Verdict::Refused(Code::LinkNotValid),
        (404, _) => Verdict::Refused(Code::NotFound),
        (409, Some("wrong_phase")) => Verdict::Refused(Code::WrongPhase),
        (405 | 500.., _) => Verdict::Broken,
        _ => Verdict::LetIn,
    }
}

/// What so many askers find, a few at a time.
async fn at_once<F: Future<Output = Vec<String>>>(askers: impl Iterator<Item = F>) -> Vec<String> {
    stream::iter(askers).buffer_unordered(16).concat().await
}

/// Asks for what is not to be had; whoever may never make the call does not learn either how it is made.
async fn refused(room: &Room, call: &Call, moment: &Moment, bearer: &Bearer<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let expected = expected(call, moment, bearer);
    let addresses = room.addresses(call.method.as_str(), &call.pattern, &bearer.name());
    let seen = ask(room, call, bearer, &addresses.own, Sent::Example).await;
    let by_phase = expected == Verdict::Refused(Code::WrongPhase) || matches!(call.right.whose, Whose::Everybodys(_));
    let is_missing = !addresses.is_there && by_phase && verdict(&seen) == Verdict::Refused(Code::NotFound);
    if verdict(&seen) != expected && !is_missing {
        faults.push(fault(call, moment, bearer, &format!("should be {expected:?}"), &seen));
    }
    let is_kind = matches!((call.right.whose, bearer), (Whose::Links(Some(of)), Bearer::Link(kind, _)) if of == *kind);
    if call.example.is_some() && !by_phase && !is_kind && ["U", "D"].contains(&moment.phase) {
        let seen = ask(room, call, bearer, &addresses.own, Sent::Nonsense).await;
        if verdict(&seen) != expected {
            faults.push(fault(call, moment, bearer, "should not be told of the body", &seen));
        }
    }
    faults
}

/// Another's thing answers as one that does not exist, to the byte (S-HTTP-9).
async fn cannot_tell(room: &Room, call: &Call, bearer: &Bearer<'_>) -> Vec<String> {
    let addresses = room.addresses(call.method.as_str(), &call.pattern, &bearer.name());
    let Some([anothers, absent]) = &addresses.anothers else { return Vec::new() };
    let theirs = ask(room, call, bearer, anothers, Sent::Example).await;
    let nobodys = ask(room, call, bearer, absent, Sent::Example).await;
    if told(&theirs, id_in(anothers)) == told(&nobodys, id_in(absent)) {
        return Vec::new();
    }
    let (method, pattern, name) = (&call.method, &call.pattern, bearer.name());
    vec![format!("{method} {pattern} tells {name} what is another's: {} and {}", theirs.line(), nobodys.line())]
}

/// The id in an address.
fn id_in(address: &str) -> &str {
    address.split(['/', '.']).find(|part| part.len() == 36).expect("an id stands in it")
}

/// All of an answer but its date, its own id and the id that was asked for.
fn told(seen: &Seen, id: &str) -> (u16, Vec<String>, String) {
    let passing = ["date", "x-request-id"];
    let headers = seen.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str()));
    let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    (seen.status.as_u16(), headers, seen.text.replace(id, "…"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Example,
    Nonsense,
}

/// With a version that nothing has, so that whoever may change something does not.
async fn ask(room: &Room, call: &Call, bearer: &Bearer<'_>, address: &str, sent: Sent) -> Seen {
    let request = room.app.raw(call.method.clone(), address).bearer(bearer.token()).header("if-match", "\"999999\"");
    let request = match (sent, room.body(&call.pattern, call.example.as_ref())) {
        (Sent::Example, Some(body)) => request.example(&body),
        (Sent::Nonsense, Some(_)) => request.body("application/json", "{\"nonsense\": 1"),
        (_, None) => request,
    };
    request.send().await
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every row of every table.
async fn everything(room: &Room) -> BTreeSet<String> {
    let selects = crate::schema::written().into_iter().map(|(table, columns)| {
        let columns = columns.keys().map(|column| format!("COALESCE(CAST(\"{column}\" AS TEXT), 'NULL')"));
        format!("SELECT '{table}: ' || {} AS line FROM \"{table}\"", columns.collect::<Vec<_>>().join(" || ' | ' || "))
    });
    let query = selects.collect::<Vec<_>>().join(" UNION ALL ");
    let read = room.app.app.store.read(move |tx| {
        let query = diesel::sql_query(query);
        let lines: Vec<Line> = match tx {
            Conn::Sqlite(conn) => query.load(conn)?,
            Conn::Postgres(conn) => query.load(conn)?,
        };
        Ok::<_, StoreError>(lines)
    });
    read.await.expect("the tables can be read").into_iter().map(|line| line.line).collect()
}
