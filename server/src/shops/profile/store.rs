//! SQL of what shops tell.

use api::listing::GalleryImage;
use api::shop::Shop;
use api::shop_profile::{CustomWork, Holiday, LeadTime, Policies, Seller, SellerKind, ShopProfile};
use api::{Id, Timestamp};

use super::places::Place;
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct SellerRow {
    #[sqlx(rename = "seller_kind")]
    kind: SellerKind,
    #[sqlx(rename = "seller_name")]
    name: String,
    #[sqlx(rename = "seller_address")]
    address: String,
    #[sqlx(rename = "seller_phone")]
    phone: String,
    #[sqlx(rename = "seller_email")]
    email: String,
    #[sqlx(rename = "seller_register")]
    register: String,
}

impl From<SellerRow> for Seller {
    fn from(row: SellerRow) -> Self {
        let SellerRow { kind, name, address, phone, email, register } = row;
        Self { kind, name, address, phone, email, register }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    returns_days: Option<i64>,
    returns_note: String,
    custom_work: CustomWork,
    custom_note: String,
    lead_from: Option<i64>,
    lead_to: Option<i64>,
    #[sqlx(flatten)]
    seller: SellerRow,
    away_from: Option<Timestamp>,
    away_until: Option<Timestamp>,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct ImageRow {
    kind: String,
    hash: String,
    alt: String,
    #[sqlx(try_from = "i64")]
    width: u32,
    #[sqlx(try_from = "i64")]
    height: u32,
    #[sqlx(try_from = "i64")]
    tint: u8,
}

impl Row {
    fn with(self, shop: Shop, images: Vec<ImageRow>) -> ShopProfile {
        let days = |days: Option<i64>| days.and_then(|days| u32::try_from(days).ok());
        let mut profile = ShopProfile {
            suspension: None,
            shop,
            banner: None,
            portrait: None,
            process: Vec::new(),
            policies: Policies {
                returns_days: days(self.returns_days),
                returns: self.returns_note,
                custom_work: self.custom_work,
                custom: self.custom_note,
                lead_time: days(self.lead_from)
                    .zip(days(self.lead_to))
                    .map(|(from, to)| LeadTime { from, to }),
            },
            seller: self.seller.into(),
            holiday: self.away_from.map(|from| Holiday { from, until: self.away_until }),
            version: self.version,
        };
        for ImageRow { kind, hash, alt, width, height, tint } in images {
            let image = GalleryImage { hash, alt, width, height, tint };
            match kind.as_str() {
                "banner" => profile.banner = Some(image),
                "portrait" => profile.portrait = Some(image),
                _ => profile.process.push(image),
            }
        }
        profile
    }
}

pub(super) async fn insert(tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO shop_profiles (shop_id, returns_note, custom_work, custom_note, seller_kind, seller_name,
                seller_address, seller_phone, seller_email, seller_register, version)
         VALUES ($1, '', 'no', '', 'private', '', '', '', '', '', 1)"
    ))
    .bind(shop)
    .exec()
    .await?;
    Ok(())
}

const FIND: Sql = sql!("SELECT * FROM shop_profiles WHERE shop_id = $1");

const IMAGES: Sql = sql!(
    "SELECT g.kind, g.hash, g.alt, i.width, i.height, i.tint FROM shop_images g JOIN images i ON i.hash = g.hash
      WHERE g.shop_id = $1 ORDER BY g.kind, g.position"
);

pub(super) async fn find(db: &Db, shop: Shop) -> Result<ShopProfile, Error> {
    let row: Row = db.read(FIND).bind(shop.id).one().await?;
    let images = db.read(IMAGES).bind(shop.id).all().await?;
    Ok(row.with(shop, images))
}

/// The same, in a transaction.
pub(super) async fn find_in(tx: &mut Tx, shop: Shop) -> Result<ShopProfile, Error> {
    let row: Row = tx.query(FIND).bind(shop.id).one().await?;
    let images = tx.query(IMAGES).bind(shop.id).all().await?;
    Ok(row.with(shop, images))
}

pub(super) async fn seller(tx: &mut Tx, shop: Id<Shop>) -> Result<Seller, Error> {
    let row: SellerRow = tx
        .query(sql!(
            "SELECT seller_kind, seller_name, seller_address, seller_phone, seller_email, seller_register
               FROM shop_profiles WHERE shop_id = $1"
        ))
        .bind(shop)
        .one()
        .await?;
    Ok(row.into())
}

/// Writes everything but the pictures.
pub(super) async fn update(tx: &mut Tx, profile: &ShopProfile) -> Result<(), Error> {
    let (policies, seller) = (profile.policies.clone(), profile.seller.clone());
    tx.query(sql!(
        "UPDATE shop_profiles SET returns_days = $2, returns_note = $3, custom_work = $4, custom_note = $5,
                lead_from = $6, lead_to = $7, seller_kind = $8, seller_name = $9, seller_address = $10,
                seller_phone = $11, seller_email = $12, seller_register = $13, away_from = $14, away_until = $15,
                version = $16
          WHERE shop_id = $1"
    ))
    .bind(profile.shop.id)
    .bind(policies.returns_days.map(i64::from))
    .bind(policies.returns)
    .bind(policies.custom_work)
    .bind(policies.custom)
    .bind(policies.lead_time.map(|days| i64::from(days.from)))
    .bind(policies.lead_time.map(|days| i64::from(days.to)))
    .bind(seller.kind)
    .bind(seller.name)
    .bind(seller.address)
    .bind(seller.phone)
    .bind(seller.email)
    .bind(seller.register)
    .bind(profile.holiday.map(|holiday| holiday.from))
    .bind(profile.holiday.and_then(|holiday| holiday.until))
    .bind(profile.version)
    .exec()
    .await?;
    Ok(())
}

/// Puts these pictures in the place of those that stand there.
pub(super) async fn replace_pictures(
    tx: &mut Tx,
    shop: Id<Shop>,
    place: Place,
    pictures: &[GalleryImage],
) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM shop_images WHERE shop_id = $1 AND kind = $2"))
        .bind(shop)
        .bind(place.as_str().to_owned())
        .exec()
        .await?;
    for (position, picture) in (0_i64..).zip(pictures) {
        tx.query(sql!(
            "INSERT INTO shop_images (shop_id, kind, position, hash, alt) VALUES ($1, $2, $3, $4, $5)"
        ))
        .bind(shop)
        .bind(place.as_str().to_owned())
        .bind(position)
        .bind(picture.hash.clone())
        .bind(picture.alt.clone())
        .exec()
        .await?;
    }
    Ok(())
}

/// Whether anything of a shop stands on the shelf, sold out or not.
pub(super) async fn has_pieces(db: &Db, shop: Id<Shop>) -> Result<bool, Error> {
    let (there,): (bool,) = db
        .read(sql!(
            "SELECT EXISTS (SELECT 1 FROM listings WHERE shop_id = $1 AND status IN ('active', 'sold_out'))"
        ))
        .bind(shop)
        .one()
        .await?;
    Ok(there)
}

/// Whether a shop offers anything now.
pub(super) async fn offers(tx: &mut Tx, shop: Id<Shop>) -> Result<bool, Error> {
    let (there,): (bool,) = tx
        .query(sql!(
            "SELECT EXISTS (SELECT 1 FROM listings WHERE shop_id = $1 AND status = 'active')"
        ))
        .bind(shop)
        .one()
        .await?;
    Ok(there)
}
