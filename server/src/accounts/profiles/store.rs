//! SQL of profiles.

use api::account::Account;
use api::listing::GalleryImage;
use api::profile::{Audience, Profile, Shown};
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::db::{Db, Query, Sql, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Id<Account>,
    slug: Option<String>,
    name: String,
    about: String,
    place: String,
    links: Json<Vec<String>>,
    show_name: Audience,
    show_avatar: Audience,
    show_about: Audience,
    show_place: Audience,
    show_links: Audience,
    version: i64,
    avatar: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    tint: Option<i64>,
}

impl Row {
    fn avatar(&self) -> Option<GalleryImage> {
        Some(GalleryImage {
            hash: self.avatar.clone()?,
            alt: String::new(),
            width: self.width?.try_into().ok()?,
            height: self.height?.try_into().ok()?,
            tint: self.tint?.try_into().ok()?,
        })
    }
}

impl From<Row> for Profile {
    fn from(row: Row) -> Self {
        Self {
            avatar: row.avatar(),
            account: row.account_id,
            slug: row.slug,
            name: row.name,
            about: row.about,
            place: row.place,
            links: row.links.0,
            show: Shown {
                name: row.show_name,
                avatar: row.show_avatar,
                about: row.show_about,
                place: row.show_place,
                links: row.show_links,
            },
            version: row.version,
        }
    }
}

const FIND: Sql = sql!(
    "SELECT p.*, s.slug, a.name, i.width, i.height, i.tint
       FROM profiles p JOIN accounts a ON a.id = p.account_id
       LEFT JOIN profile_slugs s ON s.account_id = p.account_id
       LEFT JOIN images i ON i.hash = p.avatar
      WHERE p.account_id = $1"
);

/// Of somebody who changed hers at least once.
pub(super) async fn find(db: &Db, account: Id<Account>) -> Result<Option<Profile>, Error> {
    one(db.read(FIND), account).await
}

/// The same, in a transaction.
pub(super) async fn find_in(tx: &mut Tx, account: Id<Account>) -> Result<Option<Profile>, Error> {
    one(tx.query(FIND), account).await
}

async fn one(find: Query<'_>, account: Id<Account>) -> Result<Option<Profile>, Error> {
    let row: Option<Row> = find.bind(account).optional().await?;
    Ok(row.map(Profile::from))
}

pub(super) async fn of_slug(db: &Db, slug: String) -> Result<Option<Id<Account>>, Error> {
    let row: Option<(Id<Account>,)> = db
        .read(sql!("SELECT account_id FROM profile_slugs WHERE slug = $1"))
        .bind(slug)
        .optional()
        .await?;
    Ok(row.map(|(account,)| account))
}

/// Writes everything but slug and name, which lie elsewhere.
pub(super) async fn upsert(tx: &mut Tx, profile: &Profile, now: Timestamp) -> Result<(), Error> {
    let Shown { name, avatar, about, place, links } = profile.show;
    tx.query(sql!(
        "INSERT INTO profiles (account_id, about, place, links, avatar, show_name, show_avatar, show_about,
                show_place, show_links, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (account_id) DO UPDATE SET about = $2, place = $3, links = $4, avatar = $5, show_name = $6,
                show_avatar = $7, show_about = $8, show_place = $9, show_links = $10, version = $11, updated_at = $12"
    ))
    .bind(profile.account)
    .bind(profile.about.clone())
    .bind(profile.place.clone())
    .bind(Json(profile.links.clone()))
    .bind(profile.avatar.as_ref().map(|image| image.hash.clone()))
    .bind(name)
    .bind(avatar)
    .bind(about)
    .bind(place)
    .bind(links)
    .bind(profile.version)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Gives up the name in the address that an account has.
pub(super) async fn delete_slug(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM profile_slugs WHERE account_id = $1")).bind(account).exec().await?;
    Ok(())
}

/// Whether the name was free.
pub(super) async fn insert_slug(
    tx: &mut Tx,
    account: Id<Account>,
    slug: &str,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO profile_slugs (slug, account_id) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING"
        ))
        .bind(slug.to_owned())
        .bind(account)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// The display name is the account's.
pub(super) async fn rename(tx: &mut Tx, account: Id<Account>, name: &str) -> Result<(), Error> {
    tx.query(sql!("UPDATE accounts SET name = $2 WHERE id = $1"))
        .bind(account)
        .bind(name.to_owned())
        .exec()
        .await?;
    Ok(())
}
