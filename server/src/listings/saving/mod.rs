//! The one way in which listings change.

mod store;

use api::Id;
use api::event::EventKind;
use api::listing::{Listing, Variant};
use api::shop::Shop;

use super::{change, check};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{search, shops};

pub(super) use store::set_import_keys;

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

/// A locked listing as it was, and as it shall be; equal when nothing has to be done.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// None when it is new.
    pub(crate) before: Option<Listing>,
    /// One version further, if anything differs.
    pub(crate) after: Listing,
}

impl Change {
    /// Refuses what a listing may not be, and lets its state follow its stock.
    pub(super) fn new(
        state: &AppState,
        shop: &Shop,
        before: Option<Listing>,
        mut after: Listing,
    ) -> Result<Self, Error> {
        check::listing(&after, shop.currency)?;
        change::settle(&mut after);
        if before.as_ref() != Some(&after) {
            after.updated_at = state.clock.now();
            after.version += 1;
        }
        Ok(Self { before, after })
    }

    fn is_something(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }

    /// Whether it comes newly onto the shelf.
    fn is_published(&self) -> bool {
        match &self.before {
            None => change::is_on_shelf(self.after.status),
            Some(before) => change::is_published_by(before, &self.after),
        }
    }

    fn known_variants(&self) -> &[Variant] {
        self.before.as_ref().map_or(&[], |before| &before.variants)
    }

    /// Variants that are new, differ or stand elsewhere, with their places.
    fn written_variants(&self) -> impl Iterator<Item = (usize, &Variant)> {
        let known = self.known_variants();
        self.after
            .variants
            .iter()
            .enumerate()
            .filter(|(place, variant)| known.get(*place) != Some(variant))
    }

    fn gone_variants(&self) -> impl Iterator<Item = &Variant> {
        let known = self.known_variants().iter();
        known.filter(|old| self.after.variants.iter().all(|new| new.id != old.id))
    }

    /// By how many pieces the stock of each variant changes.
    fn movements(&self) -> impl Iterator<Item = (Id<Variant>, i64)> {
        let known = self.known_variants();
        let before = |id| known.iter().find(|old| old.id == id).map_or(0, |old| old.available);
        let stay =
            self.after.variants.iter().map(move |new| (new.id, new.available - before(new.id)));
        let gone = self.gone_variants().map(|old| (old.id, -old.available));
        stay.chain(gone).filter(|(_, pieces)| *pieces != 0)
    }

    fn has_other_gallery(&self) -> bool {
        self.before.as_ref().map_or(&[][..], |before| &before.images) != self.after.images
    }
}

/// Writes what differs between a locked listing and what it shall be.
pub(super) async fn save(
    state: &AppState,
    tx: &mut Tx,
    shop: &Shop,
    before: Option<Listing>,
    after: Listing,
    reason: Reason,
) -> Result<Listing, Error> {
    let change = Change::new(state, shop, before, after)?;
    save_all(state, tx, shop.id, &[&change], reason).await?;
    Ok(change.after)
}

/// Writes what differs, accounts for every piece, and tells the search index and the shop's feed;
/// as many statements for many listings as for one. Nothing is written where nothing differs.
pub(super) async fn save_all(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    changes: &[&Change],
    reason: Reason,
) -> Result<(), Error> {
    let mut changes = changes.to_vec();
    changes.retain(|change| change.is_something());
    if changes.is_empty() {
        return Ok(());
    }
    let now = state.clock.now();
    store::insert(tx, shop, &changes).await?;
    store::update(tx, &changes).await?;
    store::put_variants(tx, &changes).await?;
    store::retire_variants(tx, &changes, now).await?;
    let moves = changes.iter().flat_map(|change| change.movements());
    let moves = moves.map(|(variant, pieces)| (state.entropy.uuid(now), variant, pieces)).collect();
    store::insert_movements(tx, moves, reason.as_str(), now).await?;
    store::replace_galleries(tx, &changes).await?;
    let ids: Vec<_> = changes.iter().map(|change| change.after.id).collect();
    search::touch(state, tx, &ids).await?;
    let notes = changes.iter().map(|change| {
        (change.after.id.to_string(), change::sentence(change.before.as_ref(), &change.after))
    });
    shops::note_all(state, tx, shop, EventKind::ListingChanged, notes.collect()).await
}
