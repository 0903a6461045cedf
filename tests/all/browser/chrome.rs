//! [`Chrome`]: a real browser, driven over WebDriver. Found where the shell finds `chromedriver`; where there is none, the
//! stories that want it are left out with one line, unless `TCA_TEST_REQUIRE` names `browser`.
//!
//! `TCA_TEST_PICTURES=FOLDER` keeps a picture of each page that a story looks at.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value as Json, json};

use crate::postgres::required;

/// The driver; each window that it opens is a browser of its own.
pub struct Chrome {
    driver: Child,
    /// Its output's other end, which must stay open.
    _said: BufReader<ChildStdout>,
    address: String,
}

/// Whether a browser runs scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As most do.
    On,
    /// As some choose.
    Off,
}

impl Chrome {
    /// Starts it on a free port; `None` where it is not installed.
    pub fn start() -> Option<Self> {
        let found = |name: &str| Command::new(name).arg("--version").output().is_ok_and(|out| out.status.success());
        if !found("chromedriver") {
            assert!(!required("browser"), "a browser is required, but `chromedriver` is not to be found");
            eprintln!("left out: stories in a real browser, since `chromedriver` is not to be found");
            return None;
        }
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut said = BufReader::new(driver.stdout.take().expect("it is piped"));
        let port = said.by_ref().lines().map_while(Result::ok).find_map(|line| {
            line.split_once("started successfully on port ")
                .and_then(|(_, port)| port.trim_end_matches('.').parse::<u16>().ok())
        });
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver says on which port it listens"));
        Some(Self { driver, _said: said, address })
    }

    /// Opens a browser.
    pub async fn window(&self, scripts: Scripts) -> Window {
        let mut arguments = vec!["--headless=new", "--disable-dev-shm-usage", "--no-first-run", "--disable-gpu"];
        arguments.push("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"); // it calls nobody
        if Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0") {
            arguments.push("--no-sandbox"); // Chrome refuses to run as root with one
        }
        let setting = if scripts == Scripts::On { 1 } else { 2 };
        let wishes = json!({
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": {
                    "profile.managed_default_content_settings.javascript": setting,
                    "credentials_enable_service": false,
                    "intl.accept_languages": "en",
                },
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let wishes = wishes.as_object().expect("an object").clone();
        let connected = ClientBuilder::new(HttpConnector::new()).capabilities(wishes).connect(&self.address).await;
        let client = connected.unwrap_or_else(|error| panic!("no browser: {error}"));
        Window { client, scripts, seen: Arc::default() }
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _gone = self.driver.kill();
        let _reaped = self.driver.wait();
    }
}

/// A browser's one window.
#[derive(Clone)]
pub struct Window {
    client: Client,
    scripts: Scripts,
    seen: Arc<Mutex<BTreeSet<String>>>,
}

impl Window {
    /// Ends the browser.
    pub async fn close(self) {
        self.client.close().await.expect("it closes");
    }

    /// Whether scripts run.
    pub fn runs_scripts(&self) -> bool {
        self.scripts == Scripts::On
    }

    /// Goes to an address.
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Forgets all cookies of the page's host.
    pub async fn forget(&self) {
        self.client.delete_all_cookies().await.expect("cookies go");
    }

    /// The path and query of the page.
    pub async fn place(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.client.title().await.expect("a title")
    }

    /// The words of the one element that fits, as they are seen.
    pub async fn words(&self, css: &str) -> String {
        let found = self.client.find(Locator::Css(css)).await;
        let found = found.unwrap_or_else(|error| panic!("{css}: {error}"));
        found.text().await.expect("its text")
    }

    /// An element's attribute, as the page has it now.
    pub async fn property(&self, css: &str, name: &str) -> String {
        let found = self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        found.prop(name).await.expect("a property").unwrap_or_default()
    }

    /// Types into a field, instead of what stands there.
    pub async fn fill(&self, id: &str, text: &str) {
        let field = self.client.find(Locator::Id(id)).await.unwrap_or_else(|error| panic!("#{id}: {error}"));
        field.clear().await.expect("it can be cleared");
        field.send_keys(text).await.expect("it can be typed into");
    }

    /// Presses the button, or follows the link, that bears these words; waits for the page that follows.
    pub async fn press(&self, words: &str) {
        let path = format!("//*[self::button or self::a][normalize-space()='{words}']");
        self.follow(Locator::XPath(&path)).await;
    }

    /// Presses the first button of the page's first form, whatever it is called; waits for the page that follows.
    pub async fn send_form(&self) {
        self.follow(Locator::Css("main form button")).await;
    }

    async fn follow(&self, what: Locator<'_>) {
        let before = self.client.find(Locator::Css("html")).await.expect("a page");
        self.click(what).await;
        for _ in 0..1_500 {
            if before.tag_name().await.is_err() {
                return; // it is stale: another page stands here
            }
            // A driver waits for a page that has begun to come, and not for an answer that has not: so ask again.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("nothing came of {what:?}");
    }

    /// Clicks on the first element that fits.
    pub async fn choose(&self, css: &str) {
        self.click(Locator::Css(css)).await;
    }

    async fn click(&self, what: Locator<'_>) {
        let found = self.client.find(what).await.unwrap_or_else(|error| panic!("{what:?}: {error}"));
        found.click().await.unwrap_or_else(|error| panic!("{what:?}: {error}"));
    }

    /// Which element has the focus.
    pub async fn focused(&self) -> String {
        let active = self.client.active_element().await.expect("there is always one");
        active.attr("class").await.expect("an attribute").unwrap_or_default()
    }

    /// Asks the page something.
    pub async fn ask(&self, script: &str) -> Json {
        self.client.execute(script, vec![]).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Asks the page something that takes it a while: the script calls its last argument with the answer.
    pub async fn ask_slowly(&self, script: &str) -> Json {
        let end = script.len().min(200);
        self.client.execute_async(script, vec![]).await.unwrap_or_else(|error| panic!("{}: {error}", &script[..end]))
    }

    /// Notes that the page that stands here was looked at.
    pub async fn note_look(&self) {
        let place = self.place().await;
        let path = place.split('?').next().unwrap_or_default().to_owned();
        self.seen.lock().expect("nobody panicked").insert(path);
    }

    /// The paths of all pages that were looked at.
    pub fn looked_at(&self) -> BTreeSet<String> {
        self.seen.lock().expect("nobody panicked").clone()
    }

    /// For eyes that want it dark, or light.
    pub async fn be_dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.develop("Emulation.setEmulatedMedia", media).await;
    }

    /// As wide as a telephone, or a desk.
    pub async fn be_wide(&self, width: u32) {
        let metrics = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600});
        self.develop("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What has been complained of since the last look: refused by the policy, failed, or broken. That an answer has the
    /// status that we gave it is no complaint.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Vendor("se/log", json!({"type": "browser"}))).await.expect("a log");
        let lines = log.as_array().cloned().unwrap_or_default();
        let words = lines.iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned());
        words.filter(|words| !words.contains("the server responded with a status of 4")).collect()
    }

    /// Keeps a picture of the whole page where the developer wants pictures.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = pictures() else { return };
        let metrics = self.develop("Page.getLayoutMetrics", json!({})).await;
        if metrics["cssContentSize"]["height"].as_f64() > Some(15_000.0) {
            return; // Chrome takes none of a page so tall
        }
        let taken = self
            .develop("Page.captureScreenshot", json!({"captureBeyondViewport": true, "format": "webp", "quality": 60}))
            .await;
        let bytes = taken["data"].as_str().and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.webp")), bytes.expect("a picture")).expect("it is kept");
    }

    async fn develop(&self, command: &'static str, parameters: Json) -> Json {
        let asked = Vendor("goog/cdp/execute", json!({"cmd": command, "params": parameters}));
        self.client.issue_cmd(asked).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

#[expect(clippy::disallowed_methods, reason = "tests ask the environment what else they are to keep")]
fn pictures() -> Option<PathBuf> {
    std::env::var("TCA_TEST_PICTURES").ok().filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// A command of Chrome's own.
#[derive(Debug)]
struct Vendor(&'static str, Json);

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _address: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}
