//! The price table: the built-in one, or a file in its place.

use std::path::Path;

use serde::Deserialize;
use trace::UnixNanos;
use trace::price::{Price, PriceTable};

use crate::failure::{Failure, Result};

const BUILT_IN: &str = include_str!("../prices.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: String,
    #[serde(default)]
    price: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: String,
    model: String,
    from: Option<String>,
    to: Option<String>,
    input: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
}

/// The table in force, with rows that go before it, such as those of the catalog.
pub(super) fn load(file: Option<&Path>, overrides: Vec<Price>) -> Result<PriceTable> {
    let text = match file {
        None => BUILT_IN.to_owned(),
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            Failure::new(
                "cannot_read_prices",
                format!("cannot read the price table {}", path.display()),
            )
            .because(&error)
            .hint("check its name and permissions, or leave --prices out for the built-in table")
        })?,
    };
    let (version, mut prices) = parse(&text).map_err(|what| {
        let place = file.map_or_else(|| "the built-in table".to_owned(), |path| path.display().to_string());
        Failure::new("bad_prices", format!("{place} is not a price table: {what}")).hint(
            "it has a `version` and [[price]] rows with provider, model, input and output in dollars per million tokens",
        )
    })?;
    let mut version = version;
    if file.is_none() && !overrides.is_empty() {
        version.push_str("+catalog");
        prices.retain(|price| !overrides.iter().any(|own| is_same(own, price)));
        prices.extend(overrides);
    }
    Ok(PriceTable::new(version, prices))
}

fn is_same(one: &Price, other: &Price) -> bool {
    one.provider == other.provider && one.model == other.model
}

fn parse(text: &str) -> std::result::Result<(String, Vec<Price>), String> {
    let table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let prices = table
        .price
        .iter()
        .map(price)
        .collect::<std::result::Result<_, _>>()?;
    Ok((table.version, prices))
}

fn price(row: &Row) -> std::result::Result<Price, String> {
    let amounts = [Some(row.input), row.cache_read, row.cache_write, Some(row.output)];
    if amounts
        .into_iter()
        .flatten()
        .any(|amount| !amount.is_finite() || amount < 0.0)
    {
        return Err(format!(
            "a price of {} {} is not an amount",
            row.provider, row.model
        ));
    }
    Ok(Price {
        provider: row.provider.as_str().into(),
        model: row.model.to_ascii_lowercase().into(),
        valid_from: row.from.as_deref().map(midnight).transpose()?,
        valid_to: row.to.as_deref().map(midnight).transpose()?,
        input: row.input,
        cache_read: row.cache_read,
        cache_write: row.cache_write,
        output: row.output,
    })
}

fn midnight(day: &str) -> std::result::Result<UnixNanos, String> {
    let date: jiff::civil::Date = day
        .parse()
        .map_err(|_| format!("{day} is not a day such as 2025-06-10"))?;
    let instant = date
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_err(|error| error.to_string())?;
    let nanos = i64::try_from(instant.timestamp().as_nanosecond());
    nanos.map(UnixNanos).map_err(|_| format!("{day} is too far away"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::price::Usage;

    fn cost(provider: &str, model: &str, day: &str) -> Option<f64> {
        let table = load(None, vec![]).unwrap();
        let at = midnight(day).unwrap();
        table.cost(
            Some(provider),
            model,
            at,
            Usage {
                input: 1_000_000,
                ..Usage::default()
            },
        )
    }

    #[test]
    fn the_built_in_table_knows_models_at_their_time() {
        assert_eq!(cost("openai", "gpt-4o-mini-2024-07-18", "2025-01-01"), Some(0.15));
        assert_eq!(cost("openai", "o3-2025-04-16", "2025-05-01"), Some(10.0));
        assert_eq!(cost("openai", "o3-2025-04-16", "2025-07-01"), Some(2.0));
        assert_eq!(
            cost("anthropic", "claude-sonnet-4-5-20250929", "2025-10-01"),
            Some(3.0)
        );
        assert_eq!(cost("gcp.vertex_ai", "gemini-2.5-pro", "2025-10-01"), Some(1.25));
        assert_eq!(cost("openai", "gpt-99", "2025-10-01"), None);
    }

    #[test]
    fn a_table_with_a_mistake_says_which() {
        let row = "[[price]]\nprovider = \"p\"\nmodel = \"m\"\noutput = 1.0\n";
        assert!(
            parse(&format!("version = \"1\"\n{row}"))
                .unwrap_err()
                .contains("input")
        );
        assert!(
            parse(&format!("version = \"1\"\n{row}input = -1.0"))
                .unwrap_err()
                .contains("p m")
        );
        assert!(
            parse(&format!("version = \"1\"\n{row}input = 1.0\ninptu = 1"))
                .unwrap_err()
                .contains("inptu")
        );
    }
}
