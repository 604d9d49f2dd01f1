//! Keys that say what stands under them: `password`, `apiKey`, `X-Auth-Token`, `Kennwort`.
//!
//! A key is read as words, whatever way they are joined. Public source: the names that the documentation of
//! common software, HTTP, cloud SDKs and web frameworks use.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Class, Rule, Severity};

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

/// One word or two that make a key a secret one.
struct Word {
    words: &'static [&'static str],
    rule: &'static Rule,
    strength: Strength,
}

const fn word(words: &'static [&'static str], rule: &'static Rule, strength: Strength) -> Word {
    Word {
        words,
        rule,
        strength,
    }
}

use Strength::{Certain, Likely};

/// The first entry whose words stand in the key, side by side, decides.
static WORDS: &[Word] = &[
    word(&["csrf"], &CSRF, Likely),
    word(&["xsrf"], &CSRF, Likely),
    word(&["csrftoken"], &CSRF, Likely),
    word(&["csrfmiddlewaretoken"], &CSRF, Likely),
    word(&["authenticity", "token"], &CSRF, Likely),
    word(&["password"], &PASSWORD, Certain),
    word(&["passwords"], &PASSWORD, Certain),
    word(&["passwd"], &PASSWORD, Certain),
    word(&["passwort"], &PASSWORD, Certain),
    word(&["kennwort"], &PASSWORD, Certain),
    word(&["passphrase"], &PASSWORD, Certain),
    word(&["passcode"], &PASSWORD, Certain),
    word(&["pwd"], &PASSWORD, Certain),
    word(&["pass"], &PASSWORD, Likely),
    word(&["pw"], &PASSWORD, Likely),
    word(&["pswd"], &PASSWORD, Certain),
    word(&["userpass"], &PASSWORD, Certain),
    word(&["dbpass"], &PASSWORD, Certain),
    word(&["dbpassword"], &PASSWORD, Certain),
    word(&["mypassword"], &PASSWORD, Certain),
    word(&["requirepass"], &PASSWORD, Certain),
    word(&["masterauth"], &PASSWORD, Certain),
    word(&["pgpassword"], &PASSWORD, Certain),
    word(&["sshpass"], &PASSWORD, Certain),
    word(&["contraseña"], &PASSWORD, Certain),
    word(&["contrasena"], &PASSWORD, Certain),
    word(&["clave"], &PASSWORD, Likely),
    word(&["senha"], &PASSWORD, Certain),
    word(&["motdepasse"], &PASSWORD, Certain),
    word(&["mot", "de", "passe"], &PASSWORD, Certain),
    word(&["mdp"], &PASSWORD, Certain),
    word(&["wachtwoord"], &PASSWORD, Certain),
    word(&["lösenord"], &PASSWORD, Certain),
    word(&["losenord"], &PASSWORD, Certain),
    word(&["passord"], &PASSWORD, Certain),
    word(&["adgangskode"], &PASSWORD, Certain),
    word(&["salasana"], &PASSWORD, Certain),
    word(&["hasło"], &PASSWORD, Certain),
    word(&["haslo"], &PASSWORD, Certain),
    word(&["heslo"], &PASSWORD, Certain),
    word(&["jelszó"], &PASSWORD, Certain),
    word(&["parola"], &PASSWORD, Certain),
    word(&["sifre"], &PASSWORD, Certain),
    word(&["şifre"], &PASSWORD, Certain),
    word(&["пароль"], &PASSWORD, Certain),
    word(&["密码"], &PASSWORD, Certain),
    word(&["密碼"], &PASSWORD, Certain),
    word(&["口令"], &PASSWORD, Certain),
    word(&["パスワード"], &PASSWORD, Certain),
    word(&["비밀번호"], &PASSWORD, Certain),
    word(&["पासवर्ड"], &PASSWORD, Certain),
    word(&["cvv"], &CODE, Certain),
    word(&["cvc"], &CODE, Certain),
    word(&["cvv2"], &CODE, Certain),
    word(&["otp"], &CODE, Certain),
    word(&["totp"], &CODE, Certain),
    word(&["pin"], &CODE, Certain),
    word(&["pincode"], &CODE, Certain),
    word(&["mfa", "code"], &CODE, Certain),
    word(&["verification", "code"], &CODE, Certain),
    word(&["set", "cookie"], &COOKIE, Likely),
    word(&["cookie"], &COOKIE, Likely),
    word(&["cookies"], &COOKIE, Likely),
    word(&["sessionid"], &COOKIE, Likely),
    word(&["sessid"], &COOKIE, Likely),
    word(&["phpsessid"], &COOKIE, Likely),
    word(&["jsessionid"], &COOKIE, Likely),
    word(&["aspsessionid"], &COOKIE, Likely),
    word(&["connect", "sid"], &COOKIE, Likely),
    word(&["session", "id"], &COOKIE, Likely),
    word(&["session", "key"], &COOKIE, Likely),
    word(&["session", "token"], &COOKIE, Likely),
    word(&["session"], &COOKIE, Likely),
    word(&["sid"], &COOKIE, Likely),
    word(&["secret"], &SECRET, Certain),
    word(&["secrets"], &SECRET, Certain),
    word(&["secretkey"], &SECRET, Certain),
    word(&["clientsecret"], &SECRET, Certain),
    word(&["geheimnis"], &SECRET, Certain),
    word(&["apikey"], &API_KEY, Likely),
    word(&["apitoken"], &API_KEY, Likely),
    word(&["api", "key"], &API_KEY, Likely),
    word(&["api", "keys"], &API_KEY, Likely),
    word(&["app", "key"], &API_KEY, Likely),
    word(&["application", "key"], &API_KEY, Likely),
    word(&["access", "key"], &API_KEY, Likely),
    word(&["accesskey"], &API_KEY, Likely),
    word(&["account", "key"], &API_KEY, Likely),
    word(&["accountkey"], &API_KEY, Likely),
    word(&["shared", "access", "key"], &API_KEY, Likely),
    word(&["sharedaccesskey"], &API_KEY, Likely),
    word(&["subscription", "key"], &API_KEY, Likely),
    word(&["private", "key"], &API_KEY, Likely),
    word(&["privatekey"], &API_KEY, Likely),
    word(&["signing", "key"], &API_KEY, Likely),
    word(&["encryption", "key"], &API_KEY, Likely),
    word(&["master", "key"], &API_KEY, Likely),
    word(&["license", "key"], &API_KEY, Likely),
    word(&["service", "key"], &API_KEY, Likely),
    word(&["auth", "key"], &API_KEY, Likely),
    word(&["authkey"], &API_KEY, Likely),
    word(&["hmac", "key"], &API_KEY, Likely),
    word(&["deploy", "key"], &API_KEY, Likely),
    word(&["webhook", "key"], &API_KEY, Likely),
    word(&["functions", "key"], &API_KEY, Likely),
    word(&["token"], &TOKEN, Likely),
    word(&["accesstoken"], &TOKEN, Likely),
    word(&["refreshtoken"], &TOKEN, Likely),
    word(&["authtoken"], &TOKEN, Likely),
    word(&["bearertoken"], &TOKEN, Likely),
    word(&["idtoken"], &TOKEN, Likely),
    word(&["jwt"], &TOKEN, Likely),
    word(&["bearer"], &TOKEN, Likely),
    word(&["authorization"], &TOKEN, Likely),
    word(&["authentication"], &TOKEN, Likely),
    word(&["auth"], &TOKEN, Likely),
    word(&["credential"], &TOKEN, Likely),
    word(&["credentials"], &TOKEN, Likely),
    word(&["creds"], &TOKEN, Likely),
    word(&["assertion"], &TOKEN, Likely),
    word(&["code", "verifier"], &TOKEN, Likely),
    word(&["nonce"], &TOKEN, Likely),
    word(&["signature"], &SIGNATURE, Likely),
    word(&["sig"], &SIGNATURE, Likely),
    word(&["hmac"], &SIGNATURE, Likely),
    word(&["salt"], &SECRET, Likely),
    word(&["seed", "phrase"], &SECRET, Certain),
    word(&["mnemonic"], &SECRET, Certain),
    word(&["recovery", "code"], &CODE, Certain),
    word(&["backup", "code"], &CODE, Certain),
];

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

/// Words that make a key one *about* secrets: a count, a place, a rule, a name of one.
static ABOUT: &[&str] = &[
    "count",
    "counts",
    "max",
    "min",
    "limit",
    "limits",
    "total",
    "usage",
    "used",
    "budget",
    "cost",
    "type",
    "types",
    "name",
    "names",
    "url",
    "uri",
    "endpoint",
    "path",
    "file",
    "filename",
    "dir",
    "policy",
    "policies",
    "reset",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "lifetime",
    "length",
    "len",
    "size",
    "enabled",
    "required",
    "scheme",
    "provider",
    "method",
    "algorithm",
    "alg",
    "version",
    "created",
    "updated",
    "rotation",
    "hint",
    "prompt",
    "completion",
    "input",
    "output",
    "cached",
    "reasoning",
    "per",
    "duration",
    "status",
    "state",
    "field",
    "label",
    "description",
    "index",
    "flow",
    "strength",
    "manager",
    "store",
    "service",
    "host",
    "port",
    "server",
    "realm",
    "audience",
    "issuer",
    "scope",
    "scopes",
    "date",
    "time",
    "age",
    "header",
    "headers",
    "mode",
    "level",
    "position",
    "offset",
    "special",
    "rate",
    "public",
    "page",
];

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

/// The same for a key already read as words.
pub(crate) fn secret_of(words: &[String]) -> Option<Secret> {
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
        !is_own && ABOUT.contains(&word.as_str())
    });
    // `private_key_id`, `access_key_id`: the id is no secret, except of a session.
    let is_id = words.last().is_some_and(|last| last == "id" || last == "ids") && found.rule.id != COOKIE.id;
    // `DB_PASS` is as sure as a password; a lone `pass` counts tests.
    let is_compound = found.rule.id == PASSWORD.id && words.len() > found.words.len();
    let strength = if is_compound { Certain } else { found.strength };
    (!is_about && !is_id).then_some(Secret {
        rule: found.rule,
        strength,
    })
}

/// A key as lower-case words: split at punctuation and at the humps of `camelCase`.
#[must_use]
pub fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut letters = key.chars().peekable();
    let mut previous_is_lower = false;
    let mut previous_is_upper = false;
    while let Some(letter) = letters.next() {
        if !letter.is_alphanumeric() && !('\u{0900}'..='\u{0dff}').contains(&letter) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
