//! SQL of who has traded with whom.

use api::Id;
use api::account::Account;

use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub(super) async fn have_traded(
    db: &Db,
    one: Id<Account>,
    other: Id<Account>,
) -> Result<bool, Error> {
    let (traded,): (bool,) = db
        .read(sql!(
            "SELECT EXISTS (SELECT 1 FROM purchases p JOIN orders o ON o.purchase_id = p.id
                              JOIN shop_members m ON m.shop_id = o.shop_id
                             WHERE p.account_id = $1 AND m.account_id = $2 AND o.paid_at IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM purchases p JOIN orders o ON o.purchase_id = p.id
                              JOIN shop_members m ON m.shop_id = o.shop_id
                             WHERE p.account_id = $2 AND m.account_id = $1 AND o.paid_at IS NOT NULL)"
        ))
        .bind(one)
        .bind(other)
        .one()
        .await?;
    Ok(traded)
}
