//! Keys that say what stands under them: `password`, `apiKey`, `X-Auth-Token`, `Kennwort`.
//!
//! A key is read as words, whatever way they are joined. Public source: the names that the documentation of
//! common software, HTTP, cloud SDKs and web frameworks use.

use std::collections::HashMap;
use std::sync::LazyLock;

use trace::Text;

use super::{Class, Rule, Severity, WordSet};

mod words;

use words::{ABOUT, WORDS};

/// A value under the key of a password.
pub static PASSWORD: Rule = Rule::new(
    "password",
    Class::Secret,
    Severity::High,
    "common configuration names",
);
/// A value under the key of an API key.
pub static API_KEY: Rule = Rule::new(
    "generic-api-key",
    Class::Secret,
    Severity::High,
    "common configuration names",
);
/// A value under the key of a secret.
pub static SECRET: Rule = Rule::new(
    "generic-secret",
    Class::Secret,
    Severity::High,
    "common configuration names",
);
/// A value under the key of a token.
pub static TOKEN: Rule = Rule::new(
    "generic-token",
    Class::Secret,
    Severity::High,
    "RFC 6750, RFC 7235",
);
/// A session or other cookie.
pub static COOKIE: Rule = Rule::new("session-cookie", Class::Secret, Severity::High, "RFC 6265");
/// A token against forged requests.
pub static CSRF: Rule = Rule::new(
    "csrf-token",
    Class::Secret,
    Severity::Medium,
    "OWASP CSRF cheat sheet",
);
/// The signature of a signed URL.
pub static SIGNATURE: Rule = Rule::new(
    "signed-url-signature",
    Class::Secret,
    Severity::High,
    "AWS, Azure and Google signed URLs",
);
/// A short code that proves who somebody is.
pub static CODE: Rule = Rule::new(
    "one-time-code",
    Class::Secret,
    Severity::Medium,
    "RFC 6238 and card codes",
);

/// The rules of this family.
pub(crate) static RULES: [&Rule; 8] = [
    &PASSWORD, &API_KEY, &SECRET, &TOKEN, &COOKIE, &CSRF, &SIGNATURE, &CODE,
];

/// How surely a key says that a secret stands under it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strength {
    /// Whatever stands there is one, a plain word included.
    Certain,
    /// What stands there is one if it looks like one.
    Likely,
}

/// What a key says about its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Secret {
    /// The rule that takes the value out.
    pub rule: &'static Rule,
    /// How surely.
    pub strength: Strength,
}

/// Entries by their first word.
static BY_FIRST_WORD: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut entries: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (index, entry) in WORDS.iter().enumerate() {
        if let Some(first) = entry.words.first() {
            entries.entry(first).or_default().push(index);
        }
    }
    entries
});

/// Longest key that is read, in bytes.
const KEY_SIZE_BYTES_MAX: usize = 96;

/// What a key says about its value; `None` if nothing.
#[must_use]
pub fn secret(key: &str) -> Option<Secret> {
    if key.is_empty() || key.len() > KEY_SIZE_BYTES_MAX {
        return None;
    }
    let words = words(key);
    secret_of(&words)
}

/// The last words of entries of several words.
static LAST_WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    let several = WORDS.iter().filter(|entry| entry.words.len() > 1);
    WordSet::new(several.filter_map(|entry| entry.words.last().copied()))
});

/// Whether a key of several words may end in this one.
pub(crate) fn may_end(word: &str) -> bool {
    LAST_WORDS.contains(word)
}

/// What a key of several words with spaces between them says: `API key`, `one-time code`. Its last words must say
/// it, as those before may belong to the sentence.
pub(crate) fn secret_ending(words: &[Text]) -> Option<Secret> {
    let is_ending = |entry: &&words::Word| entry.words.len() > 1 && ends_with(words, entry.words);
    WORDS.iter().find(is_ending).map(|entry| Secret {
        rule: entry.rule,
        strength: entry.strength,
    })
}

fn ends_with(words: &[Text], ending: &[&str]) -> bool {
    words.len() >= ending.len()
        && words
            .iter()
            .rev()
            .zip(ending.iter().rev())
            .all(|(left, right)| left == right)
}

/// The words that make a key one about secrets.
static ABOUT_SET: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(ABOUT.iter().copied()));

/// The same for a key already read as words.
pub(crate) fn secret_of(words: &[Text]) -> Option<Secret> {
    let candidates = words.iter().enumerate().flat_map(|(at, word)| {
        let entries = BY_FIRST_WORD.get(word.as_str()).map_or(&[][..], Vec::as_slice);
        entries.iter().map(move |index| (*index, at))
    });
    let fits = |(index, at): &(usize, usize)| {
        let entry = WORDS.get(*index).map_or(&[][..], |entry| entry.words);
        words
            .get(*at..*at + entry.len())
            .is_some_and(|window| window.iter().eq(entry.iter()))
    };
    // The first entry of the list decides, wherever in the key it stands.
    let (index, at) = candidates.filter(fits).min()?;
    let found = WORDS.get(index)?;
    let is_about = words.iter().enumerate().any(|(index, word)| {
        let is_own = (at..at + found.words.len()).contains(&index);
        !is_own && ABOUT_SET.contains(word)
    });
    // `private_key_id`, `access_key_id`: the id is no secret, except of a session.
    let is_id = words.last().is_some_and(|last| last == "id" || last == "ids") && found.rule.id != COOKIE.id;
    // `DB_PASS` is as sure as a password; a lone `pass` counts tests.
    let is_compound = found.rule.id == PASSWORD.id && words.len() > found.words.len();
    let strength = if is_compound {
        Strength::Certain
    } else {
        found.strength
    };
    (!is_about && !is_id).then_some(Secret {
        rule: found.rule,
        strength,
    })
}

/// Every entry: its words, and what they say.
#[cfg(test)]
pub(crate) fn entries() -> impl Iterator<Item = (&'static [&'static str], Secret)> {
    WORDS.iter().map(|entry| {
        let secret = Secret {
            rule: entry.rule,
            strength: entry.strength,
        };
        (entry.words, secret)
    })
}

/// The words that make a key one about secrets.
#[cfg(test)]
pub(crate) fn about() -> &'static [&'static str] {
    ABOUT
}

/// A key as lower-case words: split at punctuation and at the humps of `camelCase`.
#[must_use]
pub fn words(key: &str) -> Vec<Text> {
    if key.is_ascii() {
        return words_of_ascii(key.as_bytes());
    }
    let mut words: Vec<Text> = Vec::with_capacity(4);
    let mut word = Text::default();
    let mut letters = key.chars().peekable();
    let mut previous_is_lower = false;
    let mut previous_is_upper = false;
    while let Some(letter) = letters.next() {
        if !letter.is_alphanumeric() && !('\u{0900}'..='\u{0eff}').contains(&letter) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            previous_is_lower = false;
            previous_is_upper = false;
            continue;
        }
        let next_is_lower = letters.peek().is_some_and(|next| next.is_lowercase());
        let is_hump = letter.is_uppercase()
            && (previous_is_lower || (previous_is_upper && next_is_lower && word.len() > 1));
        if is_hump && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(letter.to_lowercase());
        previous_is_lower = letter.is_lowercase() || letter.is_numeric();
        previous_is_upper = letter.is_uppercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The same for keys of nothing but ASCII, as most are.
fn words_of_ascii(key: &[u8]) -> Vec<Text> {
    let mut words: Vec<Text> = Vec::with_capacity(4);
    let mut push = |word: &[u8]| {
        if let Ok(word) = std::str::from_utf8(word)
            && !word.is_empty()
        {
            let mut word = Text::from(word);
            word.make_ascii_lowercase();
            words.push(word);
        }
    };
    let mut from = 0;
    for (at, byte) in key.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            push(key.get(from..at).unwrap_or_default());
            from = at + 1;
        } else if byte.is_ascii_uppercase() && at > from {
            let previous = at.checked_sub(1).and_then(|before| key.get(before)).copied();
            let next_is_lower = key.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            let is_hump = match previous {
                Some(b'A'..=b'Z') => next_is_lower && at - from > 1,
                _ => true,
            };
            if is_hump {
                push(key.get(from..at).unwrap_or_default());
                from = at;
            }
        }
    }
    push(key.get(from..).unwrap_or_default());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_words_alike_with_and_without_other_letters() {
        for key in [
            "apiKey",
            "API_KEY",
            "HTTPServer2Name",
            "x-api-key",
            "aB",
            "ABc",
            "ABCd",
            "a1B",
            "A1b",
            "..a..B.",
            "",
            "X",
            "userID",
            "IDToken",
            "AWSSecretKEY",
        ] {
            // A letter beyond ASCII, apart from the rest, leads the other way.
            let mut words_of_all = words(&format!("{key} é"));
            assert_eq!(words_of_all.pop().as_deref(), Some("é"));
            assert_eq!(words(key), words_of_all, "{key}");
        }
    }

    #[test]
    fn keys_of_secrets_are_known_however_they_are_written() {
        for key in [
            "password",
            "db_password",
            "DB_PASSWORD",
            "userPassword",
            "passwd",
            "apiKey",
            "API_KEY",
            "x-api-key",
            "DD_API_KEY",
            "aws_secret_access_key",
            "client_secret",
            "Authorization",
            "access_token",
            "accessToken",
            "csrftoken",
            "sessionid",
            "X-Amz-Signature",
            "set-cookie",
            "AccountKey",
            "Passwort",
            "contraseña",
            "パスワード",
            "OPENAI_API_KEY",
        ] {
            assert!(secret(key).is_some(), "{key}");
        }
    }

    #[test]
    fn keys_about_secrets_are_not_keys_of_secrets() {
        for key in [
            "max_tokens",
            "prompt_tokens",
            "token_count",
            "next_page_token",
            "password_reset",
            "token_type",
            "private_key_id",
            "token_url",
            "key",
            "cache_key",
            "author",
            "passenger",
            "secretary",
            "tokenizer",
            "monkey",
            "completion_tokens",
        ] {
            assert!(secret(key).is_none(), "{key}");
        }
    }
}
