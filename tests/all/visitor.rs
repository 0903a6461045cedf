//! [`Visitor`]: a browser as far as a server can tell: it keeps cookies, sends forms and says where it stands.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use crate::app::{Call, Seen, TestApp};
use crate::people::PASSWORD;

/// A browser with its cookies.
#[derive(Clone)]
pub struct Visitor<'a> {
    app: &'a TestApp,
    cookies: BTreeMap<String, String>,
}

/// A form as a browser writes it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    fields.join("&")
}

/// What a browser says a form is.
pub const FORM: &str = "application/x-www-form-urlencoded";

impl<'a> Visitor<'a> {
    /// Without any cookie.
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: BTreeMap::new() }
    }

    /// Somebody who has signed in on the page.
    pub async fn signed_in(app: &'a TestApp, email: &str) -> Self {
        let mut visitor = Self::new(app);
        let sent = visitor.send("/en/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(sent.expect_status(303).header("location"), "/en/account");
        visitor
    }

    /// A call with the cookies.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = self.app.raw(method, path);
        if cookies.is_empty() { call } else { call.header("cookie", &cookies.join("; ")) }
    }

    /// Looks at a page; what it sets is kept.
    pub async fn look(&mut self, path: &str) -> Seen {
        let seen = self.call(Method::GET, path).send().await;
        self.keep(&seen);
        seen
    }

    /// Looks at a page that must be there.
    pub async fn see(&mut self, path: &str) -> String {
        self.look(path).await.expect_status(200).text
    }

    /// Sends a form from a page of ours.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let call = self.call(Method::POST, path).header("sec-fetch-site", "same-origin");
        let seen = call.body(FORM, form(fields)).send().await;
        self.keep(&seen);
        seen
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie there, as whoever has stolen it would.
    pub fn put(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn keep(&mut self, seen: &Seen) {
        for cookie in seen.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie is text");
            let (pair, rest) = text.split_once(';').expect("ours all say more than their value");
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.put(name, value);
            }
        }
    }
}
