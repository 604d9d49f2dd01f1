//! Writes the pages on the rules from the rules. `UPDATE=1 cargo test -p everyframe-privacy` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::RULES;
use crate::rules::keys::{self, Strength};
use crate::rules::national::{NATIONAL, Proof};
use crate::rules::tokens::{FAMILIES, Letters};
use crate::rules::{Class, Rule};

/// Compares a page with the committed one, or writes it.
fn check(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/privacy");
    let path = folder.join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "docs/reference/privacy/{name} is stale: run `cargo xtask generate`"
    );
}

fn class(rule: &Rule) -> &'static str {
    match rule.class {
        Class::Secret => "secret: removed",
        Class::Pii => "personal: replaced by a token",
        Class::Name => "name or address: replaced by a token, addresses removed",
    }
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// An expression as a cell of a table; what Markdown could take for a link is written as an entity.
fn form(pattern: &str) -> String {
    let escaped = pattern
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('|', "&#124;")
        .replace("](", "]&#40;")
        .replace('*', "&#42;")
        .replace('_', "&#95;");
    format!("<code>{escaped}</code>")
}

#[test]
fn the_reference_of_token_rules_is_up_to_date() {
    let mut page = String::from(
        "# Tokens and keys of makers\n\nGenerated from `crates/privacy/src/rules/tokens`; do not edit.\n\n\
         A maker gave these a form of their own. Each is found by a text that all of them hold, then matched whole; \
         where the form also fits names of things, its letters must look random besides. They are secrets: removed, \
         never tokenized. Tokens of one letter over and over are examples, and stay.\n",
    );
    for (family, tokens) in FAMILIES {
        write!(
            page,
            "\n## {family}\n\n| Rule | Holds | Form | Source |\n| --- | --- | --- | --- |\n"
        )
        .unwrap();
        for token in *tokens {
            let anchors: Vec<String> = token.anchors.iter().map(|anchor| cell(anchor)).collect();
            let random = if token.letters == Letters::Random {
                ", random"
            } else {
                ""
            };
            writeln!(
                page,
                "| `{}` | {} | {}{random} | {} |",
                token.rule.id,
                anchors.join(" "),
                form(token.pattern),
                token.rule.source
            )
            .unwrap();
        }
    }
    check("tokens.md", &page);
}

#[test]
fn the_reference_of_national_numbers_is_up_to_date() {
    let mut page = String::from(
        "# National numbers\n\nGenerated from `crates/privacy/src/rules/national`; do not edit.\n\n\
         Numbers that offices give people. In a form, `9` is a digit, `A` a letter, `X` either, `K` a digit or the \
         letter of its check. Each must pass its check digits or dates. *Proof* says what is needed besides: nothing, \
         the form with its separators, or a word near it that announces such a number. Right behind its own name a \
         number goes even if a digit is wrong. Personal: replaced by a token.\n\n\
         | Rule | Forms | Proof | Words | Source |\n| --- | --- | --- | --- | --- |\n",
    );
    for national in NATIONAL.iter() {
        let proof = match national.proof {
            Proof::Check => "check digits",
            Proof::Form => "form",
            Proof::Context => "words",
        };
        let cells = |texts: &[&str]| texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(" ");
        writeln!(
            page,
            "| `{}` | {} | {proof} | {} | {} |",
            national.rule.id,
            cells(national.forms),
            cells(national.words),
            national.rule.source
        )
        .unwrap();
    }
    check("national-numbers.md", &page);
}

#[test]
fn the_reference_of_keys_is_up_to_date() {
    let mut page = String::from(
        "# Keys of secrets\n\nGenerated from `crates/privacy/src/rules/keys`; do not edit.\n\n\
         A value that its key gives away: `password: …`, `\"apiKey\": \"…\"`, `--token …`, `Authorization: Bearer …`, \
         cells under a heading, in JSON at any depth, in settings, URLs, headers, commands, code and sentences. A key is \
         read as words, however they are joined. Under a *certain* key any value goes; under a *likely* one only a value \
         that looks made by a machine. Placeholders and code that fetches the value stay, and so does what stands under \
         keys *about* secrets. What a key gave away is taken out of the rest of its trace, too.\n",
    );
    let mut rules: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for (words, secret) in keys::entries() {
        let (certain, likely) = rules.entry(secret.rule.id).or_default();
        let list = if secret.strength == Strength::Certain {
            certain
        } else {
            likely
        };
        list.push(cell(&words.join(" ")));
    }
    for (rule, (certain, likely)) in rules {
        writeln!(page, "\n## `{rule}`\n").unwrap();
        for (name, words) in [("Certain", certain), ("Likely", likely)] {
            if !words.is_empty() {
                writeln!(page, "- {name}: {}", words.join(" ")).unwrap();
            }
        }
    }
    let about: Vec<String> = keys::about().iter().map(|word| cell(word)).collect();
    writeln!(
        page,
        "\n## Keys about secrets\n\nA key with one of these words is about a secret and holds none: {}",
        about.join(" ")
    )
    .unwrap();
    check("keys.md", &page);
}

#[test]
fn the_reference_of_other_rules_is_up_to_date() {
    let mut page = String::from(
        "# People, addresses, accounts and wrappers\n\nGenerated from `crates/privacy/src/scan`; do not edit.\n\n\
         | Rule | What is done | Source |\n| --- | --- | --- |\n",
    );
    for rule in RULES {
        writeln!(page, "| `{}` | {} | {} |", rule.id, class(rule), rule.source).unwrap();
    }
    page.push_str(
        "\nNames and addresses are found by their key, by the heading of a table and by the phrases with which people \
         introduce themselves in forty languages; without such a context a name is only words, and stays. A text is read \
         as a reader would see it: escapes of JSON, URLs, HTML and mail undone at any depth, invisible and full-width \
         letters folded. Base64, hex and gzip are looked into to four layers and one mebibyte; where something must go, \
         the whole goes.\n",
    );
    check("people-and-addresses.md", &page);
}
