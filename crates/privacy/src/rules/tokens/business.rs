//! Keys of payments, shops, files and office work. Source: each maker's documentation.

use super::{Start, Token, from, random, token};

/// The family.
pub(super) static TOKENS: &[Token] = &[
    token(
        "stripe-key",
        "docs.stripe.com",
        &["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
        r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}",
    ),
    token(
        "stripe-org-key",
        "docs.stripe.com",
        &["sk_org_"],
        r"sk_org_(?:live_|test_)?[A-Za-z0-9]{20,250}",
    ),
    token(
        "square-token",
        "developer.squareup.com",
        &["sq0atp-", "sq0csp-", "EAAA"],
        r"(?:sq0(?:atp|csp)-[A-Za-z0-9_-]{22,48}|EAAA[A-Za-z0-9_-]{60})",
    ),
    token(
        "braintree-token",
        "developer.paypal.com/braintree",
        &["access_token$"],
        r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}",
    ),
    token(
        "paypal-token",
        "developer.paypal.com",
        &["A21AA"],
        r"A21AA[A-Za-z0-9_-]{60,140}",
    ),
    token(
        "flutterwave-key",
        "developer.flutterwave.com",
        &["FLWSECK"],
        r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,48}(?:-X)?",
    ),
    token(
        "plaid-token",
        "plaid.com/docs",
        &["access-sandbox-", "access-development-", "access-production-"],
        r"access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    random(from(
        token(
            "live-key",
            "mollie.com, gocardless.com, lob.com",
            &["live_", "test_"],
            r"(?:live|test)_[A-Za-z0-9]{28,60}\b",
        ),
        Start::Alone,
    )),
    token(
        "shopify-token",
        "shopify.dev",
        &["shpat_", "shpca_", "shppa_", "shpss_", "shptka_", "shpua_"],
        r"shp(?:at|ca|pa|ss|tka|ua)_[a-fA-F0-9]{32}",
    ),
    from(
        token(
            "woocommerce-key",
            "woocommerce.github.io",
            &["ck_", "cs_"],
            r"c[ks]_[a-f0-9]{40}\b",
        ),
        Start::Alone,
    ),
    token(
        "ebay-secret",
        "developer.ebay.com",
        &["PRD-", "SBX-"],
        r"(?:PRD|SBX)-[a-f0-9]{12}(?:-[a-f0-9]{4}){4}",
    ),
    token(
        "easypost-key",
        "docs.easypost.com",
        &["EZAK", "EZTK"],
        r"EZ[AT]K[A-Za-z0-9]{54}",
    ),
    token(
        "shippo-token",
        "docs.goshippo.com",
        &["shippo_"],
        r"shippo_(?:live|test)_[a-fA-F0-9]{40}",
    ),
    token(
        "duffel-token",
        "duffel.com/docs",
        &["duffel_"],
        r"duffel_(?:live|test)_[A-Za-z0-9_=-]{43}",
    ),
    token(
        "cal-key",
        "cal.com/docs",
        &["cal_live_", "cal_test_"],
        r"cal_(?:live|test)_[a-f0-9]{32}",
    ),
    token(
        "hubspot-token",
        "developers.hubspot.com",
        &["pat-na", "pat-eu", "pat-ap"],
        r"pat-(?:na|eu|ap)\d?-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    from(
        token(
            "klaviyo-key",
            "developers.klaviyo.com",
            &["pk_"],
            r"pk_[a-f0-9]{34}\b",
        ),
        Start::Alone,
    ),
    from(
        token(
            "clickup-token",
            "clickup.com/api",
            &["pk_"],
            r"pk_\d{5,10}_[A-Z0-9]{32}\b",
        ),
        Start::Alone,
    ),
    token(
        "linear-key",
        "linear.app/developers",
        &["lin_api_", "lin_oauth_", "lin_wh_"],
        r"lin_(?:api|oauth|wh)_[A-Za-z0-9]{32,64}",
    ),
    random(from(
        token(
            "notion-token",
            "developers.notion.com",
            &["ntn_", "secret_"],
            r"(?:ntn_[A-Za-z0-9]{40,54}|secret_[A-Za-z0-9]{43}\b)",
        ),
        Start::Alone,
    )),
    token(
        "figma-token",
        "figma.com/developers",
        &["figd_", "figu_", "figr_"],
        r"fig[dur]_[A-Za-z0-9_-]{36,64}",
    ),
    from(
        token(
            "asana-token",
            "developers.asana.com",
            &["1/", "2/"],
            r"[12]/\d{14,18}(?:/\d{14,18})?:[a-f0-9]{32}\b",
        ),
        Start::Alone,
    ),
    token(
        "contentful-token",
        "contentful.com/developers",
        &["CFPAT-"],
        r"CFPAT-[A-Za-z0-9_-]{40,50}",
    ),
    token(
        "typeform-token",
        "typeform.com/developers",
        &["tfp_"],
        r"tfp_[A-Za-z0-9_=.-]{40,70}",
    ),
    token(
        "frameio-token",
        "developer.frame.io",
        &["fio-u-"],
        r"fio-u-[A-Za-z0-9_=-]{60,70}",
    ),
    token(
        "ionic-token",
        "ionic.io/docs",
        &["ion_"],
        r"ion_[A-Za-z0-9]{42}\b",
    ),
    token(
        "readme-key",
        "docs.readme.com",
        &["rdme_"],
        r"rdme_[a-z0-9]{60,80}",
    ),
    from(
        token(
            "salesforce-token",
            "developer.salesforce.com",
            &["00D"],
            r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,140}",
        ),
        Start::Alone,
    ),
    from(
        token(
            "zoho-token",
            "zoho.com/accounts",
            &["1000."],
            r"1000\.[a-f0-9]{32}\.[a-f0-9]{32}",
        ),
        Start::Alone,
    ),
];
