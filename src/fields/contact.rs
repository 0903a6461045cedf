//! How somebody is reached: email, phone, web address.

use validator::{ValidateEmail, ValidateUrl};

use super::{Flaw, clean_line, text_type};

/// An email address as typed, of 254 bytes at most (S-NOM-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);
text_type!(Email, 3, 254, Some("email"));

impl Email {
    /// Reads an address whose local part is ASCII; the domain may be in any script.
    ///
    /// # Errors
    /// [`Flaw::BadEmail`], [`Flaw::TooLong`], [`Flaw::BadCharacters`].
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        Self::parse_with(raw, false)
    }

    /// The same, where the mail server takes other local parts too (`utf8`).
    ///
    /// # Errors
    /// As [`Email::parse`].
    pub fn parse_with(raw: &str, utf8: bool) -> Result<Self, Flaw> {
        let text = clean_line(raw)?;
        if text.len() > 254 {
            return Err(Flaw::TooLong(254, text.len()));
        }
        let (local, domain) = text.rsplit_once('@').ok_or(Flaw::BadEmail)?;
        let plain = local.is_ascii() || utf8;
        let ascii = idna::domain_to_ascii(domain).map_err(|_| Flaw::BadEmail)?;
        let checked = if local.is_ascii() { format!("{local}@{ascii}") } else { format!("x@{ascii}") };
        // A quoted local part and an IP literal are addresses by the letter; nobody types one without ill will.
        let odd =
            local.contains(['"', '(', '<', ',', ';', ':', '\\']) || domain.starts_with('[') || !ascii.contains('.');
        if !plain || odd || !checked.validate_email() || checked.parse::<lettre::Address>().is_err() {
            return Err(Flaw::BadEmail);
        }
        Ok(Self(text))
    }

    /// The domain as an A-label, in lower case.
    pub fn domain(&self) -> String {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
    }

    /// As mail servers take it: the domain as an A-label.
    pub fn for_mail(&self) -> String {
        let local = self.0.rsplit_once('@').map_or("", |(local, _)| local);
        format!("{local}@{}", self.domain())
    }

    /// The address for comparing only, never for sending: two that reach the same box are the same here.
    pub fn normal(&self) -> String {
        let local = self.0.rsplit_once('@').map_or("", |(local, _)| local).to_lowercase();
        let local = local.split('+').next().unwrap_or_default();
        let domain = self.domain();
        match domain.as_str() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            "ya.ru" => format!("{local}@yandex.ru"),
            yandex if yandex.starts_with("yandex.") => format!("{local}@yandex.ru"),
            _ => format!("{local}@{domain}"),
        }
    }
}

/// A phone number: 7 to 15 digits; `+` first, spaces, hyphens, brackets allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);
text_type!(Phone, 7, 40, None);

impl Phone {
    /// Reads a number.
    ///
    /// # Errors
    /// [`Flaw::BadPhone`], [`Flaw::TooLong`], [`Flaw::BadCharacters`].
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_line(raw)?;
        if text.chars().count() > 40 {
            return Err(Flaw::TooLong(40, text.chars().count()));
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let rest = text.strip_prefix('+').unwrap_or(&text);
        let plain = rest.chars().all(|sign| sign.is_ascii_digit() || " -()".contains(sign));
        if plain && (7..=15).contains(&digits) { Ok(Self(text)) } else { Err(Flaw::BadPhone) }
    }
}

/// An http or https address of 500 characters at most, without user information (S-NOM-3). It is never fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(String);
text_type!(WebAddress, 10, 500, Some("uri"));

impl WebAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Flaw::BadUrl`], [`Flaw::TooLong`], [`Flaw::BadCharacters`].
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_line(raw)?;
        if text.chars().count() > 500 {
            return Err(Flaw::TooLong(500, text.chars().count()));
        }
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).ok_or(Flaw::BadUrl)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let good =
            !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace) && text.validate_url();
        if good { Ok(Self(text)) } else { Err(Flaw::BadUrl) }
    }

    /// Host and path without `www.`: whether two addresses are the same site.
    pub fn site(&self) -> String {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest).to_lowercase();
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
    }
}
