//! Keys of monitoring, analytics and security services. Source: each maker's documentation.

use super::{Start, Token, from, random, token};

/// The family.
pub(super) static TOKENS: &[Token] = &[
    token(
        "newrelic-key",
        "docs.newrelic.com",
        &["NRAK-", "NRII-", "NRIQ-", "NRRA-", "NRSP-"],
        r"(?:NRAK-[A-Z0-9]{27}|NRI[IQ]-[A-Za-z0-9_-]{32}|NR(?:RA|SP)-[a-f0-9]{32,48})",
    ),
    from(
        token(
            "newrelic-license-key",
            "docs.newrelic.com",
            &["NRAL"],
            r"[A-Za-z0-9]{28,36}NRAL\b",
        ),
        Start::Word,
    ),
    token(
        "grafana-token",
        "grafana.com/docs",
        &["glsa_", "glc_"],
        r"(?:glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})",
    ),
    token(
        "sentry-token",
        "docs.sentry.io",
        &["sntrys_", "sntryu_", "sntrya_", "sntryi_"],
        r"sntry[suai]_[A-Za-z0-9=_+/-]{40,400}",
    ),
    token(
        "honeycomb-key",
        "docs.honeycomb.io",
        &["hcaik_", "hcxik_", "hcalk_", "hcxlk_", "hcamk_", "hcxmk_"],
        r"hc[ax][ilm]k_[a-z0-9]{26,64}",
    ),
    token(
        "dynatrace-token",
        "docs.dynatrace.com",
        &["dt0c01.", "dt0s01.", "dt0s02.", "dt0s16."],
        r"dt0(?:c01|s01|s02|s16)\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}",
    ),
    token(
        "axiom-token",
        "axiom.co/docs",
        &["xaat-", "xapt-"],
        r"xa[ap]t-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    token(
        "coralogix-key",
        "coralogix.com/docs",
        &["cxtp_", "cxth_"],
        r"cxt[ph]_[A-Za-z0-9]{28,36}",
    ),
    token(
        "elastic-key",
        "elastic.co/docs",
        &["essu_"],
        r"essu_[A-Za-z0-9+/=_-]{40,200}",
    ),
    token(
        "posthog-key",
        "posthog.com/docs",
        &["phx_", "phs_"],
        r"ph[xs]_[A-Za-z0-9]{40,64}",
    ),
    token(
        "segment-token",
        "segment.com/docs",
        &["sgp_"],
        r"sgp_[A-Za-z0-9]{64}\b",
    ),
    token(
        "rootly-token",
        "docs.rootly.com",
        &["rootly_"],
        r"rootly_[a-f0-9]{64}",
    ),
    from(
        token(
            "checkly-key",
            "checklyhq.com/docs",
            &["cu_"],
            r"cu_[a-f0-9]{32}\b",
        ),
        Start::Alone,
    ),
    token(
        "chromatic-token",
        "chromatic.com/docs",
        &["chpt_"],
        r"chpt_[A-Za-z0-9]{12,20}\b",
    ),
    token(
        "pagerduty-key",
        "support.pagerduty.com",
        &["pdus+_", "pdeu+_"],
        r"pd(?:us|eu)\+_[A-Za-z0-9_+-]{18,40}",
    ),
    random(from(
        token(
            "scalr-token",
            "docs.scalr.io",
            &["at-sc"],
            r"at-sc[a-z0-9]{10,24}\b",
        ),
        Start::Alone,
    )),
];
