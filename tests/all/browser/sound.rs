//! What must hold of every page, in either language: it fits from 320 px on and at twice the size of text, nothing is hard
//! to touch, nothing is refused, it weighs little, and axe-core finds no fault in it, by day and by night.

use serde_json::json;

use super::chrome::Window;

/// axe-core 4.14.1 (MPL-2.0, its licence beside it): a tool of the tests, in no build of the service.
const AXE: &str = include_str!("../../assets/axe.min.js");
/// What a page may weigh with all that it loads (`content/pages.md` § 16).
const MOST: u64 = 60_000;
/// The API's reference, one page of all calls, which programmers read: more than a page may weigh.
const REFERENCE: u64 = 90_000;
/// What the one style sheet may weigh of that.
const STYLE: u64 = 12_000;

/// A page as it must be, whatever the window.
pub async fn is_sound(window: &Window, name: &str) {
    for width in [1280, 360, 320] {
        window.be_wide(width).await;
        if width != 320 {
            window.picture(&format!("{name}-{width}")).await;
        }
        if window.runs_scripts() {
            fits(window, &format!("{name} at {width} px"), width).await;
            let small = window.ask(SMALL).await;
            assert_eq!(small, json!([]), "{name} at {width} px: these are hard to touch");
        }
    }
    assert_eq!(window.complaints().await, [""; 0], "{name}");
    if window.runs_scripts() {
        is_light(window, name).await;
        window.ask("document.documentElement.style.fontSize = '34px'").await;
        fits(window, &format!("{name} in letters of twice the size"), 320).await;
        window.ask("document.documentElement.style.fontSize = ''").await;
        is_for_everybody(window, name).await;
    }
    window.note_look().await;
}

/// A page in the other language too.
pub async fn is_sound_in_both(window: &Window, name: &str) {
    is_sound(window, &format!("{name}-en")).await;
    window.press("Русский").await;
    is_sound(window, &format!("{name}-ru")).await;
    window.press("English").await;
}

async fn fits(window: &Window, what: &str, width: u32) {
    let wide = window.ask("return document.documentElement.scrollWidth").await;
    assert!(wide.as_u64() <= Some(u64::from(width)), "{what} needs {wide} px: {}", window.ask(WIDE).await);
}

/// What reaches beyond the window.
const WIDE: &str = "
    return [...document.querySelectorAll('body *')]
        .filter(it => it.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
        .slice(0, 5).map(it => it.outerHTML.slice(0, 160));";

async fn is_light(window: &Window, name: &str) {
    let weighed = window.ask(WEIGHT).await;
    let of = |what: &str| weighed[what].as_u64().unwrap_or_else(|| panic!("{name}: {weighed}"));
    let most = if name.starts_with("api-") { REFERENCE } else { MOST };
    assert!(of("all") < most, "{name} weighs too much: {weighed}");
    assert_eq!(of("styles"), 1, "{name} asks once for its style: {weighed}");
    assert!(of("style") < STYLE, "{name}: {weighed}");
}

/// The page and all that it has loaded, in bytes as they come over the wire. The tab's picture is not told of: it is fetched
/// by the browser and not by the page.
const WEIGHT: &str = "
    const page = performance.getEntriesByType('navigation')[0];
    const rest = performance.getEntriesByType('resource');
    const styles = rest.filter(it => it.name.endsWith('.css'));
    const sum = all => all.reduce((sum, it) => sum + it.encodedBodySize, 0);
    return {all: sum([page, ...rest]), style: Math.max(...styles.map(it => it.decodedBodySize)), styles: styles.length};";

/// axe-core finds nothing of WCAG 2.2 AA, neither on light nor on dark.
async fn is_for_everybody(window: &Window, name: &str) {
    window.ask(AXE).await;
    for dark in [false, true] {
        window.be_dark(dark).await;
        let found = window.ask_slowly(FAULTS).await;
        assert_eq!(found, json!([]), "{name}, dark: {dark}");
    }
    window.be_dark(false).await;
}

const FAULTS: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(
        found => done(found.violations.map(it => it.id + ': ' +
            it.nodes.slice(0, 5).map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join('; '))),
        error => done([String(error)]));";

/// Fields and buttons lower than 44 px, links of their own line lower than 24 px.
const SMALL: &str = "
    const low = (css, least) => [...document.querySelectorAll(css)]
        .filter(it => it.type !== 'hidden' && it.getClientRects().length && it.getBoundingClientRect().height < least)
        .map(it => it.outerHTML.slice(0, 120) + ' ' + it.getBoundingClientRect().height);
    return [
        ...low('main button, main .button, main .tick, main select, main textarea', 44),
        ...low('main input:not([type=radio]):not([type=checkbox])', 44),
        ...low('.head a, .head button, .foot a, .back a, .tick input', 24),
    ];";
