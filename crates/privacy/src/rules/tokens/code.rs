//! Tokens of code hosts, package registries and build services. Source: each maker's documentation.

use super::{Start, Token, from, random, token};

/// The family.
pub(super) static TOKENS: &[Token] = &[
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
        "gitlab-runner-registration",
        "docs.gitlab.com",
        &["GR1348941"],
        r"GR1348941[A-Za-z0-9_-]{20,30}",
    ),
    token(
        "atlassian-token",
        "developer.atlassian.com",
        &["ATATT3", "ATCTT3", "ATSTT3", "ATBB"],
        r"(?:AT(?:A|C|S)TT3[A-Za-z0-9_=-]{60,260}|ATBB[A-Za-z0-9]{28,40})",
    ),
    token(
        "trello-token",
        "developer.atlassian.com",
        &["ATTA"],
        r"ATTA[a-f0-9]{64}[A-F0-9]{0,8}",
    ),
    token("npm-token", "docs.npmjs.com", &["npm_"], r"npm_[A-Za-z0-9]{36}"),
    token(
        "pypi-token",
        "pypi.org/help",
        &["pypi-AgE"],
        r"pypi-AgE[A-Za-z0-9_-]{50,400}",
    ),
    token(
        "rubygems-key",
        "guides.rubygems.org",
        &["rubygems_"],
        r"rubygems_[a-f0-9]{48}",
    ),
    random(from(
        token(
            "crates-io-token",
            "doc.rust-lang.org/cargo",
            &["cio"],
            r"cio[A-Za-z0-9]{32}\b",
        ),
        Start::Alone,
    )),
    from(
        token(
            "nuget-key",
            "learn.microsoft.com/nuget",
            &["oy2"],
            r"oy2[a-z0-9]{43}\b",
        ),
        Start::Alone,
    ),
    token(
        "clojars-token",
        "github.com/clojars",
        &["CLOJARS_"],
        r"CLOJARS_[a-z0-9]{60}",
    ),
    token(
        "packagist-token",
        "packagist.com/docs",
        &["packagist_"],
        r"packagist_[a-z]{2,4}_[a-f0-9]{40,80}",
    ),
    token(
        "docker-token",
        "docs.docker.com",
        &["dckr_pat_", "dckr_oat_"],
        r"dckr_[po]at_[A-Za-z0-9_-]{27,60}",
    ),
    token(
        "jfrog-key",
        "jfrog.com/help",
        &["AKCp", "cmVmdGtu"],
        r"(?:AKCp[A-Za-z0-9]{56,80}|cmVmdGtu[A-Za-z0-9+/]{40,80}={0,2})",
    ),
    token(
        "circleci-token",
        "circleci.com/docs",
        &["CCIPAT_", "CCIPRJ_"],
        r"CCIP(?:AT|RJ)_[A-Za-z0-9]{18,26}_[a-f0-9]{40}",
    ),
    token(
        "buildkite-token",
        "buildkite.com/docs",
        &["bkua_", "bkaj_", "bkct_", "bkpt_"],
        r"bk(?:ua|aj|ct|pt)_[A-Za-z0-9]{32,64}",
    ),
    token(
        "sonarqube-token",
        "docs.sonarsource.com",
        &["sqp_", "squ_", "sqa_"],
        r"sq[pua]_[a-f0-9]{40}",
    ),
    token(
        "snyk-token",
        "docs.snyk.io",
        &["snyk_uat.", "snyk_sat."],
        r"snyk_[us]at\.[a-z0-9]{8}\.[A-Za-z0-9_.-]{40,200}",
    ),
    token(
        "sourcegraph-token",
        "sourcegraph.com/docs",
        &["sgp_"],
        r"sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}\b",
    ),
    from(
        token(
            "terraform-cloud-token",
            "developer.hashicorp.com/terraform",
            &[".atlasv1."],
            r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,80}",
        ),
        Start::Word,
    ),
    token("pulumi-token", "pulumi.com/docs", &["pul-"], r"pul-[a-f0-9]{40}"),
    random(from(
        token(
            "octopus-key",
            "octopus.com/docs",
            &["API-"],
            r"API-[A-Z0-9]{25,36}\b",
        ),
        Start::Alone,
    )),
    from(
        token(
            "harness-token",
            "developer.harness.io",
            &["pat.", "sat."],
            r"[ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20}\b",
        ),
        Start::Alone,
    ),
    token(
        "postman-key",
        "learning.postman.com",
        &["PMAK-", "PMAT-"],
        r"(?:PMAK-[a-f0-9]{24}-[a-f0-9]{34}|PMAT-[A-Z0-9]{26})",
    ),
    token(
        "prefect-key",
        "docs.prefect.io",
        &["pnu_", "pnb_"],
        r"pn[ub]_[A-Za-z0-9]{36}",
    ),
    random(from(
        token(
            "phabricator-token",
            "phabricator.com/conduit",
            &["api-", "cli-"],
            r"(?:api|cli)-[a-z0-9]{28}\b",
        ),
        Start::Alone,
    )),
    from(
        token(
            "launchdarkly-key",
            "docs.launchdarkly.com",
            &["sdk-", "api-"],
            r"(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ),
        Start::Alone,
    ),
    token(
        "bitrise-token",
        "docs.bitrise.io",
        &["bitpat_"],
        r"bitpat_[A-Za-z0-9_-]{30,64}",
    ),
    token(
        "expo-token",
        "docs.expo.dev",
        &["expo_"],
        r"expo_[A-Za-z0-9_-]{40}",
    ),
];
