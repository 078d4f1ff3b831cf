//! Changes that show at once and are taken back when the server refuses.

use std::collections::BTreeMap;

use api::Id;
use api::listing::{Listing, ListingEdit, ListingStatus, VariantEdit};
use api::order::{OrderStatus, Parcel};

use crate::app::{App, Saving, Shipping, Undo};
use crate::effect::Effect;
use crate::list::Flag;
use crate::theme::Role;

use super::settings::saving;

/// Changes that can be taken back.
const UNDO_DEPTH: usize = 50;
/// Said instead of a second change.
pub(super) const STILL_ON_ITS_WAY: &str = "The last change is still on its way.";

/// Marks an order as shipped and asks the server to.
pub(super) fn ship(app: &mut App, number: &str, parcel: Parcel) -> Vec<Effect> {
    let Some(before) = app.order_row(number).cloned() else { return Vec::new() };
    let marked = app.orders.is_marked(number);
    let shipping = Shipping { parcel: parcel.clone(), before, marked };
    app.shipping.insert(number.to_owned(), shipping);
    app.orders.set_flag(number, Some(Flag::Sent));
    app.orders.set_mark(number, false);
    let tracking = parcel.tracking.clone();
    app.orders.change(number, |row| {
        row.status = OrderStatus::Shipped;
        row.tracking = Some(tracking).filter(|tracking| !tracking.is_empty());
    });
    vec![Effect::Ship { number: number.to_owned(), parcel }]
}

/// Puts the listing under the cursor up for sale, or takes it off the shelf.
pub(super) fn toggle_shelf(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.listings.selected() else { return Vec::new() };
    let (listing, publish) = match row.status {
        ListingStatus::Draft | ListingStatus::Paused => (row.id, true),
        ListingStatus::Active | ListingStatus::SoldOut => (row.id, false),
        ListingStatus::Archived => {
            app.say(Role::Warn, "An archived listing has to become a draft first.");
            return Vec::new();
        }
    };
    let effects = set_shelf(app, listing, publish);
    if !effects.is_empty() {
        remember(app, Undo::Shelf { listing, publish: !publish });
    }
    effects
}

/// Adds to the stock of the chosen variant of the listing under the cursor.
pub(super) fn step_stock(app: &mut App, by: i64) -> Vec<Effect> {
    let Some(listing) = app.listings.selected().map(|row| row.id) else { return Vec::new() };
    let variant = app.detail_row;
    let effects = change_stock(app, listing, variant, by);
    match effects {
        Some(effects) => {
            remember(app, Undo::Stock { listing, variant, by: -by });
            effects
        }
        None => Vec::new(),
    }
}

/// Takes back the last change by its opposite.
pub(super) fn undo(app: &mut App) -> Vec<Effect> {
    if app.sending.is_some() {
        // What was changed before that is not the last change.
        app.say(Role::Warn, STILL_ON_ITS_WAY);
        return Vec::new();
    }
    match app.undo.pop() {
        Some(Undo::Shelf { listing, publish }) => set_shelf(app, listing, publish),
        Some(Undo::Stock { listing, variant, by }) => {
            change_stock(app, listing, variant, by).unwrap_or_default()
        }
        Some(Undo::Setting(way)) => saving::take_back(app, *way),
        None => {
            app.say(Role::Dim, "Nothing to take back.");
            Vec::new()
        }
    }
}

/// Forgets how to take back changes of a listing that never came to be.
pub(super) fn forget_undo(app: &mut App, id: &str) {
    app.undo.retain(|undo| match undo {
        Undo::Shelf { listing, .. } | Undo::Stock { listing, .. } => listing.to_string() != id,
        Undo::Setting(_) => true,
    });
}

/// Sends what was set while the last change was on its way.
pub(super) fn send_rest(
    app: &mut App,
    server: &Listing,
    since: BTreeMap<usize, i64>,
) -> Vec<Effect> {
    let key = server.id.to_string();
    let edits = since.iter().filter_map(|(place, stock)| {
        let variant = server.variants.get(*place)?;
        Some(VariantEdit { id: variant.id, sku: None, price: None, stock: Some(*stock) })
    });
    let edit = ListingEdit { variants: edits.collect(), ..ListingEdit::default() };
    if edit.variants.is_empty() {
        return Vec::new();
    }
    app.saving.insert(key.clone(), Saving { before: server.clone(), since: BTreeMap::new() });
    app.listings.set_flag(&key, Some(Flag::Sent));
    for (place, stock) in since {
        show_stock(app, &key, place, stock);
    }
    vec![Effect::EditListing { listing: server.id, version: server.version, edit }]
}

/// Shows a number of pieces, in the opened listing and in its row.
fn show_stock(app: &mut App, key: &str, place: usize, stock: i64) {
    let Some(listing) = app.listing_details.known.get_mut(key) else { return };
    let Some(variant) = listing.variants.get_mut(place) else { return };
    variant.available = stock;
    let available = listing.variants.iter().map(|variant| variant.available).sum();
    app.listings.change(key, |row| row.available = available);
}

/// Notes how a change is taken back.
pub(super) fn remember(app: &mut App, undo: Undo) {
    app.undo.push(undo);
    if app.undo.len() > UNDO_DEPTH {
        app.undo.remove(0);
    }
}

fn set_shelf(app: &mut App, listing: Id<Listing>, publish: bool) -> Vec<Effect> {
    let row_key = listing.to_string();
    if app.listings.flag(&row_key) == Some(&Flag::Sent) {
        app.say(Role::Warn, STILL_ON_ITS_WAY);
        return Vec::new();
    }
    let Some(before) = app.listing_details.known.get(&row_key).cloned() else {
        app.say(Role::Warn, "The listing is still being opened.");
        return Vec::new();
    };
    app.saving.insert(row_key.clone(), Saving { before, since: BTreeMap::new() });
    app.listings.set_flag(&row_key, Some(Flag::Sent));
    let status = if publish { ListingStatus::Active } else { ListingStatus::Paused };
    app.listings.change(&row_key, |row| row.status = status);
    if let Some(open) = app.listing_details.known.get_mut(&row_key) {
        open.status = status;
    }
    vec![if publish { Effect::Publish(listing) } else { Effect::Pause(listing) }]
}

/// Adds pieces; while a change is on its way the number waits for its end. None: not possible.
fn change_stock(app: &mut App, id: Id<Listing>, place: usize, by: i64) -> Option<Vec<Effect>> {
    let key = id.to_string();
    let Some(listing) = app.listing_details.known.get(&key).cloned() else {
        app.say(Role::Warn, "The listing is still being opened.");
        return None;
    };
    let stock = listing.variants.get(place)?.available + by;
    if stock < 0 {
        app.say(Role::Warn, "There is none left to take away.");
        return None;
    }
    if let Some(saving) = app.saving.get_mut(&key) {
        saving.since.insert(place, stock);
        show_stock(app, &key, place, stock);
        return Some(Vec::new());
    }
    Some(send_rest(app, &listing, BTreeMap::from([(place, stock)])))
}
