//! The words: every text that people read, in English and in Russian.
//!
//! A text stands in `src/text/{en,ru}/<feature>.ftl` under one id in both languages; [`say`] finds it and fills in its
//! variables, [`Texts`] does the same for a template. Times are told in each panel city's time by [`Cities`]. People's
//! names are never part of a text: they come in as values, where needed in isolates ([`isolate`]).

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::FluentArgs;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentError, FluentResource};

mod times;
mod value;

pub use times::{Cities, City, Zone, date, moment_utc};
pub use value::Value;

crate::word_enum! {
    /// A language that the service speaks.
    pub enum Language {
        /// English, the default.
        En = "en",
        /// Russian.
        Ru = "ru",
    }
}

impl Language {
    /// The language that an `Accept-Language` header likes best; English where it names none of ours or is absent.
    pub fn negotiate(accept: Option<&str>) -> Self {
        let mut best = (Self::En, 0.0);
        for range in accept.unwrap_or_default().split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok()).unwrap_or(1.0);
            let language = if primary == "*" { Some(Self::En) } else { Self::parse(&primary) };
            if let Some(language) = language.filter(|_| weight > best.1) {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The other of the two.
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Ru,
            Self::Ru => Self::En,
        }
    }

    /// The language's name in itself: what the switch on a page says.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
        }
    }
}

/// A text that its owner gives in both languages: a city's name, a category's line, a citation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Bilingual {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Bilingual {
    /// From the two texts.
    pub fn new(en: impl Into<String>, ru: impl Into<String>) -> Self {
        Self { en: en.into(), ru: ru.into() }
    }

    /// The text in this language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ru => &self.ru,
        }
    }
}

/// The text `id` in `language`, with its variables filled in.
///
/// An id that does not exist gives the id itself, a variable that is not given its name in braces; both are logged as
/// errors and never stop the caller.
pub fn say(language: Language, id: &str, args: &[(&str, Value<'_>)]) -> String {
    phrase(language, id, args).into_owned()
}

/// The texts of one language, for a template: `{{ t.say("product") }}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts of this language.
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A text without variables.
    pub fn say(&self, id: &str) -> Cow<'static, str> {
        phrase(self.language, id, &[])
    }

    /// A text with its variables.
    pub fn with(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        say(self.language, id, args)
    }

    /// An instant in each panel city's time.
    pub fn moment(&self, cities: &Cities, time: &crate::clock::Time) -> String {
        cities.moment(self.language, *time)
    }

    /// The one of two given texts that is in this language.
    pub fn pick<'a>(&self, both: &'a Bilingual) -> &'a str {
        both.get(self.language)
    }
}

/// A name between U+2068 and U+2069, so that a name written from right to left leaves the sentence around it in order.
pub fn isolate(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// Puts one feature's texts of both languages into the binary: a line a feature, in the order of the story.
macro_rules! features {
    ($($feature:literal),+ $(,)?) => {
        const FEATURES: &[&str] = &[$($feature),+];
        const ENGLISH: &[&str] = &[$(include_str!(concat!("en/", $feature, ".ftl"))),+];
        const RUSSIAN: &[&str] = &[$(include_str!(concat!("ru/", $feature, ".ftl"))),+];
    };
}

features! {
    "problems",
    "faults",
    "layout",
    "outbox",
    "editions",
    "privacy",
    "about",
    "nominations",
    "drafts",
    "translations",
    "judging",
    "results",
    "links",
    "choices",
    "form",
    "api",
    "accounts",
    "account",
    "factor",
    "announcement",
    "demo",
    "digest",
    "import",
}

/// The features that have texts: the names of the files in `src/text/en` and `src/text/ru`.
pub const fn features() -> &'static [&'static str] {
    FEATURES
}

type Bundle = FluentBundle<FluentResource>;

static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En, ENGLISH));
static RU: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Ru, RUSSIAN));

fn bundle(language: Language, sources: &[&str]) -> Bundle {
    let tag = language.as_str().parse().expect("`en` and `ru` are language tags");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false); // isolates would stand in subjects and attributes too: `isolate` sets them where due
    bundle.set_formatter(Some(match language {
        Language::En => value::english_numbers,
        Language::Ru => value::russian_numbers,
    }));
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(%language, ?errors, "a text file has entries that cannot be read");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%language, ?errors, "a text stands twice");
        }
    }
    bundle
}

fn phrase(language: Language, id: &str, args: &[(&str, Value<'_>)]) -> Cow<'static, str> {
    let bundle: &'static Bundle = match language {
        Language::En => &EN,
        Language::Ru => &RU,
    };
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        tracing::error!(%language, id, "there is no such text");
        return Cow::Owned(id.to_owned());
    };
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        values.set(*name, value.resolved(language));
    }
    let mut errors: Vec<FluentError> = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
    if !errors.is_empty() {
        tracing::error!(%language, id, ?errors, "a text lacks a variable");
    }
    text
}

/// Whether a text with this id exists.
pub fn knows(id: &str) -> bool {
    EN.has_message(id)
}
