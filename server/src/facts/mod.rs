//! Facts about the market as a whole that must never change under it.

mod store;

use crate::db::Db;
use crate::error::Error;

/// The value that was set first under a name; the given one if there was none.
pub(crate) async fn first(db: &Db, name: &str, value: &str) -> Result<String, Error> {
    store::first(db, name, value).await
}

/// The value under a name.
pub(crate) async fn find(db: &Db, name: &str) -> Result<Option<String>, Error> {
    store::find(db, name).await
}
