//! SQL of placing a purchase.

use api::order::{Order, OrderStatus, Purchase};
use api::{Id, Timestamp};
use sqlx::types::Json;

use super::super::quote::{Line, Part};
use super::super::store::note_event;
use super::Wish;
use crate::db::Tx;
use crate::error::Error;
use crate::sql;
use crate::state::AppState;

/// A purchase about to be added.
pub(super) struct NewPurchase<'a> {
    pub(super) id: Id<Purchase>,
    pub(super) number: &'a str,
    pub(super) wish: &'a Wish<'a>,
    pub(super) now: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// Adds a purchase; false when this attempt has one, or the cart an open one.
pub(super) async fn insert(tx: &mut Tx, new: NewPurchase<'_>) -> Result<bool, Error> {
    let (request, total) = (new.wish.request, new.wish.quote.total);
    let added = tx
        .query(sql!(
            "INSERT INTO purchases (id, number, attempt_key, cart_id, account_id, status, email, ship_name, ship_line1,
                    ship_line2, ship_postal_code, ship_city, ship_country, total_minor, currency, expires_at, placed_at)
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT DO NOTHING"
        ))
        .bind(new.id)
        .bind(new.number.to_owned())
        .bind(new.wish.key.to_owned())
        .bind(request.cart)
        .bind(request.account)
        .bind(request.email.clone())
        .bind(request.ship_to.name.clone())
        .bind(request.ship_to.line1.clone())
        .bind(request.ship_to.line2.clone())
        .bind(request.ship_to.postal_code.clone())
        .bind(request.ship_to.city.clone())
        .bind(request.ship_to.country.clone())
        .bind(total.minor())
        .bind(total.currency())
        .bind(new.expires_at)
        .bind(new.now)
        .exec()
        .await?;
    Ok(added == 1)
}

/// Adds one shop's order with its lines and the first entry of its timeline.
pub(super) async fn insert_order(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    order: Id<Order>,
    number: &str,
    part: &Part,
    note: &str,
) -> Result<(), Error> {
    let now = state.clock.now();
    tx.query(sql!(
        "INSERT INTO orders (id, purchase_id, shop_id, number, status, total_minor, commission_minor, net_minor,
                currency, note, placed_at, version)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9, $10, 1)"
    ))
    .bind(order)
    .bind(purchase)
    .bind(part.shop)
    .bind(number.to_owned())
    .bind(part.total.minor())
    .bind(part.commission.minor())
    .bind(part.net()?.minor())
    .bind(part.total.currency())
    .bind(note.to_owned())
    .bind(now)
    .exec()
    .await?;
    for (position, line) in (0_i64..).zip(&part.lines) {
        insert_line(tx, order, position, line).await?;
    }
    note_event(state, tx, order, OrderStatus::Pending, "placed").await
}

async fn insert_line(
    tx: &mut Tx,
    order: Id<Order>,
    position: i64,
    line: &Line,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO order_lines (order_id, position, listing_id, variant_id, title, option_label, sku, quantity,
                price_minor, commission_bps, commission_minor, image, answers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    ))
    .bind(order)
    .bind(position)
    .bind(line.listing)
    .bind(line.variant)
    .bind(line.title.clone())
    .bind(line.option.clone())
    .bind(line.sku.clone())
    .bind(line.quantity)
    .bind(line.price.minor())
    .bind(i64::from(line.commission_bps))
    .bind(line.commission.minor())
    .bind(line.image.clone())
    .bind(Json(line.answers.clone()))
    .exec()
    .await?;
    Ok(())
}
