//! Tests of the token forms: every form is found, names of things are not.

use std::collections::HashSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::bytes_regex;
use proptest::test_runner::TestRunner;

use super::{FAMILIES, Letters, TOKENS};
use crate::scan::{Surface, scan};

/// How many tokens of each form are tried.
const SAMPLES: usize = 12;

#[test]
fn tokens_of_every_form_are_found_whole_wherever_they_stand() {
    let mut runner = TestRunner::deterministic();
    let mut missed = Vec::new();
    for token in TOKENS.iter() {
        // A word boundary at the end says what may follow, and adds nothing to the form.
        let form = bytes_regex(
            &token
                .pattern
                .replace(r"|\b)", ")")
                .replace(r"\b", "")
                .replace(r"\d", "[0-9]"),
        )
        .unwrap();
        let mut found_count = 0;
        for _ in 0..SAMPLES {
            let sample = form.new_tree(&mut runner).unwrap().current();
            let sample = String::from_utf8(sample).unwrap();
            for (before, after) in [
                ("", ""),
                ("use ", " now"),
                ("{\"value\": \"", "\"}"),
                ("(`", "`)"),
            ] {
                let text = format!("{before}{sample}{after}");
                let found = scan(&text, Surface::Content, None, &[]);
                let is_whole = found
                    .iter()
                    .any(|found| found.start <= before.len() && found.end >= text.len() - after.len());
                found_count += usize::from(is_whole);
            }
        }
        // What must look random besides does so in many samples, not in all.
        let least = match token.letters {
            Letters::Any => SAMPLES * 4,
            Letters::Random => SAMPLES,
        };
        if found_count < least {
            missed.push((token.rule.id, found_count));
        }
    }
    assert!(missed.is_empty(), "of {} each: {missed:?}", SAMPLES * 4);
}

#[test]
fn rules_have_ids_of_their_own_and_a_source() {
    let mut ids = HashSet::new();
    for (_, tokens) in FAMILIES {
        for token in *tokens {
            assert!(ids.insert(token.rule.id), "{}", token.rule.id);
            assert!(!token.rule.source.is_empty() && !token.anchors.is_empty());
        }
    }
}

#[test]
fn names_of_things_are_no_tokens() {
    for text in [
        "sk-estimator-doc-link and sk-toggleable__label-arrow",
        "test_returns_the_first_page_of_results_when_empty",
        "live_reload_server_for_development_of_pages",
        "key-value-store-with-secondary-indexes",
        "token_type_hint_of_the_revocation_request",
        "re_compile_all_regular_expressions_once",
        "api-gateway-of-the-payment-service-in-europe",
        "secret-manager-of-the-production-cluster",
        "as-described-in-the-previous-section-above",
        "app-router-of-the-new-frontend-package",
        "fw_update_and_reboot_when_idle",
        "up_and_running_with_kubernetes",
        "st.session_state and pat.match and sl.append",
        "1/2 of 3/4 and 1000.25 and A3-paper",
        "pk_orders_customer_id and ck_amount_positive",
        "https://discord.com/api/docs and hooks.zapier.com/docs",
    ] {
        assert!(scan(text, Surface::Content, None, &[]).is_empty(), "{text}");
    }
}
