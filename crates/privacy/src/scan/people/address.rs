//! The form of a postal address.

/// Longest address, in bytes.
const SIZE_BYTES_MAX: usize = 200;

/// Whether a text under the key of an address is one: letters, and a number, a comma, or a script without spaces.
pub(super) fn is_likely(text: &str) -> bool {
    let has_letter = text.chars().any(char::is_alphabetic);
    let has_number = text.chars().any(char::is_numeric);
    let is_place = text.contains(',')
        || text.contains(' ') && text.chars().next().is_some_and(|first| !first.is_lowercase());
    let is_wide = text.chars().filter(|letter| *letter > '\u{2e80}').count() >= 4;
    (6..=SIZE_BYTES_MAX).contains(&text.len())
        && has_letter
        && (has_number && text.contains([' ', ',']) || is_place || is_wide)
        && !text.contains("://")
        && !text.contains('@')
        && !text.starts_with("0x")
        && !text.contains('_')
}

/// The address that a text begins with: up to its postal code and the town after it, or the end of the sentence.
pub(super) fn leading(text: &str) -> &str {
    let sentence = sentence(text);
    if !sentence.chars().any(char::is_numeric) {
        return "";
    }
    let end = end_of_postal_code(sentence).unwrap_or(sentence.len());
    sentence
        .get(..end)
        .unwrap_or_default()
        .trim_end_matches([',', ' ', '.'])
}

fn sentence(text: &str) -> &str {
    let mut end = text.len().min(SIZE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let stops = [
        "です", "。", "\n", "\r", "\"", " | ", "; ", " और ", " y ", " und ", " and ", " et ", " e ",
    ];
    let mut end = stops
        .iter()
        .filter_map(|stop| text.find(stop))
        .min()
        .unwrap_or(text.len());
    // A point ends the sentence unless it abbreviates: `C. de`, `Apt. 84`.
    for (at, _) in text.match_indices(". ") {
        let word = text
            .get(..at)
            .and_then(|before| before.rsplit([' ', ',']).next())
            .unwrap_or_default();
        let next_is_capital = text
            .get(at + 2..)
            .and_then(|after| after.chars().next())
            .is_some_and(char::is_uppercase);
        if word.chars().count() > 4 && next_is_capital {
            end = end.min(at);
        }
    }
    text.get(..end).unwrap_or_default()
}

/// The end of the first postal code that follows something, and of the town after it where it comes first.
fn end_of_postal_code(text: &str) -> Option<usize> {
    let words: Vec<(usize, &str)> = text
        .split([' ', ','])
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some((start, word))
        })
        .collect();
    for (index, (start, word)) in words.iter().enumerate().skip(2) {
        let bare = word.trim_end_matches(['.', ';']);
        let next = words.get(index + 1).map_or("", |(_, next)| next);
        if is_british(bare, next) {
            return Some(start + bare.len() + 1 + next.trim_end_matches('.').len());
        }
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        let is_code = (4..=8).contains(&digits)
            && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            && bare.len() == word.len().min(bare.len());
        if !is_code {
            continue;
        }
        // A house number comes before its street in some countries and after it in others: a code has more digits,
        // or a comma before it.
        let after_comma = text
            .get(..*start)
            .is_some_and(|before| before.trim_end().ends_with(','));
        let mut end = start + bare.len();
        if digits == 4 && !after_comma {
            continue;
        }
        if word.len() == bare.len() && after_comma {
            for (start, town) in words.iter().skip(index + 1).take(4) {
                let name = town.trim_end_matches(['.', ';']);
                let is_joined = text.get(end..*start) == Some(" ");
                if !is_joined || !name.chars().next().is_some_and(char::is_uppercase) {
                    break;
                }
                end = start + name.len();
                if name.len() < town.len() {
                    break;
                }
            }
        }
        return Some(end);
    }
    None
}

/// `W10 1SD`
fn is_british(outward: &str, inward: &str) -> bool {
    let inward = inward.trim_end_matches(['.', ';']).as_bytes();
    let is_inward = matches!(inward, [digit, first, second] if digit.is_ascii_digit() && first.is_ascii_uppercase() && second.is_ascii_uppercase());
    let outward = outward.as_bytes();
    (2..=4).contains(&outward.len())
        && outward.first().is_some_and(u8::is_ascii_uppercase)
        && outward.iter().any(u8::is_ascii_digit)
        && outward
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && is_inward
}
