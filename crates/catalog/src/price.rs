//! Prices that go before the built-in table.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trace::UnixNanos;
use trace::price::Price;

use crate::Catalog;
use crate::error::Error;

const WHAT: &str = "price overrides";

impl Catalog {
    /// The price overrides, in the order they were given.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub async fn price_overrides(&self) -> Result<Vec<Price>, Error> {
        let rows = sqlx::query(
            "SELECT provider, model, valid_from_unix_nanos, valid_to_unix_nanos, input, cache_read,
                 cache_write, output
             FROM price_override ORDER BY position",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(Error::read(WHAT))?;
        rows.iter()
            .map(price)
            .collect::<Result<_, _>>()
            .map_err(Error::read(WHAT))
    }

    /// Puts these price overrides in place of all there are.
    ///
    /// # Errors
    /// [`Error::Write`]; the old ones are then still in force.
    pub async fn replace_price_overrides(&self, prices: &[Price]) -> Result<(), Error> {
        self.replace(prices).await.map_err(Error::write(WHAT))
    }

    async fn replace(&self, prices: &[Price]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("DELETE FROM price_override")
            .execute(&mut *transaction)
            .await?;
        for (position, price) in (0_i64..).zip(prices) {
            sqlx::query("INSERT INTO price_override VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(position)
                .bind(price.provider.as_str())
                .bind(price.model.as_str())
                .bind(price.valid_from.map(|instant| instant.0))
                .bind(price.valid_to.map(|instant| instant.0))
                .bind(price.input)
                .bind(price.cache_read)
                .bind(price.cache_write)
                .bind(price.output)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}

fn price(row: &SqliteRow) -> Result<Price, sqlx::Error> {
    Ok(Price {
        provider: row.try_get::<&str, _>(0)?.into(),
        model: row.try_get::<&str, _>(1)?.into(),
        valid_from: row.try_get::<Option<i64>, _>(2)?.map(UnixNanos),
        valid_to: row.try_get::<Option<i64>, _>(3)?.map(UnixNanos),
        input: row.try_get(4)?,
        cache_read: row.try_get(5)?,
        cache_write: row.try_get(6)?,
        output: row.try_get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn overrides_read_back_in_order_and_replace_what_was_there() {
        let catalog = Catalog::in_memory().await.unwrap();
        let cheap = Price {
            provider: "openai".into(),
            model: "small".into(),
            valid_from: Some(UnixNanos(1)),
            valid_to: None,
            input: 0.15,
            cache_read: Some(0.075),
            cache_write: None,
            output: 0.6,
        };
        let dear = Price {
            input: 15.0,
            ..cheap.clone()
        };
        catalog
            .replace_price_overrides(&[dear.clone(), cheap.clone()])
            .await
            .unwrap();
        assert_eq!(catalog.price_overrides().await.unwrap(), [dear, cheap.clone()]);
        catalog
            .replace_price_overrides(std::slice::from_ref(&cheap))
            .await
            .unwrap();
        assert_eq!(catalog.price_overrides().await.unwrap(), [cheap]);
    }
}
