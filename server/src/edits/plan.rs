//! What an edit would do, worked out and kept; nothing else is written.

use api::Id;
use api::bulk_edit::{BulkEdit, BulkEditStatus};
use api::import::FieldChange;
use api::listing::{Listing, ListingStatus};

use super::{AT_ONCE, TURNS, change, filter, find, store};
use crate::error::Error;
use crate::listings::{self, difference};
use crate::shops;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Looks at some more listings; to be called until the status is `planned`.
pub(crate) async fn plan(
    state: &AppState,
    artisan: &Artisan,
    id: Id<BulkEdit>,
) -> Result<BulkEdit, Error> {
    let shop = artisan.shop.id;
    let edit = store::find(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    let mut position = store::position(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    let planner =
        Planner { artisan, edit: &edit, hindrance: hindrance(state, artisan, &edit).await? };
    for _ in 0..TURNS {
        if position.status != BulkEditStatus::Planning {
            break;
        }
        let listings = listings::above(state, shop, position.planned_to, AT_ONCE).await?;
        let found = planner.look_at(&listings);
        let mut tx = state.db.begin().await?;
        let locked = store::lock(&mut tx, shop, id).await?.ok_or(Error::NotFound)?;
        // Whoever else looked at these meanwhile has written them down.
        if locked == position {
            let is_last = i64::try_from(listings.len()).is_ok_and(|count| count < AT_ONCE);
            let reached = store::Reached {
                planned_to: listings.last().map(|listing| listing.id),
                unchanged: found.unchanged,
                is_last,
            };
            store::insert_rows(&mut tx, id, locked.last, &found.rows).await?;
            store::go_on(&mut tx, id, &reached).await?;
        }
        tx.commit().await?;
        position = store::position(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    }
    find(state, shop, id).await
}

/// Why this artisan may not put anything on the shelf, if the edit wants that.
async fn hindrance(
    state: &AppState,
    artisan: &Artisan,
    edit: &BulkEdit,
) -> Result<Option<String>, Error> {
    if edit.change.status != Some(ListingStatus::Active) {
        return Ok(None);
    }
    if !artisan.account.email_verified {
        return Ok(Some("confirm your e-mail address before you publish".to_owned()));
    }
    shops::profile::silence(state, &artisan.shop).await
}

struct Planner<'a> {
    artisan: &'a Artisan,
    edit: &'a BulkEdit,
    hindrance: Option<String>,
}

/// What is to be written down of some listings.
#[derive(Default)]
struct Found {
    rows: Vec<store::NewRow>,
    unchanged: i64,
}

impl Planner<'_> {
    fn look_at(&self, listings: &[Listing]) -> Found {
        let mut found = Found::default();
        for listing in listings.iter().filter(|listing| filter::means(&self.edit.filter, listing)) {
            match self.changes(listing) {
                Ok(changes) if changes.is_empty() => found.unchanged += 1,
                outcome => found.rows.push(store::NewRow::new(listing, outcome)),
            }
        }
        found
    }

    fn changes(&self, listing: &Listing) -> Result<Vec<FieldChange>, String> {
        let BulkEdit { filter, change, .. } = self.edit;
        let after = change::changed(listing, filter, change, self.artisan.shop.currency);
        let changes = difference::between(listing, &after.map_err(|error| error.to_string())?);
        match &self.hindrance {
            Some(words) if changes.iter().any(|it| it.field == "status") => Err(words.clone()),
            _ => Ok(changes),
        }
    }
}
