//! What is said at the edges: notices, what can be taken back, whether anybody is signed in.

use crate::action::{Action, Answer, Failure, FailureKind, Key, Link};
use crate::app::{App, Screen};
use crate::fixtures::{act, answer, press, shop, shop_on, told, type_text, with_portrait};
use crate::snapshots::text;

fn on(row: &str) -> App {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select(row);
    app
}

#[test]
fn a_notice_goes_with_the_next_key_and_a_failure_stays_to_be_read() {
    let mut app = on("Seller");
    press(&mut app, Key::Enter);
    assert!(text(&app).contains("stall shop edit --seller"), "what it is for");
    press(&mut app, Key::Up);
    assert_eq!(app.toast, None, "it is moot on another row");

    let refused = Failure { kind: FailureKind::Refused, message: "No.".to_owned() };
    press(&mut app, Key::Char('h'));
    press(&mut app, Key::Esc);
    app.settings.select("Name");
    press(&mut app, Key::Char('v'));
    answer(&mut app, Answer::ProfileSaved("Name", Err(refused)));
    press(&mut app, Key::Down);
    assert!(text(&app).contains("Name: not saved. No."), "it came while keys were pressed");
}

#[test]
fn what_can_be_taken_back_is_named_where_it_is_seen() {
    let mut app = on("About you");
    press(&mut app, Key::Char('v'));
    let mut shown = told().profile;
    shown.show.about = api::profile::Audience::Public;
    answer(&mut app, Answer::ProfileSaved("About you", Ok(shown)));
    assert!(text(&app).contains("u undo About you"), "{}", text(&app));

    answer(&mut app, Answer::Settings(Ok(Box::new(with_portrait()))));
    app.settings.select("Portrait");
    press(&mut app, Key::Enter);
    assert!(!text(&app).contains("u undo"), "there u is a letter of the file's name");
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char('2'));
    assert!(!text(&app).contains("u undo"), "nothing of this screen was changed");
}

#[test]
fn a_console_that_is_signed_out_says_so_and_how_to_sign_in() {
    let gone = || Failure {
        kind: FailureKind::SignedOut,
        message: "This terminal is signed out.".to_owned(),
    };
    let mut app = shop(80, 24);
    let known = app.data_at;
    app.clock = app.clock.plus_seconds(60);
    answer(&mut app, Answer::Today(Err(gone())));
    assert_eq!(app.data_at, known, "nothing came since");
    for key in [Key::Down, Key::Char(','), Key::Char('2')] {
        press(&mut app, key);
        let drawn = text(&app);
        assert!(drawn.contains("○ signed out") && !drawn.contains("live"), "{drawn}");
        assert!(drawn.contains("Signed out. Quit with q and run: stall login"), "{drawn}");
    }
    act(&mut app, Action::Link(Link::Reconnecting(1)));
    assert!(text(&app).contains("○ signed out"), "that the stream ends is no news");
    act(&mut app, Action::Link(Link::Live));
    assert!(text(&app).contains("● live"));
}

#[test]
fn settings_are_not_counted_until_they_are_narrowed() {
    let mut app = on("Name");
    assert!(!text(&app).contains("Settings ·"), "{}", text(&app));
    press(&mut app, Key::Char('/'));
    type_text(&mut app, "is:sign-in");
    assert!(text(&app).contains("Settings · 6 of 23 ─"), "{}", text(&app));
}
