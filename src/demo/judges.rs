//! What the sample judges give, and what the sample committee makes of it: the same in every demo.

use serde_json::{Map, Value as Json, json};

/// Criteria with their weights in the templates.
const CRITERIA: [&str; 5] = ["C1", "C2", "C3", "C4", "C5"];
/// Level with each other in O1: every judge gives both the same.
const LEVEL: [&str; 2] = ["Coventry Friends of Sampletown", "Клуб друзей «Мост»"];
/// Two sheets of Volgograd, one short of the quorum: its last two judges left it open.
const SHORT: &str = "Teatro Esempio";
/// The judge of Volgograd who steps aside, from whom.
const ASIDE: (usize, &str) = (5, "Хор «Проба»");

/// What a judge does with a nomination.
pub(super) enum Act {
    /// Leaves it open.
    Nothing,
    /// Steps aside.
    StepAside,
    /// Saves part of a sheet.
    Draft(Json),
    /// Submits a sheet.
    Submit(Json),
}

/// What the judge with this number (0 to 3 Coventry, 4 to 7 Volgograd) does with a nominee; `half`: amid judging.
pub(super) fn act(slug: &str, nominee: &str, judge: usize, half: bool) -> Act {
    if slug == "2027" && (judge, nominee) == ASIDE {
        return Act::StepAside;
    }
    if slug == "2027" && nominee == SHORT && judge >= 6 {
        return Act::Nothing;
    }
    let level = LEVEL.contains(&nominee);
    let seed = if level { LEVEL[0] } else { nominee };
    let draw = |at: usize| spread(seed, judge, at);
    let open = half && spread(nominee, judge, 9).is_multiple_of(2);
    let scores = |count: usize| {
        let marks: Map<String, Json> = CRITERIA
            .iter()
            .take(count)
            .enumerate()
            .map(|(at, key)| ((*key).to_owned(), json!(4 + draw(at) % 6)))
            .collect();
        Json::Object(marks)
    };
    match (open, draw(8).is_multiple_of(3)) {
        (true, true) => Act::Draft(scores(2)),
        (true, false) => Act::Nothing,
        (false, _) => Act::Submit(scores(5)),
    }
}

/// A number that looks drawn and is always the same.
fn spread(name: &str, judge: usize, at: usize) -> usize {
    let digest = crate::keys::sha256(format!("tca-demo\n{name}\n{judge}\n{at}").as_bytes());
    usize::from_str_radix(&digest[..6], 16).unwrap_or(0)
}

/// The list at a pointer, empty where there is none.
pub(super) fn list(document: &Json, pointer: &str) -> Vec<Json> {
    document.pointer(pointer).and_then(Json::as_array).cloned().unwrap_or_default()
}

/// What must be ruled in a category: a quorum waived, a tie at the line broken by the chairs' joint vote.
pub(super) fn ruling(category: &Json) -> Option<Json> {
    let mut rulings: Vec<Json> = list(category, "/unranked")
        .iter()
        .map(|fault| {
            let reason = "Two judges fell ill; those who read it agree.";
            json!({"kind": "quorum_waiver", "nomination": fault["nomination"], "reason": reason})
        })
        .collect();
    let tied: Vec<Json> = list(category, "/entries")
        .iter()
        .filter(|entry| entry["proposed"] == "tie_winner")
        .map(|entry| json!([entry["nomination"]]))
        .collect();
    if !tied.is_empty() {
        let reason = "The chairs met: the older link goes first.";
        rulings.push(json!({"kind": "joint_vote", "order": tied, "reason": reason}));
    }
    (!rulings.is_empty()).then(|| json!({"rulings": rulings}))
}

/// The decision that follows the ranking, with citations for all whom it names; `None` where nothing is ranked.
pub(super) fn decision(category: &Json) -> Option<Json> {
    let entries = list(category, "/entries");
    let named = |award: &[&str]| -> Vec<Json> {
        let meant = |entry: &&Json| award.iter().any(|award| entry["proposed"] == *award);
        entries.iter().filter(meant).map(|entry| entry["nomination"].clone()).collect()
    };
    let (winners, commended) = (named(&["winner"]), named(&["commended"]));
    let cited = entries.iter().take(4.max(winners.len() + commended.len())).map(|entry| &entry["nomination"]);
    let citations: Map<String, Json> =
        cited.map(|id| (id.as_str().unwrap_or_default().to_owned(), citation())).collect();
    (!entries.is_empty()).then(|| json!({"winners": winners, "commended": commended, "citations": citations}))
}

fn citation() -> Json {
    json!({
        "en": "For years of patient work that brought people of different countries to one table, opened homes and \
            schools to each other, and showed that friendship between cities is made by hand.",
        "ru": "За годы терпеливого труда, который собрал за одним столом людей разных стран, открыл друг другу дома и \
            школы и показал, что дружбу городов создают человеческие руки и сердца.",
    })
}
