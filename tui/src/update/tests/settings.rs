//! Changing what others see, by keyboard.

use api::profile::{Audience, ProfileEdit, ShownEdit};
use api::shop_profile::{Holiday, SellerKind, ShopProfileEdit};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, now, press, shop, shop_on, told, type_text};
use crate::list::{Browse, Flag};

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
