//! Changing what others see, by keyboard.

use api::profile::{Audience, ProfileEdit, ShownEdit};
use api::shop_profile::{Holiday, Pause, SellerKind, ShopProfile, ShopProfileEdit};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, me, now, press, shop, shop_on, told, type_text};
use crate::list::{Browse, Flag};
use crate::settings::Told;

#[test]
fn settings_are_fetched_when_they_are_shown() {
    let mut app = shop(80, 24);
    assert_eq!(press(&mut app, Key::Char(',')), [Effect::FetchSettings]);
    assert!(press(&mut app, Key::Down).is_empty(), "and once");
    answer(&mut app, Answer::Settings(Ok(Box::new(told()))));
    assert_eq!((app.screen, app.settings.selected_key()), (Screen::Settings, Some("Name")));
}

#[test]
fn what_was_set_elsewhere_is_seen_when_the_screen_is_shown_again() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('1'));
    assert_eq!(press(&mut app, Key::Char(',')), [Effect::FetchSettings]);
    assert_eq!(app.settings.total(), 23, "what is known stays until the answer comes");
    let mut away = told();
    away.shop.as_mut().unwrap().holiday = Some(Holiday { from: now(), until: None });
    answer(&mut app, Answer::Settings(Ok(Box::new(away))));
    assert_eq!(app.settings.find("Holiday").unwrap().value, "on holiday");
}

#[test]
fn a_name_is_changed_on_the_version_that_was_seen() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Enter);
    press(&mut app, Key::Ctrl('u'));
    act(&mut app, Action::Paste("Inès M.\n".to_owned()));
    let edit = ProfileEdit { name: Some("Inès M.".to_owned()), ..ProfileEdit::default() };
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [Effect::EditProfile { label: "Name", version: 3, edit }]);
    assert_eq!(app.settings.flag("Name"), Some(&Flag::Sent));
    assert!(press(&mut app, Key::Char('v')).is_empty(), "one change at a time");

    let mut profile = told().profile;
    (profile.name, profile.version) = ("Inès M.".to_owned(), 4);
    answer(&mut app, Answer::ProfileSaved("Name", Ok(profile)));
    assert_eq!(app.settings.selected().unwrap().value, "Inès M.");
    let show = ShownEdit { name: Some(Audience::Private), ..ShownEdit::default() };
    let edit = ProfileEdit { show, ..ProfileEdit::default() };
    let sent = press(&mut app, Key::Char('v'));
    assert_eq!(sent, [Effect::EditProfile { label: "Name", version: 4, edit }]);
}

#[test]
fn what_was_changed_elsewhere_is_fetched_anew() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    press(&mut app, Key::Char('v'));
    let failure = Failure { kind: FailureKind::Conflict, message: "changed elsewhere".to_owned() };
    let effects = answer(&mut app, Answer::ProfileSaved("Name", Err(failure)));
    assert_eq!(effects, [Effect::FetchSettings]);
    assert!(app.toast.as_ref().unwrap().text.contains("Name: not saved. changed elsewhere"));
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
    let [from, until] = ["2026-12-20", "2027-01-04"].map(api::Timestamp::of_day);
    let holiday = Some(Holiday { from: from.unwrap(), until });
    let shop = Some(ShopProfile { holiday, ..told().shop.unwrap() });
    answer(&mut app, Answer::Settings(Ok(Box::new(Told { shop, ..told() }))));
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
    let known = planning().told.known.get("told").unwrap().clone();
    answer(&mut app, Answer::Settings(Ok(Box::new(known))));
    let Overlay::Setting(form) = &app.overlay else { panic!("{:?}", app.overlay) };
    assert_eq!(form.field.text(), "2026-12-01", "what was typed stays");
    let says = form.elsewhere.as_deref();
    assert_eq!(says, Some("planned from 20 Dec 2026, back on 4 Jan 2027"));
}

#[test]
fn policies_keep_what_was_not_changed() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Lead time");
    press(&mut app, Key::Enter);
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "soon");
    assert!(press(&mut app, Key::Enter).is_empty());
    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "2-5");
    let sent = press(&mut app, Key::Enter);
    let Some(Effect::EditShop { version: 7, edit, .. }) = sent.first() else { panic!("{sent:?}") };
    let ShopProfileEdit { policies: Some(policies), name: None, .. } = &**edit else {
        panic!("{edit:?}")
    };
    assert_eq!(policies.lead_time.map(|lead| (lead.from, lead.to)), Some((2, 5)));
    assert_eq!(policies.returns_days, Some(30));
}

#[test]
fn long_texts_are_changed_elsewhere_and_nothing_is_cut() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Story");
    assert_eq!(press(&mut app, Key::Enter), [Effect::FetchSettings]);
    assert!(matches!(app.overlay, Overlay::None));
    assert!(app.toast.as_ref().unwrap().text.contains("stall shop edit --story"));
    assert!(app.full, "and can be read whole");
    press(&mut app, Key::Char('G'));
    assert!(app.detail_row > 0, "to its end");
    press(&mut app, Key::Esc);
    assert!(!app.full);
}

#[test]
fn a_read_only_console_changes_nothing() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.setup.read_only = true;
    for row in ["Name", "Portrait", "Password"] {
        app.settings.select(row);
        for key in [Key::Enter, Key::Char('v'), Key::Char('h'), Key::Char('x')] {
            assert!(press(&mut app, key).is_empty());
            assert!(matches!(app.overlay, Overlay::None));
        }
    }
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
fn how_one_signs_in_is_told_and_changed_elsewhere() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Second step");
    assert_eq!(app.settings.selected().unwrap().value, "on, 9 recovery codes left");
    assert_eq!(press(&mut app, Key::Enter), [Effect::FetchSettings]);
    assert!(app.toast.as_ref().unwrap().text.contains("stall profile two-factor"));
    app.settings.select("E-mail");
    press(&mut app, Key::Enter);
    assert!(app.toast.as_ref().unwrap().text.contains("stall profile email change"));
    press(&mut app, Key::Char('x'));
    assert!(matches!(app.overlay, Overlay::None), "no change waits");
}

#[test]
fn a_business_without_a_name_is_a_business() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let says = |app: &mut App, name: &str| {
        let mut told = told();
        let seller = &mut told.shop.as_mut().unwrap().seller;
        (seller.kind, seller.name) = (SellerKind::Business, name.to_owned());
        answer(app, Answer::Settings(Ok(Box::new(told))));
        app.settings.find("Seller").unwrap().value.clone()
    };
    assert_eq!(says(&mut app, ""), "business");
    assert_eq!(says(&mut app, "Marchetti S.r.l."), "business, Marchetti S.r.l.");
}

#[test]
fn a_change_of_address_that_waits_is_called_off() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let mut waiting = told();
    waiting.sign_in.pending_email = Some("ines@new.example".to_owned());
    answer(&mut app, Answer::Settings(Ok(Box::new(waiting))));
    app.settings.select("E-mail");
    let value = app.settings.selected().unwrap().value.clone();
    assert!(value.ends_with(", waiting for ines@new.example"), "{value}");
    press(&mut app, Key::Char('x'));
    assert_eq!(press(&mut app, Key::Enter), [Effect::KeepEmail]);
    assert_eq!(app.settings.flag("E-mail"), Some(&Flag::Sent));
    answer(&mut app, Answer::EmailKept(Ok(())));
    assert_eq!(app.settings.selected().unwrap().value, told().sign_in.email);
    assert_eq!(app.settings.flag("E-mail"), None);
}

#[test]
fn a_sign_in_is_ended_after_a_question_and_never_ones_own() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let sessions = told().sessions;
    let (own, browser) = (sessions[0].id, sessions[1].id);
    app.settings.select(&own.to_string());
    press(&mut app, Key::Char('x'));
    assert!(app.toast.as_ref().unwrap().text.contains("stall logout"));

    app.settings.select(&browser.to_string());
    assert!(press(&mut app, Key::Char('x')).is_empty());
    assert!(press(&mut app, Key::Char('x')).is_empty(), "the key that asks is no answer");
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char('x'));
    assert_eq!(press(&mut app, Key::Enter), [Effect::EndSession(browser)]);
    answer(&mut app, Answer::SessionEnded(browser, Ok(())));
    assert!(app.settings.find(&browser.to_string()).is_none());
    assert!(app.settings.find(&own.to_string()).is_some());
}

#[test]
fn a_sign_in_that_is_gone_already_goes_from_the_list() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    let browser = told().sessions[1].id;
    app.settings.select(&browser.to_string());
    press(&mut app, Key::Char('x'));
    press(&mut app, Key::Enter);
    let gone = Failure { kind: FailureKind::Refused, message: "Not found".to_owned() };
    let effects = answer(&mut app, Answer::SessionEnded(browser, Err(gone)));
    assert_eq!(effects, [Effect::FetchSettings]);
    let mut fresh = told();
    fresh.sessions.remove(1);
    answer(&mut app, Answer::Settings(Ok(Box::new(fresh))));
    assert!(app.settings.find(&browser.to_string()).is_none());
}
