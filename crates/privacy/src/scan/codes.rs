//! National numbers: forms, check digits, and what stands near.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Pass, numbers};
use crate::rules::national::{NATIONAL, National, Proof, WORDS_OF_ALL};

/// How far before a number words may announce it, in bytes.
const CONTEXT_SIZE_BYTES: usize = 64;
/// How far before a number its own name may stand, in bytes.
const NAME_SIZE_BYTES: usize = 28;
/// Most letters and digits of a number.
const NUMBER_SIZE_MAX: usize = 24;
/// Longest first run of a form.
const RUN_SIZE_MAX: usize = 20;

/// One form of one number.
#[derive(Clone, Copy)]
struct Form {
    national: &'static National,
    form: &'static [u8],
    /// What stands right behind the first run; `None` if nothing does.
    joint: Option<u8>,
}

/// Forms by the length of their first run and by whether it has letters: few are tried at each place.
static FORMS: LazyLock<Vec<[Vec<Form>; 2]>> = LazyLock::new(|| {
    let mut forms: Vec<[Vec<Form>; 2]> = (0..=RUN_SIZE_MAX).map(|_| [Vec::new(), Vec::new()]).collect();
    for national in NATIONAL.iter().copied() {
        for form in national.forms {
            let form = form.as_bytes();
            let run = form
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
            let has_letters = form.iter().take(run).any(u8::is_ascii_alphabetic);
            for letters in [true, false] {
                // A first run with a digit or letter at choice is listed with both.
                let is_listed = letters == has_letters
                    || (!letters
                        && form
                            .iter()
                            .take(run)
                            .all(|byte| matches!(byte, b'0'..=b'9' | b'X' | b'K')));
                if let Some(slot) = forms
                    .get_mut(run)
                    .filter(|_| is_listed)
                    .and_then(|slot| slot.get_mut(usize::from(letters)))
                {
                    slot.push(Form {
                        national,
                        form,
                        joint: form.get(run).copied(),
                    });
                }
            }
        }
    }
    forms
});

/// Whether the words could be compiled.
pub(super) fn is_ready() -> bool {
    WORDS.is_some()
}

/// Looks for a national number that begins with a run. Answers its end.
pub(super) fn find(pass: &mut Pass<'_>, start: usize, end: usize) -> Option<usize> {
    // `AN 33 81 89 A`: two letters stand before the first digits.
    if let Some(letters) = letters_before(pass, start)
        && let Some(end) = find_at(pass, letters..letters + 2, true)
    {
        return Some(end);
    }
    let has_letters = pass
        .text
        .as_bytes()
        .get(start..end)?
        .iter()
        .any(u8::is_ascii_alphabetic);
    find_at(pass, start..end, has_letters)
}

fn letters_before(pass: &Pass<'_>, start: usize) -> Option<usize> {
    let bytes = pass.text.as_bytes();
    let letters = bytes.get(start.checked_sub(3)?..start)?;
    let is_pair = letters.iter().take(2).all(u8::is_ascii_uppercase)
        && letters.last().is_some_and(|byte| b" -".contains(byte));
    is_pair.then_some(start - 3)
}

fn find_at(pass: &mut Pass<'_>, run: Range<usize>, has_letters: bool) -> Option<usize> {
    let forms = FORMS.get(run.len())?.get(usize::from(has_letters))?;
    if forms.is_empty() || !numbers::is_free_before(pass, run.start) {
        return None;
    }
    let next = pass.byte(run.end);
    for form in forms
        .iter()
        .filter(|form| form.joint.is_none() || form.joint == next)
    {
        let mut compact = [0; NUMBER_SIZE_MAX];
        let Some((end, compact)) = matched(pass.text.as_bytes(), run.start, form.form, &mut compact) else {
            continue;
        };
        let is_one = numbers::is_free_after(pass, end)
            && if (form.national.check)(compact) {
                is_meant(pass, run.start..end, form)
            } else {
                is_named(pass, run.start, form)
            };
        if is_one {
            pass.push(run.start..end, &form.national.rule);
            return Some(end);
        }
    }
    None
}

/// Matches a form; answers the end, and the letters and digits without separators.
fn matched<'a>(
    text: &[u8],
    start: usize,
    form: &[u8],
    compact: &'a mut [u8; NUMBER_SIZE_MAX],
) -> Option<(usize, &'a [u8])> {
    let rest = text.get(start..start + form.len())?;
    let fits = |(byte, expected): (&u8, &u8)| match expected {
        b'9' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_alphabetic(),
        b'X' => byte.is_ascii_alphanumeric(),
        b'K' => byte.is_ascii_digit() || matches!(byte, b'K' | b'k' | b'X' | b'x'),
        literal => byte == literal,
    };
    if !rest.iter().zip(form).all(fits) {
        return None;
    }
    let mut size = 0;
    for byte in rest.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        *compact.get_mut(size)? = byte.to_ascii_uppercase();
        size += 1;
    }
    Some((start + form.len(), compact.get(..size)?))
}

/// Whether a number that fits form and check is one: by its own proof, by what stands near, by where it stands.
fn is_meant(pass: &Pass<'_>, range: Range<usize>, form: &Form) -> bool {
    let start = range.start;
    let is_written_out = form.form.iter().any(|byte| !byte.is_ascii_alphanumeric());
    let has_letters = form.form.contains(&b'A');
    // Small letters are rather those of a hash; and numbers in a row of numbers prove nothing by their spaces.
    let is_doubtful = has_letters
        && pass
            .text
            .get(range.clone())
            .is_some_and(|text| text.bytes().any(|byte| byte.is_ascii_lowercase()))
        || form.form.contains(&b' ') && is_in_row(pass, &range);
    match form.national.proof {
        Proof::Check if !is_doubtful => return true,
        Proof::Form if (is_written_out || has_letters) && !is_doubtful => return true,
        Proof::Check | Proof::Form | Proof::Context => {}
    }
    if numbers::is_label(pass) && form.form.len() >= 8 {
        return true;
    }
    let near = near(pass, start);
    near.of_all || near.own & bit(form.national) != 0
}

/// Whether the number's own name stands right before it: then it is one though a digit was mistyped.
fn is_named(pass: &Pass<'_>, start: usize, form: &Form) -> bool {
    form.form.len() >= 9 && near(pass, start).close & bit(form.national) != 0
}

/// Whether a number with spaces in it has another number a space before or after it.
fn is_in_row(pass: &Pass<'_>, range: &Range<usize>) -> bool {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| pass.byte(at))
            .is_some_and(|byte| byte.is_ascii_digit())
    };
    pass.byte(range.end) == Some(b' ') && is_digit(Some(range.end + 1))
        || pass.byte_before(range.start) == Some(b' ') && is_digit(range.start.checked_sub(2))
}

/// The words that stand before a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    start: usize,
    /// Whether a word that announces any national number is among them.
    of_all: bool,
    /// A bit for each number whose own words are among them.
    own: u128,
    /// The same, for words right before it.
    close: u128,
}

/// What stands before a number: looked at once, however many forms it has.
fn near(pass: &Pass<'_>, start: usize) -> Near {
    if let Some(near) = pass.near.get().filter(|near| near.start == start) {
        return near;
    }
    let mut near = Near {
        start,
        of_all: false,
        own: 0,
        close: 0,
    };
    let text = pass.sentence_before(start, CONTEXT_SIZE_BYTES);
    if let Some(words) = WORDS.as_ref().filter(|_| text.chars().any(char::is_alphabetic)) {
        words.each(&text, |index, end| match OWNERS.get(index).copied().flatten() {
            Some(owner) => {
                near.own |= 1 << owner;
                if text.len() - end <= NAME_SIZE_BYTES {
                    near.close |= 1 << owner;
                }
            }
            None => near.of_all = true,
        });
    }
    pass.near.set(Some(near));
    near
}

fn bit(national: &'static National) -> u128 {
    NATIONAL
        .iter()
        .position(|known| std::ptr::eq(*known, national))
        .map_or(0, |index| 1 << index)
}

/// Whose words they are, in the order of [`WORDS`]: an index of [`NATIONAL`]; `None` for those of all.
static OWNERS: LazyLock<Vec<Option<usize>>> = LazyLock::new(|| {
    let own = NATIONAL
        .iter()
        .enumerate()
        .flat_map(|(index, national)| national.words.iter().map(move |_| Some(index)));
    own.chain(WORDS_OF_ALL.iter().map(|_| None)).collect()
});

/// All words that announce a national number.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let own = NATIONAL.iter().flat_map(|national| national.words);
    Words::new(own.chain(WORDS_OF_ALL).copied())
});

/// Words looked for together.
pub(super) struct Words {
    automaton: AhoCorasick,
}

impl Words {
    pub(super) fn new(words: impl Iterator<Item = &'static str>) -> Option<Self> {
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .ok()?;
        Some(Self { automaton })
    }

    /// Whether a text, in lower case, has one of the words: at a boundary, short ones whole.
    pub(super) fn any(&self, text: &str) -> bool {
        self.automaton
            .find_overlapping_iter(text)
            .any(|hit| stands_alone(text, hit.range()))
    }

    /// Every such word of a text, by its index, and where it ends.
    fn each(&self, text: &str, mut seen: impl FnMut(usize, usize)) {
        for hit in self.automaton.find_overlapping_iter(text) {
            if stands_alone(text, hit.range()) {
                seen(hit.pattern().as_usize(), hit.end());
            }
        }
    }
}

/// Whether a word begins at a boundary, and, if it is short, ends at one.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let before = text
        .get(..range.start)
        .and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    let is_short = range.len() <= 4 && text.get(range).is_some_and(str::is_ascii);
    let is_joined = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    !(is_joined(before) || is_short && is_joined(after))
}
