//! How a text that was produced is built, without saying what it says: how many bytes, list items, digits and blocks
//! of code and question marks it has. Counts only, so that answers can be told apart where no text is kept.

use trace::content::Body;
use trace::{Media, Role, Text};

/// Most bytes that are looked at over all bodies of a span; of longer ones the beginning.
const SIZE_BYTES_MAX: usize = 64 * 1024;
/// What begins and ends a block of code in Markdown.
const FENCE: &[u8] = b"```";

/// The counts over what one span produced.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Counts {
    bytes: usize,
    items: usize,
    digits: usize,
    fences: usize,
    questions: usize,
}

/// The shape of what a span produced, as a JSON object; `None` where it produced no text.
pub(crate) fn of(bodies: &[Body]) -> Option<Text> {
    let mut counts = Counts::default();
    for body in bodies
        .iter()
        .filter(|body| matches!(body.role, Role::OutputMessage | Role::Output))
    {
        counts.add(body.text.expose().as_bytes(), body.media);
    }
    (counts.bytes > 0).then(|| counts.written())
}

impl Counts {
    /// Counts a text. In JSON each string begins a line, and `\n` is a line's end.
    fn add(&mut self, text: &[u8], media: Media) {
        let left = SIZE_BYTES_MAX.saturating_sub(self.bytes);
        let text = text.get(..left).unwrap_or(text);
        self.bytes += text.len();
        self.fences += text.windows(FENCE.len()).filter(|bytes| *bytes == FENCE).count();
        let mut is_line_begun = false;
        let mut letters = text.iter().copied();
        while let Some(letter) = letters.next() {
            let letter = match (media, letter) {
                (Media::Json, b'\\') => match letters.next() {
                    Some(b'n') => b'\n',
                    Some(b't' | b'r') => b' ',
                    _ => b'\\',
                },
                (Media::Json, b'"') => {
                    is_line_begun = false;
                    continue;
                }
                (_, letter) => letter,
            };
            self.digits += usize::from(letter.is_ascii_digit());
            self.questions += usize::from(letter == b'?');
            if letter.is_ascii_whitespace() {
                is_line_begun &= letter != b'\n';
                continue;
            }
            let is_item = !is_line_begun && (matches!(letter, b'-' | b'*') || letter.is_ascii_digit());
            self.items += usize::from(is_item);
            is_line_begun = true;
        }
    }

    fn written(self) -> Text {
        let Self {
            bytes,
            items,
            digits,
            questions,
            ..
        } = self;
        let blocks = self.fences.div_ceil(2);
        compact_str::format_compact!(
            r#"{{"bytes":{bytes},"items":{items},"digits":{digits},"code_blocks":{blocks},"questions":{questions}}}"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items, digits, blocks of code and question marks.
    fn check(media: Media, text: &str, expected: [usize; 4]) {
        let mut counts = Counts::default();
        counts.add(text.as_bytes(), media);
        let blocks = counts.fences.div_ceil(2);
        assert_eq!(
            [counts.items, counts.digits, blocks, counts.questions],
            expected,
            "{text}"
        );
    }

    #[test]
    fn lists_figures_code_and_questions_are_counted() {
        check(Media::Text, "", [0, 0, 0, 0]);
        check(Media::Text, "It costs 120, and that is all.", [0, 3, 0, 0]);
        check(
            Media::Text,
            "So:\n- one\n * two\n3. three\nfour - 4",
            [3, 2, 0, 0],
        );
        check(
            Media::Text,
            "```py\nx = 1\n```\nWhy? Shall I go on?",
            [0, 1, 1, 2],
        );
    }

    #[test]
    fn a_message_counts_as_its_text_does() {
        let message = |text: &str| {
            let text = serde_json::json!({"parts": [{"content": text, "type": "text"}], "role": "assistant"});
            text.to_string()
        };
        check(
            Media::Json,
            &message("So:\n- one\n\t* two\n3. three"),
            [3, 1, 0, 0],
        );
        check(Media::Json, &message("- he said \"why?\" twice"), [1, 0, 0, 1]);
        check(Media::Json, &message("```\nx\n```\n"), [0, 0, 1, 0]);
    }

    #[test]
    fn a_long_text_is_looked_at_in_its_beginning() {
        let mut counts = Counts::default();
        counts.add("1".repeat(100_000).as_bytes(), Media::Text);
        counts.add(b"1", Media::Text);
        assert_eq!((counts.bytes, counts.digits), (SIZE_BYTES_MAX, SIZE_BYTES_MAX));
    }
}
