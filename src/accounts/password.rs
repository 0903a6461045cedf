//! Passwords: what somebody typed, and what is strong enough to be set (S-ACC-4).
//!
//! 15 to 128 characters and no rule of composition. Strength is zxcvbn's judgement, which knows English; beside it
//! stand our own common words and phrases in Russian, and the person's and the edition's own words. A password is judged
//! as typed, and as it reads on the keys of the other alphabet: `gfhjkm` is «пароль» typed with the wrong layout on.

use unicode_normalization::UnicodeNormalization as _;
use validator::ValidateLength as _;
use zxcvbn::{Score, zxcvbn};

use crate::fields::Flaw;
use crate::fields::name_key::{NameOf, tokens};
use crate::store::StoreError;

const SHORTEST: usize = 15;
const LONGEST: usize = 128;

/// What somebody typed as a password: normal form C, since й has two spellings, and otherwise as it came. Never printed.
#[derive(Clone)]
pub struct Attempt(String);

impl Attempt {
    /// Whatever was typed, to be compared.
    pub fn typed(raw: &str) -> Self {
        Self(raw.nfc().collect())
    }

    /// The same, where it may become a new password: of a good length, without control signs. Whether it is strong, and
    /// so a [`Password`], takes longer to tell.
    ///
    /// # Errors
    /// [`Flaw::TooShort`], [`Flaw::TooLong`], [`Flaw::BadCharacters`].
    pub fn for_new(raw: &str) -> Result<Self, Flaw> {
        let typed = Self::typed(raw);
        let signs = typed.0.chars().count();
        if !typed.0.validate_length(Some(SHORTEST as u64), None, None) {
            return Err(Flaw::TooShort(SHORTEST));
        }
        if !typed.0.validate_length(None, Some(LONGEST as u64), None) {
            return Err(Flaw::TooLong(LONGEST, signs));
        }
        match typed.0.chars().find(|sign| sign.is_control()) {
            Some(sign) => Err(Flaw::BadCharacters(format!("U+{:04X}", u32::from(sign)))),
            None => Ok(typed),
        }
    }

    /// For the hasher.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// A password that may be set. Never printed.
pub struct Password(Attempt);

/// Words that a person would think of first, and so would a stranger: best guessed, never good.
#[derive(Clone, Debug, Default)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// The person's name and address.
    pub fn of(name: &str, email: &str) -> Self {
        let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
        let mut words = Self::default();
        for text in [name, email, local, domain] {
            words.add(text);
        }
        words
    }

    /// And these: cities, the product, the edition's title.
    pub fn and<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        for text in texts {
            self.add(text);
        }
        self
    }

    /// Whether fewer than eight signs are left of a password without them: "Coventry2027Volgograd" is three chunks to
    /// zxcvbn, and to anybody who knows the awards the first guess.
    fn leave_little_of(&self, bare: &str) -> bool {
        let mut rest = bare.to_owned();
        let mut words: Vec<&String> = self.0.iter().filter(|word| word.chars().count() >= 4).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        for word in words {
            rest = rest.replace(word.as_str(), "");
        }
        rest.chars().count() < 8
    }

    /// A text whole, without its gaps, and each of its words, also in Latin letters.
    fn add(&mut self, text: &str) {
        let whole = plain(text);
        let parts: Vec<String> = text.split(|sign: char| !sign.is_alphanumeric()).map(plain).collect();
        let latin = tokens(text, NameOf::Person);
        for word in [whole, parts.concat(), latin.concat()].into_iter().chain(parts).chain(latin) {
            if word.chars().count() >= 3 && !self.0.contains(&word) {
                self.0.push(word);
            }
        }
    }
}

impl Password {
    /// Judges a password for somebody. Takes milliseconds, so never on an async thread.
    ///
    /// # Errors
    /// [`Flaw::WeakPassword`], and those of [`Attempt::for_new`].
    pub fn judge(attempt: Attempt, own: &OwnWords) -> Result<Self, Flaw> {
        let attempt = Attempt::for_new(&attempt.0)?;
        let typed = plain(&attempt.0);
        let mut readings = vec![on_keys(&typed, RUSSIAN, LATIN), on_keys(&typed, LATIN, RUSSIAN), typed];
        readings.dedup();
        let known: Vec<&str> = own.0.iter().map(String::as_str).chain(common()).collect();
        let weak = readings.iter().any(|reading| {
            let bare: String = reading.chars().filter(|sign| sign.is_alphanumeric()).collect();
            bare == EVERYBODYS || own.leave_little_of(&bare) || is_guessed(reading, &known) || is_guessed(&bare, &known)
        });
        if weak { Err(Flaw::WeakPassword) } else { Ok(Self(attempt)) }
    }

    /// The same, on a thread that may take its time.
    ///
    /// # Errors
    /// The thread's panic. Inside: as [`Password::judge`].
    pub(super) async fn judge_aside(attempt: Attempt, own: OwnWords) -> Result<Result<Self, Flaw>, StoreError> {
        tokio::task::spawn_blocking(move || Self::judge(attempt, &own)).await.map_err(|_| StoreError::Panicked)
    }

    /// For the hasher.
    pub fn into_text(self) -> String {
        self.0.into_text()
    }
}

/// Whether zxcvbn, which knows these words too, scores no stretch of a text 3 or better.
///
/// It is asked for 32 signs at a time: with many signs that may stand for letters (`4`, `@`, `$`), its time grows with
/// the square of the length and with every choice between them, and 100 of them kept a core busy for seconds.
fn is_guessed(text: &str, known: &[&str]) -> bool {
    let signs: Vec<char> = text.chars().collect();
    !signs.chunks(32).any(|stretch| zxcvbn(&stretch.iter().collect::<String>(), known).score() >= Score::Three)
}

/// The passphrase that a well-known cartoon recommends, to all its readers.
const EVERYBODYS: &str = "correcthorsebatterystaple";

/// Common passwords, names and phrases in Russian, the commonest first; and English ones that are older than our
/// shortest password is long.
fn common<'a>() -> impl Iterator<Item = &'a str> {
    include_str!("common_passwords.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Small letters, ё as е: how the common words are written.
fn plain(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// The keys of a keyboard in both alphabets, in one order.
const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const RUSSIAN: &str = "ейцукенгшщзхъфывапролджэячсмитьбю";

/// A text as it reads where each key bears the other alphabet's sign.
fn on_keys(text: &str, from: &str, to: &str) -> String {
    let key = |sign: char| {
        // The first key of the row stands for ё, which is written е here: the letter's own key comes later.
        let at = from.chars().skip(1).position(|key| key == sign)?;
        to.chars().nth(at + 1)
    };
    text.chars().map(|sign| key(sign).unwrap_or(sign)).collect()
}
