//! Settings that are kept between starts: short names, short texts, no secrets.

use crate::Catalog;
use crate::error::Error;

impl Catalog {
    /// The value of a setting; `None` if it was never set.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        sqlx::query_scalar("SELECT value FROM setting WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.pool)
            .await
            .map_err(Error::read("a setting"))
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub async fn put_setting(&self, name: &str, value: &str) -> Result<(), Error> {
        sqlx::query("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)")
            .bind(name)
            .bind(value)
            .execute(&self.pool)
            .await
            .map_err(Error::write("a setting"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_setting_reads_back() {
        let catalog = Catalog::in_memory().await.unwrap();
        assert_eq!(catalog.setting("capture_level").await.unwrap(), None);
        catalog.put_setting("capture_level", "metadata").await.unwrap();
        catalog.put_setting("capture_level", "redacted").await.unwrap();
        assert_eq!(
            catalog.setting("capture_level").await.unwrap().as_deref(),
            Some("redacted")
        );
    }
}
