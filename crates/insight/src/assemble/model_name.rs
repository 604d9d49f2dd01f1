//! Whether two names mean the same model: instrumentations write the same model with and without the provider
//! in front, and with and without a date behind.

/// The part of a model's name that stays the same however it was pinned, to be compared without regard to case.
///
/// Cut are a provider path (`models/`, `anthropic/`), a cloud's region and vendor (`us.anthropic.`), a date, a
/// release number of three digits or more, `-latest`, and a cloud's `-v2:0`.
pub(super) fn stem(model: &str) -> &str {
    let name = model.rsplit('/').next().unwrap_or(model).trim();
    let mut stem = without_vendor(name);
    while let Some(shorter) = without_suffix(stem).filter(|shorter| !shorter.is_empty()) {
        stem = shorter;
    }
    stem
}

/// Whether one of the names of one span is a name of the other. A span without any name may be any model.
pub(super) fn meet(one: [Option<&str>; 2], other: [Option<&str>; 2]) -> bool {
    let mut ours = one.into_iter().flatten().map(stem).peekable();
    let mut theirs = other.into_iter().flatten().map(stem).peekable();
    if ours.peek().is_none() || theirs.peek().is_none() {
        return true;
    }
    let theirs: [Option<&str>; 2] = [theirs.next(), theirs.next()];
    ours.any(|name| {
        theirs
            .iter()
            .flatten()
            .any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// `us.anthropic.claude-x` without `us.anthropic.`: words of letters only, followed by a letter.
fn without_vendor(name: &str) -> &str {
    let mut rest = name;
    while let Some((vendor, model)) = rest.split_once('.') {
        let is_word = !vendor.is_empty() && vendor.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_word || !model.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            break;
        }
        rest = model;
    }
    rest
}

fn without_suffix(name: &str) -> Option<&str> {
    if let Some(shorter) = name.strip_suffix("-latest") {
        return Some(shorter);
    }
    let (head, tail) = name.rsplit_once(['-', '@', ':'])?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(tail) {
        return None;
    }
    if name.strip_suffix(tail).is_some_and(|front| front.ends_with(':')) {
        return Some(without_version(head));
    }
    if tail.len() >= 3 {
        return Some(head);
    }
    // A day: cut it with its month, and the year before that, or it is no date.
    let (head, month) = head.rsplit_once('-').filter(|_| tail.len() == 2)?;
    if month.len() != 2 || !is_digits(month) {
        return None;
    }
    match head.rsplit_once('-') {
        Some((front, year)) if year.len() == 4 && is_digits(year) => Some(front),
        _ => Some(head),
    }
}

fn without_version(name: &str) -> &str {
    match name.rsplit_once("-v") {
        Some((front, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => front,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str, is_same: bool) {
        assert_eq!(
            meet([Some(one), None], [None, Some(other)]),
            is_same,
            "{one} and {other}"
        );
    }

    #[test]
    fn a_dated_or_pathed_name_is_the_same_model() {
        check("gpt-4o-mini", "gpt-4o-mini-2024-07-18", true);
        check("GPT-4o", "openai/gpt-4o-latest", true);
        check("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", true);
        check(
            "claude-3-5-sonnet",
            "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
            true,
        );
        check(
            "gemini-2.5-pro-preview",
            "models/gemini-2.5-pro-preview-05-06",
            true,
        );
        check("gpt-4", "gpt-4-0613", true);
        check("claude-3-opus", "claude-3-opus@20240229", true);
    }

    #[test]
    fn another_size_or_release_is_another_model() {
        check("gpt-4o", "gpt-4o-mini", false);
        check("claude-opus-4", "claude-opus-4-1", false);
        check("gpt-4.1", "gpt-4", false);
        check("gemini-2.0-flash", "gemini-2.5-flash", false);
    }

    #[test]
    fn an_unknown_name_may_be_any_model() {
        assert!(meet([None, None], [Some("gpt-4o"), None]));
    }
}
