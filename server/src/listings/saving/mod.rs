//! The one way in which listings change.

mod store;

use api::Id;
use api::event::EventKind;
use api::history::Cause;
use api::listing::{Listing, Variant};
use api::shop::Shop;

use super::{change, check, history, prices};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{search, shops};

pub(super) use store::set_import_keys;
pub(crate) use store::set_published;

/// A listing as it was, locked, or none where it is new, and as it shall be.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// As it was.
    pub(crate) before: Option<&'a Listing>,
    /// As it shall be.
    pub(crate) after: Listing,
}

/// Pieces that came to a variant or went.
#[derive(Debug)]
struct Movement {
    variant: Id<Variant>,
    pieces: i64,
}

/// Writes what differs between a locked listing and what it shall be, and tells the search index
/// and the shop's feed. Nothing is written when nothing differs.
pub(super) async fn save(
    state: &AppState,
    tx: &mut Tx,
    shop: &Shop,
    before: Option<&Listing>,
    after: Listing,
    cause: Cause,
) -> Result<Listing, Error> {
    let mut changes = [Change { before, after }];
    save_all(state, tx, shop, &mut changes, cause).await?;
    let [change] = changes;
    Ok(change.after)
}

/// The same for many at once, in as many statements as for one; each `after` becomes what was
/// written. One that cannot be kept stops them all, so whoever has others to save checks first.
/// Of a bulk edit and its undo the feed is told by whoever carries them out, once.
pub(crate) async fn save_all(
    state: &AppState,
    tx: &mut Tx,
    shop: &Shop,
    changes: &mut [Change<'_>],
    cause: Cause,
) -> Result<(), Error> {
    let now = state.clock.now();
    for change in &mut *changes {
        check::listing(&change.after, shop.currency)?;
        change::settle(&mut change.after);
        if change.differs() {
            change.after.updated_at = now;
            change.after.version += 1;
        }
    }
    let written: Vec<&Change<'_>> = changes.iter().filter(|change| change.differs()).collect();
    if written.is_empty() {
        return Ok(());
    }
    store::insert(tx, shop.id, &written).await?;
    store::update(tx, &written).await?;
    save_variants(state, tx, &written, cause).await?;
    prices::note(tx, &written, now).await?;
    let shown = |change: &&&Change<'_>| {
        change.before.map_or(&[][..], |it| &it.images) != change.after.images
    };
    let repainted: Vec<&Listing> =
        written.iter().filter(shown).map(|change| &change.after).collect();
    store::replace_galleries(tx, &repainted).await?;
    history::note(state, tx, &written, cause).await?;
    let ids: Vec<Id<Listing>> = written.iter().map(|change| change.after.id).collect();
    search::touch(state, tx, &ids).await?;
    if matches!(cause, Cause::BulkEdit | Cause::Undo) {
        return Ok(());
    }
    let lines = written.iter().map(|change| {
        (change.after.id.to_string(), change::sentence(change.before, &change.after))
    });
    let lines = lines.collect();
    shops::note_all(state, tx, shop.id, EventKind::ListingChanged, lines).await
}

impl Change<'_> {
    /// Whether there is anything to write.
    fn differs(&self) -> bool {
        self.before != Some(&self.after)
    }
}

/// Writes the variants that differ, retires those that are gone, and accounts for every piece.
async fn save_variants(
    state: &AppState,
    tx: &mut Tx,
    changes: &[&Change<'_>],
    cause: Cause,
) -> Result<(), Error> {
    let now = state.clock.now();
    let (mut put, mut retired, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    for Change { before, after } in changes {
        let known = before.map_or(&[][..], |before| &before.variants);
        for (place, variant) in after.variants.iter().enumerate() {
            let old = known.iter().find(|old| old.id == variant.id);
            if old != Some(variant) || known.get(place).map(|old| old.id) != Some(variant.id) {
                put.push((after.id, place, variant));
            }
            let pieces = variant.available - old.map_or(0, |old| old.available);
            moved.push(Movement { variant: variant.id, pieces });
        }
        let is_gone = |old: &&Variant| after.variants.iter().all(|new| new.id != old.id);
        for gone in known.iter().filter(is_gone) {
            retired.push(gone.id);
            moved.push(Movement { variant: gone.id, pieces: -gone.available });
        }
    }
    store::put_variants(tx, &put).await?;
    store::retire_variants(tx, &retired, now).await?;
    moved.retain(|movement| movement.pieces != 0);
    let reason = if cause == Cause::Import { "import" } else { "set" };
    store::insert_movements(state, tx, &moved, reason).await
}
