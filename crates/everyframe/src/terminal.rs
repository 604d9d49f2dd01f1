//! What a terminal shows: text made harmless, colour only where it is wanted, columns that fit.
//!
//! Everything in a span was written by somebody else, also its names and ids. No byte of it reaches a terminal
//! as a command: control, bidirectional and invisible characters become marks that can be seen.

use std::borrow::Cow;
use std::fmt::Write;
use std::io::IsTerminal;

use clap::ValueEnum;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Columns where the width of the terminal is not known, such as in a pipe.
const WIDTH_DEFAULT: usize = 120;
/// Narrowest layout; a narrower terminal wraps.
const WIDTH_MIN: usize = 40;

/// How to write to standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Columns there are.
    pub(crate) width: usize,
    /// Whether to use colour.
    pub(crate) has_color: bool,
}

/// A colour, by what it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Paint {
    /// Ordinary text.
    Plain,
    /// A heading or a name to find.
    Strong,
    /// What is there but matters less.
    Faint,
    /// Well done.
    Good,
    /// Needs a look.
    Warn,
    /// Failed.
    Bad,
}

impl Style {
    /// The style of standard output: width of the terminal (or `COLUMNS`), colour as chosen.
    pub(crate) fn detect(choice: ColorChoice) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let is_off = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let from_variable = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let from_terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            width: from_variable
                .or(from_terminal)
                .unwrap_or(WIDTH_DEFAULT)
                .max(WIDTH_MIN),
            has_color: match choice {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => is_terminal && !is_off,
            },
        }
    }

    /// Text in a colour, if there is any.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Plain => return text.to_owned(),
            _ if !self.has_color || text.trim().is_empty() => return text.to_owned(),
            Paint::Strong => "1",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Warn => "33",
            Paint::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// The text with every character that could steer a terminal, or hide, replaced by a mark.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            letter if is_harmless(letter) => shown.push(letter),
            // The pictures of the C0 characters stand in their order from U+2400.
            '\0'..='\u{1f}' => shown.push(char::from_u32(0x2400 + u32::from(letter)).unwrap_or('�')),
            '\u{7f}' => shown.push('␡'),
            _ => {
                let _ = write!(shown, "‹U+{:04X}›", u32::from(letter));
            }
        }
    }
    Cow::Owned(shown)
}

fn is_harmless(letter: char) -> bool {
    let is_hidden = matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    !letter.is_control() && !is_hidden
}

/// Columns the text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text made harmless and cut to so many columns, with `…` where something is left out.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    let text = visible(text);
    if text.width() <= columns {
        return text.into_owned();
    }
    let mut taken = 0;
    let mut cut = String::new();
    for letter in text.chars() {
        let next = taken + letter.width().unwrap_or(0);
        if next + 1 > columns {
            break;
        }
        taken = next;
        cut.push(letter);
    }
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// Spaces that fill the text up to so many columns.
pub(crate) fn padding(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(text.width()))
}

/// Writes a line to standard error. A closed one is no reason to fail.
pub(crate) fn note(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes to standard output. A reader that went away (`| head`) ends the output, not the command.
pub(crate) fn print(text: &str) {
    use std::io::Write as _;
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_span_steers_the_terminal() {
        for (hostile, shown) in [
            ("\u{1b}[2Jgone", "␛[2Jgone"),
            ("a\rb\nc\td", "a␍b␊c␉d"),
            ("\u{202e}evil\u{2066}", "‹U+202E›evil‹U+2066›"),
            ("zero\u{200b}width\u{feff}", "zero‹U+200B›width‹U+FEFF›"),
            ("\u{9b}31m", "‹U+009B›31m"),
            ("\u{7f}", "␡"),
            ("tag\u{e0041}", "tag‹U+E0041›"),
        ] {
            assert_eq!(visible(hostile), shown);
        }
    }

    #[test]
    fn ordinary_text_of_any_script_stays() {
        for text in ["refund_order", "Rückgabe für Zoë", "退款", "заказ №5", "café ☕"] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn text_is_cut_to_columns_not_bytes() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("退款退款", 5), "退款…");
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn without_colour_the_text_is_plain() {
        let style = Style {
            width: 80,
            has_color: false,
        };
        assert_eq!(style.paint(Paint::Bad, "error"), "error");
    }
}
