//! Credentials in URLs: `scheme://user:password@host`.

use super::Pass;
use crate::rules::{Class, Rule, Severity};

pub(super) static URL_PASSWORD: Rule =
    Rule::new("url-password", Class::Secret, Severity::High, "RFC 3986, 3.2.1");

/// Longest authority that is read.
const AUTHORITY_SIZE_BYTES_MAX: usize = 512;

/// Looks for a password in the authority that begins here.
pub(super) fn find(pass: &mut Pass<'_>, from: usize) {
    let rest = pass.text.as_bytes().get(from..).unwrap_or_default();
    // Without an at sign near there is no user. Where the next one stands is looked for once.
    let next_at = match pass.next_at {
        Some((seen_from, at)) if (seen_from..=at).contains(&from) => at,
        _ => {
            let at = rest
                .iter()
                .position(|byte| *byte == b'@')
                .map_or(usize::MAX, |at| from + at);
            pass.next_at = Some((from, at));
            at
        }
    };
    if next_at.saturating_sub(from) > AUTHORITY_SIZE_BYTES_MAX {
        return;
    }
    let rest = rest.get(..AUTHORITY_SIZE_BYTES_MAX).unwrap_or(rest);
    if rest.starts_with(b":/") {
        return;
    }
    if rest.iter().find(|byte| b":/?# \n".contains(byte)) != Some(&b':') {
        return;
    }
    let size = rest
        .iter()
        .take_while(|byte| byte.is_ascii_graphic() && !b"\"'<>`".contains(byte))
        .count();
    let authority = rest.get(..size).unwrap_or_default();
    // Whatever ends user information before a colon does: there is none.
    let Some(colon) = authority.iter().position(|byte| b":/?#".contains(byte)) else {
        return;
    };
    if authority.get(colon) != Some(&b':') {
        return;
    }
    let after = authority.get(colon + 1..).unwrap_or_default();
    let port = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if after.get(port).is_none_or(|byte| b"/?#".contains(byte)) {
        return;
    }
    // The last at sign before the path, or the first one where the password holds a slash itself.
    let path = after
        .iter()
        .position(|byte| b"/?#".contains(byte))
        .unwrap_or(after.len());
    let in_front = after
        .get(..path)
        .unwrap_or_default()
        .iter()
        .rposition(|byte| *byte == b'@');
    // A user may be a mail address; then only an at sign in front of the path ends the password.
    let user_has_at = authority.get(..colon).unwrap_or_default().contains(&b'@');
    let later = || {
        after
            .iter()
            .position(|byte| *byte == b'@')
            .filter(|_| !user_has_at)
    };
    let Some(at) = in_front.or_else(later) else {
        return;
    };
    let range = from + colon + 1..from + colon + 1 + at;
    let password = pass.text.get(range.clone()).unwrap_or_default();
    if password.is_empty() || super::keyed::is_placeholder(password) {
        return;
    }
    pass.push_by_key(range, &URL_PASSWORD);
}
