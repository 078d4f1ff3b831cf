//! SQL of shops and their live feed.

use std::collections::HashMap;

use api::account::Account;
use api::event::EventKind;
use api::shop::{OnboardingStatus, Shop};
use api::{Currency, Id, Timestamp};
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Shop>,
    slug: String,
    name: String,
    place: String,
    story: String,
    currency: Currency,
    #[sqlx(try_from = "i64")]
    commission_bps: u32,
    onboarding: OnboardingStatus,
    created_at: Timestamp,
}

impl From<Row> for Shop {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            place: row.place,
            story: row.story,
            currency: row.currency,
            commission_bps: row.commission_bps,
            onboarding: row.onboarding,
            created_at: row.created_at,
        }
    }
}

/// Whether it was inserted; not when the slug is taken.
pub(super) async fn insert(tx: &mut Tx, shop: &Shop) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO shops (id, slug, name, place, story, currency, commission_bps, onboarding, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (slug) DO NOTHING"
        ))
        .bind(shop.id)
        .bind(shop.slug.clone())
        .bind(shop.name.clone())
        .bind(shop.place.clone())
        .bind(shop.story.clone())
        .bind(shop.currency)
        .bind(i64::from(shop.commission_bps))
        .bind(shop.onboarding)
        .bind(shop.created_at)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Whether the account became the owner; not when it has a shop.
pub(super) async fn insert_owner(
    tx: &mut Tx,
    shop: Id<Shop>,
    owner: Id<Account>,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO shop_members (shop_id, account_id, role) VALUES ($1, $2, 'owner')
             ON CONFLICT (account_id) DO NOTHING"
        ))
        .bind(shop)
        .bind(owner)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Locks a shop until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, id: Id<Shop>) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = tx
        .query(sql!(
            sqlite: "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
                       FROM shops WHERE id = $1",
            postgres: "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
                       FROM shops WHERE id = $1 FOR NO KEY UPDATE",
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

/// Writes what a shop says about itself.
pub(super) async fn update(tx: &mut Tx, shop: &Shop) -> Result<(), Error> {
    tx.query(sql!("UPDATE shops SET name = $2, place = $3, story = $4, slug = $5 WHERE id = $1"))
        .bind(shop.id)
        .bind(shop.name.clone())
        .bind(shop.place.clone())
        .bind(shop.story.clone())
        .bind(shop.slug.clone())
        .exec()
        .await?;
    Ok(())
}

/// Whether another shop has or had this slug.
pub(super) async fn is_slug_taken(tx: &mut Tx, slug: &str, shop: Id<Shop>) -> Result<bool, Error> {
    let row: Option<(Id<Shop>,)> = tx
        .query(sql!("SELECT shop_id FROM shop_slugs WHERE slug = $1 AND shop_id <> $2"))
        .bind(slug.to_owned())
        .bind(shop)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Whether the slug is the shop's now; not when another shop was quicker.
pub(super) async fn claim_slug(tx: &mut Tx, slug: &str, shop: Id<Shop>) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO shop_slugs (slug, shop_id) VALUES ($1, $2)
             ON CONFLICT (slug) DO UPDATE SET shop_id = $2 WHERE shop_slugs.shop_id = $2"
        ))
        .bind(slug.to_owned())
        .bind(shop)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// The slug that the open shop has now which has or had this one.
pub(super) async fn present_slug(db: &Db, slug: &str) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = db
        .read(sql!(
            "SELECT s.slug FROM shop_slugs f JOIN open_shops s ON s.id = f.shop_id WHERE f.slug = $1"
        ))
        .bind(slug.to_owned())
        .optional()
        .await?;
    Ok(row.map(|(slug,)| slug))
}

/// Whose shop it is.
pub(super) async fn addresses(
    db: &Db,
    (after, until): (Id<Shop>, Id<Shop>),
    limit: i64,
) -> Result<Vec<(Id<Shop>, String)>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.id, s.slug FROM open_shops s
              WHERE s.id > $1 AND s.id <= $2
                AND EXISTS (SELECT 1 FROM listings l WHERE l.shop_id = s.id AND l.status = 'active')
              ORDER BY s.id LIMIT $3"
        ))
        .bind(after)
        .bind(until)
        .bind(limit)
        .all()
        .await?)
}

pub(super) async fn end(db: &Db, after: Id<Shop>, many: i64) -> Result<Option<Id<Shop>>, Error> {
    let row: Option<(Id<Shop>,)> = db
        .read(sql!(
            "SELECT id FROM (SELECT id FROM shops WHERE id > $1 ORDER BY id LIMIT $2) AS span
              ORDER BY id DESC LIMIT 1"
        ))
        .bind(after)
        .bind(many)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn names(db: &Db, slugs: &[&str]) -> Result<HashMap<String, String>, Error> {
    let rows: Vec<(String, String)> = db
        .read(sql!(
            sqlite: "SELECT slug, name FROM open_shops WHERE slug IN (SELECT value FROM json_each($1))",
            postgres: "SELECT slug, name FROM open_shops
                        WHERE slug IN (SELECT jsonb_array_elements_text($1))",
        ))
        .bind(Json(slugs.iter().map(ToString::to_string).collect::<Vec<_>>()))
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn owner(db: &Db, shop: Id<Shop>) -> Result<Id<Account>, Error> {
    let (account,): (Id<Account>,) = db
        .read(sql!("SELECT account_id FROM shop_members WHERE shop_id = $1 AND role = 'owner'"))
        .bind(shop)
        .one()
        .await?;
    Ok(account)
}

/// Notes that the shop of an account is closed.
pub(super) async fn close(
    tx: &mut Tx,
    owner: Id<Account>,
    now: Timestamp,
) -> Result<Option<Id<Shop>>, Error> {
    let row: Option<(Id<Shop>,)> = tx
        .query(sql!(
            "UPDATE shops SET closed_at = $2 WHERE closed_at IS NULL
                AND id IN (SELECT shop_id FROM shop_members WHERE account_id = $1) RETURNING id"
        ))
        .bind(owner)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn find(db: &Db, id: Id<Shop>) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
               FROM shops WHERE id = $1"
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

pub(super) async fn find_by_slug(db: &Db, slug: &str) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
               FROM open_shops WHERE slug = $1"
        ))
        .bind(slug.to_owned())
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

pub(super) async fn find_for_account(db: &Db, account: Id<Account>) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
               FROM shops WHERE id IN (SELECT shop_id FROM shop_members WHERE account_id = $1)"
        ))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

pub(super) async fn find_open(db: &Db, account: Id<Account>) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
               FROM open_shops WHERE id IN (SELECT shop_id FROM shop_members WHERE account_id = $1)"
        ))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

pub(super) async fn find_by_stripe_account(db: &Db, account: &str) -> Result<Option<Shop>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, slug, name, place, story, currency, commission_bps, onboarding, created_at
               FROM shops WHERE stripe_account = $1"
        ))
        .bind(account.to_owned())
        .optional()
        .await?;
    Ok(row.map(Shop::from))
}

pub(super) async fn stripe_account(db: &Db, shop: Id<Shop>) -> Result<Option<String>, Error> {
    let row: Option<(Option<String>,)> = db
        .read(sql!("SELECT stripe_account FROM shops WHERE id = $1"))
        .bind(shop)
        .optional()
        .await?;
    Ok(row.and_then(|(account,)| account))
}

/// Whether anything changed.
pub(super) async fn set_stripe(
    tx: &mut Tx,
    shop: Id<Shop>,
    account: &str,
    status: OnboardingStatus,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE shops SET stripe_account = $2, onboarding = $3
              WHERE id = $1 AND (stripe_account IS NULL OR stripe_account <> $2 OR onboarding <> $3)"
        ))
        .bind(shop)
        .bind(account.to_owned())
        .bind(status)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Writes lines of the live feed, each an object and its text.
pub(super) async fn insert_events(
    tx: &mut Tx,
    shop: Id<Shop>,
    kind: EventKind,
    lines: Vec<(String, String)>,
    at: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        sqlite: "INSERT INTO shop_events (shop_id, kind, object, text, at)
                 SELECT $1, $2, value->>0, value->>1, $4 FROM json_each($3)",
        postgres: "INSERT INTO shop_events (shop_id, kind, object, text, at)
                   SELECT $1, $2, value->>0, value->>1, $4 FROM jsonb_array_elements($3)",
    ))
    .bind(shop)
    .bind(kind)
    .bind(Json(lines))
    .bind(at)
    .exec()
    .await?;
    Ok(())
}

/// The account of a shop's owner, and its address.
pub(super) async fn recipient(tx: &mut Tx, shop: Id<Shop>) -> Result<(Id<Account>, String), Error> {
    Ok(tx
        .query(sql!(
            "SELECT a.id, a.email FROM shop_members m JOIN accounts a ON a.id = m.account_id
              WHERE m.shop_id = $1 AND m.role = 'owner'"
        ))
        .bind(shop)
        .one()
        .await?)
}
