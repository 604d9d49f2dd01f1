//! Forms that belong to no single maker: standards, and prefixes in common use. Source: each maker's documentation.

use super::{Start, Token, from, kind, random, token};

/// The family.
pub(super) static TOKENS: &[Token] = &[
    from(
        token(
            "private-key",
            "RFC 7468",
            &["-----BEGIN "],
            r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----",
        ),
        Start::Anywhere,
    ),
    kind(
        from(
            token(
                "putty-private-key",
                "chiark.greenend.org.uk/putty",
                &["PuTTY-User-Key-File-"],
                r"PuTTY-User-Key-File-\d: [a-z0-9-]{3,40}",
            ),
            Start::Anywhere,
        ),
        "private-key",
    ),
    token(
        "age-secret-key",
        "age-encryption.org",
        &["AGE-SECRET-KEY-1"],
        r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    ),
    token(
        "jwt",
        "RFC 7519",
        &["eyJ"],
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ),
    kind(
        token(
            "jwe",
            "RFC 7516",
            &["eyJ"],
            r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        ),
        "jwt",
    ),
    token(
        "paseto",
        "paseto.io",
        &[
            "v1.local.",
            "v2.local.",
            "v3.local.",
            "v4.local.",
            "v1.public.",
            "v2.public.",
            "v3.public.",
            "v4.public.",
        ],
        r"v[1-4]\.(?:local|public)\.[A-Za-z0-9_-]{40,2000}(?:\.[A-Za-z0-9_-]{1,400})?",
    ),
    from(
        token(
            "password-hash",
            "crypt(5), RFC 9106",
            &["$2a$", "$2b$", "$2y$", "$argon2", "$6$", "$5$", "$apr1$", "$y$"],
            r"\$(?:2[aby]\$\d\d\$[./A-Za-z0-9]{53}|argon2(?:id|i|d)\$v=\d+\$[a-z0-9=,]{4,40}\$[A-Za-z0-9+/]{11,90}\$[A-Za-z0-9+/]{20,180}|[56]\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|y\$[./A-Za-z0-9]{1,12}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43})",
        ),
        Start::Anywhere,
    ),
    token(
        "bip32-private-key",
        "BIP 32",
        &["xprv"],
        r"xprv[1-9A-HJ-NP-Za-km-z]{100,112}",
    ),
    kind(
        random(from(
            token(
                "prefixed-key",
                "prefixes in common use",
                &[
                    "sk_", "sk-", "_sk_", "pat_", "pat-", "_secret_", "secret-", "_pat_", "apikey_",
                    "apikey-", "token_", "_token_", "_key_", "_live_", "_test_", "_prod_",
                ],
                r"(?:[a-z][a-z0-9]{1,14}[_-]){0,3}(?:sk|pat|secret|token|apikey|key|api|auth|priv|svc)[_-](?:(?:live|test|prod|dev|v\d|eu|us|org|proj|user|team)[_-]){0,2}[A-Za-z0-9]{24,160}\b",
            ),
            Start::Near,
        )),
        "generic-api-key",
    ),
];
