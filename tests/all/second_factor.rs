//! The second factor: codes, recovery codes, what is closed without one.

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::json;
use twin_cities_awards::accounts::FactorCode;

use crate::app::{TestApp, stories_in_earnest};
use crate::people::PASSWORD;

stories_in_earnest![who_has_no_second_factor_is_asked_for_no_code];

proptest! {
    #[test]
    fn whatever_is_typed_is_a_code_or_nothing(text in "\\PC{0,60}|[-0-9A-Za-z \u{2010}-\u{2015}]{0,40}") {
        let nothing = text.chars().all(|sign| sign.is_whitespace() || "-‐‑‒–—―".contains(sign));
        prop_assert_eq!(FactorCode::typed(&text).is_none(), nothing);
    }
}

async fn who_has_no_second_factor_is_asked_for_no_code(app: TestApp) {
    app.edition_2021().await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    for totp in [json!(null), json!("123456")] {
        let body = json!({"email": vera.email, "password": PASSWORD, "totp": totp});
        app.post("/auth/login", "", body).await.expect(StatusCode::OK);
    }
}
