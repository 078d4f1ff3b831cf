//! SQL of shops.

use api::account::Account;
use api::shop::{OnboardingStatus, Shop};
use api::{Currency, Id, Timestamp};

use crate::db::Db;
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct ShopRow {
    id: Id<Shop>,
    slug: String,
    name: String,
    place: String,
    story: String,
    currency: Currency,
    commission_bps: i64,
    onboarding: OnboardingStatus,
    created_at: Timestamp,
}

impl TryFrom<ShopRow> for Shop {
    type Error = Error;

    fn try_from(row: ShopRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            place: row.place,
            story: row.story,
            currency: row.currency,
            commission_bps: u32::try_from(row.commission_bps).map_err(Error::internal)?,
            onboarding: row.onboarding,
            created_at: row.created_at,
        })
    }
}

pub(super) async fn find_for_account(db: &Db, account: Id<Account>) -> Result<Option<Shop>, Error> {
    let row: Option<ShopRow> = db
        .read(sql!(
            "SELECT s.id, s.slug, s.name, s.place, s.story, s.currency, s.commission_bps,
                    s.onboarding, s.created_at
               FROM shops s JOIN shop_members m ON m.shop_id = s.id WHERE m.account_id = $1"
        ))
        .bind(account)
        .optional()
        .await?;
    row.map(Shop::try_from).transpose()
}
