//! The gate reads an address as the router does, or refuses it: there are not two spellings of one.

use reqwest::Method;

use super::room::{OURS, Room, YEAR, organise};
use crate::app::{TestApp, stories};

stories![an_address_with_a_percent_sign_is_none];

/// Each sign of an address may be written as `%` and its number; then the router would find a route, or another, that
/// the gate has not looked up in the table.
async fn an_address_with_a_percent_sign_is_none(app: TestApp) {
    let mut room = Room::new(app).await;
    room.go_on(&YEAR[0]).await;
    room.go_on(&YEAR[1]).await;
    let nomination = room.addresses("GET", "/nominations/{id}", "organiser").own;
    let plain = organise(&nomination);
    let first = plain.len() - 36;
    let spelled = |at: usize| format!("{}%{:02x}{}", &plain[..at], plain.as_bytes()[at], &plain[at + 1..]);
    let ask = async |path: &str, token: &str| room.app.call(Method::GET, path).bearer(token).send().await;
    ask(&plain, room.token("organiser")).await.expect_status(200);
    let people = |text: &str| format!("/organise/editions/{text}/people");
    for path in [
        spelled(first),                                         // the id
        spelled(plain.find("nomin").expect("it stands there")), // the route
        spelled(plain.find(OURS).expect("it stands there")),    // the edition
        people("%32021"),
        people("2021%2F"),
        "/editions/%32021".to_owned(),
        "/%65ditions".to_owned(),
    ] {
        for name in ["nobody", "judge", "organiser"] {
            let seen = ask(&path, room.token(name)).await;
            assert_eq!((seen.status.as_u16(), seen.str("/code").as_str()), (404, "not_found"), "{path} by {name}");
        }
    }
}
