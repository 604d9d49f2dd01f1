//! How fast texts are scanned, on one core: text as agents write it, clean text, and texts made to be slow.
//!
//! ```sh
//! cargo bench -p everyframe-privacy --bench scan
//! EVERYFRAME_CORPUS=corpus.jsonl cargo bench -p everyframe-privacy --bench scan -- corpus
//! ```

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use privacy::{Surface, scan};

/// Largest field that is scanned.
const FIELD_SIZE_BYTES: usize = 1024 * 1024;

fn main() {
    divan::main();
}

/// What a model and its tools say when nothing needs to go.
const CLEAN: &str = "The planner read the issue and chose to look at the failing test first. It opened \
    `src/parser/expression.rs`, found that the precedence of the unary minus was wrong in one branch, and wrote a \
    patch of twelve lines. The test suite then passed: 214 tests in 3.2 seconds, none skipped. Next step: update \
    the changelog, as the contribution guide asks for it, and open a pull request against the main branch.\n\
    fn precedence(operator: Operator) -> u8 {\n    match operator {\n        Operator::Or => 1,\n        \
    Operator::And => 2,\n        Operator::Compare(_) => 4,\n        Operator::Add | Operator::Subtract => 8,\n    \
    }\n}\n{\"status\": \"done\", \"files\": [\"src/parser/expression.rs\", \"CHANGELOG.md\"], \"attempt\": 2}\n";

/// Text of tools and people in which something must go every few lines.
const MIXED: &str = "2026-11-22T10:14:07Z INFO agent.runner run=a33c16ca cache miss 1810100409249480982\n\
    {\"customer_name\": \"Ines Calvo\", \"email\": \"ines.calvo@example.net\", \"mobile\": \"+34 612 07 58 28\"}\n\
    DATABASE_URL=postgres://reporting:LnjZn1Lq64dW@db.internal:5432/crm\nREGION=eu-west-1\nMAX_TOKENS=4096\n\
    The index was rebuilt at commit 7fe1e33fbc729109a6cb24f350209e6174543265 and the retriever returned three \
    passages. Prices: $57,751.82 and 1,873 prompt tokens; host 192.168.2.114, image sha256:f8e57870b4af91ccca.\n\
    authorization: Bearer 9sK2mQ8vLx4TzR7wYb1NcH5d\nuser-agent: agent-sdk/2.1.0 (linux; x64)\n";

fn repeated(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len() + 1).chars().take(size).collect()
}

/// Letters as a picture in base64 has them: no text inside.
fn binary_like(size: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut text = String::from("{\"image\": \"data:image/png;base64,iVBORw0KGgo");
    while text.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.extend(
            LETTERS
                .get((state >> 58) as usize)
                .map(|letter| char::from(*letter)),
        );
    }
    text.push_str("\"}");
    text
}

fn bench(bencher: Bencher<'_, '_>, text: &str) {
    bencher
        .counter(BytesCount::of_str(text))
        .bench_local(|| scan(black_box(text), Surface::Content, None, &[]));
}

#[divan::bench(max_time = 2)]
fn clean(bencher: Bencher<'_, '_>) {
    bench(bencher, &repeated(CLEAN, 64 * 1024));
}

#[divan::bench(max_time = 2)]
fn mixed(bencher: Bencher<'_, '_>) {
    bench(bencher, &repeated(MIXED, 64 * 1024));
}

#[divan::bench(max_time = 2)]
fn binary(bencher: Bencher<'_, '_>) {
    bench(bencher, &binary_like(256 * 1024));
}

/// The texts of a labelled corpus, one after another; nothing where none is named.
#[divan::bench(max_time = 5)]
fn corpus(bencher: Bencher<'_, '_>) {
    let lines = std::env::var("EVERYFRAME_CORPUS")
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_default();
    let texts: Vec<(String, Option<String>, Surface)> = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|line| {
            let text = |name: &str| line.get(name).and_then(|text| text.as_str()).map(str::to_owned);
            let surface = Surface::parse(&text("surface").unwrap_or_default());
            (text("text").unwrap_or_default(), text("key"), surface)
        })
        .collect();
    let size: usize = texts.iter().map(|(text, ..)| text.len()).sum();
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        texts
            .iter()
            .map(|(text, key, surface)| scan(black_box(text), *surface, key.as_deref(), &[]).len())
            .sum::<usize>()
    });
}

/// Texts of the largest size, made to be slow.
const HOSTILE: &[(&str, &str)] = &[
    ("all a", "a"),
    ("all digits", "1"),
    ("digits and spaces", "1 "),
    ("all {", "{"),
    ("backslashes", "\\"),
    ("at signs", "@"),
    ("a@", "a@"),
    ("mail", "a@b.cc"),
    ("token:", "token:"),
    ("password:[", "password:["),
    ("password=", "password="),
    ("cookies", "cookie: a=b; "),
    ("headings", "name,"),
    ("quotes", "\""),
    ("jwt", "eyJ"),
    ("urls", "://"),
    ("url users", "://a:"),
    ("joints", "' + '"),
    ("percent", "%25"),
    ("zero width", "\u{200b}"),
    ("introductions", "my name is "),
    ("pem", "-----BEGIN PRIVATE KEY-----"),
    ("decimals", "12.34."),
    ("mixed case", "aA1bB2"),
    ("iban", "DE89"),
    ("hex", "0a1b2c3d"),
    ("colons", "1:"),
    ("sk-", "sk-"),
    ("at words", "a at b dot "),
    ("groups", "4111 "),
    ("unicode", "é"),
    ("wide", "私は"),
    ("entities", "&#64;"),
    ("equals", "a="),
];

#[divan::bench(args = HOSTILE.iter().map(|(name, _)| *name), max_time = 1)]
fn hostile(bencher: Bencher<'_, '_>, name: &str) {
    let piece = HOSTILE
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("a", |(_, piece)| piece);
    bench(bencher, &repeated(piece, FIELD_SIZE_BYTES));
}

#[divan::bench(max_time = 1)]
fn hostile_keys(bencher: Bencher<'_, '_>) {
    let keys: Vec<String> = (0..64_000)
        .map(|index| format!("\"pw{index}\":{index}"))
        .collect();
    bench(bencher, &format!("{{{}}}", keys.join(",")));
}

#[divan::bench(max_time = 1)]
fn hostile_layers(bencher: Bencher<'_, '_>) {
    use base64::Engine;
    let mut text = repeated(CLEAN, 300 * 1024);
    for _ in 0..4 {
        text = base64::engine::general_purpose::STANDARD.encode(text);
    }
    text.truncate(FIELD_SIZE_BYTES);
    bench(bencher, &text);
}
