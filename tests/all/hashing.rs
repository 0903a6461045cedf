//! Passwords at rest: what a hash says of itself, that it outlives a change of the secret, and that nobody learns from
//! the work of a check whether there is an account.

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::json;
use tokio::runtime::Builder;
use twin_cities_awards::accounts::store as accounts;
use twin_cities_awards::fields::Email;
use twin_cities_awards::hashing::{Hasher, Strength, Work};
use twin_cities_awards::keys::Keys;
use twin_cities_awards::store::StoreError;

use crate::app::{TestApp, stories};
use crate::people::PASSWORD;

const OLD: &str = "the root secret of a story that all may know";
const NEW: &str = "another secret of a story that is newer still";

fn keys(secrets: &str) -> Keys {
    Keys::from_text(&secrets.to_owned().into(), "the test").expect("long enough")
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

fn hashed(hasher: &Hasher, password: &str) -> String {
    wait(hasher.hash(password.to_owned())).expect("it is hashed")
}

fn verified(hasher: &Hasher, password: &str, hash: Option<&str>) -> bool {
    wait(hasher.verify(password.to_owned(), hash.map(str::to_owned), vec![])).expect("it is checked")
}

#[test]
fn a_hash_names_its_work_and_its_key_and_has_a_salt_of_its_own_s_acc_1() {
    let (one, two) = (keys(OLD), keys(NEW));
    for (keys, strength, form) in
        [(&one, Strength::Least, "m=19456,t=2,p=1"), (&two, Strength::Strong, "m=65536,t=3,p=4")]
    {
        let hasher = Hasher::start(keys, strength);
        let (hash, other) = (hashed(&hasher, PASSWORD), hashed(&hasher, PASSWORD));
        let parts: Vec<&str> = hash.split('$').collect();
        assert_eq!(parts[..3], ["", "argon2id", "v=19"]);
        let id = base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, keys.current());
        assert_eq!(parts[3], format!("{form},keyid={id}"));
        assert!(hash.starts_with(&hasher.form()));
        assert_eq!((parts[4].len(), parts[5].len()), (22, 43), "16 bytes of salt, 32 of hash, in base64");
        assert_ne!(parts[4], other.split('$').nth(4).expect("a salt"));
        assert!(verified(&hasher, PASSWORD, Some(&hash)) && !verified(&hasher, "another", Some(&hash)));
        assert!(!hasher.is_outdated(&hash));
    }
}

#[test]
fn a_password_outlives_a_change_of_the_secret_until_the_old_one_is_retired_s_acc_1() {
    let before = hashed(&Hasher::start(&keys(OLD), Strength::Least), PASSWORD);
    let both = Hasher::start(&keys(&format!("{NEW},{OLD}")), Strength::Least);
    assert!(verified(&both, PASSWORD, Some(&before)) && !verified(&both, "another", Some(&before)));
    assert!(both.is_outdated(&before));
    let after = hashed(&both, PASSWORD);
    assert!(!both.is_outdated(&after));

    let retired = Hasher::start(&keys(NEW), Strength::Least);
    assert!(verified(&retired, PASSWORD, Some(&after)));
    assert!(!verified(&retired, PASSWORD, Some(&before)), "its secret is gone");
}

#[test]
fn a_hash_of_other_work_is_checked_and_told_to_be_outdated_and_a_monstrous_one_refused_s_acc_1() {
    let keys = keys(OLD);
    let (least, strong) = (Hasher::start(&keys, Strength::Least), Hasher::start(&keys, Strength::Strong));
    let hash = hashed(&least, PASSWORD);
    assert!(verified(&strong, PASSWORD, Some(&hash)) && strong.is_outdated(&hash));
    let monstrous = hash.replace("m=19456", "m=262145");
    assert!(!verified(&least, PASSWORD, Some(&monstrous)));
    let id = base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, keys.current());
    let unnamed = hash.replace(&format!(",keyid={id}"), "");
    assert!(verified(&least, PASSWORD, Some(&unnamed)) && !least.is_outdated(&unnamed), "before keys were named");
}

#[test]
fn every_check_is_the_same_work_whoever_is_asked_for_s_acc_3() {
    let keys = keys(&format!("{NEW},{OLD}"));
    let hasher = Hasher::start(&keys, Strength::Least);
    let work = |password: &str, hash: Option<&str>, others: &[&str]| {
        let before = hasher.work();
        let others = others.iter().map(|hash| (*hash).to_owned()).collect();
        let right = wait(hasher.verify(password.to_owned(), hash.map(str::to_owned), others)).expect("checked");
        let Work { hashes, kib } = hasher.work();
        (right, hashes - before.hashes, kib - before.kib)
    };
    let mine = hashed(&hasher, PASSWORD);
    let strong = hashed(&Hasher::start(&keys, Strength::Strong), PASSWORD);
    let foreign =
        hashed(&Hasher::start(&self::keys("a secret that this installation never had"), Strength::Least), "x");
    let one = 2 * 19_456;
    assert_eq!(work(PASSWORD, Some(&mine), &[]), (true, 1, one));
    for (what, hash) in
        [("wrong", Some(&mine)), ("nobody", None), ("broken", Some(&"$x$".into())), ("foreign", Some(&foreign))]
    {
        assert_eq!(work("wrong", hash.map(String::as_str), &[]), (false, 1, one), "{what}");
    }
    // While one account's hash is of another kind, everybody's check does both kinds of work.
    let both = one + 3 * 65_536;
    assert_eq!(work(PASSWORD, Some(&strong), &[&strong]), (true, 2, both));
    for hash in [Some(&mine), Some(&strong), None] {
        assert_eq!(work("wrong", hash.map(String::as_str), &[&strong]), (false, 2, both));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_stored_text_panics_or_lets_anybody_in(text in "\\PC{0,120}|[$][a-z0-9=,$]{0,90}|[$]argon2id[$]v=19[$]m=[0-9]{1,11},t=1,p=1[$][A-Za-z0-9+/]{8,30}[$][A-Za-z0-9+/]{10,60}") {
        let hasher = Hasher::start(&keys(OLD), Strength::Least);
        prop_assert!(!verified(&hasher, PASSWORD, Some(&text)));
        let _ = hasher.is_outdated(&text);
    }
}

stories![a_weaker_hash_is_renewed_when_its_owner_signs_in_s_acc_1];

async fn password_of(app: &TestApp, email: &str) -> String {
    let email = Email::parse(email).expect("an address");
    let read = app.app.store.read(move |tx| Ok::<_, StoreError>(accounts::account_of(tx, &email)?));
    read.await.expect("the store reads").and_then(|account| account.password).expect("a password")
}

async fn a_weaker_hash_is_renewed_when_its_owner_signs_in_s_acc_1(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let made = password_of(&app, &olive.email).await;
    // As an earlier version would have made it, with less work.
    let weaker = {
        let params = argon2::Params::new(8_192, 1, 1, None).expect("in range");
        let pepper = app.app.keys.key(twin_cities_awards::keys::Purpose::Passwords);
        let argon =
            argon2::Argon2::new_with_secret(&pepper, argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let argon = argon.expect("in range");
        argon2::PasswordHasher::hash_password(&argon, PASSWORD.as_bytes()).expect("hashed").to_string()
    };
    let email = Email::parse(&olive.email).expect("an address");
    let (old, new) = (made, weaker.clone());
    let put = app.app.store.write(move |tx| {
        let account = accounts::account_of(tx, &email)?.expect("they are there");
        Ok::<_, StoreError>(accounts::replace_password(tx, account.id, &old, &new)?)
    });
    assert!(put.await.expect("it is written"));
    assert!(app.app.hasher.is_outdated(&weaker));

    let login = |password: &'static str| {
        app.post("/auth/login", "", json!({"email": "olive@example.org", "password": password}))
    };
    login("not her password at all").await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(password_of(&app, &olive.email).await, weaker, "only the owner's sign-in renews");
    login(PASSWORD).await.expect(StatusCode::OK);
    let renewed = password_of(&app, &olive.email).await;
    assert!(renewed != weaker && !app.app.hasher.is_outdated(&renewed));
    login(PASSWORD).await.expect(StatusCode::OK);
    assert_eq!(password_of(&app, &olive.email).await, renewed, "once");
}
