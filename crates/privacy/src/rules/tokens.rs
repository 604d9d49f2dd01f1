//! Tokens and keys that a maker gave a form of its own. Source: each maker's documentation, and the announcements
//! that introduced the prefixes so that scanners can find them.

use super::{Class, Rule, Severity};

/// One form of token: found by an anchor, then matched whole by an expression in linear time.
pub struct Token {
    /// The rule.
    pub rule: Rule,
    /// Literal texts that every such token holds, exactly as written.
    pub anchors: &'static [&'static str],
    /// The whole token as an expression over bytes, matched at `start`.
    pub pattern: &'static str,
    /// Where the token begins as seen from the anchor.
    pub start: Start,
}

/// Where a token begins as seen from its anchor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// At the anchor; no letter or digit stands before it.
    Anchor,
    /// At the anchor, whatever stands before it.
    Anywhere,
    /// At the first digit of the run of digits before the anchor.
    Digits,
    /// At the first of the letters, digits, `_` and `-` before the anchor.
    Word,
}

const fn token(
    id: &'static str,
    source: &'static str,
    anchors: &'static [&'static str],
    pattern: &'static str,
) -> Token {
    Token {
        rule: Rule::new(id, Class::Secret, Severity::High, source),
        anchors,
        pattern,
        start: Start::Anchor,
    }
}

const fn from(mut token: Token, start: Start) -> Token {
    token.start = start;
    token
}

/// A rule of the same type as another.
const fn kind(mut token: Token, kind: &'static str) -> Token {
    token.rule.kind = kind;
    token
}

/// The family.
pub static TOKENS: &[Token] = &[
    token(
        "aws-access-key-id",
        "docs.aws.amazon.com/IAM",
        &["AKIA", "ASIA", "ABIA", "ACCA"],
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    ),
    token(
        "github-pat",
        "docs.github.com",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"gh[pousr]_[A-Za-z0-9]{36,251}",
    ),
    token(
        "github-fine-grained",
        "docs.github.com",
        &["github_pat_"],
        r"github_pat_[A-Za-z0-9]{20,30}_[A-Za-z0-9]{40,80}",
    ),
    token(
        "gitlab-pat",
        "docs.gitlab.com",
        &[
            "glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glft-", "glsoat-", "glimt-", "glagent-",
            "gloas-", "glffct-",
        ],
        r"gl(?:pat|dt|rt|ptt|cbt|ft|soat|imt|agent|oas|ffct)-[A-Za-z0-9_.-]{20,300}",
    ),
    token(
        "openai-key",
        "platform.openai.com",
        &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-service-"],
        r"sk-(?:proj|svcacct|admin|service)-[A-Za-z0-9_-]{40,250}",
    ),
    kind(
        from(
            token(
                "openai-key-marked",
                "platform.openai.com",
                &["T3BlbkFJ"],
                r"sk-[A-Za-z0-9_-]{16,200}T3BlbkFJ[A-Za-z0-9_-]{16,200}",
            ),
            Start::Word,
        ),
        "openai-key",
    ),
    token(
        "anthropic-key",
        "docs.anthropic.com",
        &["sk-ant-"],
        r"sk-ant-[a-z0-9]{2,10}-[A-Za-z0-9_-]{32,200}",
    ),
    token(
        "google-api-key",
        "cloud.google.com",
        &["AIza"],
        r"AIza[A-Za-z0-9_-]{35}",
    ),
    token(
        "google-oauth-secret",
        "developers.google.com/identity",
        &["GOCSPX-"],
        r"GOCSPX-[A-Za-z0-9_-]{28}",
    ),
    token(
        "google-oauth-token",
        "developers.google.com/identity",
        &["ya29."],
        r"ya29\.[A-Za-z0-9_-]{20,400}",
    ),
    token(
        "slack-token",
        "api.slack.com",
        &[
            "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xapp-", "xoxc-", "xoxd-",
        ],
        r"(?:xox[abeprscd][-.](?:xox[bp]-)?|xapp-)[A-Za-z0-9-]{10,250}",
    ),
    from(
        token(
            "slack-webhook",
            "api.slack.com",
            &["hooks.slack.com/"],
            r"(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{20,120}",
        ),
        Start::Anywhere,
    ),
    token(
        "stripe-key",
        "docs.stripe.com",
        &["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
        r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}",
    ),
    token(
        "webhook-signing-secret",
        "docs.stripe.com, svix.com",
        &["whsec_"],
        r"whsec_[A-Za-z0-9+/=_-]{20,120}",
    ),
    token("npm-token", "docs.npmjs.com", &["npm_"], r"npm_[A-Za-z0-9]{36}"),
    token(
        "pypi-token",
        "pypi.org/help",
        &["pypi-AgE"],
        r"pypi-AgE[A-Za-z0-9_-]{50,400}",
    ),
    token(
        "huggingface-token",
        "huggingface.co/docs",
        &["hf_", "api_org_"],
        r"(?:hf_|api_org_)[A-Za-z0-9]{30,50}",
    ),
    token(
        "groq-key",
        "console.groq.com",
        &["gsk_"],
        r"gsk_[A-Za-z0-9]{40,70}",
    ),
    token(
        "databricks-token",
        "docs.databricks.com",
        &["dapi", "dkea", "dose"],
        r"(?:dapi|dkea|dose)[a-f0-9]{32}(?:-\d)?",
    ),
    token(
        "digitalocean-token",
        "docs.digitalocean.com",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"do[opr]_v1_[a-f0-9]{64}",
    ),
    token(
        "vault-token",
        "developer.hashicorp.com/vault",
        &["hvs.", "hvb.", "hvr."],
        r"hv[sbr]\.[A-Za-z0-9_-]{24,300}",
    ),
    token(
        "langfuse-secret",
        "langfuse.com/docs",
        &["sk-lf-"],
        r"sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    token(
        "sendgrid-key",
        "docs.sendgrid.com",
        &["SG."],
        r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    ),
    from(
        token(
            "telegram-bot-token",
            "core.telegram.org/bots",
            &[":AA"],
            r"\d{6,12}:AA[A-Za-z0-9_-]{32,36}",
        ),
        Start::Digits,
    ),
    token(
        "jwt",
        "RFC 7519",
        &["eyJ"],
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ),
    from(
        token(
            "private-key",
            "RFC 7468",
            &["-----BEGIN "],
            r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----",
        ),
        Start::Anywhere,
    ),
    token(
        "age-secret-key",
        "age-encryption.org",
        &["AGE-SECRET-KEY-1"],
        r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    ),
    token(
        "openrouter-key",
        "openrouter.ai/docs",
        &["sk-or-"],
        r"sk-or-(?:v\d-)?[A-Za-z0-9_-]{32,200}",
    ),
    kind(
        token(
            "openai-like-key",
            "sk- prefix of OpenAI-compatible services",
            &["sk-"],
            r"sk-[A-Za-z0-9]{32,128}\b",
        ),
        "openai-key",
    ),
];
