//! Pages that come from code. A fact kept by hand in two places is a bug: these are written, never edited.
//!
//! The field reference is written here from the registry. The pages that need more than the vocabulary (the
//! CLI reference, OpenAPI, the filter reference) are written by tests of the crates that own them, which fail
//! if a page is stale and write it where `UPDATE` is set.

use std::fmt::Write;

use anyhow::{Result, bail};
use trace::Field;
use trace::field::{PrivacyClass, ValueType};

use crate::shell::{cargo, step};
use crate::workspace::Workspace;

/// Set by `cargo xtask generate`: tests then write their pages instead of comparing them.
const GENERATE_VARIABLE: &str = "UPDATE";

/// Where the field reference lies.
const FIELDS_PATH: &str = "docs/reference/fields.md";

/// What to do with a page that differs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Fail.
    Check,
}

/// Writes or checks every generated page.
pub(crate) fn run(workspace: &Workspace, mode: Mode) -> Result<()> {
    fields(workspace, mode)?;
    let mut tests = cargo(
        workspace.root(),
        &[
            "test",
            "--workspace",
            "--locked",
            "--quiet",
            "--lib",
            "--bins",
            "--",
            "documents",
            "reference",
        ],
    );
    if mode == Mode::Write {
        tests.env(GENERATE_VARIABLE, "1");
    }
    step("generated pages", &mut tests)
}

/// Writes or checks the field reference.
pub(crate) fn fields(workspace: &Workspace, mode: Mode) -> Result<()> {
    let page = field_reference();
    let is_fresh = workspace.read(FIELDS_PATH).is_ok_and(|known| known == page);
    match mode {
        _ if is_fresh => Ok(()),
        Mode::Check => bail!("{FIELDS_PATH} is stale: run `cargo xtask generate`"),
        Mode::Write => Ok(std::fs::write(workspace.path(FIELDS_PATH), page)?),
    }
}

fn field_reference() -> String {
    let mut page = String::from(
        "# Fields\n\n\
        Generated from the registry in `crates/trace/src/field.rs`; do not edit.\n\n\
        Every fact a span can state. The name is the same in SQL, JSON, filters and the UI. The attribute is \
        what carries it in plain OpenTelemetry; each dialect's own spellings are read into the same field. A \
        field that nobody stated is unknown, which is not zero; a field that a policy took is listed as \
        withheld.\n\n\
        What the gate does by default: **plain** values (numbers, flags, words of a closed list) are kept; a \
        **name** is kept where it has the form of a name and an **identifier** where it has the form of an id; \
        a **person** is replaced by a token; **derived** values are made by Everyframe itself.\n\n\
        | field | type | attribute | by default | meaning |\n|---|---|---|---|---|\n",
    );
    for field in Field::ALL {
        let row = field.definition();
        let attribute = match row.attribute {
            "" => "-".to_owned(),
            name => format!("`{name}`"),
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {attribute} | {} | {} |",
            row.name,
            type_word(row.value_type),
            class_word(row.class),
            row.meaning
        );
    }
    page
}

const fn type_word(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Text => "text",
        ValueType::TextList => "list of texts",
        ValueType::Int => "integer",
        ValueType::Double => "number",
        ValueType::Bool => "flag",
    }
}

const fn class_word(class: PrivacyClass) -> &'static str {
    match class {
        PrivacyClass::Plain => "plain",
        PrivacyClass::Name => "name",
        PrivacyClass::Identifier => "identifier",
        PrivacyClass::Person => "person",
        PrivacyClass::Derived => "derived",
    }
}
