//! The only place where the state changes. It never does work itself: it asks for it.

mod answers;
mod changes;
mod commands;
mod input;
mod settings;
#[cfg(test)]
mod tests;

use api::Timestamp;
use api::event::{Event, EventKind};

use crate::action::{Action, Link};
use crate::app::{App, Screen};
use crate::effect::{Ask, Effect};
use crate::layout;
use crate::list::Load;

/// Events kept for the live feed.
const FEED: usize = 50;

/// Work for the beginning.
pub(crate) fn start() -> Vec<Effect> {
    vec![
        Effect::FetchMe,
        Effect::FetchToday,
        Effect::FetchOrders(Ask::Fresh),
        Effect::FetchListings(Ask::Fresh),
        Effect::FetchPayouts(Ask::Fresh),
    ]
}

/// Takes an action; what comes back is to be done by the runner.
pub(crate) fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let mut effects = match action {
        Action::Key(key) => input::key(app, key),
        Action::Paste(text) => input::paste(app, &text),
        Action::Resize(columns, rows) => {
            app.size = (columns, rows);
            Vec::new()
        }
        Action::Tick(now) => {
            tick(app, now);
            Vec::new()
        }
        Action::Answer(answer) => answers::receive(app, *answer),
        Action::Event(event) => live(app, event),
        Action::Link(link) => relink(app, link),
    };
    effects.extend(settle(app));
    effects
}

fn tick(app: &mut App, now: Timestamp) {
    app.clock = now;
    if app.toast.as_ref().is_some_and(|toast| toast.until <= now) {
        app.toast = None;
    }
}

/// After a gap whatever changed meanwhile is fetched, quietly: nothing under the eyes moves.
fn relink(app: &mut App, link: Link) -> Vec<Effect> {
    if app.link == Link::SignedOut && link != Link::Live {
        return Vec::new();
    }
    let before = std::mem::replace(&mut app.link, link);
    if link != Link::Live {
        return Vec::new();
    }
    app.data_at = Some(app.clock);
    match before {
        Link::Reconnecting(_) | Link::Offline | Link::SignedOut => catch_up(app),
        Link::Connecting | Link::Live => Vec::new(),
    }
}

fn catch_up(app: &mut App) -> Vec<Effect> {
    app.order_details.outdate();
    app.listing_details.outdate();
    app.payout_details.outdate();
    app.told.outdate();
    let mut effects = vec![Effect::FetchMe, Effect::FetchToday];
    effects.extend(app.orders.begin_quiet().then_some(Effect::FetchOrders(Ask::Quiet)));
    effects.extend(app.listings.begin_quiet().then_some(Effect::FetchListings(Ask::Quiet)));
    effects.extend(app.payouts.begin_quiet().then_some(Effect::FetchPayouts(Ask::Quiet)));
    effects
}

/// An event says that something changed, not how: the rows are fetched anew, quietly.
fn live(app: &mut App, event: Event) -> Vec<Effect> {
    app.data_at = Some(app.clock);
    let effects = match event.kind {
        EventKind::OrderPaid | EventKind::OrderShipped => {
            app.order_details.forget(&event.object);
            let mut effects = vec![Effect::FetchToday];
            effects.extend(app.orders.begin_quiet().then_some(Effect::FetchOrders(Ask::Quiet)));
            effects
        }
        EventKind::ListingChanged | EventKind::ImportApplied => {
            if !app.saving.contains_key(&event.object) {
                app.listing_details.forget(&event.object);
            }
            let quiet = app.listings.begin_quiet();
            quiet.then_some(Effect::FetchListings(Ask::Quiet)).into_iter().collect()
        }
        EventKind::BulkEditDone => {
            app.listing_details.clear();
            let quiet = app.listings.begin_quiet();
            quiet.then_some(Effect::FetchListings(Ask::Quiet)).into_iter().collect()
        }
        EventKind::PayoutChanged => {
            app.payout_details.clear();
            let mut effects = vec![Effect::FetchToday];
            effects.extend(app.payouts.begin_quiet().then_some(Effect::FetchPayouts(Ask::Quiet)));
            effects
        }
        EventKind::OnboardingChanged => vec![Effect::FetchMe],
        EventKind::ShopChanged => {
            app.told.outdate();
            vec![Effect::FetchMe, Effect::FetchToday]
        }
        EventKind::Reset => return refresh(app),
    };
    app.feed.push_front(event);
    app.feed.truncate(FEED);
    effects
}

/// Everything anew; what is shown stays until the answers come.
fn refresh(app: &mut App) -> Vec<Effect> {
    app.order_details.clear();
    app.payout_details.clear();
    if app.saving.is_empty() {
        app.listing_details.clear();
    }
    app.told.outdate();
    app.orders.begin_fresh();
    app.listings.begin_fresh();
    app.payouts.begin_fresh();
    app.needs.begin_fresh();
    start()
}

/// What follows from any change: the window fits, the next page and the open thing are fetched.
fn settle(app: &mut App) -> Vec<Effect> {
    let rows = layout::list_rows(app);
    app.list_mut().fit(rows);
    app.detail_row = app.detail_row.min(app.detail_rows().saturating_sub(1));
    let mut effects = Vec::new();
    if *app.orders.load() == Load::Ready && app.screen == Screen::Orders {
        effects.extend(app.orders.wants_more().map(|next| Effect::FetchOrders(Ask::More(next))));
    }
    if *app.listings.load() == Load::Ready && app.screen == Screen::Listings {
        effects
            .extend(app.listings.wants_more().map(|next| Effect::FetchListings(Ask::More(next))));
    }
    if *app.payouts.load() == Load::Ready && app.screen == Screen::Payouts {
        effects.extend(app.payouts.wants_more().map(|next| Effect::FetchPayouts(Ask::More(next))));
    }
    effects.extend(wanted_detail(app));
    effects
}

fn wanted_detail(app: &mut App) -> Option<Effect> {
    if app.screen == Screen::Settings {
        return app.told.wants(crate::settings::KEY).then_some(Effect::FetchSettings);
    }
    let key = app.list().selected_key()?.to_owned();
    match app.screen {
        Screen::Today | Screen::Settings => None,
        Screen::Orders => app.order_details.wants(&key).then_some(Effect::FetchOrder(key)),
        Screen::Listings => {
            let id = app.listings.selected()?.id;
            app.listing_details.wants(&key).then_some(Effect::FetchListing(id))
        }
        Screen::Payouts => app.payout_details.wants(&key).then_some(Effect::FetchPayout(key)),
    }
}
