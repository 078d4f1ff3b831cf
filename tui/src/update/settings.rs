//! Changing what the artisan and her shop show.

pub(super) mod password;
pub(super) mod saving;

use api::sign_in::Session;
use api::{Id, Page};

use crate::action::{Failure, Key, Outcome};
use crate::app::{App, Overlay, Pane};
use crate::effect::{Ask, Effect};
use crate::list::{Flag, Row as _};
use crate::settings::{self, Away, Change, KEY, ShopPicture, Told, What, told};
use crate::theme::Role;
use crate::widgets::field::Field;
use crate::widgets::form::{Question, SettingForm, Yes};

use super::{answers, commands};

/// Takes what the screen shows.
pub(super) fn receive(app: &mut App, outcome: Outcome<Box<Told>>) {
    let failure = outcome.as_ref().err().cloned();
    if let Some(failure) = &failure {
        app.settings.receive(&Ask::Fresh, Err(failure.clone()));
    }
    let known = app.told.known.get(KEY);
    let told = outcome.map(|mut told| {
        if let Some(known) = known {
            told.keep_younger(known);
        }
        *told
    });
    if let (Ok(told), Some(me)) = (&told, &mut app.me) {
        me.account.email_verified = told.sign_in.email_verified;
    }
    app.told.receive(KEY.to_owned(), told);
    answers::collect_needs(app);
    show(app);
    follow(app, failure);
}

/// Reads everything anew: no event tells of what was set of the person, on the web or by command.
pub(super) fn read_anew(app: &mut App) {
    if app.told.asked.is_none() {
        app.told.outdate();
    }
}

/// Lets the open form follow what was read: words that nobody has touched become the new ones;
/// beside others it is said that it was changed elsewhere.
fn follow(app: &mut App, failure: Option<Failure>) {
    let away = settings::away(app);
    let Overlay::Setting(form) = &mut app.overlay else { return };
    let was_refused = form.sent && app.sending.is_none();
    if was_refused {
        form.sent = false;
        let other = "Something else was changed elsewhere meanwhile. Enter saves this now.";
        form.problem = Some(failure.map_or_else(|| other.to_owned(), |failure| failure.message));
    }
    let Some(row) = app.settings.find(form.label) else { return };
    let says = match form.what {
        What::Holiday => settings::days_away(away.holiday()),
        _ => row.value.clone(),
    };
    if matches!(form.what, What::Portrait | What::ShopPicture(_)) || says == form.says {
        return;
    }
    if was_refused || form.sent || form.field.text() != form.says {
        form.elsewhere = Some(row.value.clone());
        form.says = says;
        form.problem = None;
        return;
    }
    if settings::fits_a_line(&says) {
        *form = SettingForm::new(form.what, form.label, &says);
        return;
    }
    let what = form.what;
    app.overlay = Overlay::None;
    read_whole(app, what);
}

/// Makes the rows anew out of what was told.
pub(super) fn show(app: &mut App) {
    let Some(told) = told(app) else { return };
    let items = settings::rows(told, app.now());
    app.settings.receive(&Ask::Fresh, Ok(Page { items, next: None }));
}

/// Changes what is under the cursor: by a form, or to the next of a few words. A text that is too
/// long for a form is shown whole.
pub(super) fn change(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.settings.selected().cloned() else { return Vec::new() };
    let is_long = !settings::fits_a_line(&row.value);
    match row.what {
        _ if app.setup.read_only && !is_long => {
            commands::refuse(app);
            return Vec::new();
        }
        What::Holiday => ask_for_days(app),
        What::CustomWork => {
            let policies = told(app).and_then(|told| told.shop.as_ref()).map(|shop| &shop.policies);
            let change = policies.map(settings::next_custom);
            return change.map(|change| saving::send(app, row.label, change)).unwrap_or_default();
        }
        What::Password => password::open(app),
        What::Portrait => {
            app.overlay = Overlay::Setting(SettingForm::new(row.what, row.label, ""));
        }
        What::ShopPicture(which) => {
            let shop = told(app).and_then(|told| told.shop.as_ref());
            let alt = shop.and_then(|shop| which.of(shop)).map(|picture| picture.alt.as_str());
            let form = SettingForm::picture(which, row.label, alt.unwrap_or_default());
            app.overlay = Overlay::Setting(form);
        }
        What::Process
        | What::Seller
        | What::Email
        | What::SecondStep
        | What::Here(_)
        | What::Session(_) => {
            app.say(Role::Info, row.what.help());
        }
        what if is_long => read_whole(app, what),
        what => app.overlay = Overlay::Setting(SettingForm::new(what, row.label, &row.value)),
    }
    read_anew(app);
    Vec::new()
}

/// Shows a text that is too long for a form, or the list again.
fn read_whole(app: &mut App, what: What) {
    app.full = !app.full;
    app.pane = if app.full { Pane::Detail } else { Pane::List };
    app.say(Role::Info, what.help());
}

/// Comes back from a holiday, or asks for the days of the one that is planned or shall begin.
pub(super) fn holiday(app: &mut App) -> Vec<Effect> {
    if told(app).is_none_or(|told| told.shop.is_none()) {
        app.say(Role::Warn, "There is no shop yet: stall shop create");
        return Vec::new();
    }
    if let Away::On(_) = settings::away(app) {
        return saving::send(app, "Holiday", Change::Resume);
    }
    ask_for_days(app);
    Vec::new()
}

/// Opens the form over the holiday that is planned or going on, or over none.
fn ask_for_days(app: &mut App) {
    let days = settings::days_away(settings::away(app).holiday());
    app.overlay = Overlay::Setting(SettingForm::new(What::Holiday, "Holiday", &days));
}

/// Lets others see the field under the cursor, or fewer.
pub(super) fn next_audience(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.settings.selected().cloned() else { return Vec::new() };
    let change = told(app).and_then(|told| settings::next_audience(&told.profile, row.what));
    if let Some(change) = change {
        return saving::send(app, row.label, change);
    }
    app.say(Role::Info, "Who sees this cannot be chosen.");
    Vec::new()
}

/// A key in the form, which stays until the server has taken what was typed.
pub(super) fn key(app: &mut App, mut form: SettingForm, key: Key) -> Vec<Effect> {
    let mut effects = Vec::new();
    match key {
        Key::Esc => return Vec::new(),
        _ if form.sent => {}
        Key::Tab | Key::BackTab | Key::Up | Key::Down => form.turn(),
        Key::Enter if form.alt.is_some() && !form.describing => form.turn(),
        Key::Enter => match change_of(app, &form) {
            Ok(change) => {
                effects = saving::send(app, form.label, change);
                form.sent = !effects.is_empty();
                form.problem = None;
            }
            Err(problem) => form.refuse(problem),
        },
        _ => {
            form.typed().press(key);
            form.problem = None;
        }
    }
    app.overlay = Overlay::Setting(form);
    effects
}

/// What a form asks for, or what is wrong with it.
fn change_of(app: &App, form: &SettingForm) -> Result<Change, String> {
    let text = form.field.text();
    if form.what != What::Holiday {
        let told = told(app).ok_or("Still being fetched.")?;
        let alt = form.alt.as_ref().map(Field::text).unwrap_or_default();
        return settings::typed(told, form.what, text, alt);
    }
    let pause = settings::typed_days(text)?;
    if pause.until.is_some_and(|until| until <= app.now()) {
        return Err("The day to be back on has begun already.".to_owned());
    }
    if pause.from.is_some_and(|from| pause.until.is_some_and(|until| until <= from)) {
        return Err("The holiday ends before it begins.".to_owned());
    }
    Ok(Change::Pause(pause))
}

/// Takes a picture of the shop away or calls its holiday off, which can be taken back, and asks before the row under the
/// cursor is signed out, a portrait goes, or a change of address is called off.
pub(super) fn take_away(app: &mut App) -> Vec<Effect> {
    let Some(row) = app.settings.selected().cloned() else { return Vec::new() };
    let Some(told) = told(app) else { return Vec::new() };
    let picture = |which: ShopPicture| told.shop.as_ref().and_then(|shop| which.of(shop));
    let (title, text, yes) = match row.what {
        What::ShopPicture(which) if picture(which).is_some() => {
            return saving::send(app, row.label, which.removal());
        }
        What::Holiday if settings::away(app) != Away::Open => {
            return saving::send(app, row.label, Change::Resume);
        }
        What::Here(_) => {
            app.say(Role::Warn, row.what.help());
            return Vec::new();
        }
        What::Session(id) => {
            let session = told.sessions.iter().find(|session| session.id == id);
            let name = session.map(|session| session.name.as_str()).unwrap_or_default();
            let text = format!("“{name}” has to sign in again. This cannot be taken back.");
            ("Sign it out?", text, Yes::Ask(Effect::EndSession(id)))
        }
        What::Email if told.sign_in.pending_email.is_some() => {
            let email = app.name(&told.sign_in.email);
            let text = format!("{email} stays; the link is worth nothing then.");
            ("Keep the address?", text, Yes::Ask(Effect::KeepEmail))
        }
        What::Portrait if told.profile.avatar.is_some() => {
            let text = "Nobody sees it any more. This cannot be taken back.".to_owned();
            let change = Change::Portrait(None);
            ("Take the portrait away?", text, Yes::Change(row.label, change))
        }
        _ => {
            app.say(Role::Info, "Browsers and terminals can be signed out, pictures taken away.");
            return Vec::new();
        }
    };
    app.overlay = Overlay::Question(Question { title, text, row: row.key(), yes });
    Vec::new()
}

/// A key under a question.
pub(super) fn decide(app: &mut App, question: Question, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => Vec::new(),
        Key::Enter => match question.yes {
            Yes::Ask(effect) => {
                app.settings.set_flag(&question.row, Some(Flag::Sent));
                vec![effect]
            }
            Yes::Change(label, change) => saving::send(app, label, change),
        },
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
