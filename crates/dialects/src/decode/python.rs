//! Python literals: what `str()` of a dictionary looks like. Some senders put that where JSON is meant.

use serde_json::{Map, Number, Value as Json};

/// Deepest nesting that is read.
const DEPTH_MAX: usize = 32;

/// Reads a dictionary, list, tuple or scalar literal; `None` if the text is anything else.
pub(crate) fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader {
        rest: text.trim(),
        depth: 0,
    };
    let value = reader.value()?;
    reader.rest.trim_start().is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Json> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '{' => self.nested(|reader| reader.dictionary()),
            '[' => self.nested(|reader| reader.sequence(']')),
            '(' => self.nested(|reader| reader.sequence(')')),
            quote @ ('\'' | '"') => self.text(quote).map(Json::String),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Json>) -> Option<Json> {
        if self.depth >= DEPTH_MAX {
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn take(&mut self, letter: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn dictionary(&mut self) -> Option<Json> {
        let mut entries = Map::new();
        self.take('{').then_some(())?;
        while !self.take('}') {
            let key = match self.value()? {
                Json::String(key) => key,
                Json::Number(key) => key.to_string(),
                _ => return None,
            };
            self.take(':').then_some(())?;
            let value = self.value()?;
            entries.insert(key, value);
            if !self.take(',') {
                self.take('}').then_some(())?;
                break;
            }
        }
        Some(Json::Object(entries))
    }

    fn sequence(&mut self, end: char) -> Option<Json> {
        let mut items = Vec::new();
        self.rest = self.rest.get(1..)?;
        while !self.take(end) {
            items.push(self.value()?);
            if !self.take(',') {
                self.take(end).then_some(())?;
                break;
            }
        }
        Some(Json::Array(items))
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((index, letter)) = letters.next() {
            if letter == quote {
                self.rest = self.rest.get(index + 1..)?;
                return Some(text);
            }
            if letter != '\\' {
                text.push(letter);
                continue;
            }
            match letters.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                escaped @ ('\\' | '\'' | '"') => text.push(escaped),
                // Escapes by number are rare in what str() writes; such a text stays as it is.
                _ => return None,
            }
        }
        None
    }

    fn word(&mut self) -> Option<Json> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-._".contains(letter))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(match word {
            "True" => Json::Bool(true),
            "False" => Json::Bool(false),
            "None" => Json::Null,
            _ => match word.parse::<i64>() {
                Ok(number) => Json::from(number),
                Err(_) => Json::Number(Number::from_f64(word.parse().ok().filter(|_| is_number(word))?)?),
            },
        })
    }
}

fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') && word.len() <= 17
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_str_of_a_dictionary_writes() {
        let text =
            r#"{'order_id': '7781', "name": "O'Hara", 'n': [1, -2.5, None], 'ok': True, 'pair': (1,)}"#;
        let expected = serde_json::json!(
            {"order_id": "7781", "name": "O'Hara", "n": [1, -2.5, null], "ok": true, "pair": [1]}
        );
        assert_eq!(parse(text), Some(expected));
    }

    #[test]
    fn leaves_everything_else_alone() {
        for text in [
            "Order(id=1)",
            "{'a': Order()}",
            "{'a': 1",
            "'open",
            "",
            "{'a': 1} and more",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
