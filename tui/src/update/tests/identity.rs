//! The portrait and the password, by keyboard.

use api::profile::{Audience, ProfileEdit, ShownEdit};
use api::sign_in::SessionsEnded;

use crate::action::{Action, Answer, Failure, FailureKind, Key};
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::fixtures::{act, answer, press, shop_on, told, type_text, with_portrait};
use crate::list::Flag;
use crate::widgets::password::Asked;

const CURRENT: &str = "three old mugs on a shelf";
const NEW: &str = " Ёлки 王 and a new kiln ";

fn refused(message: &str) -> Failure {
    Failure { kind: FailureKind::Refused, message: message.to_owned() }
}

fn on(row: &str) -> App {
    let mut app = shop_on(Screen::Settings, 80, 24);
    app.settings.select(row);
    app
}

fn said(app: &App) -> &str {
    &app.toast.as_ref().unwrap().text
}

#[test]
fn a_portrait_is_sent_from_a_file_and_a_wrong_path_can_be_mended() {
    let mut app = on("Portrait");
    press(&mut app, Key::Enter);
    assert!(press(&mut app, Key::Enter).is_empty(), "no file is named");
    let long = "/a folder with a long name".repeat(20);
    act(&mut app, Action::Paste(format!("{long}\n")));
    assert_eq!(press(&mut app, Key::Enter), [Effect::SetPortrait(long.clone())], "nothing is cut");
    assert_eq!(app.settings.flag("Portrait"), Some(&Flag::Sent));
    answer(&mut app, Answer::ProfileSaved("Portrait", Err(refused("It is no file."))));
    let Overlay::Setting(form) = &app.overlay else { panic!("the form is open") };
    assert_eq!((form.field.text(), form.problem.as_deref()), (&*long, Some("It is no file.")));

    press(&mut app, Key::Ctrl('u'));
    type_text(&mut app, "~/me.jpg");
    assert_eq!(press(&mut app, Key::Enter), [Effect::SetPortrait("~/me.jpg".to_owned())]);
    answer(&mut app, Answer::ProfileSaved("Portrait", Ok(with_portrait().profile)));
    assert!(matches!(app.overlay, Overlay::None));
    assert_eq!(app.settings.selected().unwrap().value, "1024 × 768 pixels");
    assert_eq!(said(&app), "Portrait: saved. Nobody but you sees it; v shows it to others.");
    press(&mut app, Key::Char('u'));
    assert_eq!(said(&app), "Nothing to take back.", "the picture before is gone");
}

#[test]
fn a_portrait_goes_after_a_question() {
    let mut app = on("Portrait");
    press(&mut app, Key::Char('x'));
    assert!(matches!(app.overlay, Overlay::None), "there is none");
    answer(&mut app, Answer::Settings(Ok(Box::new(with_portrait()))));
    assert!(press(&mut app, Key::Char('x')).is_empty());
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char('x'));
    assert_eq!(press(&mut app, Key::Enter), [Effect::RemovePortrait]);
    answer(&mut app, Answer::ProfileSaved("Portrait", Ok(told().profile)));
    assert_eq!(said(&app), "Your portrait is gone.");
    assert_eq!(app.settings.selected().unwrap().value, "");
}

#[test]
fn who_sees_the_portrait_is_chosen() {
    let mut app = on("Portrait");
    let show = ShownEdit { avatar: Some(Audience::Customers), ..ShownEdit::default() };
    let edit = ProfileEdit { show, ..ProfileEdit::default() };
    let sent = press(&mut app, Key::Char('v'));
    assert_eq!(sent, [Effect::EditProfile { label: "Portrait", version: 3, edit }]);
}

/// Types into the form what it asks for.
fn fill(app: &mut App, words: [&str; 4]) -> Vec<Effect> {
    words
        .iter()
        .flat_map(|words| [type_text(app, words), press(app, Key::Enter)].concat())
        .collect()
}

fn problem(app: &App) -> (Asked, &str) {
    let Overlay::Password(form) = &app.overlay else { panic!("the form is open") };
    (form.at, form.problem.as_deref().unwrap_or_default())
}

#[test]
fn a_password_is_typed_twice_and_sent_with_the_code() {
    let mut app = on("Password");
    press(&mut app, Key::Enter);
    let sent = fill(&mut app, [CURRENT, NEW, NEW, "123456"]);
    let expected = Effect::ChangePassword {
        current: CURRENT.into(),
        new: NEW.into(),
        code: Some("123456".into()),
    };
    assert_eq!(sent, [expected], "to the letter");
    assert!(press(&mut app, Key::Enter).is_empty(), "once");
    for secret in [CURRENT, NEW.trim(), "123456"] {
        assert!(!format!("{sent:?} {:?}", app.overlay).contains(secret), "never written");
    }
    let done = Answer::PasswordChanged(None, Ok(SessionsEnded { ended: 2 }));
    assert_eq!(answer(&mut app, done), [Effect::FetchSettings], "the others are gone");
    assert!(matches!(app.overlay, Overlay::None), "and with it what was typed");
    let words = "Your password is changed; 2 other browsers and terminals are signed out.";
    assert_eq!(said(&app), words);
}

#[test]
fn a_mistake_is_told_where_it_was_made_before_anything_is_sent() {
    let mistakes = [
        (["", NEW, NEW, "1"], Asked::Current),
        ([CURRENT, "short", "short", "1"], Asked::New),
        ([CURRENT, NEW, CURRENT, "1"], Asked::Again),
        ([CURRENT, NEW, NEW, ""], Asked::Code),
    ];
    for (words, place) in mistakes {
        let mut app = on("Password");
        press(&mut app, Key::Enter);
        assert!(fill(&mut app, words).is_empty());
        let (at, problem) = problem(&app);
        assert!(at == place && !problem.is_empty(), "{problem}");
        assert_eq!(place == Asked::Again, problem.contains("The two new passwords differ"));
    }
}

#[test]
fn what_the_server_refuses_is_told_in_the_form_and_nothing_is_typed_again() {
    let mut told = told();
    told.sign_in.second_step.on = false;
    let mut app = on("Password");
    answer(&mut app, Answer::Settings(Ok(Box::new(told))));
    press(&mut app, Key::Enter);
    let without_code =
        Effect::ChangePassword { current: CURRENT.into(), new: NEW.into(), code: None };
    let sent = fill(&mut app, [CURRENT, NEW, NEW, ""]);
    assert_eq!(sent, [without_code]);
    let wrong = Err(refused("This is not your password."));
    answer(&mut app, Answer::PasswordChanged(Some(Asked::Current), wrong));
    assert_eq!(problem(&app), (Asked::Current, "This is not your password."));

    let asked = fill(&mut app, ["", "", "", ""]);
    assert_eq!(asked.len(), 1, "all of it is there still");
    let needed = Err(refused("The code of your app is needed."));
    answer(&mut app, Answer::PasswordChanged(Some(Asked::Code), needed));
    assert_eq!(problem(&app).0, Asked::Code, "the second step was turned on elsewhere");
    type_text(&mut app, "123456");
    let sent = press(&mut app, Key::Enter);
    assert!(matches!(&sent[..], [Effect::ChangePassword { code: Some(_), .. }]), "{sent:?}");
}

#[test]
fn a_form_that_was_left_is_forgotten_and_its_answer_said() {
    let mut app = on("Password");
    press(&mut app, Key::Enter);
    fill(&mut app, [CURRENT, NEW, NEW, "123456"]);
    press(&mut app, Key::Esc);
    answer(&mut app, Answer::PasswordChanged(None, Err(refused("Too many tries."))));
    assert_eq!(said(&app), "Password: not changed. Too many tries.");
    press(&mut app, Key::Enter);
    assert_eq!(problem(&app), (Asked::Current, ""));
    assert!(fill(&mut app, ["", "", "", ""]).is_empty(), "nothing stayed in it");
}
