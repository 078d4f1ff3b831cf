//! Answers of the server.

use api::Page;
use api::account::Me;
use api::listing::{Listing, ListingSummary};
use api::order::{Order, OrderSummary};
use api::payout::{PayoutDetail, Reconciliation, Verdict};
use api::today::Today;

use crate::action::{Answer, Failure, FailureKind, Link, Outcome};
use crate::app::{App, Overlay, Shipping};
use crate::effect::{Ask, Effect};
use crate::list::Flag;
use crate::needs;
use crate::theme::Role;

use super::settings::saving;
use super::{changes, commands, settings};

/// Takes an answer.
pub(super) fn receive(app: &mut App, answer: Answer) -> Vec<Effect> {
    // Without an answer, or without anybody signed in, nothing is known anew.
    let unheard = [FailureKind::Unreachable, FailureKind::SignedOut];
    if answer.failure().is_none_or(|failure| !unheard.contains(&failure.kind)) {
        app.data_at = Some(app.clock);
    }
    match answer.failure() {
        // The header and the line at the bottom say it until somebody signs in.
        Some(failure) if failure.kind == FailureKind::SignedOut => app.link = Link::SignedOut,
        Some(failure) if answer.is_background() && !app.is_shopless() => {
            app.say(Role::Bad, failure.message.clone());
        }
        Some(_) | None => {}
    }
    match answer {
        Answer::Me(outcome) => me(app, outcome),
        Answer::Today(outcome) => today(app, outcome),
        Answer::Orders(ask, page) => {
            app.orders.receive(&ask, page);
            let again = ask == Ask::Quiet && app.orders.end_quiet();
            return again.then_some(Effect::FetchOrders(Ask::Quiet)).into_iter().collect();
        }
        Answer::Order(number, outcome) => order(app, number, outcome),
        Answer::Shipped(number, outcome) => return shipped(app, &number, outcome),
        Answer::Listings(ask, page) => {
            app.listings.receive(&ask, page);
            let again = ask == Ask::Quiet && app.listings.end_quiet();
            return again.then_some(Effect::FetchListings(Ask::Quiet)).into_iter().collect();
        }
        Answer::Listing(id, outcome) => listing(app, id, outcome),
        Answer::ListingSaved(id, outcome) => return listing_saved(app, &id, outcome),
        Answer::Payouts(ask, page) => {
            app.payouts.receive(&ask, page);
            let again = ask == Ask::Quiet && app.payouts.end_quiet();
            return again.then_some(Effect::FetchPayouts(Ask::Quiet)).into_iter().collect();
        }
        Answer::Payout(id, outcome) => app.payout_details.receive(id, outcome),
        Answer::Reconciled(outcome) => reconciled(app, outcome),
        Answer::Settings(outcome) => settings::receive(app, outcome),
        Answer::ProfileSaved(row, outcome) => return saving::profile_saved(app, row, outcome),
        Answer::ShopSaved(row, outcome) => return saving::shop_saved(app, row, outcome),
        Answer::SessionEnded(id, outcome) => settings::session_ended(app, id, outcome),
        Answer::EmailKept(outcome) => settings::email_kept(app, outcome),
        Answer::PasswordChanged(at, outcome) => settings::password::changed(app, at, outcome),
    }
    Vec::new()
}

impl Answer {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Me(outcome) => outcome.as_ref().err(),
            Self::Today(outcome) => outcome.as_ref().err(),
            Self::Orders(_, outcome) => outcome.as_ref().err(),
            Self::Order(_, outcome) | Self::Shipped(_, outcome) => outcome.as_ref().err(),
            Self::Listings(_, outcome) => outcome.as_ref().err(),
            Self::Listing(_, outcome) | Self::ListingSaved(_, outcome) => outcome.as_ref().err(),
            Self::Payouts(_, outcome) => outcome.as_ref().err(),
            Self::Payout(_, outcome) => outcome.as_ref().err(),
            Self::Reconciled(outcome) => outcome.as_ref().err(),
            Self::Settings(outcome) => outcome.as_ref().err(),
            Self::ProfileSaved(_, outcome) => outcome.as_ref().err(),
            Self::ShopSaved(_, outcome) => outcome.as_ref().err(),
            Self::PasswordChanged(_, outcome) => outcome.as_ref().err(),
            Self::SessionEnded(_, outcome) | Self::EmailKept(outcome) => outcome.as_ref().err(),
        }
    }

    /// Whether a failure is said at the bottom because no box of its own shows it.
    fn is_background(&self) -> bool {
        matches!(self, Self::Me(_) | Self::Orders(..) | Self::Listings(..) | Self::Payouts(..))
    }
}

fn me(app: &mut App, outcome: Outcome<Me>) {
    if let Ok(me) = outcome {
        app.ahead = me.now.seconds() - app.clock.seconds();
        app.me = Some(me);
        collect_needs(app);
        // Whether a holiday has begun is told by the market's clock.
        settings::show(app);
    }
    if app.is_shopless() {
        app.toast = None;
    }
}

/// What needs the artisan, out of the bench, her account and the shop.
pub(super) fn collect_needs(app: &mut App) {
    if let Some(today) = &app.today {
        let items = needs::needs(today, app.me.as_ref(), app.now());
        app.needs.receive(&Ask::Fresh, Ok(Page { items, next: None }));
    }
}

fn today(app: &mut App, outcome: Outcome<Today>) {
    match outcome {
        Ok(today) => {
            let known = today.latest.first().map_or(0, |event| event.seq);
            app.feed.retain(|event| event.seq > known);
            app.feed.extend(today.latest.iter().cloned());
            app.today = Some(today);
            collect_needs(app);
        }
        Err(failure) => app.needs.receive(&Ask::Fresh, Err(failure)),
    }
}

fn order(app: &mut App, number: String, outcome: Outcome<Order>) {
    // A timeline only grows. What was asked before a parcel was handed over must not undo it here.
    let age = |order: &Order| i64::try_from(order.timeline.len()).unwrap_or(i64::MAX);
    let late = |order: &Order| app.order_details.has_younger(&number, order, age);
    if outcome.as_ref().is_ok_and(late) {
        return;
    }
    if let Ok(order) = &outcome
        && app.orders.flag(&number) != Some(&Flag::Sent)
    {
        app.orders.change(&number, |row| take(row, order));
    }
    app.order_details.receive(number, outcome);
}

fn listing(app: &mut App, id: String, outcome: Outcome<Listing>) {
    let late = |listing: &Listing| {
        app.listing_details.has_younger(&id, listing, |listing| listing.version)
    };
    if !app.saving.contains_key(&id) && !outcome.as_ref().is_ok_and(late) {
        app.listing_details.receive(id, outcome);
    }
}

/// A row as its opened order says.
fn take(row: &mut OrderSummary, order: &Order) {
    row.status = order.status;
    let last = order.fulfillments.last();
    row.tracking =
        last.map(|parcel| parcel.tracking.clone()).filter(|tracking| !tracking.is_empty());
}

fn shipped(app: &mut App, number: &str, outcome: Outcome<Order>) -> Vec<Effect> {
    let shipping = app.shipping.remove(number);
    match outcome {
        Ok(order) => {
            app.orders.set_flag(number, None);
            app.orders.change(number, |row| take(row, &order));
            app.order_details.receive(number.to_owned(), Ok(order));
            app.refused.remove(number);
            app.say(Role::Ok, format!("{number} is shipped; the customer is told."));
            go_on_shipping(app, number);
            // A live event says the same; without one the bench has to be asked.
            let ask = app.link != Link::Live;
            return ask.then_some(Effect::FetchToday).into_iter().collect();
        }
        Err(failure) => {
            if let Some(Shipping { parcel, before, marked }) = shipping {
                app.orders.change(number, |row| *row = before);
                app.orders.set_mark(number, marked);
                app.refused.insert(number.to_owned(), parcel);
            }
            app.orders.set_flag(number, Some(Flag::Refused(failure.message.clone())));
            app.order_details.forget(number);
            refuse_parcel(app, number, failure.message);
        }
    }
    Vec::new()
}

/// Closes the form that waited for this order, or opens it for the next.
fn go_on_shipping(app: &mut App, number: &str) {
    match std::mem::replace(&mut app.overlay, Overlay::None) {
        Overlay::Ship(form) if form.sent && form.number == number => {
            commands::ship_next(app, form.queue, form.done + 1);
        }
        other => app.overlay = other,
    }
}

/// Says why a parcel was refused where it was typed: in its form, which is open still or comes
/// again after the others.
fn refuse_parcel(app: &mut App, number: &str, reason: String) {
    match &mut app.overlay {
        Overlay::Ship(form) if form.number == number => {
            form.sent = false;
            form.problem = Some(reason);
            return;
        }
        Overlay::Ship(form) => form.queue.push_back(number.to_owned()),
        _ => {}
    }
    app.say(Role::Bad, format!("{number} was not shipped: {reason}"));
}

fn listing_saved(app: &mut App, id: &str, outcome: Outcome<Listing>) -> Vec<Effect> {
    let Some(saving) = app.saving.remove(id) else { return Vec::new() };
    match outcome {
        Ok(listing) => {
            app.listings.set_flag(id, None);
            show(app, id, listing.clone());
            let effects = changes::send_rest(app, &listing, saving.since);
            if effects.is_empty() {
                app.say(Role::Ok, saved_words(&saving.before, &listing));
            }
            effects
        }
        Err(failure) => {
            show(app, id, saving.before);
            app.listings.set_flag(id, Some(Flag::Refused(failure.message.clone())));
            if failure.kind == FailureKind::Conflict {
                app.listing_details.forget(id);
            }
            changes::forget_undo(app, id);
            app.say(Role::Bad, format!("Not saved: {} {}", failure.message, failure.remedy()));
            Vec::new()
        }
    }
}

fn show(app: &mut App, id: &str, listing: Listing) {
    app.listings.change(id, |row| take_listing(row, &listing));
    app.listing_details.receive(id.to_owned(), Ok(listing));
}

/// A row as its opened listing says.
fn take_listing(row: &mut ListingSummary, listing: &Listing) {
    row.status = listing.status;
    row.available = listing.variants.iter().map(|variant| variant.available).sum();
    row.updated_at = listing.updated_at;
}

fn saved_words(before: &Listing, after: &Listing) -> String {
    if before.status != after.status {
        return format!("“{}” is now {}.", after.title, crate::words::listing(after.status).1);
    }
    let pieces: i64 = after.variants.iter().map(|variant| variant.available).sum();
    format!("“{}” has {pieces} in stock.", after.title)
}

fn reconciled(app: &mut App, outcome: Outcome<Reconciliation>) {
    match outcome {
        Ok(result) => {
            app.checked_at = Some(app.clock);
            let (role, text) = checked(&result);
            app.say(role, text);
            for detail in result.payouts {
                let key = detail.payout.stripe_id.clone();
                app.payouts.change(&key, |row| *row = detail.payout.clone());
                app.payout_details.receive(key, Ok(detail));
            }
        }
        Err(failure) => app.say(Role::Bad, format!("Not checked: {}", failure.message)),
    }
}

/// What came of checking, worst first.
fn checked(result: &Reconciliation) -> (Role, String) {
    let bad = |detail: &PayoutDetail| {
        matches!(detail.payout.verdict(), Verdict::Unmatched(_) | Verdict::SumDiffers)
    };
    match (result.payouts.iter().any(bad), result.overdue.len()) {
        (true, _) => (Role::Warn, "Some payouts do not match the books.".to_owned()),
        (false, 0) if result.clean => (Role::Ok, "Every line matches.".to_owned()),
        (false, 0) => (Role::Info, "Stripe has not itemised everything yet.".to_owned()),
        (false, 1) => {
            let order = &result.overdue[0].order;
            (Role::Warn, format!("The share of order {order} is overdue: it is in no payout."))
        }
        (false, count) => {
            (Role::Warn, format!("{count} shares are overdue: they are in no payout."))
        }
    }
}
