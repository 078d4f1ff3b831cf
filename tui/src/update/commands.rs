//! What commands do, whether they come from a key or from the palette.

use std::collections::VecDeque;

use api::order::OrderStatus;

use crate::app::{App, Overlay, Pane, Screen};
use crate::effect::Effect;
use crate::keymap::Command;
use crate::list::{Browse, Flag, Row};
use crate::needs::Target;
use crate::palette::Palette;
use crate::theme::Role;
use crate::widgets::field::Field;
use crate::widgets::form::ShipForm;

use super::{changes, settings};

/// Runs a command.
pub(super) fn run(app: &mut App, command: Command) -> Vec<Effect> {
    if command.writes() && app.setup.read_only {
        refuse(app);
        return Vec::new();
    }
    match command {
        Command::Go(screen) => go(app, screen),
        Command::Previous => go(app, app.previous.unwrap_or(app.screen)),
        Command::Up => step(app, -1),
        Command::Down => step(app, 1),
        Command::PageUp => page(app, -1),
        Command::PageDown => page(app, 1),
        Command::First => end(app, false),
        Command::Last => end(app, true),
        Command::NextPane => next_pane(app),
        Command::Open => open(app),
        Command::Back => back(app),
        Command::Filter => {
            app.full = false;
            app.pane = Pane::List;
            app.overlay = Overlay::Filter(Field::with(app.list().filter().text()));
        }
        Command::Palette => app.overlay = Overlay::Palette(Palette::open(app)),
        Command::Help => app.overlay = Overlay::Help(0),
        Command::ShowNew => app.list_mut().show_waiting(),
        Command::Privacy => app.private = !app.private,
        Command::Mark => app.orders.toggle_mark(),
        Command::MarkAll => app.orders.mark_all(|order| order.status == OrderStatus::Paid),
        Command::Ship => open_ship_form(app),
        _ => return work(app, command),
    }
    Vec::new()
}

/// Says that nothing can be changed.
pub(super) fn refuse(app: &mut App) {
    app.say(Role::Warn, "Read-only: nothing can be changed in this console.");
}

fn work(app: &mut App, command: Command) -> Vec<Effect> {
    match command {
        Command::Refresh => {
            let mut effects = super::refresh(app);
            effects.push(Effect::Reconnect);
            effects
        }
        Command::Repaint => vec![Effect::Repaint],
        Command::Suspend => vec![Effect::Suspend],
        Command::Quit => vec![Effect::Quit],
        Command::Interrupt => interrupt(app),
        Command::Publish => changes::toggle_shelf(app),
        Command::StockUp => changes::step_stock(app, 1),
        Command::StockDown => changes::step_stock(app, -1),
        Command::Undo => changes::undo(app),
        Command::Reconcile => reconcile(app),
        Command::Change => settings::change(app),
        Command::Audience => settings::next_audience(app),
        Command::Holiday => settings::holiday(app),
        Command::TakeAway => settings::take_away(app),
        _ => Vec::new(),
    }
}

/// Shows a screen.
pub(super) fn go(app: &mut App, screen: Screen) {
    if screen != app.screen {
        app.previous = Some(app.screen);
        app.screen = screen;
    }
    if screen == Screen::Settings {
        settings::read_anew(app);
    }
    app.pane = Pane::List;
    app.full = false;
    app.detail_row = 0;
}

/// Ctrl-c closes what is open; pressed twice within a second it quits.
pub(super) fn interrupt(app: &mut App) -> Vec<Effect> {
    let again = app.interrupted_at.is_some_and(|at| app.clock <= at.plus_seconds(1));
    if again {
        return vec![Effect::Quit];
    }
    app.interrupted_at = Some(app.clock);
    app.overlay = Overlay::None;
    app.say(Role::Info, "ctrl-c again quits");
    Vec::new()
}

fn step(app: &mut App, rows: isize) {
    match app.pane {
        Pane::List => {
            app.list_mut().step(rows);
            app.detail_row = 0;
        }
        Pane::Detail => app.detail_row = app.detail_row.saturating_add_signed(rows),
    }
}

fn page(app: &mut App, windows: isize) {
    match app.pane {
        Pane::List => {
            app.list_mut().page(windows);
            app.detail_row = 0;
        }
        Pane::Detail => app.detail_row = app.detail_row.saturating_add_signed(windows * 10),
    }
}

fn end(app: &mut App, last: bool) {
    match (app.pane, last) {
        (Pane::List, true) => app.list_mut().last(),
        (Pane::List, false) => app.list_mut().first(),
        (Pane::Detail, true) => app.detail_row = app.detail_rows(),
        (Pane::Detail, false) => {}
    }
    if app.pane == Pane::List || !last {
        app.detail_row = 0;
    }
}

fn next_pane(app: &mut App) {
    if app.screen == Screen::Today || app.full {
        return;
    }
    app.pane = if app.pane == Pane::List { Pane::Detail } else { Pane::List };
}

fn open(app: &mut App) {
    if app.screen != Screen::Today {
        let something = app.list().selected_key().is_some();
        app.full = something && !app.full;
        app.pane = if app.full { Pane::Detail } else { Pane::List };
        return;
    }
    let Some(target) = app.needs.selected().map(|need| need.target.clone()) else { return };
    match target {
        Target::Order(number) => {
            go(app, Screen::Orders);
            if !app.orders.select(&number) {
                app.orders.set_filter(&number);
            }
        }
        Target::Listings(filter) => {
            go(app, Screen::Listings);
            app.listings.set_filter(&filter);
        }
        Target::Payout(id) => {
            go(app, Screen::Payouts);
            app.payouts.select(&id);
        }
        Target::Stripe => app.say(Role::Info, "Quit with q and run: stall shop onboard"),
        Target::Seller => {
            let text = "A business names itself: quit with q and run: stall shop edit --help";
            app.say(Role::Info, text);
        }
        Target::Suspension => {
            let text = "Answer our letter; the whole reason: quit with q and run: stall shop show";
            app.say(Role::Info, text);
        }
        Target::Letter => {
            let text = "Follow its link, or quit with q and run: stall profile email verify";
            app.say(Role::Info, text);
        }
    }
}

/// One step back: the full view, the detail, the marks, the filter. Never the console.
fn back(app: &mut App) {
    if app.full || app.pane == Pane::Detail {
        app.full = false;
        app.pane = Pane::List;
        return;
    }
    if !app.list_mut().unmark() {
        app.list_mut().set_filter("");
    }
}

fn open_ship_form(app: &mut App) {
    let numbers = shippable(app);
    if numbers.is_empty() {
        return app.say(Role::Warn, why_not_shippable(app));
    }
    ship_next(app, numbers, 0);
}

/// Opens the form for the first of some orders, if there is one. A parcel that was refused before
/// stands in it with the reason.
pub(super) fn ship_next(app: &mut App, mut queue: VecDeque<String>, done: usize) {
    let Some(number) = queue.pop_front() else { return };
    app.orders.select(&number);
    let refused = app.refused.get(&number);
    let problem = match app.orders.flag(&number) {
        Some(Flag::Refused(reason)) if refused.is_some() => Some(reason.clone()),
        _ => None,
    };
    let form = ShipForm { queue, done, problem, ..ShipForm::new(number, refused) };
    app.overlay = Overlay::Ship(form);
}

/// Numbers of the marked orders, or of the one under the cursor, that can be shipped.
fn shippable(app: &App) -> VecDeque<String> {
    if app.screen == Screen::Today {
        let target = app.needs.selected().map(|need| &need.target);
        let number = match target {
            Some(Target::Order(number)) => Some(number),
            _ => None,
        };
        return number.into_iter().filter(|number| can_ship(app, number)).cloned().collect();
    }
    let marked: VecDeque<String> =
        app.orders.rows().map(Row::key).filter(|key| app.orders.is_marked(key)).collect();
    let wanted = if marked.is_empty() {
        app.orders.selected_key().map(str::to_owned).into_iter().collect()
    } else {
        marked
    };
    wanted.into_iter().filter(|number| can_ship(app, number)).collect()
}

fn can_ship(app: &App, number: &str) -> bool {
    let row = app.order_row(number);
    row.is_some_and(|row| row.status.may_become(OrderStatus::Shipped))
        && app.orders.flag(number) != Some(&Flag::Sent)
}

fn why_not_shippable(app: &App) -> String {
    if app.orders.marks() > 0 && app.screen == Screen::Orders {
        return "None of the marked orders can be shipped.".to_owned();
    }
    match (app.screen, app.orders.selected()) {
        (Screen::Orders, Some(row)) => {
            format!("{} is {}; only orders to pack can be shipped.", row.number, row.status.label())
        }
        _ => "There is no order to ship here.".to_owned(),
    }
}

fn reconcile(app: &mut App) -> Vec<Effect> {
    let Some(payout) = app.payouts.selected().map(|payout| payout.stripe_id.clone()) else {
        return Vec::new();
    };
    app.say(Role::Info, format!("Comparing {} with Stripe…", crate::text::short_id(&payout)));
    vec![Effect::Reconcile(payout)]
}
