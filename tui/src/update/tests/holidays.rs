//! Going on holiday, planning one, changing it and coming back, by keyboard.

use api::event::EventKind;
use api::shop_profile::{Holiday, Pause, ShopProfile};
use api::today::Today;

use crate::action::{Action, Answer, Failure, FailureKind, Key, Link};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, event, me, now, press, shop, shop_on, today, told, type_text};
use crate::settings::Told;
use crate::snapshots::text;

fn said(app: &App) -> &str {
    &app.toast.as_ref().unwrap().text
}

/// Answers with a shop that has this holiday.
fn with(app: &mut App, holiday: Option<Holiday>) {
    let shop = Some(ShopProfile { holiday, ..told().shop.unwrap() });
    answer(app, Answer::Settings(Ok(Box::new(Told { shop, ..told() }))));
}

/// From 20 December to 4 January.
fn winter() -> Holiday {
    let [from, until] = ["2026-12-20", "2027-01-04"].map(api::Timestamp::of_day);
    Holiday { from: from.unwrap(), until }
}

#[test]
fn the_shop_goes_on_holiday_and_comes_back() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    assert!(press(&mut app, Key::Char('h')).is_empty());
    type_text(&mut app, "2026-11-20");
    assert!(press(&mut app, Key::Enter).is_empty(), "that day is over");
    assert!(matches!(&app.overlay, Overlay::Setting(form) if form.problem.is_some()));
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "2026-12-27");
    let until = api::Timestamp::of_day("2026-12-27");
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [Effect::PauseShop { version: 7, pause: Pause { from: None, until } }]);

    let mut away = told().shop.unwrap();
    // The market's clock is a second ahead.
    away.holiday = Some(Holiday { from: now().plus_seconds(1), until });
    answer(&mut app, Answer::ShopSaved("Holiday", Ok(away)));
    let row = app.settings.rows().find(|row| row.label == "Holiday").unwrap();
    assert_eq!(row.value, "on holiday until 27 Dec 2026");
    assert_eq!(app.toast.as_ref().unwrap().text, "Your shop is on holiday until 27 Dec 2026.");
    assert_eq!(press(&mut app, Key::Char('h')), [Effect::ResumeShop { version: 7 }]);
}

/// The shop with a holiday planned from 20 December to 4 January.
fn planning() -> App {
    let mut app = shop_on(Screen::Settings, 80, 24);
    with(&mut app, Some(winter()));
    app
}

#[test]
fn a_planned_holiday_keeps_its_days_until_they_are_changed() {
    let mut app = planning();
    assert!(press(&mut app, Key::Char('h')).is_empty(), "nothing is called off unasked");
    let Overlay::Setting(form) = &app.overlay else { panic!("{:?}", app.overlay) };
    assert_eq!(form.field.text(), "2026-12-20..2027-01-04");
    for (typed, why) in [
        ("2027-01-04..2026-12-20", "ends before it begins"),
        ("2026-12-20..2027-13-04", "“2027-13-04” is no day"),
        ("soon", "“soon” is no day"),
    ] {
        press(&mut app, Key::Ctrl('u'));
        type_text(&mut app, typed);
        assert!(press(&mut app, Key::Enter).is_empty(), "{typed}");
        let Overlay::Setting(form) = &app.overlay else { panic!("{:?}", app.overlay) };
        assert!(form.problem.as_ref().is_some_and(|problem| problem.contains(why)), "{form:?}");
    }
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "2026-12-22..");
    let from = api::Timestamp::of_day("2026-12-22");
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [Effect::PauseShop { version: 7, pause: Pause { from, until: None } }]);
}

#[test]
fn a_planned_holiday_is_called_off_by_its_own_key_and_comes_back() {
    let mut app = planning();
    app.settings.select("Holiday");
    assert_eq!(press(&mut app, Key::Char('x')), [Effect::ResumeShop { version: 7 }]);
    let shop = ShopProfile { version: 8, ..told().shop.unwrap() };
    answer(&mut app, Answer::ShopSaved("Holiday", Ok(shop)));
    let [from, until] = ["2026-12-20", "2027-01-04"].map(api::Timestamp::of_day);
    let back = press(&mut app, Key::Char('u'));
    assert_eq!(back, [Effect::PauseShop { version: 8, pause: Pause { from, until } }]);
}

#[test]
fn a_holiday_that_was_planned_elsewhere_meanwhile_is_shown_before_it_goes() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('h'));
    type_text(&mut app, "2026-12-01");
    press(&mut app, Key::Enter);
    let failure = Failure { kind: FailureKind::Conflict, message: "changed elsewhere".to_owned() };
    let effects = answer(&mut app, Answer::ShopSaved("Holiday", Err(failure)));
    assert_eq!(effects, [Effect::FetchSettings]);
    with(&mut app, Some(winter()));
    let Overlay::Setting(form) = &app.overlay else { panic!("{:?}", app.overlay) };
    assert_eq!(form.field.text(), "2026-12-01", "what was typed stays");
    let says = form.elsewhere.as_deref();
    assert_eq!(says, Some("planned from 20 Dec 2026, back on 4 Jan 2027"));
}

#[test]
fn a_holiday_row_follows_the_markets_clock() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('h'));
    press(&mut app, Key::Enter);
    // Somebody moved the market's clock since the console began.
    let later = now().plus_seconds(8 * 86_400);
    let mut away = told().shop.unwrap();
    away.holiday = Some(Holiday { from: later, until: None });
    let effects = answer(&mut app, Answer::ShopSaved("Holiday", Ok(away)));
    assert_eq!(effects, [Effect::FetchMe]);
    answer(&mut app, Answer::Me(Ok(api::account::Me { now: later, ..me() })));
    let row = app.settings.rows().find(|row| row.label == "Holiday").unwrap();
    assert_eq!(row.value, "on holiday");
}

#[test]
fn a_holiday_is_taken_back_and_so_is_its_end() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('h'));
    press(&mut app, Key::Enter);
    let shop = |version, holiday| {
        let mut shop = told().shop.unwrap();
        (shop.version, shop.holiday) = (version, holiday);
        Answer::ShopSaved("Holiday", Ok(shop))
    };
    let away = Holiday { from: now(), until: None };
    answer(&mut app, shop(8, Some(away)));
    assert_eq!(press(&mut app, Key::Char('h')), [Effect::ResumeShop { version: 8 }]);
    answer(&mut app, shop(9, None));

    let pause = Pause { from: Some(now()), until: None };
    assert_eq!(press(&mut app, Key::Char('u')), [Effect::PauseShop { version: 9, pause }]);
    answer(&mut app, shop(10, Some(away)));
    assert_eq!(press(&mut app, Key::Char('u')), [Effect::ResumeShop { version: 10 }]);
    answer(&mut app, shop(11, None));
    assert_eq!(said(&app), "Your shop is open.");
}

#[test]
fn what_is_planned_elsewhere_is_seen_at_once() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let changed = event(EventKind::ShopChanged, "shp_1", "holiday: from 20 Dec 2026");
    let effects = act(&mut app, Action::Event(changed.clone()));
    assert_eq!(effects, [Effect::FetchMe, Effect::FetchToday, Effect::FetchSettings]);
    assert_eq!(app.feed[0], changed);
    with(&mut app, Some(winter()));
    assert_eq!(
        app.settings.find("Holiday").unwrap().value,
        "planned from 20 Dec 2026, back on 4 Jan 2027"
    );

    press(&mut app, Key::Char('1'));
    let effects = act(&mut app, Action::Event(changed));
    assert_eq!(effects, [Effect::FetchMe, Effect::FetchToday], "what is not shown can wait");
    assert_eq!(press(&mut app, Key::Char(',')), [Effect::FetchSettings]);
}

#[test]
fn the_bench_is_asked_for_a_holiday_when_no_event_will_tell_of_it() {
    let mut app = planning();
    act(&mut app, Action::Link(Link::Offline));
    app.settings.select("Holiday");
    press(&mut app, Key::Char('x'));
    let saved = Answer::ShopSaved("Holiday", Ok(told().shop.unwrap()));
    assert_eq!(answer(&mut app, saved), [Effect::FetchMe, Effect::FetchToday]);
}

#[test]
fn the_form_says_what_it_does_and_the_list_what_is_planned() {
    let mut app = planning();
    let plan = "Settings · holiday planned from 20 Dec 2026, back on 4 Jan 2027";
    assert!(text(&app).contains(plan), "{}", text(&app));
    press(&mut app, Key::Char('h'));
    assert!(text(&app).contains("Change the planned holiday"), "{}", text(&app));
    press(&mut app, Key::Esc);

    with(&mut app, Some(Holiday { from: now(), ..winter() }));
    assert!(text(&app).contains("Settings · on holiday until 4 Jan 2027"), "{}", text(&app));
    app.settings.select("Holiday");
    let effects = press(&mut app, Key::Enter);
    assert_eq!(effects, [Effect::FetchSettings], "enter changes, h comes back");
    assert!(text(&app).contains("Change the holiday that is going on"), "{}", text(&app));
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "2027-01-02");
    let pause = Pause { from: None, until: api::Timestamp::of_day("2027-01-02") };
    assert_eq!(press(&mut app, Key::Enter), [Effect::PauseShop { version: 7, pause }]);

    let mut app = shop_on(Screen::Settings, 80, 24);
    assert!(text(&app).contains("─ Settings ─"), "{}", text(&app));
    press(&mut app, Key::Char('h'));
    assert!(text(&app).contains("Go on holiday"), "{}", text(&app));
}

#[test]
fn the_bench_says_from_when_to_when_the_shop_is_away() {
    let of = |from: &str, until: Option<&str>| Holiday {
        from: api::Timestamp::of_day(from).unwrap(),
        until: until.and_then(api::Timestamp::of_day),
    };
    for (holiday, says) in [
        (of("2026-12-20", Some("2027-01-14")), "◌ 20 Dec to 14 Jan │"),
        (of("2026-12-20", None), "◌ from 20 Dec │"),
        (of("2026-11-20", Some("2026-12-04")), "◌ until 4 Dec │"),
        (of("2026-11-20", None), "◌ away │"),
    ] {
        let mut app = shop(80, 24);
        answer(&mut app, Answer::Today(Ok(Today { holiday: Some(holiday), ..today() })));
        let drawn = text(&app);
        let row = drawn.lines().find(|line| line.contains("Holiday")).expect("a row of it");
        assert!(row.contains(says), "{row}");
    }
    assert!(!text(&shop(80, 24)).contains("Holiday"));
}

#[test]
fn days_that_the_server_refuses_stay_in_the_form() {
    let mut app = planning();
    press(&mut app, Key::Char('h'));
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "2026-12-20..2029-01-01");
    press(&mut app, Key::Enter);
    let message = "A holiday lies within the next 400 days.".to_owned();
    let refused = Failure { kind: FailureKind::Refused, message: message.clone() };
    answer(&mut app, Answer::ShopSaved("Holiday", Err(refused)));
    let Overlay::Setting(form) = &app.overlay else { panic!("{:?}", app.overlay) };
    assert_eq!((form.field.text(), form.sent), ("2026-12-20..2029-01-01", false));
    assert!(text(&app).contains(&message), "{}", text(&app));
    press(&mut app, Key::Backspace);
    type_text(&mut app, "7");
    assert!(!press(&mut app, Key::Enter).is_empty(), "and are mended there");
}

#[test]
fn a_holiday_that_was_planned_is_said_to_be() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('h'));
    type_text(&mut app, "2026-12-20..2027-01-04");
    press(&mut app, Key::Enter);
    let shop = ShopProfile { holiday: Some(winter()), ..told().shop.unwrap() };
    answer(&mut app, Answer::ShopSaved("Holiday", Ok(shop)));
    assert_eq!(said(&app), "A holiday is planned from 20 Dec 2026, back on 4 Jan 2027.");
}
