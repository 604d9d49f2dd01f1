//! The CLI reference page, made from the commands themselves. For the test that keeps it fresh.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::cli::Cli;

/// Where the page lies.
const PAGE_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");
/// Set by `cargo xtask generate`: the page is then written instead of compared.
const GENERATE_VARIABLE: &str = "UPDATE";

fn page() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut page = String::from(
        "# Command line\n\n\
        Generated from the commands in `crates/everyframe/src/cli.rs`; do not edit.\n\n\
        Data goes to standard output, everything else to standard error. A failure ends with exit code 1, a line \
        `error[code]: what is wrong` and, where something can be done about it, a line `hint: what`. A command \
        line that cannot be read ends with exit code 2.\n\n\
        The server's log goes to standard error. `EVERYFRAME_LOG` sets what is written (`info` unless said \
        otherwise; `debug`, or a list such as `info,store=debug`), `EVERYFRAME_LOG_FORMAT=json` its form.\n",
    );
    for command in cli
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        section(&mut page, command);
    }
    let globals: Vec<&Arg> = cli
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .collect();
    page.push_str("\n## For every command\n");
    table(&mut page, &globals);
    page
}

fn section(page: &mut String, command: &Command) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = write!(
        page,
        "\n## `everyframe {}`\n\n{about}.\n\n```\n{usage}\n```\n",
        command.get_name()
    );
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| !argument.is_global_set() && argument.get_id() != "help")
        .collect();
    table(page, &arguments);
}

fn table(page: &mut String, arguments: &[&Arg]) {
    if arguments.is_empty() {
        return;
    }
    page.push_str("\n| argument | meaning |\n|---|---|\n");
    for argument in arguments {
        let _ = writeln!(page, "| {} | {} |", name(argument), meaning(argument));
    }
}

fn name(argument: &Arg) -> String {
    let value = argument
        .get_value_names()
        .and_then(|names| names.first())
        .map(ToString::to_string);
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    match (argument.get_long(), value) {
        (Some(long), Some(value)) if takes_value => format!("`--{long} {value}`"),
        (Some(long), _) => format!("`--{long}`"),
        (None, value) => format!("`{}`", value.unwrap_or_else(|| argument.get_id().to_string())),
    }
}

fn meaning(argument: &Arg) -> String {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let mut meaning = help
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|");
    if !meaning.ends_with('.') {
        meaning.push('.');
    }
    let words: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), lower_first(&help.to_string())),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !words.is_empty() && matches!(argument.get_action(), ArgAction::Set) {
        let _ = write!(meaning, " One of {}.", words.join(", "));
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !defaults.is_empty() && matches!(argument.get_action(), ArgAction::Set) {
        let _ = write!(meaning, " Default: `{}`.", defaults.join(" "));
    }
    if let Some(variable) = argument.get_env() {
        let _ = write!(meaning, " Variable: `{}`.", variable.to_string_lossy());
    }
    meaning
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

#[test]
fn generated_cli_reference_is_fresh() {
    let page = page();
    if std::env::var_os(GENERATE_VARIABLE).is_some() {
        std::fs::write(PAGE_PATH, page).unwrap();
        return;
    }
    let known = std::fs::read_to_string(PAGE_PATH).unwrap_or_default();
    assert!(
        known == page,
        "docs/reference/cli.md is stale: run `cargo xtask generate`"
    );
}
