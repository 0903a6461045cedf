//! The name key (`content/nomination.md` § 14): one spelling of a name, whatever its alphabet, order and titles.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "cllr",
    "councillor",
    "rev",
    "revd",
    "fr",
    "obe",
    "mbe",
    "cbe",
    "phd",
    "doktor",
    "akademik",
    "gospodin",
    "gospozha",
];
const FORMS: &[&str] = &[
    "ltd", "limited", "llp", "plc", "cic", "cio", "inc", "gmbh", "ev", "asbl", "ooo", "ao", "ano", "nko", "roo", "mou",
    "mbou", "gbou", "fgbou", "the", "of", "and", "for", "i", "v", "g", "no",
];

/// Whose name it is: titles are dropped from people's, legal forms and small words from organisations'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// A person.
    Person,
    /// An organisation.
    Organisation,
}

/// The key: sorted tokens joined by spaces; the lone token of a name stays even if it is a title.
pub fn name_key(name: &str, of: NameOf) -> String {
    let mut tokens = tokens(name, of);
    tokens.sort_unstable();
    tokens.join(" ")
}

/// The tokens of a name in their order.
pub fn tokens(name: &str, of: NameOf) -> Vec<String> {
    let spelled = if name.is_ascii() { name.to_ascii_lowercase() } else { spell(name) };
    let all: Vec<String> = spelled
        .chars()
        .filter(|sign| !matches!(sign, '\'' | '`'))
        .collect::<String>()
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect();
    let dropped = match of {
        NameOf::Person => TITLES,
        NameOf::Organisation => FORMS,
    };
    let kept: Vec<String> = all.iter().filter(|token| !dropped.contains(&token.as_str())).cloned().collect();
    if kept.is_empty() { all } else { kept }
}

fn spell(name: &str) -> String {
    // Format characters (Cf) that survive cleaning: the joiners and marks of direction.
    let formats = |sign: &char| matches!(sign, '\u{200C}' | '\u{200D}' | '\u{200E}' | '\u{200F}' | '\u{61C}');
    name.nfkc().filter(|sign| !formats(sign)).map(any_ascii_char).collect::<String>().to_lowercase()
}

/// Spellings of one sound, longest first, and what they become in a [`search_key`].
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "s"),
    ("tsch", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("zh", "z"),
    ("kh", "h"),
    ("ch", "c"),
    ("sh", "s"),
    ("ts", "c"),
    ("tz", "c"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("j", "i"),
    ("y", "i"),
    ("iu", "u"),
    ("ie", "e"),
    ("io", "o"),
];

/// A name as somebody may look for it: the name key's tokens without what transliterations differ in, so that Latin
/// finds Cyrillic and the other way round (Мария and Maria, Щукин and Schukin, Юлия and Julia).
pub fn search_key(text: &str) -> String {
    search_words(text).join(" ")
}

/// The words of [`search_key`], in their order.
pub fn search_words(text: &str) -> Vec<String> {
    tokens(text, NameOf::Person).iter().map(|token| sound(token)).filter(|word| !word.is_empty()).collect()
}

fn sound(token: &str) -> String {
    let mut text = token.to_owned();
    for (spelling, sound) in SOUNDS {
        if text.contains(spelling) {
            text = text.replace(spelling, sound);
        }
    }
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if !out.ends_with(sign) || sign.is_ascii_digit() {
            out.push(sign);
        }
    }
    out
}
