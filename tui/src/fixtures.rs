//! A console for the tests, and somebody at its keys.

mod artisan;
mod market;
mod sign_in;

use crate::action::{Action, Answer, Key, Link};
use crate::app::{App, Screen, Setup};
use crate::effect::{Ask, Effect};
use crate::theme::Theme;
use crate::update::update;

pub(crate) use artisan::*;
pub(crate) use market::*;
pub(crate) use sign_in::*;

/// What the console is started with in tests.
pub(crate) fn setup() -> Setup {
    Setup {
        server: "http://127.0.0.1:8080".to_owned(),
        theme: Theme::named("default").unwrap(),
        ascii: false,
        read_only: false,
        screen: Screen::Today,
    }
}

/// A console before the first answer.
pub(crate) fn blank(columns: u16, rows: u16) -> App {
    let mut app = App::new(setup());
    act(&mut app, Action::Resize(columns, rows));
    act(&mut app, Action::Tick(now()));
    app
}

/// A console over the whole shop, live.
pub(crate) fn shop(columns: u16, rows: u16) -> App {
    let mut app = blank(columns, rows);
    answer(&mut app, Answer::Me(Ok(me())));
    answer(&mut app, Answer::Today(Ok(today())));
    answer(&mut app, Answer::Orders(Ask::Fresh, Ok(orders())));
    answer(&mut app, Answer::Listings(Ask::Fresh, Ok(listings())));
    answer(&mut app, Answer::Payouts(Ask::Fresh, Ok(payouts())));
    act(&mut app, Action::Link(Link::Live));
    app
}

/// The same, with a screen shown and its first row opened.
pub(crate) fn shop_on(screen: Screen, columns: u16, rows: u16) -> App {
    let mut app = shop(columns, rows);
    let digit = ['1', '2', '3', '4', ','][Screen::ALL.iter().position(|s| *s == screen).unwrap()];
    let effects = press(&mut app, Key::Char(digit));
    serve(&mut app, &effects);
    app
}

/// Takes an action.
pub(crate) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    update(app, action)
}

/// Takes an answer.
pub(crate) fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    act(app, Action::Answer(Box::new(answer)))
}

/// Presses a key.
pub(crate) fn press(app: &mut App, key: Key) -> Vec<Effect> {
    act(app, Action::Key(key))
}

/// Types a text, key by key.
pub(crate) fn type_text(app: &mut App, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|letter| press(app, Key::Char(letter))).collect()
}

/// Answers what opens things, as the server would.
pub(crate) fn serve(app: &mut App, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::FetchOrder(number) => {
                let row = orders().items.into_iter().find(|row| row.number == *number).unwrap();
                answer(app, Answer::Order(number.clone(), Ok(order(&row))));
            }
            Effect::FetchListing(id) => {
                let row = listings().items.into_iter().find(|row| row.id == *id).unwrap();
                answer(app, Answer::Listing(id.to_string(), Ok(listing(&row))));
            }
            Effect::FetchPayout(id) => {
                let row = payouts().items.into_iter().find(|row| row.stripe_id == *id).unwrap();
                answer(app, Answer::Payout(id.clone(), Ok(payout(&row))));
            }
            Effect::FetchSettings => {
                answer(app, Answer::Settings(Ok(Box::new(told()))));
            }
            _ => {}
        }
    }
}
