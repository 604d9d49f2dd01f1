//! A filter as text again. `parse(render(f))` is `f` for everything that [`parse`](super::parse) gives.

use std::fmt::Write as _;

use trace::query::{Column, Filter, Operand, Operator, Sort, Unit};

use super::time::render_instant;

/// The filter as text, in its shortest canonical form: column names, no aliases.
#[must_use]
pub fn render(filter: &Filter) -> String {
    let mut text = String::new();
    if *filter != Filter::All {
        write_filter(&mut text, filter, Place::Top);
    }
    text
}

/// An order as text.
#[must_use]
pub fn render_sort(sort: &Sort) -> String {
    let direction = if sort.descending { "-" } else { "" };
    format!("{direction}{}", sort.column.name)
}

/// What surrounds a filter: it decides whether a list needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    InAll,
    InEither,
    Negated,
}

fn write_filter(text: &mut String, filter: &Filter, place: Place) {
    match filter {
        Filter::All => text.push('*'),
        Filter::And(items) => write_list(
            text,
            items,
            " ",
            Place::InAll,
            place == Place::Negated || place == Place::InAll,
        ),
        Filter::Or(items) => write_list(text, items, " OR ", Place::InEither, place != Place::Top),
        Filter::Not(inner) => {
            text.push_str("NOT ");
            write_filter(text, inner, Place::Negated);
        }
        Filter::Compare(column, operator, operand) => write_compare(text, column, *operator, operand),
        Filter::Contains(wanted) => write_quoted(text, wanted),
        Filter::Has(has) => {
            text.push_str("has(");
            write_filter(text, &has.condition, Place::Top);
            if let Some(after) = &has.after {
                text.push_str(" after ");
                write_filter(text, after, Place::Top);
            }
            text.push(')');
        }
    }
}

fn write_list(text: &mut String, items: &[Filter], separator: &str, place: Place, in_parentheses: bool) {
    if in_parentheses {
        text.push('(');
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        write_filter(text, item, place);
    }
    if in_parentheses {
        text.push(')');
    }
}

fn write_compare(text: &mut String, column: &Column, operator: Operator, operand: &Operand) {
    text.push_str(column.name);
    text.push_str(match operator {
        Operator::Equal => ":",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    });
    // Writing to a string cannot fail.
    let _ = match operand {
        Operand::Text(value) => {
            write_text(text, value);
            Ok(())
        }
        Operand::Pattern(pattern) => {
            for (index, piece) in pattern.split('*').enumerate() {
                if index > 0 {
                    text.push('*');
                }
                if !piece.is_empty() {
                    write_text(text, piece);
                }
            }
            Ok(())
        }
        Operand::Int(nanos) if column.unit == Unit::Time => {
            text.push_str(&render_instant(*nanos));
            Ok(())
        }
        Operand::Int(number) => write!(text, "{number}"),
        Operand::Double(number) if column.unit == Unit::Millis => write!(text, "{number}ms"),
        Operand::Double(number) => write!(text, "{number}"),
        Operand::Bool(flag) => write!(text, "{flag}"),
        Operand::Known => write!(text, "*"),
    };
}

fn write_text(text: &mut String, value: &str) {
    let is_plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | ':' | '@');
    if !value.is_empty() && value.chars().all(is_plain) {
        text.push_str(value);
    } else {
        write_quoted(text, value);
    }
}

fn write_quoted(text: &mut String, value: &str) {
    text.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
}
