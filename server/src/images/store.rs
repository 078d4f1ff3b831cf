//! SQL of stored pictures.

use std::collections::BTreeSet;

use api::listing::{GalleryImage, StoredImage};
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct KnownRow {
    hash: String,
    sha256: String,
    #[sqlx(try_from = "i64")]
    width: u32,
    #[sqlx(try_from = "i64")]
    height: u32,
}

impl From<KnownRow> for StoredImage {
    fn from(row: KnownRow) -> Self {
        let KnownRow { hash, sha256, width, height } = row;
        Self { hash, upload_sha256: sha256, width, height }
    }
}

/// Uploads of a shop by the SHA-256 of their bytes.
pub(super) async fn known(
    db: &Db,
    shop: Id<Shop>,
    sha256: &[String],
) -> Result<Vec<StoredImage>, Error> {
    let rows: Vec<KnownRow> = db
        .read(sql!(
            sqlite: "SELECT i.hash, u.sha256, i.width, i.height FROM uploads u JOIN images i ON i.hash = u.hash
                      WHERE u.shop_id = $1 AND u.sha256 IN (SELECT value FROM json_each($2))",
            postgres: "SELECT i.hash, u.sha256, i.width, i.height FROM uploads u JOIN images i ON i.hash = u.hash
                      WHERE u.shop_id = $1 AND u.sha256 IN (SELECT jsonb_array_elements_text($2))",
        ))
        .bind(shop)
        .bind(Json(sha256.to_vec()))
        .all()
        .await?;
    Ok(rows.into_iter().map(StoredImage::from).collect())
}

/// What was made of the same bytes, whoever sent them.
pub(super) async fn known_to_any(db: &Db, sha256: &str) -> Result<Option<StoredImage>, Error> {
    let row: Option<KnownRow> = db
        .read(sql!(
            "SELECT i.hash, u.sha256, i.width, i.height FROM uploads u JOIN images i ON i.hash = u.hash
              WHERE u.sha256 = $1 LIMIT 1"
        ))
        .bind(sha256.to_owned())
        .optional()
        .await?;
    Ok(row.map(StoredImage::from))
}

/// Remembers a picture whose files are stored, as of now: what nothing names for a day is forgotten.
pub(super) async fn insert_image(
    tx: &mut Tx,
    image: &StoredImage,
    tint: u8,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO images (hash, width, height, tint, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at"
    ))
    .bind(image.hash.clone())
    .bind(i64::from(image.width))
    .bind(i64::from(image.height))
    .bind(i64::from(tint))
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Remembers that a shop sent the bytes of a picture.
pub(super) async fn insert_upload(
    tx: &mut Tx,
    shop: Id<Shop>,
    image: &StoredImage,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO uploads (shop_id, sha256, hash) VALUES ($1, $2, $3)
         ON CONFLICT (shop_id, sha256) DO NOTHING"
    ))
    .bind(shop)
    .bind(image.upload_sha256.clone())
    .bind(image.hash.clone())
    .exec()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ImageRow {
    hash: String,
    #[sqlx(try_from = "i64")]
    width: u32,
    #[sqlx(try_from = "i64")]
    height: u32,
    #[sqlx(try_from = "i64")]
    tint: u8,
}

impl From<ImageRow> for GalleryImage {
    fn from(row: ImageRow) -> Self {
        let ImageRow { hash, width, height, tint } = row;
        Self { hash, alt: String::new(), width, height, tint }
    }
}

/// Those of these pictures that the shop uploaded, without alt texts.
pub(super) async fn owned(
    tx: &mut Tx,
    shop: Id<Shop>,
    hashes: BTreeSet<String>,
) -> Result<Vec<GalleryImage>, Error> {
    let rows: Vec<ImageRow> = tx
        .query(sql!(
            sqlite: "SELECT hash, width, height, tint FROM images i
                      WHERE hash IN (SELECT value FROM json_each($2))
                        AND EXISTS (SELECT 1 FROM uploads u WHERE u.hash = i.hash AND u.shop_id = $1)",
            postgres: "SELECT hash, width, height, tint FROM images i
                      WHERE hash IN (SELECT value FROM jsonb_array_elements_text($2))
                        AND EXISTS (SELECT 1 FROM uploads u WHERE u.hash = i.hash AND u.shop_id = $1)",
        ))
        .bind(shop)
        .bind(Json(hashes))
        .all()
        .await?;
    Ok(rows.into_iter().map(GalleryImage::from).collect())
}

/// Any picture, without an alt text.
pub(super) async fn find(tx: &mut Tx, hash: &str) -> Result<Option<GalleryImage>, Error> {
    let row: Option<ImageRow> = tx
        .query(sql!("SELECT hash, width, height, tint FROM images WHERE hash = $1"))
        .bind(hash.to_owned())
        .optional()
        .await?;
    Ok(row.map(GalleryImage::from))
}
