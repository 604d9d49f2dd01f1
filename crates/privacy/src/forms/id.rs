//! The form of ids that programs make.

use crate::keys;

/// Longest id, in bytes.
const ID_SIZE_BYTES_MAX: usize = 128;
/// Longest number within an id that is kept: longer ones may be phones, cards or national numbers.
const DIGITS_MAX: usize = 8;
/// Digits over all numbers of an id of words and numbers.
const DIGITS_TOTAL_MAX: usize = 12;

/// What ids of the well-known makers begin with; a random body may follow.
const PREFIXES: &[&str] = &[
    "chatcmpl-",
    "cmpl-",
    "resp_",
    "msg_",
    "call_",
    "toolu_",
    "tool_",
    "run_",
    "run-",
    "run--",
    "thread_",
    "asst_",
    "step_",
    "req_",
    "req-",
    "fc_",
    "rs_",
    "gen-",
    "tr-",
    "trace-",
    "span-",
    "conv_",
    "conv-",
    "sess_",
    "sess-",
    "session_",
    "session-",
    "batch_",
    "file-",
    "file_",
    "vs_",
    "ft-",
    "ftjob-",
    "item_",
    "evt_",
    "event_",
    "lc_",
    "lc_run--",
    "tooluse_",
    "chatcmpl-tool-",
    "embd-",
    "rerank-",
    "adk-",
    "call-",
    "toolcall_",
    "srvtoolu_",
    "mcpl_",
    "mcpr_",
    "ws_",
    "ci_",
    "rsn_",
    "asyncio-",
    "task-",
    "task_",
    "job-",
    "job_",
    "wf_",
    "wf-",
    "exec_",
    "inv_",
    "e-",
    "u-",
    "org_",
    "proj_",
    "agent_",
    "asrun_",
    "thr_",
    "cmb_",
    "appr_",
    "approval_",
];

/// Whether a text has the form of an id: a UUID, a trace or span id, an id of a known maker, or words joined with
/// short numbers. Anything else, though it may be an id, is replaced by a token and still joins.
pub(crate) fn is_id(text: &str) -> bool {
    if text.is_empty() || text.len() > ID_SIZE_BYTES_MAX {
        return false;
    }
    keys::is_token(text)
        || is_uuid(text)
        || is_hex_id(text)
        || is_ulid(text)
        || has_known_maker(text)
        || is_slug(text)
        || joins_ids(text)
}

/// `8-4-4-4-12` hex digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Hex digits of a length that ids and hashes have.
fn is_hex_id(text: &str) -> bool {
    matches!(text.len(), 16 | 24 | 32 | 40 | 64)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_ulid(text: &str) -> bool {
    text.len() == 26
        && text.starts_with(|first| ('0'..='7').contains(&first))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte)))
}

/// A prefix of the list, then one run of letters and digits or an id of another form.
fn has_known_maker(text: &str) -> bool {
    PREFIXES
        .iter()
        .filter_map(|prefix| text.strip_prefix(prefix))
        .any(|body| {
            let is_random = (8..=64).contains(&body.len())
                && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && body.bytes().any(|byte| byte.is_ascii_alphabetic());
            is_random || is_uuid(body) || is_hex_id(body) || is_slug(body)
        })
}

/// Words and short numbers, joined by punctuation: `thread-77`, `astropy__astropy-12907`, `P-12`, `v3`.
fn is_slug(text: &str) -> bool {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_.-:/#".contains(&byte))
    {
        return false;
    }
    let mut digits_total = 0;
    let is_plain = super::runs(text).iter().all(|run| {
        let run = text.get(run.clone()).unwrap_or_default();
        let digits = super::digit_count(run);
        digits_total += digits;
        let letters = run.len() - digits;
        match (letters, digits) {
            (0, digits) => digits <= DIGITS_MAX,
            (_, 0) => !super::is_odd_run(run),
            // `R901`, `W4689314`, `v12`, `NQNU5R`: short, letters and digits.
            (letters, digits) => (letters <= 2 && digits <= 7) || run.len() <= 6 || !super::is_odd_run(run),
        }
    });
    is_plain && digits_total <= DIGITS_TOTAL_MAX
}

/// Ids joined by a colon or slash: `agent:31817604-6cac-d238-8f21-935ec1d3fa34`.
fn joins_ids(text: &str) -> bool {
    text.contains([':', '/', '|'])
        && text
            .split([':', '/', '|'])
            .all(|part| is_uuid(part) || is_hex_id(part) || is_slug(part) || has_known_maker(part))
}
