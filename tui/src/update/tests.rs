//! What keys, answers and events do to the state, and what they ask for.

mod changes;
mod holidays;
mod identity;
mod notices;
mod pictures;
mod saving;
mod settings;

use api::event::EventKind;
use api::{Page, Timestamp};

use crate::action::{Action, Answer, Failure, FailureKind, Key, Link};
use crate::app::{Overlay, Screen};
use crate::effect::{Ask, Effect};
use crate::fixtures::{
    act, answer, event, now, order_row, orders, press, serve, shop, shop_on, today, type_text,
};
use crate::keymap::{self, Command};
use crate::list::Browse;

#[test]
fn new_rows_wait_and_never_move_the_cursor() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Down);
    let chosen = app.orders.selected_key().unwrap().to_owned();
    let mut fresh = order_row(0);
    fresh.number = "NEWNEWNE-1".to_owned();
    let mut items = orders().items;
    items.insert(0, fresh);

    let paid = event(EventKind::OrderPaid, "NEWNEWNE-1", "order NEWNEWNE-1");
    let effects = act(&mut app, Action::Event(paid.clone()));
    assert!(effects.contains(&Effect::FetchOrders(Ask::Quiet)));
    let again = act(&mut app, Action::Event(paid));
    assert!(!again.contains(&Effect::FetchOrders(Ask::Quiet)), "one quiet fetch at a time");
    let page = Page { items, next: None };
    let effects = answer(&mut app, Answer::Orders(Ask::Quiet, Ok(page)));
    assert!(
        effects.contains(&Effect::FetchOrders(Ask::Quiet)),
        "and another one for the second event"
    );

    assert_eq!((app.orders.waiting(), app.orders.total()), (1, 12));
    assert_eq!(app.orders.selected_key(), Some(chosen.as_str()));
    press(&mut app, Key::Char('n'));
    assert_eq!((app.orders.waiting(), app.orders.total()), (0, 13));
    assert_eq!(app.orders.selected_key(), Some(chosen.as_str()));
    assert_eq!(app.orders.cursor(), 2);
}

#[test]
fn waiting_rows_have_to_pass_the_filter() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('/'));
    type_text(&mut app, "is:shipped");
    let before = app.orders.len();
    let mut fresh = order_row(0);
    fresh.number = "NEWNEWNE-1".to_owned();
    app.orders.begin_quiet();
    answer(&mut app, Answer::Orders(Ask::Quiet, Ok(Page { items: vec![fresh], next: None })));
    press(&mut app, Key::Enter);
    press(&mut app, Key::Char('n'));
    assert_eq!(app.orders.len(), before);
}

#[test]
fn the_filter_narrows_while_typing_and_esc_widens_again() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('/'));
    type_text(&mut app, "WEBER");
    assert_eq!(app.orders.selected_key(), Some("B51C0KXE-1"));
    assert_eq!(app.orders.len(), 1);
    press(&mut app, Key::Enter);
    press(&mut app, Key::Esc);
    assert_eq!(app.orders.len(), 12);
    assert_eq!(app.orders.selected_key(), Some("B51C0KXE-1"), "the cursor stays on its row");
}

#[test]
fn a_filter_looks_on_through_pages_that_are_not_loaded() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    let page = Page { items: orders().items, next: Some("cursor".to_owned()) };
    let effects = answer(&mut app, Answer::Orders(Ask::Fresh, Ok(page)));
    assert_eq!(effects, [Effect::FetchOrders(Ask::More("cursor".to_owned()))]);
    assert_eq!(press(&mut app, Key::Char('/')), [], "asked once");
}

#[test]
fn the_palette_runs_commands_and_finds_people() {
    let mut app = shop(80, 24);
    press(&mut app, Key::Ctrl('p'));
    type_text(&mut app, "weber");
    press(&mut app, Key::Enter);
    assert_eq!((app.screen, app.orders.selected_key()), (Screen::Orders, Some("B51C0KXE-1")));

    press(&mut app, Key::Char(':'));
    type_text(&mut app, "payouts");
    press(&mut app, Key::Enter);
    assert_eq!(app.screen, Screen::Payouts);
    press(&mut app, Key::Char('-'));
    assert_eq!(app.screen, Screen::Orders);

    press(&mut app, Key::Char(':'));
    type_text(&mut app, "walnut spoon SPN");
    press(&mut app, Key::Enter);
    assert_eq!(app.screen, Screen::Listings);
    assert_eq!(app.listings.selected().unwrap().sku, "SPN-WAL-01");
}

#[test]
fn every_command_is_in_the_help() {
    for screen in Screen::ALL {
        let mut app = shop_on(screen, 80, 24);
        press(&mut app, Key::Char('?'));
        let mut terminal =
            ratatui::Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| crate::view::view(&app, frame)).unwrap();
        let help = terminal.backend().to_string();
        for binding in keymap::bindings(screen) {
            assert!(help.contains(binding.help), "{screen:?}: {:?}", binding.command);
        }
    }
}

#[test]
fn esc_goes_back_and_never_quits() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Enter);
    assert!(app.full);
    for _ in 0..6 {
        assert_eq!(press(&mut app, Key::Esc), []);
    }
    assert!(!app.full);
    assert_eq!(press(&mut app, Key::Char('q')), [Effect::Quit]);
}

#[test]
fn ctrl_c_closes_what_is_open_and_twice_within_a_second_quits() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    assert_eq!(press(&mut app, Key::Ctrl('c')), []);
    assert!(matches!(app.overlay, Overlay::None));
    act(&mut app, Action::Tick(now().plus_seconds(5)));
    assert_eq!(press(&mut app, Key::Ctrl('c')), [], "too late for the first");
    assert_eq!(press(&mut app, Key::Ctrl('c')), [Effect::Quit]);
}

#[test]
fn needs_lead_to_the_place_where_they_are_dealt_with() {
    let mut app = shop(80, 24);
    assert_eq!(app.needs.selected().unwrap().subject, "Q0V7R3JH-1", "the oldest order first");
    press(&mut app, Key::Enter);
    assert_eq!((app.screen, app.orders.selected_key()), (Screen::Orders, Some("Q0V7R3JH-1")));
    press(&mut app, Key::Char('1'));
    press(&mut app, Key::Char('/'));
    type_text(&mut app, "ash");
    press(&mut app, Key::Enter);
    press(&mut app, Key::Enter);
    assert_eq!(app.screen, Screen::Listings);
    assert_eq!(app.listings.selected().unwrap().sku, "MUG-ASH-350");
}

#[test]
fn the_open_thing_is_fetched_once_and_anew_after_an_event() {
    let mut app = shop(80, 24);
    let effects = press(&mut app, Key::Char('2'));
    assert_eq!(effects, [Effect::FetchOrder("7K39QF2M-1".to_owned())]);
    assert_eq!(press(&mut app, Key::F(2)), [], "asked already");
    serve(&mut app, &effects);
    assert_eq!(press(&mut app, Key::F(2)), [], "known already");
    let shipped = event(EventKind::OrderShipped, "7K39QF2M-1", "shipped");
    let effects = act(&mut app, Action::Event(shipped));
    assert!(effects.contains(&Effect::FetchOrder("7K39QF2M-1".to_owned())));
}

#[test]
fn a_gap_in_the_events_fetches_everything_anew() {
    let mut app = shop(80, 24);
    let reset = event(EventKind::Reset, "", "");
    let effects = act(&mut app, Action::Event(reset));
    for wanted in super::start() {
        assert!(effects.contains(&wanted), "{wanted:?}");
    }
}

#[test]
fn a_small_terminal_still_quits_and_does_nothing_else() {
    let mut app = shop_on(Screen::Listings, 70, 20);
    assert_eq!(press(&mut app, Key::Char('x')), []);
    assert_eq!(press(&mut app, Key::Char('q')), [Effect::Quit]);
}

#[test]
fn what_is_open_waits_until_a_small_terminal_has_room_again() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "0034");
    act(&mut app, Action::Resize(60, 20));
    act(&mut app, Action::Paste("0434".to_owned()));
    for key in [Key::Char('7'), Key::Enter, Key::Enter, Key::Esc] {
        assert_eq!(press(&mut app, key), [], "{key:?}");
    }
    assert_eq!(press(&mut app, Key::Char('q')), [Effect::Quit], "as it says");
    act(&mut app, Action::Resize(80, 24));
    let Overlay::Ship(form) = &app.overlay else { panic!("the form is open still") };
    assert_eq!(form.tracking.text(), "0034");
}

#[test]
fn an_open_detail_is_fetched_anew_after_a_gap_and_shown_until_it_comes() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    let key = app.listings.selected_key().unwrap().to_owned();
    act(&mut app, Action::Link(Link::Reconnecting(1)));
    let effects = act(&mut app, Action::Link(Link::Live));
    let listing = app.listings.selected().unwrap().id;
    assert!(effects.contains(&Effect::FetchListing(listing)), "{effects:?}");
    assert!(app.listing_details.known.contains_key(&key), "nothing under the eyes goes");
    assert_eq!(press(&mut app, Key::F(2)), [], "asked already");
}

#[test]
fn what_could_not_be_opened_is_opened_after_a_gap() {
    let mut app = shop(80, 24);
    act(&mut app, Action::Link(Link::Reconnecting(1)));
    press(&mut app, Key::Char('3'));
    let listing = app.listings.selected().unwrap().id;
    let away = Failure { kind: FailureKind::Unreachable, message: "Nobody answers.".to_owned() };
    answer(&mut app, Answer::Listing(listing.to_string(), Err(away)));
    let effects = act(&mut app, Action::Link(Link::Live));
    assert!(effects.contains(&Effect::FetchListing(listing)), "{effects:?}");
    serve(&mut app, &effects);
    let sent = press(&mut app, Key::Char('+'));
    assert!(matches!(sent[..], [Effect::EditListing { .. }]), "{sent:?}");
}

#[test]
fn gg_and_capital_g_reach_the_ends() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('G'));
    assert_eq!(app.orders.cursor(), 11);
    press(&mut app, Key::Char('g'));
    assert_eq!(app.orders.cursor(), 11, "one g waits for the other");
    press(&mut app, Key::Char('g'));
    assert_eq!(app.orders.cursor(), 0);
    assert_eq!(keymap::lookup(Screen::Orders, None, Key::Char('g')), None::<Command>);
}

#[test]
fn the_simulators_time_is_the_consoles_time() {
    let mut app = shop(80, 24);
    let mut me = crate::fixtures::me();
    me.now = now().plus_seconds(8 * 86_400);
    answer(&mut app, Answer::Me(Ok(me)));
    assert_eq!(app.now(), now().plus_seconds(8 * 86_400));
    assert_eq!(app.clock, now());
}

#[test]
fn a_toast_goes_after_a_while() {
    let mut app = shop(80, 24);
    press(&mut app, Key::Char('u'));
    assert!(app.toast.is_some());
    let later: Timestamp = now().plus_seconds(9);
    act(&mut app, Action::Tick(later));
    assert_eq!(app.toast, None);
}

#[test]
fn a_fetched_bench_keeps_the_cursor_on_its_need() {
    let mut app = shop(80, 24);
    press(&mut app, Key::Down);
    let chosen = app.needs.selected_key().unwrap().to_owned();
    let mut later = today();
    later.oldest.remove(0);
    answer(&mut app, Answer::Today(Ok(later)));
    assert_eq!(app.needs.selected_key(), Some(chosen.as_str()));
}
