//! An original as whoever translates it reads it, and what a translation is bound to.
//!
//! A translation that was made before words were blacked out may give them back. So it is bound to two things: to the
//! words that its translator read, and to the marks that stood in them. Where the words have changed it is stale, which
//! judges are told; where the marks have, they do not see it (`docs/decisions/0035-a-translation-is-bound.md`).

use serde::Serialize;

use super::kinds::{Part, State};
use super::words::{LetterWords, StoryWords, Words};
use crate::keys::sha256;
use crate::nominations::form::Story;
use crate::nominations::redaction::{Redaction, Text, redacted, redacted_story};
use crate::nominations::store::written;
use crate::text::Language;

/// What a translation was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// SHA-256 of the original as it was read.
    pub original: String,
    /// SHA-256 of the marks in it.
    pub marks: String,
}

/// A text as it stands now, as judges and translators read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    /// Its language.
    pub language: Language,
    /// Its words, without those that are blacked out.
    pub words: Words,
    /// What a translation that is made now is made of.
    pub bound: Bound,
    /// Whether all of it can be read: of a text that has changed since words were blacked out nothing is shown until an
    /// organiser has looked again, and nothing is to be translated.
    pub is_open: bool,
}

impl Original {
    /// Of a story.
    pub fn of_story(headline: &str, story: &Story, language: Language, all: &[Redaction]) -> Self {
        let raw = Words::Story(StoryWords::of(headline.to_owned(), story));
        let shown = redacted(headline, Text::Headline, all, language);
        let words = Words::Story(StoryWords::of(shown, &redacted_story(story.clone(), all, language)));
        Self::of(Part::Story, language, &raw, words, all)
    }

    /// Of a letter.
    pub fn of_letter(letter: &str, field: Text, language: Language, all: &[Redaction]) -> Self {
        let raw = Words::Letter(LetterWords { letter: letter.to_owned() });
        let words = Words::Letter(LetterWords { letter: redacted(letter, field, all, language) });
        Self::of(Part::holding(field), language, &raw, words, all)
    }

    fn of(part: Part, language: Language, raw: &Words, words: Words, all: &[Redaction]) -> Self {
        let mut marks: Vec<&Redaction> = all.iter().filter(|one| Part::holding(one.span.field) == part).collect();
        marks.sort_unstable_by_key(|one| one.span);
        let raw = raw.places();
        let text_of = |mark: &Redaction| match part {
            Part::Story => raw.iter().find(|(place, _)| *place == mark.span.field.as_str()),
            Part::FirstLetter | Part::SecondLetter => raw.first(),
        };
        let is_open = marks.iter().all(|mark| text_of(mark).is_some_and(|(_, text)| !mark.is_stale(text)));
        let bound = Bound {
            original: sha256(written(&(language, &words)).as_bytes()),
            marks: sha256(written(&marks).as_bytes()),
        };
        Self { language, words, bound, is_open }
    }

    /// How a translation that was made of `of` stands to it.
    pub fn state(&self, of: Option<&Bound>) -> State {
        match of {
            None => State::Missing,
            Some(of) if of.marks != self.bound.marks || !self.is_open => State::Hidden,
            Some(of) if of.original != self.bound.original => State::Stale,
            Some(_) => State::Current,
        }
    }

    /// Whether a translation in this state waits for a translator.
    pub fn waits(&self, state: State) -> bool {
        self.is_open && state != State::Current
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nominations::redaction::Span;

    const LETTER: &str = "Ann sang in both cities";

    fn original(letter: &str, marks: &[Redaction]) -> Original {
        Original::of_letter(letter, Text::FirstLetter, Language::En, marks)
    }

    fn mark(field: Text, of: &str) -> Redaction {
        Redaction::new(Span { field, start: 0, end: 3 }, of)
    }

    #[test]
    fn a_changed_original_makes_a_translation_stale() {
        let made = original(LETTER, &[]).bound;
        assert_eq!(original(LETTER, &[]).state(None), State::Missing);
        assert_eq!(original(LETTER, &[]).state(Some(&made)), State::Current);
        assert_eq!(original("Ann danced", &[]).state(Some(&made)), State::Stale);
        let in_russian = Original::of_letter(LETTER, Text::FirstLetter, Language::Ru, &[]);
        assert_eq!(in_russian.state(Some(&made)), State::Stale, "the language is part of what was read");
    }

    #[test]
    fn words_that_are_blacked_out_hide_it_and_so_does_a_mark_that_is_taken_away() {
        let marks = [mark(Text::FirstLetter, LETTER)];
        let before = original(LETTER, &[]).bound;
        let after = original(LETTER, &marks);
        assert_eq!(after.words, Words::Letter(LetterWords { letter: "[removed] sang in both cities".to_owned() }));
        assert_eq!(after.state(Some(&before)), State::Hidden);
        assert_eq!(after.state(Some(&after.bound)), State::Current);
        assert_eq!(original(LETTER, &[]).state(Some(&after.bound)), State::Hidden);
    }

    #[test]
    fn a_mark_elsewhere_changes_nothing() {
        let made = original(LETTER, &[]).bound;
        let elsewhere = [mark(Text::SecondLetter, LETTER), mark(Text::Impact, LETTER)];
        assert_eq!(original(LETTER, &elsewhere).state(Some(&made)), State::Current);
    }

    #[test]
    fn of_a_text_that_has_changed_under_its_marks_no_translation_shows() {
        let marks = [mark(Text::FirstLetter, "another text")];
        let now = original(LETTER, &marks);
        assert!(!now.is_open);
        assert_eq!(now.state(Some(&now.bound)), State::Hidden);
        assert!(!now.waits(State::Hidden), "first an organiser looks");
    }
}
