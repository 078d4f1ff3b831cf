//! Changing the password.

use api::password::check_length;
use api::sign_in::SessionsEnded;

use crate::action::{Key, Outcome};
use crate::app::{App, Overlay};
use crate::effect::{Effect, Secret};
use crate::settings::told;
use crate::theme::Role;
use crate::widgets::password::{Asked, PasswordForm};

/// Opens the form.
pub(super) fn open(app: &mut App) {
    let coded = told(app).is_some_and(|told| told.sign_in.second_step.on);
    app.overlay = Overlay::Password(PasswordForm::new(coded));
}

/// A key in the form, which stays until the server has taken what was typed.
pub(in crate::update) fn key(app: &mut App, mut form: PasswordForm, key: Key) -> Vec<Effect> {
    let mut effects = Vec::new();
    match key {
        Key::Esc => return Vec::new(),
        _ if form.sent => {}
        Key::Tab | Key::Down => drop(form.step(1)),
        Key::BackTab | Key::Up => drop(form.step(-1)),
        Key::Enter if form.step(1) => {}
        Key::Enter => match mistake(&form) {
            None => {
                effects.push(change(&form));
                form.sent = true;
                form.problem = None;
            }
            Some((at, problem)) => {
                form.at = at;
                form.problem = Some(problem);
            }
        },
        _ => {
            form.typed().press(key);
            form.problem = None;
        }
    }
    app.overlay = Overlay::Password(form);
    effects
}

/// What is wrong before anything is sent, and where.
fn mistake(form: &PasswordForm) -> Option<(Asked, String)> {
    let text = |asked| form.field(asked).text();
    let (new, again) = (text(Asked::New), text(Asked::Again));
    if text(Asked::Current).is_empty() {
        return Some((Asked::Current, "Type the password that you have now.".to_owned()));
    }
    if let Err(error) = check_length(new) {
        return Some((Asked::New, crate::text::sentence(&error.to_string())));
    }
    if new != again {
        return Some((
            Asked::Again,
            "The two new passwords differ; type this one again.".to_owned(),
        ));
    }
    let lacks_code = form.coded && text(Asked::Code).trim().is_empty();
    lacks_code.then(|| (Asked::Code, "Type the code that your app shows now.".to_owned()))
}

fn change(form: &PasswordForm) -> Effect {
    let secret = |asked| Secret::from(form.field(asked).text());
    Effect::ChangePassword {
        current: secret(Asked::Current),
        new: secret(Asked::New),
        code: form.coded.then(|| secret(Asked::Code)),
    }
}

/// Takes the answer; `at` is what the server found fault with.
pub(in crate::update) fn changed(
    app: &mut App,
    at: Option<Asked>,
    outcome: Outcome<SessionsEnded>,
) {
    let form = match &mut app.overlay {
        Overlay::Password(form) if form.sent => Some(form),
        _ => None,
    };
    match (outcome, form) {
        (Ok(ended), form) => {
            if form.is_some() {
                app.overlay = Overlay::None;
            }
            app.say(Role::Ok, done(ended.ended));
            // The others are gone from the list.
            app.told.outdate();
        }
        (Err(failure), Some(form)) => {
            form.sent = false;
            form.coded |= at == Some(Asked::Code);
            form.at = at.unwrap_or(form.at);
            form.problem = Some(failure.message);
        }
        (Err(failure), None) => {
            app.say(Role::Bad, format!("Password: not changed. {}", failure.message));
        }
    }
}

fn done(ended: u64) -> String {
    match ended {
        0 => "Your password is changed.".to_owned(),
        1 => "Your password is changed; one other browser or terminal is signed out.".to_owned(),
        ended => {
            format!(
                "Your password is changed; {ended} other browsers and terminals are signed out."
            )
        }
    }
}
