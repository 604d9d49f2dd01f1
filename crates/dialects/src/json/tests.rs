//! The reader's grammar is that of `serde_json`, but for what the module's head says.

use super::{Next, Reader};

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Reads a whole text into a tree, with no limit on depth: for short texts only.
fn read(text: &[u8]) -> Option<Value> {
    let mut reader = Reader::new(text);
    let value = read_value(&mut reader)?;
    reader.end().ok()?;
    Some(value)
}

fn read_value(reader: &mut Reader<'_>) -> Option<Value> {
    Some(match reader.peek().ok()? {
        Next::Null => {
            assert!(reader.is_null().ok()?);
            Value::Null
        }
        Next::Bool => Value::Bool(reader.bool().ok()?),
        Next::Text => Value::String(reader.text().ok()?.into_owned()),
        Next::Number => {
            let written = reader.number().ok()?;
            serde_json::from_str(written).unwrap_or(Value::Null)
        }
        Next::Array => {
            let mut list = Vec::new();
            reader.begin_array().ok()?;
            let mut is_first = true;
            while reader.next_element(&mut is_first).ok()? {
                list.push(read_value(reader)?);
            }
            Value::Array(list)
        }
        Next::Object => {
            let mut map = Map::new();
            reader.begin_object().ok()?;
            let mut is_first = true;
            while let Some(key) = reader.next_key(&mut is_first).ok()? {
                map.insert(key.into_owned(), read_value(reader)?);
            }
            Value::Object(map)
        }
    })
}

fn is_skipped(text: &[u8]) -> bool {
    let mut reader = Reader::new(text);
    reader.skip().is_ok() && reader.end().is_ok()
}

/// Holds a text against `serde_json`.
fn check(text: &str) {
    let expected = match serde_json::from_str::<Value>(text) {
        // Where `serde_json` refuses a number for its size, this reader leaves it as it is written.
        Err(error) if error.to_string().contains("out of range") => return,
        expected => expected.ok(),
    };
    assert_eq!(read(text.as_bytes()), expected, "{text}");
    assert_eq!(is_skipped(text.as_bytes()), expected.is_some(), "{text}");
}

#[test]
fn reads_what_is_json() {
    check(r#" { "a" : [ 1 , -2.5e+3 , true , false , null , "x" ] , "b" : { } , "c" : [ ] } "#);
    check(r#""\"\\\/\b\f\n\r\té🦀""#);
    for number in [
        "0",
        "-0",
        "10",
        "0.5",
        "1e5",
        "1E-5",
        "-1.25e+2",
        "123456789012345678901234567890",
    ] {
        check(number);
    }
}

#[test]
fn refuses_what_is_not() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "{}}",
        "[1,]",
        "[,1]",
        "[1 2]",
        r#"{"a":1,}"#,
        r#"{"a"}"#,
        r#"{"a":}"#,
        "{1:2}",
        "{a:1}",
        r#"{"a":1 "b":2}"#,
        "nul",
        "nulll",
        "tru",
        "True",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        "\"\n\"",
        "\"a",
        "'a'",
        "[}",
        "{]",
        "//",
        "\u{a0}1",
        r#""a" "b""#,
    ] {
        check(text);
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(read(b"\xef\xbb\xbf1"), Some(Value::from(1)));
}

#[test]
fn numbers_that_are_not_finite_are_numbers() {
    for written in ["NaN", "Infinity", "-Infinity"] {
        assert_eq!(Reader::new(written.as_bytes()).number(), Ok(written));
    }
    assert_eq!(read(b"Infinite"), None);
    assert_eq!(read(b"-NaN"), None);
}

#[test]
fn a_text_without_escapes_is_borrowed() {
    let text = Reader::new(br#""plain""#).text();
    assert!(matches!(text, Ok(std::borrow::Cow::Borrowed("plain"))));
}

#[test]
fn a_fault_names_its_place() {
    let fault = Reader::new(b" \"a\nb\"").text().unwrap_err();
    assert_eq!(fault.offset, 3);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,10}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((".{0,5}", inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_reads_back(value in any_json(), is_pretty: bool) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        check(&text.unwrap());
    }

    #[test]
    fn any_text_of_json_characters_is_judged_alike(text in r#"[\[\]{}:,"\\ua0-9eE+.\- tfn\n]{0,24}"#) {
        // `serde_json` refuses lone surrogates, which this alphabet cannot write: no `d`.
        check(&text);
    }

    #[test]
    fn any_spoiled_value_is_judged_alike(
        value in any_json(),
        at in any::<proptest::sample::Index>(),
        character in r#"[\[\]{}:,"\\0-9 .\-]"#,
    ) {
        let mut text: Vec<char> = serde_json::to_string(&value).unwrap().chars().collect();
        let at = at.index(text.len());
        text[at] = character.chars().next().unwrap();
        check(&text.into_iter().collect::<String>());
    }
}
