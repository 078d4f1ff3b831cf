//! Changes show at once, are confirmed or taken back, and never happen by accident.

use api::Page;
use api::listing::{ListingEdit, ListingStatus, VariantEdit};
use api::order::{OrderStatus, Parcel};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{Overlay, Screen};
use crate::effect::{Ask, Effect};
use crate::fixtures::{
    act, answer, id, listing, listing_row, order, order_row, orders, press, shop, shop_on,
    type_text,
};
use crate::list::Flag;

fn refusal(kind: FailureKind) -> Failure {
    Failure { kind, message: "The order was shipped already.".to_owned() }
}

fn tracked(tracking: &str) -> Parcel {
    Parcel { tracking: tracking.to_owned(), carrier: None }
}

#[test]
fn paste_never_runs_commands() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    assert_eq!(act(&mut app, Action::Paste("q\r2s\rx1".to_owned())), []);
    assert_eq!(app.screen, Screen::Orders);
    assert!(matches!(app.overlay, Overlay::None));

    press(&mut app, Key::Char('s'));
    assert_eq!(act(&mut app, Action::Paste("00340434161094021501\r\n".to_owned())), []);
    let Overlay::Ship(form) = &app.overlay else { panic!("the form is still open") };
    assert_eq!(form.parcel(), tracked("00340434161094021501"));
}

#[test]
fn shipping_shows_at_once_and_is_confirmed() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "1Z999AA10123456784");
    let effects = press(&mut app, Key::Enter);
    let number = order_row(0).number;
    let parcel = tracked("1Z999AA10123456784");
    assert_eq!(effects, [Effect::Ship { number: number.clone(), parcel }]);
    assert_eq!(app.orders.find(&number).unwrap().status, OrderStatus::Shipped);
    assert_eq!(app.orders.flag(&number), Some(&Flag::Sent));

    let mut done = order(&order_row(0));
    done.status = OrderStatus::Shipped;
    answer(&mut app, Answer::Shipped(number.clone(), Ok(done)));
    assert_eq!(app.orders.flag(&number), None);
    assert!(matches!(app.overlay, Overlay::None), "the form goes when the server has it");
    assert!(app.toast.as_ref().unwrap().text.contains("is shipped"));
}

#[test]
fn a_refused_parcel_puts_the_order_back_and_says_why() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "12");
    press(&mut app, Key::Enter);
    let number = order_row(0).number;
    answer(&mut app, Answer::Shipped(number.clone(), Err(refusal(FailureKind::Conflict))));
    assert_eq!(app.orders.find(&number), Some(&order_row(0)));
    assert!(matches!(app.orders.flag(&number), Some(Flag::Refused(_))));
    assert_eq!(app.toast, None, "it is said where the number was typed");
    let Overlay::Ship(form) = &app.overlay else { panic!("the form is open still") };
    assert_eq!((form.number.as_str(), form.tracking.text()), (number.as_str(), "12"));
    assert_eq!(form.problem.as_deref(), Some("The order was shipped already."));

    type_text(&mut app, "3");
    let Overlay::Ship(form) = &app.overlay else { panic!("the form is open still") };
    assert_eq!(form.problem, None, "another number may be right");
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [Effect::Ship { number, parcel: tracked("123") }]);
}

#[test]
fn a_form_that_was_closed_comes_again_with_what_was_refused() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    press(&mut app, Key::Tab);
    type_text(&mut app, "12");
    press(&mut app, Key::Enter);
    assert_eq!(type_text(&mut app, "q7"), [], "it waits for the answer");
    press(&mut app, Key::Esc);
    let number = order_row(0).number;
    answer(&mut app, Answer::Shipped(number.clone(), Err(refusal(FailureKind::Refused))));
    assert!(matches!(app.overlay, Overlay::None), "nothing opens by itself");
    assert!(app.toast.as_ref().unwrap().text.contains("shipped already"));
    press(&mut app, Key::Char('s'));
    let Overlay::Ship(form) = &app.overlay else { panic!("the form") };
    assert_eq!(form.parcel().tracking, "12");
    assert!(form.carrier.is_some() && form.problem.is_some());
}

#[test]
fn an_order_on_its_way_is_not_shipped_twice_and_an_echo_does_not_undo_it() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "12");
    press(&mut app, Key::Enter);
    app.orders.begin_quiet();
    answer(&mut app, Answer::Orders(Ask::Quiet, Ok(orders())));
    assert_eq!(app.orders.find("7K39QF2M-1").unwrap().status, OrderStatus::Shipped);
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char('s'));
    assert!(matches!(app.overlay, Overlay::None), "nothing to ship");
}

#[test]
fn a_letter_without_number_takes_a_second_enter() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char('s'));
    assert_eq!(press(&mut app, Key::Enter), []);
    assert!(matches!(press(&mut app, Key::Enter)[..], [Effect::Ship { .. }]));
}

#[test]
fn marked_orders_are_shipped_one_scan_after_another() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char(' '));
    press(&mut app, Key::Down);
    press(&mut app, Key::Char(' '));
    press(&mut app, Key::Char('s'));
    let mut shipped = Vec::new();
    for code in ["00340434161094021501", "00340434161094021518"] {
        type_text(&mut app, code);
        shipped.extend(press(&mut app, Key::Enter));
    }
    let numbers: Vec<&str> = shipped
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ship { number, .. } => Some(number.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, ["7K39QF2M-1", "9D2MPA77-2"]);
    assert_eq!(app.orders.marks(), 0);
    for row in [order_row(0), order_row(2)] {
        answer(&mut app, Answer::Shipped(row.number.clone(), Ok(order(&row))));
    }
    assert!(matches!(app.overlay, Overlay::None));
}

#[test]
fn read_only_consoles_change_nothing() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    app.setup.read_only = true;
    for key in ['+', '_', 'x', 'u'] {
        assert_eq!(press(&mut app, Key::Char(key)), [], "{key}");
    }
    press(&mut app, Key::Char('2'));
    press(&mut app, Key::Char('s'));
    assert!(matches!(app.overlay, Overlay::None));
    assert!(app.toast.as_ref().unwrap().text.starts_with("Read-only"));
}

#[test]
fn stock_is_stepped_at_once_gathered_on_the_way_and_taken_back_by_u() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    let first = press(&mut app, Key::Char('+'));
    let stock = |stock: i64| ListingEdit {
        variants: vec![VariantEdit { id: id(1), sku: None, price: None, stock: Some(stock) }],
        ..ListingEdit::default()
    };
    let edit =
        |version: i64, to: i64| Effect::EditListing { listing: id(1), version, edit: stock(to) };
    assert_eq!(first, [edit(7, 9)]);
    assert_eq!(press(&mut app, Key::Char('+')), [], "one change on its way at a time");
    assert_eq!(app.listings.selected().unwrap().available, 14);

    let mut saved = listing(&listing_row(0));
    saved.version = 8;
    saved.variants[0].available = 9;
    let rest = answer(&mut app, Answer::ListingSaved(saved.id.to_string(), Ok(saved.clone())));
    assert_eq!(rest, [edit(8, 10)]);
    saved.version = 9;
    saved.variants[0].available = 10;
    assert_eq!(answer(&mut app, Answer::ListingSaved(saved.id.to_string(), Ok(saved))), []);
    assert_eq!(press(&mut app, Key::Char('u')), [edit(9, 9)]);
}

#[test]
fn a_refused_stock_change_shows_what_the_server_has() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    press(&mut app, Key::Char('+'));
    press(&mut app, Key::Char('+'));
    let key = listing_row(0).id.to_string();
    answer(&mut app, Answer::ListingSaved(key.clone(), Err(refusal(FailureKind::Refused))));
    assert_eq!(app.listings.find(&key).unwrap().available, 12);
    assert_eq!(app.listing_details.known[&key].variants[0].available, 8);
    assert_eq!(app.undo, []);
}

#[test]
fn a_conflicting_change_opens_the_listing_anew() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    press(&mut app, Key::Char('+'));
    let key = listing_row(0).id.to_string();
    let effects = answer(&mut app, Answer::ListingSaved(key, Err(refusal(FailureKind::Conflict))));
    assert_eq!(effects, [Effect::FetchListing(id(1))]);
}

#[test]
fn pausing_shows_at_once_and_u_publishes_again() {
    let mut app = shop_on(Screen::Listings, 80, 24);
    let effects = press(&mut app, Key::Char('x'));
    assert_eq!(effects, [Effect::Pause(id(1))]);
    assert_eq!(app.listings.selected().unwrap().status, ListingStatus::Paused);
    let mut paused = listing(&listing_row(0));
    paused.status = ListingStatus::Paused;
    answer(&mut app, Answer::ListingSaved(paused.id.to_string(), Ok(paused)));
    let effects = press(&mut app, Key::Char('u'));
    assert_eq!(effects, [Effect::Publish(id(1))]);
}

#[test]
fn an_old_order_that_is_not_loaded_can_be_shipped_from_today() {
    let mut app = shop(80, 24);
    let loaded = Page { items: vec![order_row(0)], next: Some("more".to_owned()) };
    answer(&mut app, Answer::Orders(Ask::Fresh, Ok(loaded)));
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "12");
    let effects = press(&mut app, Key::Enter);
    assert!(matches!(&effects[..], [Effect::Ship { number, .. }] if number == "Q0V7R3JH-1"));
}

#[test]
fn a_refused_order_of_many_stays_marked_for_the_next_try() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    press(&mut app, Key::Char(' '));
    press(&mut app, Key::Char(' '));
    press(&mut app, Key::Char('s'));
    for _ in 0..2 {
        type_text(&mut app, "12");
        press(&mut app, Key::Enter);
    }
    let (first, second) = (order_row(0), order_row(1));
    let refused = Err(refusal(FailureKind::Refused));
    answer(&mut app, Answer::Shipped(first.number.clone(), refused));
    answer(&mut app, Answer::Shipped(second.number.clone(), Ok(order(&second))));
    assert!(app.orders.is_marked(&first.number));
    assert!(!app.orders.is_marked(&second.number));
    let Overlay::Ship(form) = &app.overlay else { panic!("the refused one comes again") };
    assert_eq!((&form.number, form.tracking.text()), (&first.number, "12"));
    assert!(form.problem.is_some() && !form.sent);
}

#[test]
fn an_answer_from_before_a_parcel_was_handed_over_comes_too_late() {
    let mut app = shop_on(Screen::Orders, 80, 24);
    let (row, before) = (order_row(0), order(&order_row(0)));
    press(&mut app, Key::Char('s'));
    type_text(&mut app, "1Z999AA10123456784");
    press(&mut app, Key::Enter);
    let mut done = before.clone();
    done.status = OrderStatus::Shipped;
    done.timeline.push(before.timeline[0].clone());
    answer(&mut app, Answer::Shipped(row.number.clone(), Ok(done)));
    answer(&mut app, Answer::Order(row.number.clone(), Ok(before)));
    assert_eq!(app.orders.find(&row.number).unwrap().status, OrderStatus::Shipped);
    assert_eq!(app.order_details.known[&row.number].status, OrderStatus::Shipped);
}
