//! The one way in which a listing changes.

mod store;

use api::Id;
use api::event::EventKind;
use api::listing::Listing;
use api::shop::Shop;

use super::{change, check};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{search, shops};

pub(super) use store::set_import_key;

/// Why a stock changed outside of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The artisan said so.
    Set,
    /// A file said so.
    Import,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Import => "import",
        }
    }
}

/// Writes what differs between a locked listing and what it shall be, and tells the search index
/// and the shop's feed. Nothing is written when nothing differs.
pub(super) async fn save(
    state: &AppState,
    tx: &mut Tx,
    shop: &Shop,
    before: Option<&Listing>,
    mut after: Listing,
    reason: Reason,
) -> Result<Listing, Error> {
    check::listing(&after, shop.currency)?;
    change::settle(&mut after);
    if before == Some(&after) {
        return Ok(after);
    }
    let now = state.clock.now();
    after.updated_at = now;
    after.version += 1;
    match before {
        None => store::insert(tx, shop.id, &after).await?,
        Some(before) => {
            let published = change::is_published_by(before, &after).then_some(now);
            store::update(tx, &after, published).await?;
        }
    }
    save_variants(state, tx, before, &after, reason).await?;
    if before.map_or(&[][..], |before| &before.images) != after.images {
        store::replace_gallery(tx, &after).await?;
    }
    search::touch(state, tx, after.id).await?;
    tell(state, tx, shop.id, after.id, change::sentence(before, &after)).await?;
    Ok(after)
}

/// Writes the variants that differ, retires those that are gone, and accounts for every piece.
async fn save_variants(
    state: &AppState,
    tx: &mut Tx,
    before: Option<&Listing>,
    after: &Listing,
    reason: Reason,
) -> Result<(), Error> {
    let now = state.clock.now();
    let known = before.map_or(&[][..], |before| &before.variants);
    let mut moved = Vec::new();
    for (place, variant) in after.variants.iter().enumerate() {
        let old = known.iter().find(|old| old.id == variant.id);
        if old != Some(variant) || known.get(place).map(|old| old.id) != Some(variant.id) {
            let position = i64::try_from(place).unwrap_or(i64::MAX);
            store::put_variant(tx, after.id, position, variant).await?;
        }
        moved.push((variant.id, variant.available - old.map_or(0, |old| old.available)));
    }
    for gone in known.iter().filter(|old| after.variants.iter().all(|new| new.id != old.id)) {
        store::retire_variant(tx, gone.id, now).await?;
        moved.push((gone.id, -gone.available));
    }
    for (variant, pieces) in moved.into_iter().filter(|(_, pieces)| *pieces != 0) {
        let id = state.entropy.uuid(now);
        store::insert_movement(tx, id, variant, pieces, reason.as_str(), now).await?;
    }
    Ok(())
}

/// A line of the shop's live feed about a listing.
pub(super) async fn tell(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    listing: Id<Listing>,
    text: String,
) -> Result<(), Error> {
    shops::note(state, tx, shop, EventKind::ListingChanged, listing.to_string(), text).await
}
