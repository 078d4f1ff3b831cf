//! Changing what the artisan and her shop show.

use api::shop_profile::{Pause, ShopProfile};
use api::sign_in::Session;
use api::{Id, Page, Timestamp};

use crate::action::{FailureKind, Key, Outcome};
use crate::app::{App, Overlay, Pane};
use crate::effect::{Ask, Effect};
use crate::list::{Flag, Row as _};
use crate::settings::{self, Change, Told, What};
use crate::theme::Role;
use crate::widgets::field::Field;
use crate::widgets::form::{Question, SettingForm};

use super::commands;

/// The one thing that is opened on this screen.
pub(super) const KEY: &str = "told";

/// Takes what the screen shows.
pub(super) fn receive(app: &mut App, outcome: Outcome<Box<Told>>) {
    if let Err(failure) = &outcome {
        app.settings.receive(&Ask::Fresh, Err(failure.clone()));
    }
    app.told.receive(KEY.to_owned(), outcome.map(|told| *told));
    show(app);
}

/// Makes the rows anew out of what was told.
pub(super) fn show(app: &mut App) {
    let Some(told) = app.told.known.get(KEY) else { return };
    let items = settings::rows(told, app.now());
    app.settings.receive(&Ask::Fresh, Ok(Page { items, next: None }));
}

/// Changes what is under the cursor: by a form, or to the next of a few words. A text that is too
/// long for a form is shown whole.
pub(super) fn change(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.settings.selected().cloned() else { return Vec::new() };
    let is_long = !settings::fits_a_line(&row.value);
    match row.what {
        _ if app.setup.read_only && !is_long => commands::refuse(app),
        What::Holiday => return holiday(app),
        What::CustomWork => {
            let policies = told(app).and_then(|told| told.shop.as_ref()).map(|shop| &shop.policies);
            let change = policies.map(settings::next_custom);
            return change.map(|change| send(app, row.label, change)).unwrap_or_default();
        }
        What::Seller | What::Email | What::SecondStep | What::Session(_) => {
            app.say(Role::Info, row.what.help());
        }
        what if is_long => {
            app.full = !app.full;
            app.pane = if app.full { Pane::Detail } else { Pane::List };
            app.say(Role::Info, what.help());
        }
        what => {
            let field = Field::with(&row.value);
            app.overlay =
                Overlay::Setting(SettingForm { what, label: row.label, field, problem: None });
        }
    }
    Vec::new()
}

/// Goes on holiday after asking for a day, or comes back.
pub(super) fn holiday(app: &mut App) -> Vec<Effect> {
    let Some(shop) = told(app).and_then(|told| told.shop.as_ref()) else {
        app.say(Role::Warn, "There is no shop yet: stall shop create");
        return Vec::new();
    };
    let ahead = shop.holiday.is_some_and(|away| away.until.is_none_or(|until| app.now() < until));
    if ahead {
        app.settings.set_flag("Holiday", Some(Flag::Sent));
        return vec![Effect::ResumeShop];
    }
    let (what, field) = (What::Holiday, Field::default());
    app.overlay = Overlay::Setting(SettingForm { what, label: "Holiday", field, problem: None });
    Vec::new()
}

/// Lets others see the field under the cursor, or fewer.
pub(super) fn next_audience(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.settings.selected().cloned() else { return Vec::new() };
    let change = told(app).and_then(|told| settings::next_audience(&told.profile, row.what));
    if let Some(change) = change {
        return send(app, row.label, change);
    }
    app.say(Role::Info, "Who sees this cannot be chosen.");
    Vec::new()
}

/// A key in the form.
pub(super) fn key(app: &mut App, mut form: SettingForm, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => return Vec::new(),
        Key::Enter => match sent(app, &form) {
            Ok(effects) => return effects,
            Err(problem) => form.problem = Some(problem),
        },
        _ => {
            form.field.press(key);
            form.problem = None;
        }
    }
    app.overlay = Overlay::Setting(form);
    Vec::new()
}

fn sent(app: &mut App, form: &SettingForm) -> Result<Vec<Effect>, String> {
    let text = form.field.text();
    if form.what == What::Holiday {
        let until = match text.trim() {
            "" => None,
            day => Some(Timestamp::of_day(day).ok_or_else(|| format!("“{day}” is no day."))?),
        };
        if until.is_some_and(|until| until <= app.now()) {
            return Err("That day has begun already.".to_owned());
        }
        app.settings.set_flag(form.label, Some(Flag::Sent));
        return Ok(vec![Effect::PauseShop(Pause { from: None, until })]);
    }
    let Some(told) = told(app) else { return Err("Still being fetched.".to_owned()) };
    let change = settings::typed(told, form.what, text)?;
    Ok(send(app, form.label, change))
}

/// One change at a time: the next needs the version that the last one leaves.
fn send(app: &mut App, label: &'static str, change: Change) -> Vec<Effect> {
    if app.settings.rows().any(|row| app.settings.flag(row.label) == Some(&Flag::Sent)) {
        app.say(Role::Warn, "The last change is still on its way.");
        return Vec::new();
    }
    let Some(told) = told(app) else { return Vec::new() };
    let effect = match change {
        Change::Profile(edit) => Effect::EditProfile { label, version: told.profile.version, edit },
        Change::Shop(edit) => {
            let version = told.shop.as_ref().map_or(0, |shop| shop.version);
            Effect::EditShop { label, version, edit }
        }
    };
    app.settings.set_flag(label, Some(Flag::Sent));
    vec![effect]
}

/// Takes the answer to a change of the person's.
pub(super) fn profile_saved(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<api::profile::Profile>,
) -> Vec<Effect> {
    let change = |told: &mut Told, profile| told.profile = profile;
    saved(app, label, outcome, change)
}

/// Takes the answer to a change of the shop's.
pub(super) fn shop_saved(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<ShopProfile>,
) -> Vec<Effect> {
    saved(app, label, outcome, |told, shop| told.shop = Some(shop))
}

fn saved<T>(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<T>,
    change: impl FnOnce(&mut Told, T),
) -> Vec<Effect> {
    match outcome {
        Ok(thing) => {
            app.settings.set_flag(label, None);
            if let Some(told) = app.told.known.get_mut(KEY) {
                change(told, thing);
            }
            show(app);
            let text = match app.settings.find(label) {
                Some(row) if row.what == What::Holiday => format!("Your shop is {}.", row.value),
                _ => format!("{label}: saved."),
            };
            app.say(Role::Ok, text);
            // The header names the shop.
            vec![Effect::FetchMe]
        }
        Err(failure) => {
            app.settings.set_flag(label, Some(Flag::Refused(failure.message.clone())));
            app.say(Role::Bad, format!("{label}: not saved. {}", failure.message));
            if failure.kind == FailureKind::Conflict {
                app.told.clear();
            }
            Vec::new()
        }
    }
}

/// Asks before the row under the cursor is signed out, or a change of address is called off.
pub(super) fn sign_out(app: &mut App) {
    let Some(row) = app.settings.selected().cloned() else { return };
    let Some(told) = told(app) else { return };
    let session = |id| told.sessions.iter().find(|session| session.id == id);
    let (title, text, effect) = match row.what {
        What::Session(id) if session(id).is_some_and(|session| session.current) => {
            return app.say(Role::Warn, "This is where you are: quit with q and run: stall logout");
        }
        What::Session(id) => {
            let name = session(id).map(|session| session.name.as_str()).unwrap_or_default();
            let text = format!("“{name}” has to sign in again. This cannot be taken back.");
            ("Sign it out?", text, Effect::EndSession(id))
        }
        What::Email if told.sign_in.pending_email.is_some() => {
            let email = app.name(&told.sign_in.email);
            let text = format!("{email} stays; the link is worth nothing then.");
            ("Keep the address?", text, Effect::KeepEmail)
        }
        _ => return app.say(Role::Info, "Only browsers and terminals can be signed out."),
    };
    app.overlay = Overlay::Question(Question { title, text, row: row.key(), effect });
}

/// A key under a question.
pub(super) fn decide(app: &mut App, question: Question, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => Vec::new(),
        Key::Enter => {
            app.settings.set_flag(&question.row, Some(Flag::Sent));
            vec![question.effect]
        }
        _ => {
            app.overlay = Overlay::Question(question);
            Vec::new()
        }
    }
}

/// Takes the answer to signing something out.
pub(super) fn session_ended(app: &mut App, id: Id<Session>, outcome: Outcome<()>) {
    let done = |told: &mut Told| told.sessions.retain(|session| session.id != id);
    undone(app, &id.to_string(), outcome, "It is signed out.", done);
}

/// Takes the answer to calling a change of address off.
pub(super) fn email_kept(app: &mut App, outcome: Outcome<()>) {
    let done = |told: &mut Told| told.sign_in.pending_email = None;
    undone(app, "E-mail", outcome, "Your address stays as it is.", done);
}

fn undone(
    app: &mut App,
    row: &str,
    outcome: Outcome<()>,
    words: &str,
    done: impl FnOnce(&mut Told),
) {
    match outcome {
        Ok(()) => {
            app.settings.set_flag(row, None);
            if let Some(told) = app.told.known.get_mut(KEY) {
                done(told);
            }
            show(app);
            app.say(Role::Ok, words);
        }
        Err(failure) => {
            app.settings.set_flag(row, Some(Flag::Refused(failure.message.clone())));
            app.say(Role::Bad, format!("Not done: {}", failure.message));
            // It may be gone already.
            app.told.outdate();
        }
    }
}

fn told(app: &App) -> Option<&Told> {
    app.told.known.get(KEY)
}
