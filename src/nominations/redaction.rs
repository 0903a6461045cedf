//! Words that judges do not see: spans of a story, a headline, a letter, shown as `[removed]`. The original stays beside
//! them for organisers, unless privacy asks for its end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::Story;
use crate::keys::sha256;
use crate::text::{Language, say};

crate::word_enum! {
    /// A text in which words can be blacked out, by its place in the nomination.
    pub enum Text {
        /// The headline.
        Headline = "/headline",
        /// What changed because of them.
        Impact = "/story/impact",
        /// How they brought peoples closer.
        Friendship = "/story/friendship",
        /// How long and how steadily.
        Commitment = "/story/commitment",
        /// Who else took part.
        Others = "/story/others",
        /// The first supporter's letter.
        FirstLetter = "/letters/1",
        /// The second's.
        SecondLetter = "/letters/2",
    }
}

impl Text {
    /// The letter of the supporter who stands there in the form, counted from 0.
    pub fn of_letter(position: i32) -> Option<Self> {
        match position {
            0 => Some(Self::FirstLetter),
            1 => Some(Self::SecondLetter),
            _ => None,
        }
    }
}

/// Words that are blacked out: from the character `start` up to, not with, `end`, in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// In which text.
    pub field: Text,
    /// The first character.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

/// A span with the text that it was made for: of another text its numbers say nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// Where.
    pub span: Span,
    /// SHA-256 of the whole text.
    pub of: String,
}

impl Redaction {
    /// Binds a span to its text.
    pub fn new(span: Span, text: &str) -> Self {
        Self { span, of: sha256(text.as_bytes()) }
    }

    /// Whether the text has changed since.
    pub fn is_stale(&self, text: &str) -> bool {
        self.of != sha256(text.as_bytes())
    }
}

/// A text as judges read it. Where the text has changed since words of it were blacked out, none of it is shown: whoever
/// was to be hidden may stand anywhere in it, and an organiser is told to look again.
pub fn redacted(text: &str, field: Text, redactions: &[Redaction], language: Language) -> String {
    let mut spans: Vec<Span> = Vec::new();
    for redaction in redactions.iter().filter(|redaction| redaction.span.field == field) {
        if redaction.is_stale(text) {
            return mark(language);
        }
        spans.push(redaction.span);
    }
    black_out(text, spans, language)
}

/// The text with these of its spans replaced; those that touch or overlap are one.
pub fn black_out(text: &str, mut spans: Vec<Span>, language: Language) -> String {
    spans.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    let mut at = 0;
    for span in spans {
        if span.end <= at {
            continue; // it lies in the one before
        }
        if span.start > at || at == 0 {
            out.extend(signs.by_ref().take(span.start - at));
            at = span.start;
            out.push_str(&mark(language));
        }
        for _ in at..span.end {
            signs.next();
        }
        at = span.end;
    }
    out.extend(signs);
    out
}

fn mark(language: Language) -> String {
    say(language, "nominations-removed", &[])
}

/// A story as judges read it.
pub fn redacted_story(story: Story, redactions: &[Redaction], language: Language) -> Story {
    if redactions.is_empty() {
        return story;
    }
    let hide = |text: &str, field| redacted(text, field, redactions, language);
    Story {
        impact: story.impact.replaced(|text| hide(text, Text::Impact)),
        friendship: story.friendship.replaced(|text| hide(text, Text::Friendship)),
        commitment: story.commitment.replaced(|text| hide(text, Text::Commitment)),
        others: story.others.map(|others| others.replaced(|text| hide(text, Text::Others))),
        ..story
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, spans: &[(usize, usize)]) -> String {
        let spans = spans.iter().map(|(start, end)| Span { field: Text::Impact, start: *start, end: *end }).collect();
        black_out(text, spans, Language::En)
    }

    #[test]
    fn words_are_blacked_out_by_characters_and_never_by_bytes() {
        assert_eq!(shown("Мария пела", &[(0, 5)]), "[removed] пела");
        assert_eq!(shown("пела Мария", &[(5, 10)]), "пела [removed]");
        assert_eq!(shown("Ann and Ben sang", &[(8, 11), (0, 3)]), "[removed] and [removed] sang");
        assert_eq!(shown("Ann Lee sang", &[(0, 3), (2, 7), (4, 6)]), "[removed] sang");
        assert_eq!(shown("Ann Lee", &[(0, 3), (3, 7)]), "[removed]");
        assert_eq!(shown("Ann", &[]), "Ann");
    }

    #[test]
    fn of_a_text_that_has_changed_nothing_is_shown() {
        let span = Span { field: Text::Impact, start: 0, end: 3 };
        let redactions = [Redaction::new(span, "Ann sang")];
        let seen = |text, field| redacted(text, field, &redactions, Language::En);
        assert_eq!(seen("Ann sang", Text::Impact), "[removed] sang");
        assert_eq!(seen("Today Ann sang", Text::Impact), "[removed]");
        assert_eq!(seen("Today Ann sang", Text::Others), "Today Ann sang");
    }
}
