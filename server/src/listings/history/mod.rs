//! What was saved of a listing, by whom, and how to go back.
//!
//! Every save keeps the fields it changed, as they were and as they became; variants and gallery
//! count as one field each. An old version is what stands now with the old fields of every later
//! save put back. The newest [`VERSIONS`] of a listing are kept.

mod fields;
pub(crate) mod routes;
mod store;

use std::collections::HashMap;

use api::audit::Verb;
use api::history::{Cause, ListingVersion, VERSIONS, VersionDetail};
use api::listing::{Listing, Variant};
use api::page::PageRequest;
use api::{Id, Page};

use super::saving::{Change, save};
use super::store::Reader;
use super::{change, difference, find, lock};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;
use fields::Fields;

/// Keeps what is saved, in the transaction that saves it.
pub(super) async fn note(
    state: &AppState,
    tx: &mut Tx,
    changes: &[&Change<'_>],
    cause: Cause,
) -> Result<(), Error> {
    let (account, means) = audit::asker();
    let saved: Vec<store::Saved> = changes.iter().map(|change| saved(change)).collect();
    let origin = store::Origin { account, means, cause, at: state.clock.now() };
    store::insert(tx, &saved, &origin).await?;
    let long: Vec<Id<Listing>> =
        saved.iter().filter(|row| row.version > VERSIONS).map(|row| row.listing).collect();
    store::forget(tx, &long).await
}

/// A new listing needs no fields: going back begins at what stands now.
fn saved(change: &Change<'_>) -> store::Saved {
    let after = &change.after;
    let (was, became) = match change.before {
        None => (Fields::default(), Fields::default()),
        Some(before) => (Fields::of(before, after), Fields::of(after, before)),
    };
    store::Saved { listing: after.id, version: after.version, was, became }
}

/// What was saved of one of the artisan's listings, newest first.
pub(crate) async fn list(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    request: &PageRequest,
) -> Result<Page<ListingVersion>, Error> {
    let now = find(state, artisan.shop.id, id).await?;
    let before = match request.after.as_deref() {
        None => i64::MAX,
        Some(after) => after.parse().map_err(|_| {
            Error::invalid("after", "this is not a cursor of this list; leave it out to begin anew")
        })?,
    };
    let rows = store::page(&state.db, id, before, i64::from(request.rows()) + 1).await?;
    let wanted = usize::try_from(request.rows()).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    let items: Vec<ListingVersion> =
        rows.into_iter().take(wanted).map(|row| told(row, &now)).collect();
    let next = items.last().filter(|_| more).map(|last| last.version.to_string());
    Ok(Page { items, next })
}

/// One version, what it said and what restoring it would change.
pub(crate) async fn show(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: i64,
) -> Result<VersionDetail, Error> {
    let now = find(state, artisan.shop.id, id).await?;
    let mut rows = store::since(Reader::Db(&state.db), id, version).await?;
    let Some(saved) = rows.pop().filter(|row| row.version == version) else {
        return Err(Error::NotFound);
    };
    let mut content = now.clone();
    put_back(&mut content, rows);
    content.version = version;
    content.updated_at = saved.at;
    let restoring = difference::between(&now, &restored(&now, &content));
    Ok(VersionDetail { saved: told(saved, &now), content, restoring })
}

/// Puts an old version back, as a new one. Its stock and its state stay as they are now; a variant
/// that comes back has no pieces.
pub(crate) async fn restore(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Listing>,
    version: i64,
    looked_at: Option<i64>,
) -> Result<Listing, Error> {
    let mut tx = state.db.begin().await?;
    let now = lock(&mut tx, artisan, id, looked_at).await?;
    let mut rows = store::since(Reader::Tx(&mut tx), id, version).await?;
    if rows.pop().is_none_or(|row| row.version != version) {
        return Err(Error::NotFound);
    }
    let mut content = now.clone();
    put_back(&mut content, rows);
    let after = restored(&now, &content);
    let listing = save(state, &mut tx, &artisan.shop, Some(&now), after, Cause::Restore).await?;
    audit::note(state, &mut tx, Verb::ListingRestore, listing.id).await?;
    tx.commit().await?;
    Ok(listing)
}

/// Each listing as it was before the save that wrote this version of it, provided that it says what
/// that save made it say: whatever was saved since was taken back, and nothing was sold. Others are
/// left out.
pub(crate) async fn as_before(
    tx: &mut Tx,
    listings: &[(&Listing, i64)],
) -> Result<Vec<Listing>, Error> {
    let wanted: Vec<_> = listings.iter().map(|(listing, version)| (listing.id, *version)).collect();
    let mut saves: HashMap<Id<Listing>, Vec<(i64, Fields)>> = HashMap::new();
    for (id, version, was) in store::was_since(tx, &wanted).await? {
        saves.entry(id).or_default().push((version, was));
    }
    let before = listings
        .iter()
        .filter_map(|(now, version)| before_save(now, *version, saves.remove(&now.id)?));
    Ok(before.collect())
}

/// Goes back over the saves of a listing, newest first, to before that of a version. A sale moves the
/// version without a save, so a gap means one.
fn before_save(now: &Listing, version: i64, saves: Vec<(i64, Fields)>) -> Option<Listing> {
    let mut content = now.clone();
    let mut expected = now.version;
    for (saved, was) in saves {
        if saved != expected || (saved == version && content != *now) {
            return None;
        }
        was.put(&mut content);
        expected -= 1;
    }
    (expected == version - 1).then_some(content)
}

/// Goes back over saves, from the newest on.
fn put_back(listing: &mut Listing, rows: Vec<store::Row>) {
    for row in rows {
        row.was.0.put(listing);
    }
}

/// What a listing becomes when old content is put back.
fn restored(now: &Listing, content: &Listing) -> Listing {
    let pieces = |variant: &Variant| {
        now.variants.iter().find(|it| it.id == variant.id).map_or(0, |it| it.available)
    };
    let variants = content
        .variants
        .iter()
        .map(|variant| Variant { available: pieces(variant), ..variant.clone() });
    let mut after = Listing {
        status: now.status,
        variants: variants.collect(),
        version: now.version,
        updated_at: now.updated_at,
        ..content.clone()
    };
    change::settle(&mut after);
    after
}

/// A save for people: what it changed is seen on a listing that is the same but for it.
fn told(row: store::Row, listing: &Listing) -> ListingVersion {
    let (mut before, mut after) = (listing.clone(), listing.clone());
    row.was.0.put(&mut before);
    row.became.0.put(&mut after);
    ListingVersion {
        version: row.version,
        at: row.at,
        by: row.by,
        means: row.means,
        cause: row.cause,
        changes: difference::between(&before, &after),
    }
}
