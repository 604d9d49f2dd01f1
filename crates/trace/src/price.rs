//! What a model call costs: a pure function of its tokens and a dated table.
//!
//! A row holds for a provider, a model and a time. Where no row holds, the cost is unknown, not zero. The table
//! itself is loaded by the binary (a file wins over the catalog, which wins over the built-in table).

use crate::ids::Text;
use crate::time::UnixNanos;

/// Prices of one model over one span of time, in US dollars per million tokens.
#[derive(Clone, PartialEq, Debug)]
pub struct Price {
    /// Provider, by its well-known OpenTelemetry name.
    pub provider: Text,
    /// Model name without a date; a dated name of the same model matches it too.
    pub model: Text,
    /// First instant it holds; `None` for always.
    pub valid_from: Option<UnixNanos>,
    /// First instant it no longer holds; `None` for still.
    pub valid_to: Option<UnixNanos>,
    /// Input that was neither read from nor written to a cache.
    pub input: f64,
    /// Input read from a cache; `None` is the price of fresh input.
    pub cache_read: Option<f64>,
    /// Input written to a cache; `None` is the price of fresh input.
    pub cache_write: Option<f64>,
    /// Output.
    pub output: f64,
}

/// Tokens to be paid for. Unknown subsets count as none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Input, cached ones included.
    pub input: u64,
    /// Part of it read from a cache.
    pub cache_read: u64,
    /// Part of it written to a cache.
    pub cache_write: u64,
    /// Output, reasoning included.
    pub output: u64,
}

/// A price table with the version that is stored beside each cost.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceTable {
    version: Text,
    prices: Vec<Price>,
}

impl PriceTable {
    /// A table of these prices. Where several rows match, the longest model name wins, then the later row.
    #[must_use]
    pub fn new(version: impl Into<Text>, prices: Vec<Price>) -> Self {
        Self {
            version: version.into(),
            prices,
        }
    }

    /// The version stored beside each cost computed with this table.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The price of a model at a time. `provider` may be unknown: then the model's name alone decides, if all
    /// matching rows agree on the provider.
    #[must_use]
    pub fn find(&self, provider: Option<&str>, model: &str, at: UnixNanos) -> Option<&Price> {
        let model = base_model(model);
        let mut best: Option<&Price> = None;
        for price in &self.prices {
            let provider_fits = provider.is_none_or(|known| same_provider(known, &price.provider));
            let in_time =
                price.valid_from.is_none_or(|from| at >= from) && price.valid_to.is_none_or(|to| at < to);
            if !provider_fits || !in_time || !is_same_model(&model, &price.model) {
                continue;
            }
            match best {
                Some(known) if provider.is_none() && known.provider != price.provider => return None,
                Some(known) if known.model.len() > price.model.len() => {}
                _ => best = Some(price),
            }
        }
        best
    }

    /// The cost of a call in US dollars, or `None` where no row holds for it.
    #[must_use]
    pub fn cost(&self, provider: Option<&str>, model: &str, at: UnixNanos, usage: Usage) -> Option<f64> {
        self.find(provider, model, at).map(|price| price.cost(usage))
    }
}

impl Price {
    /// `(fresh · input + read · cache_read + written · cache_write + out · output) / 10⁶`, where fresh is what
    /// was neither read from nor written to a cache.
    #[must_use]
    pub fn cost(&self, usage: Usage) -> f64 {
        let fresh = usage
            .input
            .saturating_sub(usage.cache_read)
            .saturating_sub(usage.cache_write);
        let dollars = count(fresh) * self.input
            + count(usage.cache_read) * self.cache_read.unwrap_or(self.input)
            + count(usage.cache_write) * self.cache_write.unwrap_or(self.input)
            + count(usage.output) * self.output;
        dollars / 1e6
    }
}

#[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
const fn count(tokens: u64) -> f64 {
    tokens as f64
}

/// A model's name in lower case, without a provider path in front (`models/`, `anthropic/`, a Bedrock region).
#[must_use]
pub fn base_model(model: &str) -> String {
    let lower = model.to_ascii_lowercase();
    lower.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Whether `model` is `base` itself or a dated or pinned form of it: `gpt-4o-mini-2024-07-18`, `-20250929`,
/// `-latest`, `-001`, `@20250929`, `:0`.
#[must_use]
pub fn is_same_model(model: &str, base: &str) -> bool {
    let Some(rest) = model.strip_prefix(base) else {
        return false;
    };
    rest.is_empty()
        || rest == "-latest"
        || (rest.starts_with(['-', '@', ':'])
            && rest
                .chars()
                .all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '@' | ':' | 'v')))
}

fn same_provider(one: &str, other: &str) -> bool {
    let family = |name: &str| -> String {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "gcp.gen_ai" | "gcp.vertex_ai" | "gcp.gemini" | "google" | "vertexai" | "vertex_ai"
            | "gemini" => "gcp".to_owned(),
            "azure.ai.openai" | "azure" | "az.ai.openai" => "openai".to_owned(),
            _ => lower,
        }
    };
    family(one) == family(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> PriceTable {
        let price = |provider: &str, model: &str, input| Price {
            provider: provider.into(),
            model: model.into(),
            valid_from: None,
            valid_to: Some(UnixNanos(100)),
            input,
            cache_read: Some(input / 10.0),
            cache_write: None,
            output: 2.0 * input,
        };
        PriceTable::new(
            "t1",
            vec![
                price("openai", "gpt-4o", 10.0),
                price("openai", "gpt-4o-mini", 1.0),
            ],
        )
    }

    #[test]
    fn a_dated_model_has_the_price_of_its_own_name_only() {
        let table = table();
        let cost = |model: &str, at| {
            table.cost(
                Some("openai"),
                model,
                UnixNanos(at),
                Usage {
                    input: 1_000_000,
                    ..Usage::default()
                },
            )
        };
        assert_eq!(cost("gpt-4o-mini-2024-07-18", 0), Some(1.0));
        assert_eq!(cost("gpt-4o-2024-08-06", 0), Some(10.0));
        assert_eq!(cost("gpt-4o-audio-preview", 0), None);
        assert_eq!(cost("gpt-4o", 100), None, "the row no longer holds");
    }

    #[test]
    fn cached_tokens_are_paid_once() {
        let usage = Usage {
            input: 1_000_000,
            cache_read: 500_000,
            cache_write: 0,
            output: 1_000_000,
        };
        let cost = table().cost(None, "openai/GPT-4o-mini", UnixNanos(0), usage);
        assert_eq!(cost, Some(0.5 + 0.05 + 2.0));
    }
}
