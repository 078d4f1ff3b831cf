//! Placing a purchase: what is in the cart becomes orders, and their pieces are held.

mod store;

use api::Id;
use api::order::{Order, Purchase};

use super::store::{self as purchases, PurchaseRow};
use super::{HOLD_SECONDS, Request, jobs, quote};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{carts, listings};

/// One transaction: the purchase, its orders, and the pieces held.
pub(super) async fn place(state: &AppState, request: &Request) -> Result<PurchaseRow, Error> {
    let lines = carts::lines(state, request.cart).await?;
    let cart: Vec<_> = lines.into_iter().map(|line| (line.offer, line.quantity)).collect();
    let quote = quote::price(state.config.currency, &cart)?;
    let now = state.clock.now();
    let id: Id<Purchase> = state.entropy.id(now);
    let number = state.entropy.purchase_number();

    let mut tx = state.db.begin().await?;
    let new = store::NewPurchase {
        id,
        number: &number,
        request,
        total: quote.total,
        now,
        expires_at: now.plus_seconds(HOLD_SECONDS),
    };
    if !store::insert(&mut tx, new).await? {
        drop(tx);
        let again = purchases::find_attempt(&state.db, &request.attempt).await?;
        return again.ok_or_else(|| Error::conflict("this form was sent twice; try again"));
    }
    for (place, part) in (1_u32..).zip(&quote.parts) {
        let order: Id<Order> = state.entropy.id(now);
        let note = request
            .notes
            .iter()
            .find(|(shop, _)| *shop == part.shop)
            .map_or("", |(_, note)| note.as_str());
        store::insert_order(state, &mut tx, id, order, &format!("{number}-{place}"), part, note)
            .await?;
    }
    hold(state, &mut tx, id).await?;
    jobs::watch(state, &mut tx, id).await?;
    tx.commit().await?;
    purchases::find(&state.db, id).await
}

/// Takes the pieces of every order off the shelf, in the order of variants over the whole
/// purchase, so that two purchases never wait for each other in a circle.
async fn hold(state: &AppState, tx: &mut Tx, purchase: Id<Purchase>) -> Result<(), Error> {
    for (order, variant, quantity) in purchases::pieces(tx, purchase).await? {
        listings::hold(state, tx, order, &[(variant, quantity)]).await?;
    }
    Ok(())
}
