//! Codes of the second factor, as somebody types them: six digits from a telephone, or a recovery code from paper.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::chance::Chance;

/// What somebody typed where a code is asked for: equal, however it was spelled. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorCode(Typed);

/// See [`FactorCode`].
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// Six digits.
    Digits(String),
    /// One of the recovery codes, or what looks like one.
    Recovery(RecoveryCode),
    /// What can be no code. It counts as a wrong one, so that nobody learns more from it.
    Neither,
}

impl FactorCode {
    /// Reads what was typed, with whatever gaps; `None` where that is nothing.
    pub fn typed(raw: &str) -> Option<Self> {
        let signs: String = raw.chars().filter(|sign| !sign.is_whitespace() && !is_hyphen(*sign)).collect();
        if signs.is_empty() {
            return None;
        }
        let typed = if signs.len() == 6 && signs.bytes().all(|sign| sign.is_ascii_digit()) {
            Typed::Digits(signs)
        } else {
            RecoveryCode::parse(&signs).map_or(Typed::Neither, Typed::Recovery)
        };
        Some(Self(typed))
    }

    pub(super) fn as_typed(&self) -> &Typed {
        &self.0
    }
}

/// What people, paper and word processors put between groups.
fn is_hyphen(sign: char) -> bool {
    sign == '-' || ('\u{2010}'..='\u{2015}').contains(&sign)
}

/// A recovery code: 120 random bits, as 24 signs of Crockford's alphabet (S-ACC-5). Shown once; its digest is kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RecoveryCode([u8; 15]);

/// Without the letters that look like others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SIGNS: usize = 24;

impl RecoveryCode {
    /// A new one.
    pub(super) fn draw(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// Reads its signs, without gaps, in any case, with letters that look like digits.
    fn parse(signs: &str) -> Option<Self> {
        if signs.len() != SIGNS {
            return None;
        }
        let mut bytes = [0; 15];
        for (eight, five) in signs.as_bytes().chunks(8).zip(bytes.chunks_mut(5)) {
            let mut bits = 0_u64;
            for sign in eight {
                bits = bits << 5 | value(*sign)?;
            }
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Some(Self(bytes))
    }

    /// As it is shown: six groups of four.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(SIGNS + 5);
        for (group, five) in self.0.chunks(5).enumerate() {
            let bits = five.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            for place in 0..8 {
                if place % 4 == 0 && (group, place) != (0, 0) {
                    text.push('-');
                }
                text.push(char::from(ALPHABET[bits >> (35 - 5 * place) & 31]));
            }
        }
        text
    }

    /// As it is kept. No slow hash: 120 random bits are not guessed.
    pub(super) fn digest(&self) -> String {
        BASE64.encode(Sha256::digest([b"tca-recovery/1\n".as_slice(), &self.0].concat()))
    }
}

/// The five bits of a sign.
fn value(sign: u8) -> Option<u64> {
    let sign = match sign.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        sign => sign,
    };
    ALPHABET.iter().position(|known| *known == sign).map(|at| at as u64)
}
