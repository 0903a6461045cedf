//! What a mailed link opens: opening never acts, a button does, and the token leaves the address.

use reqwest::Method;
use serde_json::json;
use twin_cities_awards::audit::Deed;
use twin_cities_awards::editions::create_from_template;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::store;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::text::Language;

use crate::app::{Seen, TestApp, stories};

stories![
    a_nominator_confirms_by_a_button_and_not_by_opening,
    a_nominator_reads_and_withdraws_on_a_page,
    a_nominator_changes_any_part_on_a_page,
    a_form_that_is_sent_as_it_stands_changes_nothing,
    the_page_of_a_nomination_shows_every_field,
    a_supporter_writes_and_replaces_a_letter,
    two_letters_side_by_side_do_not_mix,
    a_token_under_another_links_mark_opens_nothing,
    a_supporter_declines_or_hears_no_more,
    a_nominee_reads_the_notice_and_is_left_out,
    an_invitation_is_accepted_on_its_page,
    a_winner_replies_in_confidence_and_everyone_reads_the_winners_later,
    a_page_takes_its_own_forms_only,
];

/// What a browser keeps: one cookie a kind of link.
struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
    page: String,
}

impl<'a> Browser<'a> {
    /// Opens a mailed link, as a browser does, and stands on its page.
    async fn open(app: &'a TestApp, link: &str) -> Self {
        let path = link.strip_prefix(&app.base).unwrap_or(link);
        let moved = app.raw(Method::GET, path).send().await.expect_status(303);
        let (page, cookie) = (moved.header("location"), moved.header("set-cookie"));
        let token = path.rsplit('/').next().expect("a token");
        assert!(!page.contains(token), "the token has left the address");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
            assert!(cookie.contains(flag), "{flag} in {cookie}");
        }
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        Self { app, cookie, page }
    }

    async fn look(&self) -> Seen {
        self.app.raw(Method::GET, &self.page).header("cookie", &self.cookie).send().await
    }

    async fn see(&self) -> String {
        let seen = self.look().await.expect_status(200);
        assert_eq!(
            (seen.header("cache-control").as_str(), seen.header("x-robots-tag").as_str()),
            ("no-store", "noindex")
        );
        seen.text
    }

    /// Presses a button: `act` is what its form adds to the page's address.
    async fn press(&self, act: &str, form: &[(&str, &str)]) -> Seen {
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let (page, mark) = self.page.split_once('?').expect("the page says whose it is");
        let call = self.app.raw(Method::POST, &format!("{page}{act}?{mark}"));
        let call = call.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        call.body("application/x-www-form-urlencoded", body.join("&")).send().await
    }
}

fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

async fn nominated(app: &TestApp) -> NominationId {
    let deed = Deed::of_operator(&app.app);
    create_from_template(&app.app, deed, "tca-2021", None).await.expect("the template is whole");
    let mut body = twin_cities_awards::nominations::schema::individual();
    body["story"]["since_year"] = json!(1980);
    let receipt = app.post("/editions/2021/nominations", "", body).await.expect_status(201);
    NominationId::parse(&receipt.str("/id")).expect("an id")
}

fn link_to(app: &TestApp, kind: LinkKind, row: uuid::Uuid) -> String {
    Link::to(kind, row).url(&app.app, Language::En)
}

/// A confirmed nomination, and the rows of its supporters.
async fn confirmed(app: &TestApp) -> (NominationId, Vec<uuid::Uuid>) {
    let id = nominated(app).await;
    let token = link_to(app, LinkKind::Confirm, id.uuid()).rsplit('/').next().expect("a token").to_owned();
    app.post("/confirmations", "", json!({"token": token})).await.expect_status(200);
    let supporters = app.app.store.read(move |tx| Ok::<_, StoreError>(store::supporters_of(tx, id)?));
    let supporters = supporters.await.expect("the store reads");
    (id, supporters.iter().map(|supporter| supporter.id.uuid()).collect())
}

async fn a_nominator_confirms_by_a_button_and_not_by_opening(app: TestApp) {
    let id = nominated(&app).await;
    let browser = Browser::open(&app, &link_to(&app, LinkKind::Confirm, id.uuid())).await;
    let page = browser.see().await;
    assert!(page.contains("<h1>Is this your nomination?</h1>"), "{page}");
    assert!(page.contains("3 July 2021, 17:00 in Coventry, 19:00 in Volgograd"));
    let typed = twin_cities_awards::nominations::schema::individual();
    for words in [&typed["nominee"]["name"], &typed["headline"], &typed["nominator"]["name"]] {
        assert!(!page.contains(words.as_str().expect("a text")), "whoever reads this may be somebody else: {words}");
    }
    assert_eq!(browser.see().await, page, "opened again, nothing has changed");
    assert_eq!(browser.press("", &[]).await.expect_status(303).header("location"), browser.page);
    let page = browser.see().await;
    assert!(page.contains("<h1>Nomination confirmed</h1>") && page.contains("TCA21-"), "{page}");
    browser.press("", &[]).await.expect_status(303); // a double click

    let own = Browser::open(&app, &link_to(&app, LinkKind::Nomination, id.uuid())).await.see().await;
    for words in ["<h1>Your nomination</h1>", "TCA21-", "It is in.", "Мария Иванова", "Jan Příklad: asked"]
    {
        assert!(own.contains(words), "{words} in {own}");
    }

    let other = link_to(&app, LinkKind::Notice, id.uuid()).replace("/notice/", "/confirm/");
    let path = other.strip_prefix(&app.base).expect("ours");
    let dead = app.raw(Method::GET, path).send().await.expect_status(404);
    assert!(dead.text.contains("This link is not valid any more."), "{}", dead.text);
    for page in ["/en/confirm", "/en/confirm?of=", &browser.page] {
        let none = app.raw(Method::GET, page).send().await.expect_status(404);
        assert!(none.text.contains("Open the link in the mail again."), "{}", none.text);
    }
}

async fn a_nominator_reads_and_withdraws_on_a_page(app: TestApp) {
    let (id, _) = confirmed(&app).await;
    let link = link_to(&app, LinkKind::Nomination, id.uuid());
    let browser = Browser::open(&app, &link).await;
    let page = browser.see().await;
    for words in [
        "It is in.",
        "Jan Příklad: asked",
        "maria@example.org",
        "<h3>What changed because of them?</h3>",
        "Over one hundred teenagers",
        "Until 30 June 2021, 17:00 in Coventry, 19:00 in Volgograd you can withdraw the nomination.",
        "<button class=\"quiet\">Withdraw nomination</button>",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    browser.press("/withdraw", &[("version", "1")]).await.expect_status(412);
    let version = page.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let pressed = browser.press("/withdraw", &[("version", version.expect("a version"))]).await.expect_status(303);
    assert_eq!(pressed.header("location"), browser.page);
    let page = browser.see().await;
    assert!(page.contains("It has been withdrawn.") && !page.contains("<button"), "{page}");
    assert!(Browser::open(&app, &link.replace("/en/", "/ru/")).await.see().await.contains("Она отозвана."));
}

/// What a browser would send of a page's last form if nobody touched it.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form").next().expect("a form");
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(plain(value))
    };
    let mut found = Vec::new();
    let mut select = String::new();
    for piece in form.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = || attribute(tag, "name").expect("a field has a name");
        let value = || attribute(tag, "value").unwrap_or_default();
        match tag.split(' ').next().expect("a word") {
            "input" if !tag.contains("type=\"radio\"") && !tag.contains("type=\"checkbox\"") => {
                found.push((name(), value()));
            }
            "input" if tag.ends_with(" checked") => found.push((name(), value())),
            "textarea" => found.push((name(), plain(text))),
            "select" => select = name(),
            "option" if tag.ends_with(" selected") => found.push((select.clone(), value())),
            _ => {}
        }
    }
    found
}

fn plain(html: &str) -> String {
    [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The same with other answers in some fields; several values of one field are put one by one.
fn with(fields: &[(String, String)], answers: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = fields.iter().filter(|(name, _)| answers.iter().all(|(other, _)| other != name)).cloned();
    kept.chain(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

async fn sends(browser: &Browser<'_>, fields: &[(String, String)]) -> Seen {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.press("", &fields).await
}

/// A browser that stands on the page where a nomination is changed.
async fn changing<'a>(app: &'a TestApp, link: &str) -> Browser<'a> {
    let mut browser = Browser::open(app, link).await;
    let change = browser.page.replace("/nomination", "/nomination/change");
    assert!(browser.see().await.contains(&format!("href=\"{change}\"")), "the nomination's page leads there");
    browser.page = change;
    browser
}

async fn own(app: &TestApp, id: NominationId) -> serde_json::Value {
    let token = Link::to(LinkKind::Nomination, id.uuid()).token(&app.app.keys);
    app.get("/link/nomination", &token).await.expect_status(200).json()
}

async fn a_nominator_changes_any_part_on_a_page(app: TestApp) {
    let (id, _) = confirmed(&app).await;
    let link = link_to(&app, LinkKind::Nomination, id.uuid());
    let browser = changing(&app, &link).await;
    let nomination = browser.page.replace("/change", "");
    let page = browser.see().await;
    for words in ["<h1>Change nomination</h1>", "value=\"Мария Иванова\"", "Until 30 June 2021, 17:00 in Coventry"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(!page.contains("nominee-guardian"), "nobody asks an adult for a guardian");
    assert!(!page.contains("<script") && page.len() < 60_000, "{}", page.len());
    let stood = fields(&page);

    let faulty = [
        ("nominee-name", ""),
        ("headline", "Oh"),
        ("story-since_year", "long ago"),
        ("links-1-title", "A <b>film</b>"),
        ("links-1-url", "nowhere"),
        ("supporters-1-email", "nobody"),
        ("nominator-country", ""),
        ("nominee-age_band", "under_18"),
    ];
    let before = own(&app, id).await;
    let refused = sends(&browser, &with(&stood, &faulty)).await.expect_status(422).text;
    for field in [
        "nominee-name",
        "nominee-email", // a minor has no contact of their own
        "nominee-guardian",
        "headline",
        "story-since_year",
        "links-1-url",
        "supporters-1-email",
        "nominator-country",
        "declarations-guardian_agrees",
    ] {
        assert!(refused.contains(&format!("<a href=\"#{field}\">")), "{field} in the summary of {refused}");
        assert!(refused.contains(&format!("id=\"{field}-fault\"")), "{field} has its fault beside it");
        assert!(refused.contains(&format!("id=\"{field}\"")), "{field} is there to be led to");
    }
    for words in ["<title>Error: Change nomination", "value=\"long ago\"", "value=\"A &#60;b&#62;film&#60;/b&#62;\""] {
        assert!(refused.contains(words), "{words} in {refused}");
    }
    assert_eq!(own(&app, id).await, before, "nothing has changed");

    let right = [
        ("nominee-name", "Мария Петровна Иванова"),
        ("nominee-linked_cities", "kiel"),
        ("nominee-linked_cities", "other"),
        ("nominee-other_city", "Кёльн"),
        ("nominee-phone", "+7 8442 00 00 00"),
        ("story-others", ""),
        ("story-ongoing", "no"),
        ("story-since_year", "1999"),
        ("links-0-title", ""),
        ("links-0-url", ""),
        ("links-3-title", "A film"),
        ("links-3-url", "https://example.org/film"),
        ("supporters-1-name", "Eva Vzorová"),
        ("supporters-1-email", "eva@example.org"),
        ("nominator-relation", "neighbour"),
    ];
    let right = with(&fields(&browser.see().await), &right);
    let russian = changing(&app, &link.replace("/en/", "/ru/")).await;
    assert!(russian.see().await.contains("<h1>Изменить заявку</h1>"));
    assert_eq!(sends(&browser, &right).await.expect_status(303).header("location"), nomination);
    let stale = sends(&russian, &right).await.expect_status(412);
    assert!(stale.text.contains("<html lang=\"ru\">"));
    let mut wanted = before;
    wanted["nominee"]["name"] = json!("Мария Петровна Иванова");
    wanted["nominee"]["linked_cities"] = json!(["kiel", "other"]);
    wanted["nominee"]["other_city"] = json!("Кёльн");
    wanted["nominee"]["phone"] = json!("+7 8442 00 00 00");
    for (field, value) in [("others", json!(null)), ("ongoing", json!(false)), ("since_year", json!(1999))] {
        wanted["story"][field] = value;
    }
    wanted["links"] = json!([{"title": "A film", "url": "https://example.org/film"}]);
    wanted["supporters"][1]["name"] = json!("Eva Vzorová");
    wanted["supporters"][1]["email"] = json!("eva@example.org");
    wanted["nominator"]["relation"] = json!("neighbour");
    assert_eq!(own(&app, id).await, wanted);
    app.mail().next_to("eva@example.org").await;

    app.at("2021-06-30T15:45:00Z");
    let late = changing(&app, &link).await;
    app.at("2021-06-30T16:00:00Z");
    assert_eq!(late.look().await.expect_status(303).header("location"), nomination);
    sends(&late, &right).await.expect_status(409);
}

async fn a_form_that_is_sent_as_it_stands_changes_nothing(app: TestApp) {
    let deed = Deed::of_operator(&app.app);
    create_from_template(&app.app, deed, "tca-2021", None).await.expect("the template is whole");
    let mut minor = crate::people::maria();
    minor["nominee"]["age_band"] = json!("under_18");
    minor["nominee"]["email"] = json!(null);
    minor["nominee"]["guardian"] = json!({"name": "Пётр Иванов", "email": "petr@example.org"});
    minor["nominee"]["honours"] = json!("\"Tom & Jerry\" <prize>");
    minor["declarations"]["guardian_agrees"] = json!(true);
    for body in [crate::people::bridge_club(), minor] {
        let id = NominationId::parse(&app.nominate(&body).await).expect("an id");
        let before = own(&app, id).await;
        let link = link_to(&app, LinkKind::Nomination, id.uuid()).replace("/en/", "/ru/");
        let browser = changing(&app, &link).await;
        let form = fields(&browser.see().await);
        let nomination = browser.page.replace("/change", "");
        assert_eq!(sends(&browser, &form).await.expect_status(303).header("location"), nomination);
        assert_eq!(own(&app, id).await, before);
        let retold =
            app.app.store.read(move |tx| Ok::<_, StoreError>(store::by_id(tx, id)?.and_then(|one| one.retold)));
        assert_eq!(retold.await.expect("the store reads"), None, "nobody is told of a change");
    }
}

/// The words of a value as a page shows it, each as it stands in the page.
fn words(value: &serde_json::Value) -> Vec<String> {
    let escaped = |text: &str| {
        let text = text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
        text.replace('"', "&#34;").replace('\'', "&#39;")
    };
    match value {
        serde_json::Value::Object(fields) => fields.values().flat_map(words).collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(words).collect(),
        serde_json::Value::String(text) => text.lines().map(escaped).collect(),
        serde_json::Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

async fn the_page_of_a_nomination_shows_every_field(app: TestApp) {
    let deed = Deed::of_operator(&app.app);
    create_from_template(&app.app, deed, "tca-2021", None).await.expect("the template is whole");
    let mut minor = crate::people::maria();
    minor["nominee"]["age_band"] = json!("under_18");
    minor["nominee"]["email"] = json!(null);
    minor["nominee"]["guardian"] = json!({"name": "Пётр Иванов", "email": "petr@example.org"});
    minor["nominee"]["honours"] = json!("\"Tom & Jerry\" <prize>");
    minor["declarations"]["guardian_agrees"] = json!(true);
    // What stands there as a word of ours, and how a person reads it.
    let said = [
        (vec!["A person", "Under 18", "Russia", "United Kingdom", "Volgograd, Ostrava", "English", "Yes"], minor),
        (
            vec![
                "An organisation",
                "Friendship association",
                "Russia",
                "Volgograd, Kiel, Another city",
                "Русский",
                "No",
            ],
            crate::people::bridge_club(),
        ),
    ];
    for (said, body) in said {
        let id = NominationId::parse(&app.nominate(&body).await).expect("an id");
        let browser = Browser::open(&app, &link_to(&app, LinkKind::Nomination, id.uuid())).await;
        let page = browser.see().await;
        let mut written = own(&app, id).await;
        for ours in ["id", "status", "received_at", "changeable_until", "letters", "category", "language"] {
            written.as_object_mut().expect("an object").remove(ours);
        }
        for place in [
            "/nominee/kind",
            "/nominee/age_band",
            "/nominee/country",
            "/nominee/linked_cities",
            "/nominee/organisation/type",
            "/nominator/country",
        ] {
            if let Some(word) = written.pointer_mut(place) {
                *word = json!(null);
            }
        }
        for words in words(&written).into_iter().chain(said.into_iter().map(str::to_owned)) {
            assert!(page.contains(&words), "{words} in {page}");
        }
        // What the nominee is told of what we hold says age and kind too.
        let notice = Browser::open(&app, &link_to(&app, LinkKind::Notice, id.uuid())).await.see().await;
        let kind = if body["nominee"]["kind"] == "individual" {
            [
                "<dt>Age on the day when nominations close</dt><dd>Under 18</dd>",
                "name, town, age group, contact details",
            ]
        } else {
            ["<dd>Friendship association</dd>", "name, town, kind of organisation, contact person, contact details"]
        };
        for words in kind {
            assert!(notice.contains(words), "{words} in {notice}");
        }
    }
}

async fn a_supporter_writes_and_replaces_a_letter(app: TestApp) {
    let (_, supporters) = confirmed(&app).await;
    let browser = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[0])).await;
    let page = browser.see().await;
    assert!(page.contains("50 to 400 words") && page.contains("14 July 2021, 17:00 in Coventry"), "{page}");

    let short = [("version", "0"), ("letter", "Too <b>short</b>."), ("known_since", "long ago")];
    let refused = browser.press("", &short).await.expect_status(422).text;
    for words in [
        "<title>Error: Letter of support",
        "There is a problem",
        "<a href=\"#letter\">Write at least 50 words</a>",
        "Too &#60;b&#62;short&#60;/b&#62;.",
        "value=\"long ago\"",
        "You have 398 words left",
        "<a href=\"#declaration\">",
    ] {
        assert!(refused.contains(words), "{words} in {refused}");
    }

    let letter = "word ".repeat(60);
    let whole = [
        ("version", "0"),
        ("letter", letter.as_str()),
        ("relation", "Neighbour"),
        ("known_since", "1999"),
        ("language", "en"),
        ("declaration", "yes"),
    ];
    browser.press("", &whole).await.expect_status(303);
    let page = browser.see().await;
    assert!(page.contains("Your letter is in: 10 May 2021, 11:00 in Coventry, 13:00 in Volgograd."), "{page}");
    assert!(page.contains("You have 340 words left") && page.contains("name=\"version\" value=\"1\""), "{page}");
    browser.press("", &whole).await.expect_status(412);
    let again: Vec<_> =
        whole.iter().map(|(name, value)| if *name == "version" { (*name, "1") } else { (*name, *value) }).collect();
    browser.press("", &again).await.expect_status(303);
}

/// S-TOK-7: one browser, two links of a kind, each in a tab of its own.
async fn two_letters_side_by_side_do_not_mix(app: TestApp) {
    let (_, supporters) = confirmed(&app).await;
    let mut first = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[0])).await;
    let mut second = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[1])).await;
    let both = format!("{}; {}", first.cookie, second.cookie);
    (first.cookie, second.cookie) = (both.clone(), both);
    first.press("/decline", &[]).await.expect_status(303);
    assert!(first.see().await.contains("You have told us that you would rather not write."));
    assert!(!second.see().await.contains("You have told us that you would rather not write."));
}

/// What another page of this host, or whoever sits at the browser, has laid under our cookie's name: a page's mark is that
/// of its token, or the page is none. Else a button would act on a letter that its page does not show.
async fn a_token_under_another_links_mark_opens_nothing(app: TestApp) {
    let (_, supporters) = confirmed(&app).await;
    let first = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[0])).await;
    let second = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[1])).await;
    let name = |browser: &Browser<'_>| browser.cookie.split_once('=').expect("a name").0.to_owned();
    let token = first.cookie.split_once('=').expect("a value").1;
    let none = "0000000000000000".to_owned();
    let mark = |browser: &Browser<'_>| browser.page.split_once("of=").expect("a mark").1.to_owned();
    let look = async |name: &str, mark: &str| {
        let call = app.raw(Method::GET, &format!("/en/letter?of={mark}")).header("cookie", &format!("{name}={token}"));
        call.send().await
    };
    look(&name(&first), &mark(&first)).await.expect_status(200);
    look(&name(&second), &mark(&second)).await.expect_status(404);
    look(&format!("tca-letter-{none}"), &none).await.expect_status(404);
    look("tca-letter-", "").await.expect_status(404);
}

async fn a_supporter_declines_or_hears_no_more(app: TestApp) {
    let (_, supporters) = confirmed(&app).await;
    let browser = Browser::open(&app, &link_to(&app, LinkKind::Letter, supporters[0])).await;
    assert_eq!(browser.press("/decline", &[]).await.expect_status(303).header("location"), browser.page);
    assert!(browser.see().await.contains("You have told us that you would rather not write."));

    let browser = Browser::open(&app, &link_to(&app, LinkKind::Unsubscribe, supporters[1])).await;
    assert!(browser.see().await.contains("<button>Never write to me again</button>"));
    assert!(browser.press("", &[]).await.expect_status(200).text.contains("We will not write to you again."));
}

async fn a_nominee_reads_the_notice_and_is_left_out(app: TestApp) {
    let (id, _) = confirmed(&app).await;
    let browser = Browser::open(&app, &link_to(&app, LinkKind::Notice, id.uuid()).replace("/en/", "/ru/")).await;
    let page = browser.see().await;
    for words in ["<h1>Вас выдвинули на премию</h1>", "Что мы о вас храним", "Не рассматривать меня"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    browser.press("/wish", &[("version", "0"), ("withhold_name", "yes")]).await.expect_status(303);
    assert!(browser.see().await.contains("value=\"yes\" checked"));
    browser.press("/wish", &[("version", "1")]).await.expect_status(303);
    assert!(!browser.see().await.contains("value=\"yes\" checked"));
    browser.press("/copy", &[]).await.expect_status(303);
    assert!(browser.see().await.contains("Вы попросили копию: 10 мая 2021 года, 11:00 (Ковентри), 13:00 (Волгоград)."));
    let objected = browser.press("/object", &[("reason", "Не хочу.")]).await.expect_status(303);
    assert_eq!(objected.header("location"), browser.page);
    assert!(browser.see().await.contains("Вы попросили вас не рассматривать:"));
}

async fn an_invitation_is_accepted_on_its_page(app: TestApp) {
    nominated(&app).await;
    let person = twin_cities_awards::accounts::InvitePerson::parse(
        "2021",
        "chair",
        Some("volgograd"),
        "vera@jury.example.org",
        "Вера Оценкина",
        None,
    );
    let deed = Deed::of_operator(&app.app);
    let invited = twin_cities_awards::accounts::invite(&app.app, deed, person.expect("whole")).await.expect("invited");
    let browser = Browser::open(&app, &invited.link).await;
    let page = browser.see().await;
    for words in ["<h1>Хотите участвовать?</h1>", "Волгоград", "vera@jury.example.org", "value=\"Вера Оценкина\""]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let weak = browser.press("", &[("name", ""), ("password", "short")]).await.expect_status(422).text;
    assert!(weak.contains("<a href=\"#password\">") && !weak.contains("value=\"short\""), "{weak}");
    let form = [("name", "Вера Оценкина"), ("password", "две реки поют одну песню вдвоём")];
    let done = browser.press("", &form).await.expect_status(303);
    assert_eq!(done.header("location"), "/ru/account?done=accepted");
    let session = done.header("set-cookie");
    let session = session.split(';').next().expect("a cookie");
    let page =
        app.raw(Method::GET, "/ru/account?done=accepted").header("cookie", session).send().await.expect_status(200);
    assert!(page.text.contains("Вы приняли приглашение и вошли."), "{}", page.text);
    browser.look().await.expect_status(404);
    let login = json!({"email": "vera@jury.example.org", "password": "две реки поют одну песню вдвоём"});
    app.post("/auth/login", "", login).await.expect_status(200);
}

async fn a_winner_replies_in_confidence_and_everyone_reads_the_winners_later(app: TestApp) {
    let _told = crate::whole_way::up_to_the_winners_letter(&app).await;
    let letter = app.mail().next_to("maria@example.org").await;
    let link = format!("/en/r/{}", letter.token("r"));
    let browser = Browser::open(&app, &link).await;
    let page = browser.see().await;
    for words in [
        "<title>Your reply",
        "The committee has chosen you for Young Friend (under 26).",
        "6 October 2021, 20:00 in Coventry, 22:00 in Volgograd",
        "opening homes and hearts",
        "value=\"Мария Иванова\"",
        "value=\"Maria Ivanova\"",
        "+44 1632 960000",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let faulty = [("answer", "accept"), ("version", "0"), ("public_name", ""), ("dietary", "no nuts"), ("guests", "3")];
    let refused = browser.press("", &faulty).await.expect_status(422).text;
    for field in
        ["public_name", "attendance", "guests", "needs_consent", "photo_consent", "press_contact_ok", "keep_confidence"]
    {
        assert!(refused.contains(&format!("<a href=\"#{field}\">")), "{field} in {refused}");
    }
    let whole = [
        ("answer", "accept"),
        ("version", "0"),
        ("public_name", "Мария Иванова"),
        ("public_name_other_script", "Maria Ivanova"),
        ("attendance", "in_person"),
        ("guests", "2"),
        ("dietary", "no nuts"),
        ("needs_consent", "yes"),
        ("photo_consent", "yes"),
        ("press_contact_ok", "no"),
        ("language", "en"),
        ("keep_confidence", "yes"),
    ];
    assert_eq!(browser.press("", &whole).await.expect_status(303).header("location"), browser.page);
    let page = browser.see().await;
    for words in ["You accept.", "You bring 2 guests.", "no nuts", "name=\"version\" value=\"1\""] {
        assert!(page.contains(words), "{words} in {page}");
    }
    browser.press("", &[("answer", "decline"), ("version", "1")]).await.expect_status(303);
    assert!(browser.see().await.contains("You decline."));
    let again: Vec<_> =
        whole.iter().map(|(name, value)| if *name == "version" { (*name, "2") } else { (*name, *value) }).collect();
    browser.press("", &again).await.expect_status(303);

    app.at("2021-09-21T08:00:00Z");
    let late = Browser::open(&app, &link).await;
    assert!(late.see().await.contains("Replies could be given here until 21 September 2021, 09:00 in Coventry"));
    late.press("", &again).await.expect_status(409);

    app.at("2021-10-06T18:59:59Z");
    let before = app.raw(Method::GET, "/en/winners").send().await.expect_status(404);
    let other = app.raw(Method::GET, "/en/winners/1999").send().await.expect_status(404);
    assert_eq!(before.text.replace("/winners", ""), other.text.replace("/winners/1999", ""), "as if it were not there");
    app.at("2021-10-06T19:00:00Z");
    let after = app.raw(Method::GET, "/en/winners/2021").send().await.expect_status(200);
    assert_eq!(after.header("cache-control"), "no-store");
    for words in ["<h1>Winners</h1>", "Мария Иванова", "Maria Ivanova", "Volgograd, Russia", "opening homes and hearts"]
    {
        assert!(after.text.contains(words), "{words} in {}", after.text);
    }
    assert!(!after.text.contains("no nuts") && !after.text.contains("Мост"), "who has not replied is not shown");
    let home = app.raw(Method::GET, "/ru/").send().await.expect_status(200).text;
    assert!(home.contains("href=\"/ru/winners/2021\"") && home.contains("Специальная награда"), "{home}");
}

async fn a_page_takes_its_own_forms_only(app: TestApp) {
    let id = nominated(&app).await;
    let browser = Browser::open(&app, &link_to(&app, LinkKind::Confirm, id.uuid())).await;
    let post = || app.raw(Method::POST, &browser.page).header("cookie", &browser.cookie);
    let form = "application/x-www-form-urlencoded";
    let base = app.base.clone();
    post().body(form, "").send().await.expect_status(403);
    post().header("sec-fetch-site", "cross-site").body(form, "").send().await.expect_status(403);
    post().header("sec-fetch-site", "same-site").header("origin", &base).body(form, "").send().await.expect_status(403);
    post().header("origin", "https://example.org").body(form, "").send().await.expect_status(403);
    post().header("origin", "null").body(form, "").send().await.expect_status(403);
    post().header("origin", &base).body("text/plain", "").send().await.expect_status(415);
    post().header("origin", &base).body(form, "x=".to_owned() + &"y".repeat(65_536)).send().await.expect_status(413);
    assert!(browser.see().await.contains("Is this your nomination?"), "nothing was done");
    post().header("origin", &base).body(form, "").send().await.expect_status(303);

    app.at("2021-07-03T16:00:00Z");
    let late = browser.look().await.expect_status(404);
    assert!(late.text.contains("This link is not valid any more."));
}
