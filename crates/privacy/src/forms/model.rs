//! The form of model names.

use std::sync::LazyLock;

use super::{Odd, parts, runs};
use crate::rules::WordSet;

/// Longest model name, in bytes.
const MODEL_SIZE_BYTES_MAX: usize = 160;

/// Most digits right after a family.
const FAMILY_DIGITS_MAX: usize = 3;

/// Words that model names are known by. A name with one of them may have dates and sizes in it.
static FAMILIES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "gpt",
        "chatgpt",
        "o1",
        "o3",
        "o4",
        "davinci",
        "babbage",
        "claude",
        "gemini",
        "gemma",
        "palm",
        "llama",
        "mistral",
        "mixtral",
        "ministral",
        "codestral",
        "devstral",
        "magistral",
        "pixtral",
        "voxtral",
        "qwen",
        "qwq",
        "deepseek",
        "command",
        "aya",
        "embed",
        "embedding",
        "rerank",
        "grok",
        "phi",
        "nova",
        "titan",
        "jamba",
        "jurassic",
        "kimi",
        "moonshot",
        "yi",
        "glm",
        "chatglm",
        "ernie",
        "doubao",
        "hunyuan",
        "minimax",
        "abab",
        "baichuan",
        "internlm",
        "falcon",
        "dbrx",
        "granite",
        "nemotron",
        "nous",
        "hermes",
        "olmo",
        "solar",
        "exaone",
        "starcoder",
        "codellama",
        "vicuna",
        "zephyr",
        "wizardlm",
        "dolphin",
        "orca",
        "stablelm",
        "sonar",
        "reka",
        "arctic",
        "smollm",
        "whisper",
        "tts",
        "dall",
        "imagen",
        "veo",
        "sora",
        "flux",
        "voyage",
        "bge",
        "gte",
        "e5",
        "minilm",
        "mpnet",
        "nomic",
        "jina",
        "colbert",
        "haiku",
        "sonnet",
        "opus",
        "fable",
        "seed",
        "step",
        "sensechat",
        "spark",
        "text",
        "omni",
        "realtime",
    ])
});

/// Whether a text is a model name: provider and path allowed, a known family in it, sizes and dates as models
/// have them, and nothing random.
pub(crate) fn is_model_name(text: &str) -> bool {
    // Any other text would be judged as a name, whose words may be model names.
    is_spelled_as_model(text) && has_family(text) && odd_in_model(text) == Odd::Nothing
}

/// Whether a text has the length and letters of a model name.
fn is_spelled_as_model(text: &str) -> bool {
    text.len() <= MODEL_SIZE_BYTES_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-:/@+".contains(&byte))
}

/// What is odd in a text that stands where a model name belongs. An unknown family is not odd there.
pub(crate) fn odd_in_model(text: &str) -> Odd {
    if !is_spelled_as_model(text) {
        return super::odd_in_name(text);
    }
    if crate::keys::is_token(text) {
        return Odd::Nothing;
    }
    let is_odd = |run: &std::ops::Range<usize>| {
        let before = text.get(..run.start).unwrap_or_default();
        text.get(run.clone())
            .is_some_and(|run| is_odd_part(run) && !crate::keys::is_token_body(before, run))
    };
    let odd = runs(text).into_iter().filter(is_odd).collect();
    parts(text, odd)
}

fn has_family(text: &str) -> bool {
    text.split(|letter: char| !super::is_name_letter(letter))
        .any(|run| {
            // `qwen2`, `llama3`, `phi4`: the family, then at most a short number.
            let digits = run.bytes().rev().take_while(u8::is_ascii_digit).count();
            (0..=digits.min(FAMILY_DIGITS_MAX)).any(|digits| {
                run.get(..run.len() - digits)
                    .is_some_and(|family| FAMILIES.contains_in_any_case(family))
            })
        })
}

/// Parts of model names: words, sizes (`70b`, `8x22b`, `a22b`, `4o`), versions (`v3`), dates (`20250929`, `0613`).
fn is_odd_part(run: &str) -> bool {
    let digits = super::digit_count(run);
    let letters = run.len() - digits;
    match (digits, letters) {
        (0, _) => super::is_odd_run(run),
        (8, 0) => !run.starts_with("20"),
        (_, 0) => digits > 4,
        // `gpt4o`, `8x22b`, `fp8`, `q4`, `128k`: few digits, short.
        _ => digits > 4 || run.len() > 6 && super::is_odd_run(run),
    }
}
