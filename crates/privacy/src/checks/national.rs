//! Check digits of national numbers. Source of each: the public description by the office that gives it, as
//! collected in python-stdnum's documentation and Wikipedia's national identification number pages; the code is
//! ours.

pub(crate) mod americas;
pub(crate) mod asia_pacific;
pub(crate) mod eastern_europe;
pub(crate) mod near_east_and_africa;
pub(crate) mod northern_europe;
pub(crate) mod western_europe;

use super::{digit, weighted};

/// A check over the letters and digits of a number.
pub(crate) type Check = fn(&[u8]) -> bool;

/// Turns an answer that may not exist into a check.
fn holds(answer: Option<bool>) -> bool {
    answer.unwrap_or(false)
}

fn last_is(text: &[u8], expected: u32) -> Option<bool> {
    Some(digit(*text.last()?)? == expected)
}

/// Weights from the front, remainder by 11; `11 - remainder` is the check digit, 10 is never given out.
fn elevens(text: &[u8], weights: &[u32]) -> Option<bool> {
    let rest = (11 - weighted(text, weights)? % 11) % 11;
    last_is(text, rest)
}

/// Checks that each example passes, and that it fails with a digit changed. The examples are of the offices' own
/// documentation, or made to fit the rule.
#[cfg(test)]
fn check_examples(examples: &[(Check, &[u8])]) {
    for (index, (check, text)) in examples.iter().enumerate() {
        let shown = String::from_utf8_lossy(text);
        assert!(check(text), "{index} {shown}");
        let mut wrong = text.to_vec();
        let middle = text.len() / 2;
        if let Some(byte) = wrong.iter_mut().skip(middle).find(|byte| byte.is_ascii_digit()) {
            *byte = if *byte == b'9' { b'0' } else { *byte + 1 };
        }
        assert!(!check(&wrong), "{index} {shown} changed");
    }
}
