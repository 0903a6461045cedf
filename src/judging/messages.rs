//! What this room writes to judges.

use crate::accounts::JudgeOf;
use crate::app::App;
use crate::clock::Time;
use crate::editions::Edition;
use crate::outbox::{self, Kind, Letter, Message, Post};
use crate::text::say;

/// M12, to a judge: there is something new to score. Says how many and until when, never whom. One for each `cause`,
/// such as a plan.
pub fn nominations_to_score(
    app: &App,
    now: Time,
    edition: &Edition,
    judge: &JudgeOf,
    count: usize,
    cause: &str,
) -> Message {
    let language = judge.language;
    let due = edition.cities().moment(language, edition.timetable.judging_close_at);
    let title = edition.title.get(language);
    let letter = Letter::new(language, say(language, "judging-new-subject", &[]))
        .para(say(language, "judging-new-count", &[("count", count.into()), ("title", title.into())]))
        .link(say(language, "judging-new-link", &[]), format!("{}/{language}/judge", app.config.public_url.as_str()))
        .para(say(language, "judging-new-due", &[("due", due.into())]))
        .para(say(language, "judging-new-step-aside", &[]));
    let post = Post {
        kind: Kind::JudgeAssignment,
        edition: Some(edition.id),
        about: judge.role_id.to_string(),
        once: Some(format!("{}:{cause}:{}", Kind::JudgeAssignment, judge.role_id)),
        to: &judge.email,
        sender: &edition.sender(),
        due_at: now,
        pad: false,
    };
    outbox::finish(app, now, post, letter)
}
