//! Links in mails: each opens its own row and nothing else, and says what it is.

use reqwest::{Method, StatusCode};

use crate::app::{TestApp, stories};
use crate::people::maria;

stories![a_link_says_what_it_opens_and_opens_nothing_else];

async fn a_link_says_what_it_opens_and_opens_nothing_else(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    let used_up = app.mail().next_to("olive@example.org").await.token("invitation");
    app.nominate(&maria()).await;
    let letter = app.mail().next_to("jan@example.org").await.token("letter");

    let told = app.get("/link", &letter).await.expect(StatusCode::OK).json();
    assert_eq!(told["kind"], "letter");
    assert_eq!(told["edition"], "2021");
    assert_eq!(told["expires_at"], "2021-07-14T16:00:00Z");

    for (token, path) in [(&letter, "/link/notice"), (&letter, "/link/reply"), (&used_up, "/link")] {
        let seen = app.call(Method::GET, path).bearer(token).send().await;
        assert_eq!(seen.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid", "{path}");
    }
    let mut forged = letter.clone();
    let last = forged.pop().expect("a token is not empty");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    app.get("/link", &forged).await.expect(StatusCode::NOT_FOUND);
    app.get("/link", "").await.expect(StatusCode::UNAUTHORIZED);

    app.at("2021-07-14T16:00:00Z");
    app.get("/link", &letter).await.expect(StatusCode::NOT_FOUND);
}
