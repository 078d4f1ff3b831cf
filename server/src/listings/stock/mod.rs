//! Pieces that orders take and give back.
//!
//! Whoever changes stock first locks the listings concerned, in the order of their ids, so that
//! no two buyers wait for each other and the sums on the listing are always those of its variants.

mod store;

use api::Id;
use api::event::EventKind;
use api::listing::{Listing, Variant};
use api::order::Order;

use crate::db::Tx;
use crate::error::Error;
use crate::search;
use crate::shops;
use crate::state::AppState;

/// Locks the listings of all these variants until the transaction ends: whoever holds or releases
/// for several orders does this first.
pub async fn lock(tx: &mut Tx, variants: &[Id<Variant>]) -> Result<(), Error> {
    store::lock(tx, variants).await?;
    Ok(())
}

/// Takes pieces out of the stock for an order that is about to be paid; what is made to order takes
/// none. All lines or, with the conflict that names the piece, none, since the caller then drops
/// the transaction.
pub async fn hold(
    state: &AppState,
    tx: &mut Tx,
    order: Id<Order>,
    lines: &[(Id<Variant>, i64)],
) -> Result<(), Error> {
    let locked = store::lock(tx, &variants(lines)).await?;
    for (variant, quantity) in sorted(lines) {
        let listing = locked.iter().find(|locked| locked.variant == variant);
        let listing = listing.ok_or(Error::NotFound)?;
        if !listing.for_sale || (listing.made && listing.withdrawn) {
            return Err(unavailable(listing));
        }
        if listing.made {
            continue;
        }
        if !store::take(tx, variant, quantity).await? {
            return Err(unavailable(listing));
        }
        store::insert_movement(state, tx, variant, -quantity, "hold", order).await?;
    }
    let counted: Vec<_> = locked.into_iter().filter(|row| !row.made).collect();
    settle(state, tx, &counted).await
}

/// Puts pieces of an order back. Those of a variant that was withdrawn meanwhile stay withdrawn.
pub async fn release(
    state: &AppState,
    tx: &mut Tx,
    order: Id<Order>,
    lines: &[(Id<Variant>, i64)],
) -> Result<(), Error> {
    let locked = store::lock(tx, &variants(lines)).await?;
    for (variant, quantity) in sorted(lines) {
        if store::put_back(tx, variant, quantity).await? {
            store::insert_movement(state, tx, variant, quantity, "release", order).await?;
        }
    }
    settle(state, tx, &locked).await
}

/// Lets each listing follow its variants and tells the search index and the shop.
async fn settle(state: &AppState, tx: &mut Tx, locked: &[store::Locked]) -> Result<(), Error> {
    let mut done: Vec<Id<Listing>> = Vec::new();
    for row in locked {
        if done.contains(&row.listing) {
            continue;
        }
        done.push(row.listing);
        let left = store::recount(tx, row.listing, state.clock.now()).await?;
        search::touch(state, tx, &[row.listing]).await?;
        let text = match left {
            0 if !row.made => format!("{}: sold out", row.title),
            left => format!("{}: {left} left", row.title),
        };
        let object = row.listing.to_string();
        shops::note(state, tx, row.shop, EventKind::ListingChanged, object, text).await?;
    }
    Ok(())
}

fn unavailable(listing: &store::Locked) -> Error {
    match listing.available {
        left if listing.for_sale && !listing.made && left > 0 => {
            Error::conflict(format!("only {left} of “{}” left", listing.title))
        }
        _ => Error::conflict(format!("“{}” is no longer available", listing.title)),
    }
}

fn variants(lines: &[(Id<Variant>, i64)]) -> Vec<Id<Variant>> {
    lines.iter().map(|(variant, _)| *variant).collect()
}

fn sorted(lines: &[(Id<Variant>, i64)]) -> Vec<(Id<Variant>, i64)> {
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    lines
}
