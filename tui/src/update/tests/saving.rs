//! Settings are changed on what they say now, and every change can be taken back.

use api::profile::{Audience, Profile, ProfileEdit, ShownEdit};

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, press, shop_on, told, type_text};
use crate::list::Flag;
use crate::settings::Told;

/// What the profile says after it was changed a few times.
fn profile(version: i64, change: impl FnOnce(&mut Profile)) -> Profile {
    let mut profile = Profile { version, ..told().profile };
    change(&mut profile);
    profile
}

fn with_profile(profile: Profile) -> Answer {
    Answer::Settings(Ok(Box::new(Told { profile, ..told() })))
}

fn failure(kind: FailureKind) -> Failure {
    Failure { kind, message: "Your profile was changed elsewhere meanwhile.".to_owned() }
}

fn conflict(label: &'static str) -> Answer {
    Answer::ProfileSaved(label, Err(failure(FailureKind::Conflict)))
}

fn seen(label: &'static str, version: i64, show: ShownEdit) -> Vec<Effect> {
    let edit = ProfileEdit { show, ..ProfileEdit::default() };
    vec![Effect::EditProfile { label, version, edit }]
}

fn place(version: i64, place: &str) -> Vec<Effect> {
    let edit = ProfileEdit { place: Some(place.to_owned()), ..ProfileEdit::default() };
    vec![Effect::EditProfile { label: "Place", version, edit }]
}

/// Types another place and sends it.
fn move_to(app: &mut App, text: &str) -> Vec<Effect> {
    app.settings.select("Place");
    press(app, Key::Enter);
    press(app, Key::Ctrl('u'));
    type_text(app, text);
    press(app, Key::Enter)
}

fn typed(app: &App) -> &str {
    let Overlay::Setting(form) = &app.overlay else { panic!("the form is open") };
    form.field.text()
}

fn said(app: &App) -> &str {
    &app.toast.as_ref().unwrap().text
}

#[test]
fn a_private_field_is_shown_to_customers_before_it_is_shown_to_everybody() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Links");
    let wider = [Audience::Customers, Audience::Public, Audience::Private];
    for (version, who) in (3..).zip(wider) {
        let show = ShownEdit { links: Some(who), ..ShownEdit::default() };
        assert_eq!(press(&mut app, Key::Char('v')), seen("Links", version, show));
        let shown = profile(version + 1, |profile| profile.show.links = who);
        answer(&mut app, Answer::ProfileSaved("Links", Ok(shown)));
    }
    assert_eq!(said(&app), "Links: saved, private.");
}

#[test]
fn who_sees_a_field_is_taken_back() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Links");
    press(&mut app, Key::Char('v'));
    assert!(press(&mut app, Key::Char('u')).is_empty());
    assert_eq!(said(&app), "The last change is still on its way.");
    let shown = profile(4, |profile| profile.show.links = Audience::Customers);
    answer(&mut app, Answer::ProfileSaved("Links", Ok(shown)));

    let show = ShownEdit { links: Some(Audience::Private), ..ShownEdit::default() };
    assert_eq!(press(&mut app, Key::Char('u')), seen("Links", 4, show));
    answer(&mut app, Answer::ProfileSaved("Links", Ok(profile(5, |_| {}))));
    assert_eq!(app.settings.find("Links").unwrap().audience, Some(Audience::Private));
    assert_eq!(said(&app), "Links: taken back, private.");
    assert!(press(&mut app, Key::Char('u')).is_empty());
    assert_eq!(said(&app), "Nothing to take back.");
}

#[test]
fn words_are_taken_back_one_change_after_the_other() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    assert_eq!(move_to(&mut app, "Forlì"), place(3, "Forlì"));
    let saved = |version, place: &str| {
        let saved = profile(version, |profile| profile.place = place.to_owned());
        Answer::ProfileSaved("Place", Ok(saved))
    };
    answer(&mut app, saved(4, "Forlì"));
    assert!(matches!(app.overlay, Overlay::None), "the form goes when the server has it");
    move_to(&mut app, "Imola");
    answer(&mut app, saved(5, "Imola"));

    assert_eq!(press(&mut app, Key::Char('u')), place(5, "Forlì"));
    answer(&mut app, saved(6, "Forlì"));
    press(&mut app, Key::Char('1'));
    assert_eq!(press(&mut app, Key::Char('u')), place(6, "Faenza, Italy"), "from any screen");
    answer(&mut app, saved(7, "Faenza, Italy"));
    assert_eq!(app.settings.find("Place").unwrap().value, "Faenza, Italy");
}

#[test]
fn what_was_changed_elsewhere_since_is_not_taken_back() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    let moved = profile(4, |profile| profile.place = "Forlì".to_owned());
    answer(&mut app, Answer::ProfileSaved("Place", Ok(moved)));
    press(&mut app, Key::Char('1'));

    assert_eq!(press(&mut app, Key::Char('u')), place(4, "Faenza, Italy"));
    assert_eq!(answer(&mut app, conflict("Place")), [Effect::FetchSettings]);
    let elsewhere = profile(5, |profile| profile.place = "Ravenna".to_owned());
    answer(&mut app, with_profile(elsewhere));
    assert!(press(&mut app, Key::Char('u')).is_empty());
    assert_eq!(said(&app), "Place was changed elsewhere since, so it stays.");
    assert_eq!(app.undo, []);
}

#[test]
fn a_change_is_taken_back_although_something_else_was_changed_elsewhere() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    let moved = |profile: &mut Profile| profile.place = "Forlì".to_owned();
    answer(&mut app, Answer::ProfileSaved("Place", Ok(profile(4, moved))));
    press(&mut app, Key::Char('u'));
    answer(&mut app, conflict("Place"));
    answer(&mut app, with_profile(profile(5, moved)));
    assert_eq!(press(&mut app, Key::Char('u')), place(5, "Faenza, Italy"));
}

#[test]
fn a_refused_change_leaves_nothing_to_take_back_and_its_words_in_the_form() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "x");
    let message = "A place has at most 80 letters.".to_owned();
    let refused = Failure { kind: FailureKind::Refused, message: message.clone() };
    answer(&mut app, Answer::ProfileSaved("Place", Err(refused)));
    assert_eq!(typed(&app), "x");
    assert!(matches!(&app.overlay, Overlay::Setting(form) if form.problem == Some(message)));
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char('u'));
    assert_eq!(said(&app), "Nothing to take back.");
}

#[test]
fn a_row_is_read_anew_when_it_is_opened() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("About you");
    assert_eq!(press(&mut app, Key::Enter), [Effect::FetchSettings]);
    assert_eq!(typed(&app), "I throw eleven pieces a week.");
    let fresh = profile(4, |profile| profile.about = "I throw twelve.".to_owned());
    answer(&mut app, with_profile(fresh));
    assert_eq!(typed(&app), "I throw twelve.", "what nobody has touched follows");
    press(&mut app, Key::Char('!'));
    let edit = ProfileEdit { about: Some("I throw twelve.!".to_owned()), ..ProfileEdit::default() };
    let sent = press(&mut app, Key::Enter);
    assert_eq!(sent, [Effect::EditProfile { label: "About you", version: 4, edit }]);
}

#[test]
fn what_grew_long_elsewhere_is_shown_and_not_squeezed_into_a_line() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("About you");
    press(&mut app, Key::Enter);
    let fresh = profile(4, |profile| profile.about = "I throw twelve.\nAnd fire them.".to_owned());
    answer(&mut app, with_profile(fresh));
    assert!(matches!(app.overlay, Overlay::None));
    assert!(app.full && said(&app).contains("stall profile edit --about"));
}

#[test]
fn an_answer_that_was_asked_before_a_change_does_not_undo_it_here() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    let moved = profile(4, |profile| profile.place = "Forlì".to_owned());
    answer(&mut app, Answer::ProfileSaved("Place", Ok(moved)));
    answer(&mut app, with_profile(told().profile));
    assert_eq!(app.settings.find("Place").unwrap().value, "Forlì");
}

#[test]
fn words_survive_a_conflict_and_a_second_enter_saves_them() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    assert_eq!(move_to(&mut app, "Forlì"), place(3, "Forlì"));
    let effects = answer(&mut app, conflict("Place"));
    assert_eq!(effects, [Effect::FetchSettings], "it is read anew");
    assert!(press(&mut app, Key::Enter).is_empty(), "and not overwritten before it is seen");
    let elsewhere = profile(5, |profile| profile.place = "Ravenna".to_owned());
    answer(&mut app, with_profile(elsewhere));
    assert_eq!(typed(&app), "Forlì");
    assert!(
        matches!(&app.overlay, Overlay::Setting(form) if form.elsewhere.as_deref() == Some("Ravenna"))
    );
    assert_eq!(press(&mut app, Key::Enter), place(5, "Forlì"));
    let saved = profile(6, |profile| profile.place = "Forlì".to_owned());
    answer(&mut app, Answer::ProfileSaved("Place", Ok(saved)));
    assert!(matches!(app.overlay, Overlay::None));
    assert_eq!(app.settings.flag("Place"), None);
    assert_eq!(press(&mut app, Key::Char('u')), place(6, "Ravenna"), "the other words come back");
}

#[test]
fn words_being_typed_stay_when_others_arrive() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select("Place");
    press(&mut app, Key::Enter);
    type_text(&mut app, "!");
    let elsewhere = profile(4, |profile| profile.place = "Ravenna".to_owned());
    answer(&mut app, with_profile(elsewhere));
    assert_eq!(typed(&app), "Faenza, Italy!");
    assert!(
        matches!(&app.overlay, Overlay::Setting(form) if form.elsewhere.as_deref() == Some("Ravenna"))
    );
}

#[test]
fn a_form_is_not_locked_when_nothing_can_be_read_anew() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    answer(&mut app, conflict("Place"));
    answer(&mut app, Answer::Settings(Err(failure(FailureKind::Unreachable))));
    assert_eq!(press(&mut app, Key::Enter), place(3, "Forlì"), "enter tries again");
    assert_eq!(app.settings.flag("Place"), Some(&Flag::Sent));
}

#[test]
fn a_conflict_over_another_row_is_said_to_be_one() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    answer(&mut app, conflict("Place"));
    let elsewhere = profile(5, |profile| profile.about = "I throw twelve.".to_owned());
    answer(&mut app, with_profile(elsewhere));
    let Overlay::Setting(form) = &app.overlay else { panic!("the form is open") };
    assert_eq!(form.elsewhere, None);
    let problem = form.problem.as_deref().unwrap();
    assert_eq!(problem, "Something else was changed elsewhere meanwhile. Enter saves this now.");
    assert_eq!(press(&mut app, Key::Enter), place(5, "Forlì"));
}

#[test]
fn nothing_is_typed_into_a_form_that_is_on_its_way() {
    let mut app = shop_on(Screen::Settings, 80, 24);
    move_to(&mut app, "Forlì");
    act(&mut app, Action::Paste("4 Kiln Lane".to_owned()));
    assert!(type_text(&mut app, "ujx").is_empty());
    assert_eq!(typed(&app), "Forlì");
    press(&mut app, Key::Esc);
    assert!(matches!(app.overlay, Overlay::None), "nobody has to wait");
}
