//! SQL of facts.

use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub(super) async fn first(db: &Db, name: &str, value: &str) -> Result<String, Error> {
    db.write(sql!("INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"))
        .bind(name.to_owned())
        .bind(value.to_owned())
        .exec()
        .await?;
    Ok(find(db, name).await?.unwrap_or_default())
}

pub(super) async fn find(db: &Db, name: &str) -> Result<Option<String>, Error> {
    let found: Option<(String,)> = db
        .read(sql!("SELECT value FROM facts WHERE name = $1"))
        .bind(name.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(value,)| value))
}
