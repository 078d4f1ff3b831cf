//! Placing a purchase: what is in the cart becomes orders, and their pieces are held.

mod store;

use api::Id;
use api::audit::Verb;
use api::order::{Order, Purchase};

use super::form::{Told, day};
use super::quote::Quote;
use super::store::{self as purchases, PurchaseRow};
use super::{HOLD_SECONDS, Request, jobs, settling};
use crate::audit;
use crate::carts::CartLine;
use crate::db::Tx;
use crate::entropy::hash_secret;
use crate::error::Error;
use crate::listings::{self, making::Promised};
use crate::state::AppState;

/// What a shopper asked for, priced.
pub(super) struct Wish<'a> {
    /// The form.
    pub(super) request: &'a Request,
    /// Names it: see [`key`].
    pub(super) key: &'a str,
    /// The cart as it is priced now.
    pub(super) quote: &'a Quote,
}

/// Names what was asked for. The same form sent twice is one purchase; a form that was corrected,
/// or sent for another cart, is a new one.
pub(super) fn key(request: &Request, lines: &[CartLine]) -> Result<String, Error> {
    let piece = |line: &CartLine| (line.offer.variant, line.key.clone(), line.quantity);
    let pieces: Vec<_> = lines.iter().map(piece).collect();
    let asked =
        (&request.attempt, &request.email, &request.ship_to, &request.notes, request.cart, pieces);
    Ok(hex::encode(hash_secret(&serde_json::to_string(&asked)?)))
}

/// What became of a wish.
pub(super) enum Placed {
    /// It is a purchase.
    Done(Box<PurchaseRow>),
    /// Nothing was placed: something would be ready later than the shopper was told.
    Later(String),
    /// Nothing was placed: something else came in between, so the caller looks anew.
    Disturbed,
}

/// One transaction: earlier purchases are called off, and their pieces and whatever else is wanted
/// are held for the new one. Their pages have to be closed before.
pub(super) async fn place(
    state: &AppState,
    wish: &Wish<'_>,
    earlier: &[PurchaseRow],
) -> Result<Placed, Error> {
    let now = state.clock.now();
    let id: Id<Purchase> = state.entropy.id(now);
    let number = state.entropy.purchase_number();
    let new = store::NewPurchase {
        id,
        number: &number,
        wish,
        now,
        expires_at: now.plus_seconds(HOLD_SECONDS),
    };
    let mut tx = state.db.begin().await?;
    // Rows of purchases are locked before listings, here as everywhere.
    for purchase in earlier {
        if !settling::mark_cancelled(&mut tx, purchase).await? {
            return Ok(Placed::Disturbed);
        }
    }
    if !store::insert(&mut tx, new).await? {
        drop(tx);
        let same = purchases::find_attempt(&state.db, wish.key).await?;
        return Ok(same.map_or(Placed::Disturbed, |same| Placed::Done(Box::new(same))));
    }
    lock_stock(&mut tx, wish.quote, earlier).await?;
    for purchase in earlier {
        settling::give_back(state, &mut tx, purchase).await?;
    }
    insert_orders(state, &mut tx, wish, id, &number).await?;
    for piece in purchases::pieces(&mut tx, id).await? {
        listings::hold(state, &mut tx, piece.order_id, &[(piece.variant, piece.quantity)]).await?;
    }
    let promised = listings::making::promise(state, &mut tx, id).await?;
    if let Some(words) = later(&promised, &wish.request.told) {
        return Ok(Placed::Later(words));
    }
    jobs::watch(state, &mut tx, id).await?;
    audit::note(state, &mut tx, Verb::PurchasePlace, &number).await?;
    tx.commit().await?;
    Ok(Placed::Done(Box::new(purchases::find(&state.db, id).await?)))
}

/// What would be ready later than the shopper was told, or what she was told nothing of, in words.
fn later(promised: &[Promised], told: &[Told]) -> Option<String> {
    let kept = |now: &&Promised| {
        let days = told.iter().filter(|(variant, _)| *variant == now.variant);
        days.map(|(_, day)| *day).max().is_some_and(|told| day(now.ready_by) <= told)
    };
    let late = promised.iter().find(|now| !kept(now))?;
    Some(format!(
        "“{}” is made to order and would be ready by {} now. Nothing was charged. Press the button once more to order it so.",
        late.title,
        late.ready_by.day()
    ))
}

/// Locks every listing that gives or takes pieces, all at once, so that no two purchases wait for
/// each other in a circle.
async fn lock_stock(tx: &mut Tx, quote: &Quote, earlier: &[PurchaseRow]) -> Result<(), Error> {
    let lines = quote.parts.iter().flat_map(|part| &part.lines);
    let mut variants: Vec<_> = lines.map(|line| line.variant).collect();
    for purchase in earlier {
        let pieces = purchases::pieces(tx, purchase.id).await?;
        variants.extend(pieces.into_iter().map(|piece| piece.variant));
    }
    listings::lock_stock(tx, &variants).await
}

async fn insert_orders(
    state: &AppState,
    tx: &mut Tx,
    wish: &Wish<'_>,
    purchase: Id<Purchase>,
    number: &str,
) -> Result<(), Error> {
    for (place, part) in (1_u32..).zip(&wish.quote.parts) {
        let order: Id<Order> = state.entropy.id(state.clock.now());
        let notes = &wish.request.notes;
        let note = notes.iter().find(|(shop, _)| *shop == part.shop);
        let note = note.map_or("", |(_, note)| note.as_str());
        let number = format!("{number}-{place}");
        store::insert_order(state, tx, purchase, order, &number, part, note).await?;
    }
    Ok(())
}
