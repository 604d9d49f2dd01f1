//! Looks beside the phrases with which people introduce themselves, others, and where they live.

use super::{ADDRESS, BIRTH, NAME, address, birth, name};
use crate::rules::phrases::Beside::{
    Address, Birth, FullName, FullNameBefore, Name, NameBefore, NameInName, NameUntil, SignedName, Title,
};
use crate::rules::phrases::PHRASES;
use crate::scan::{Pass, Surface};

/// Looks beside a phrase.
pub(in crate::scan) fn find(pass: &mut Pass<'_>, index: usize, start: usize, end: usize) {
    let Some(phrase) = PHRASES.get(index) else {
        return;
    };
    // Scripts from Hebrew on either have no spaces or join words to those before them.
    let is_letter = |letter: char| letter.is_alphanumeric() && letter < '\u{590}';
    let joins = phrase.text.starts_with(is_letter)
        && pass
            .text
            .get(..start)
            .is_some_and(|before| before.ends_with(is_letter));
    if joins {
        return;
    }
    // What already went needs no look.
    if start < pass.phrase_read_to && end <= pass.phrase_read_to {
        return;
    }
    let before = pass.text.get(..start).unwrap_or_default();
    let after = pass.text.get(end..).unwrap_or_default();
    match phrase.beside {
        Name => push_name(pass, end, name::leading(after), 1),
        FullName => push_name(pass, end, name::leading(after), 2),
        NameInName if pass.surface == Surface::Name => push_name(pass, end, name::leading(after), 2),
        NameInName => {}
        Title => {
            let name = name::leading(after);
            let is_capital = pass
                .text
                .get(start..)
                .is_some_and(|text| text.starts_with(char::is_uppercase));
            if name::count(name) >= 1 && is_capital {
                pass.push(start..end + name.len(), &NAME);
            }
        }
        SignedName => {
            let line = after.trim_start_matches([' ', '\r', '\n', ',']);
            let skipped = after.len() - line.len();
            let first = line.lines().next().unwrap_or_default();
            let name = name::leading(first);
            if skipped > 0 && skipped <= 6 && name.len() == first.trim_end().len() {
                push_name(pass, end + skipped, name, 1);
            }
        }
        NameBefore => {
            let name = run_before(before);
            push_name(pass, start - name.len(), name, 1);
        }
        FullNameBefore => {
            let name = name::trailing(before);
            push_name(pass, start - name.len(), name, 2);
        }
        NameUntil(last) => {
            let size = after.char_indices().find(|(index, letter)| {
                *index > 60
                    || matches!(
                        letter,
                        '，' | '。' | ',' | '.' | '\n' | '"' | '।' | '、' | '!' | '！'
                    )
            });
            let clause = after
                .get(..size.map_or(after.len(), |(index, _)| index))
                .unwrap_or_default();
            let clause = last
                .iter()
                .filter_map(|last| clause.find(last))
                .min()
                .and_then(|at| clause.get(..at))
                .unwrap_or(clause)
                .trim_end();
            if clause.chars().count() <= 24 && clause.split(' ').count() <= 4 {
                push_name(pass, end, clause, 1);
            }
        }
        Address => {
            let address = address::leading(after);
            if address::is_likely(address) {
                pass.push(end..end + address.len(), &ADDRESS);
            }
        }
        Birth => {
            if let Some((from, to)) = birth::leading(after) {
                pass.push(end + from..end + to, &BIRTH);
            }
        }
    }
}

fn push_name(pass: &mut Pass<'_>, start: usize, name: &str, words: usize) {
    let has_capitals = name
        .chars()
        .any(|letter| letter.is_lowercase() || letter.is_uppercase());
    if name::count(name) >= words
        || (!has_capitals && name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2)
    {
        pass.phrase_read_to = start + name.len();
        pass.push(start..start + name.len(), &NAME);
    }
}

/// The run of letters of a wide script that a text ends with, one space allowed within.
fn run_before(text: &str) -> &str {
    let is_wide = |letter: char| letter > '\u{2e80}' && letter.is_alphabetic();
    let mut spaces = 0;
    let mut start = text.len();
    for (index, letter) in text.char_indices().rev().take(16) {
        spaces += usize::from(letter == ' ');
        if !(is_wide(letter) || letter == ' ' && spaces <= 1) {
            break;
        }
        start = index;
    }
    text.get(start..).unwrap_or_default().trim_start()
}
