//! The words of a text: of an original as its translator reads it, of a translation, of one that comes in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kinds::Part;
use crate::fields::{Lines, ShortText, count_words};
use crate::http::door::Door;
use crate::http::faults::Fault;
use crate::nominations::form::Story;

/// Characters of a headline, of an answer of the story, of a letter at most: twice the original's, since languages are
/// not equally long.
const HEADLINE: usize = 240;
const ANSWER: usize = 6_000;
const LETTER: usize = 10_000;

/// A text's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Words {
    /// A story's.
    Story(StoryWords),
    /// A letter's.
    Letter(LetterWords),
}

/// Headline and story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoryWords {
    /// In one line, what they have done.
    pub headline: String,
    /// The story.
    pub story: StoryTexts,
}

/// The texts of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoryTexts {
    /// What changed because of them.
    pub impact: String,
    /// How they brought peoples closer.
    pub friendship: String,
    /// How long and how steadily.
    pub commitment: String,
    /// Who else took part; owed where the original says it.
    pub others: Option<String>,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LetterWords {
    /// Its words.
    pub letter: String,
}

impl StoryWords {
    /// Of a story as it stands, or as judges read it.
    pub fn of(headline: String, story: &Story) -> Self {
        let story = StoryTexts {
            impact: story.impact.as_str().to_owned(),
            friendship: story.friendship.as_str().to_owned(),
            commitment: story.commitment.as_str().to_owned(),
            others: story.others.as_ref().map(|others| others.as_str().to_owned()),
        };
        Self { headline, story }
    }
}

impl Words {
    /// Each text with the place at which the form and a translation's body have it, in the form's order.
    pub fn places(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Story(StoryWords { headline, story }) => {
                let mut all = vec![
                    ("/headline", headline.as_str()),
                    ("/story/impact", &story.impact),
                    ("/story/friendship", &story.friendship),
                    ("/story/commitment", &story.commitment),
                ];
                all.extend(story.others.as_deref().map(|others| ("/story/others", others)));
                all
            }
            Self::Letter(LetterWords { letter }) => vec![("/letter", letter)],
        }
    }

    /// How many words it has.
    pub fn count(&self) -> usize {
        self.places().into_iter().map(|(_, text)| count_words(text)).sum()
    }

    /// Reads a translation of this part.
    pub fn read(door: &mut Door<'_>, part: Part) -> Option<Self> {
        match part {
            Part::Story => {
                let headline = door.required("headline", ShortText::<1, HEADLINE>::parse);
                let story = door.object("story", |door| {
                    let mut answer = |name| door.required(name, Lines::<ANSWER>::parse).map(owned);
                    let (impact, friendship, commitment) =
                        (answer("impact"), answer("friendship"), answer("commitment"));
                    let others = door.optional("others", Lines::<ANSWER>::parse).map(|others| others.map(owned));
                    Some(StoryTexts {
                        impact: impact?,
                        friendship: friendship?,
                        commitment: commitment?,
                        others: others?,
                    })
                });
                Some(Self::Story(StoryWords { headline: headline?.as_str().to_owned(), story: story? }))
            }
            Part::FirstLetter | Part::SecondLetter => {
                let letter = door.required("letter", Lines::<LETTER>::parse).map(owned);
                door.call("letter", "translations-letter");
                Some(Self::Letter(LetterWords { letter: letter? }))
            }
        }
    }

    /// What is wrong with it as a translation of this original, where only both together show it.
    pub fn faults_against(&self, original: &Self) -> Vec<Fault> {
        let has_others = |words: &Self| words.places().iter().any(|(place, _)| *place == "/story/others");
        match (has_others(self), has_others(original)) {
            (false, true) => vec![Fault::new("/story/others", "required")],
            (true, false) => vec![Fault::new("/story/others", "not_expected")],
            _ => Vec::new(),
        }
    }
}

fn owned<const MAX: usize>(lines: Lines<MAX>) -> String {
    lines.as_str().to_owned()
}
