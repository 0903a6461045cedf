//! M14, the organisers' digest: what it says. Work that waits, mail that failed, where the edition stands, and the audit's
//! newest number and hash; never a decision, a score, or how many were chosen. Mails are counted by their priority, those
//! in confidence with the ordinary ones (content § 9, 6).

use super::digest::Occasion;
use crate::audit::Head;
use crate::clock::Time;
use crate::editions::{Edition, Phase};
use crate::nominations::Waiting;
use crate::outbox::Letter;
use crate::text::{Language, Value, isolate, say};

/// What a digest tells.
pub(super) struct Digest<'e> {
    pub edition: &'e Edition,
    pub occasions: &'e [Occasion],
    pub phase: Phase,
    pub now: Time,
    pub waiting: Waiting,
    /// Whether the clock is in doubt, so that release and reminders wait.
    pub clock_in_doubt: bool,
    /// Judges who have stepped aside since the seal: their sheets stand in what was sealed.
    pub recused_since_the_seal: i64,
    /// Complaints that nobody has acknowledged.
    pub complaints: i64,
    /// Mails that a person must look at, by priority.
    pub mails: Vec<(i32, i64)>,
    /// Addresses blocked in the last day.
    pub blocked: i64,
    /// Reminders dropped in the last day.
    pub dropped: i64,
    pub head: Head,
}

impl Digest<'_> {
    /// The letter in this language.
    pub fn letter(&self, language: Language) -> Letter {
        let date = self.edition.cities().day(language, self.now);
        let mut letter = Letter::new(language, say(language, "digest-subject", &[("date", date.into())]));
        let edition = [("edition", isolate(self.edition.title.get(language)).into())];
        for occasion in self.occasions {
            letter = letter.para(match occasion {
                Occasion::Day => say(language, "digest-why-day", &edition),
                Occasion::Phase => say(language, "digest-why-phase", &edition),
                Occasion::Signature => say(language, "digest-why-signature", &edition),
                Occasion::Seal => say(language, "digest-why-seal", &edition),
            });
        }
        let phase = say(language, &format!("phase-{}", self.phase), &[]);
        letter = letter.para(say(language, "digest-phase", &[("phase", phase.into())]));
        let items = self.items(language);
        letter = if items.is_empty() {
            letter.para(say(language, "digest-nothing", &[]))
        } else {
            letter.para(say(language, "digest-waits", &[])).list(items)
        };
        letter
            .para(say(language, "digest-audit", &[]))
            .list([format!("{}:{}", self.head.number, self.head.hash)])
            .para(say(language, "digest-audit-keep", &[]))
    }

    fn items(&self, language: Language) -> Vec<String> {
        let Waiting { to_screen, to_screen_for_long, for_letters, for_notice } = self.waiting;
        let mails = |priorities: &[i32]| -> i64 {
            self.mails.iter().filter(|(priority, _)| priorities.contains(priority)).map(|(_, count)| count).sum()
        };
        let counted = |count: i64| [("count", Value::from(count))];
        let all = [
            (i64::from(self.clock_in_doubt), say(language, "digest-clock", &[])),
            (self.recused_since_the_seal, say(language, "digest-recused", &counted(self.recused_since_the_seal))),
            (to_screen, say(language, "digest-to-screen", &counted(to_screen))),
            (to_screen_for_long, say(language, "digest-to-screen-long", &counted(to_screen_for_long))),
            (for_letters, say(language, "digest-letters", &counted(for_letters))),
            (for_notice, say(language, "digest-notices", &counted(for_notice))),
            (self.complaints, say(language, "digest-complaints", &counted(self.complaints))),
            (mails(&[0]), say(language, "digest-mails-urgent", &counted(mails(&[0])))),
            (mails(&[1, 2]), say(language, "digest-mails", &counted(mails(&[1, 2])))),
            (mails(&[3]), say(language, "digest-mails-reminders", &counted(mails(&[3])))),
            (mails(&[4]), say(language, "digest-mails-bulk", &counted(mails(&[4])))),
            (self.blocked, say(language, "digest-blocked", &counted(self.blocked))),
            (self.dropped, say(language, "digest-dropped", &counted(self.dropped))),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect()
    }
}
