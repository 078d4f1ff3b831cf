//! Changing what others see, by keyboard.

use api::profile::{Audience, ProfileEdit, ShownEdit};
use api::shop_profile::{Holiday, Pause, ShopProfileEdit};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, now, press, shop, shop_on, told, type_text};
use crate::list::{Browse, Flag};

#[test]
fn settings_are_fetched_when_they_are_shown() {
    let mut app = shop(80, 24);
    assert_eq!(press(&mut app, Key::Char(',')), [Effect::FetchSettings]);
    assert!(press(&mut app, Key::Down).is_empty(), "and once");
    answer(&mut app, Answer::Settings(Ok(told())));
    assert_eq!((app.screen, app.settings.selected_key()), (Screen::Settings, Some("Name")));
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
    let show = ShownEdit { name: Some(Audience::Customers), ..ShownEdit::default() };
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
    assert_eq!(sent, [Effect::PauseShop(Pause { from: None, until })]);

    let mut away = told().shop.unwrap();
    // The market's clock is a second ahead.
    away.holiday = Some(Holiday { from: now().plus_seconds(1), until });
    answer(&mut app, Answer::ShopSaved("Holiday", Ok(away)));
    let row = app.settings.rows().find(|row| row.label == "Holiday").unwrap();
    assert_eq!(row.value, "on holiday until 27 Dec 2026");
    assert_eq!(app.toast.as_ref().unwrap().text, "Your shop is on holiday until 27 Dec 2026.");
    assert_eq!(press(&mut app, Key::Char('h')), [Effect::ResumeShop]);
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
    assert!(press(&mut app, Key::Enter).is_empty());
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
    for key in [Key::Enter, Key::Char('v'), Key::Char('h')] {
        assert!(press(&mut app, key).is_empty());
        assert!(matches!(app.overlay, Overlay::None));
    }
}
