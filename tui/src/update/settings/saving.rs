//! A change of the settings on its way to the server and back.

use api::profile::{Audience, Profile};
use api::shop_profile::ShopProfile;

use crate::action::{Failure, FailureKind, Link, Outcome};
use crate::app::{App, Overlay, Undo};
use crate::effect::Effect;
use crate::list::Flag;
use crate::settings::{self, Away, Change, KEY, Sending, Setting, Told, Way, What, told};
use crate::theme::Role;

use super::super::changes::{STILL_ON_ITS_WAY, remember};
use super::show;

/// Sends a change of a row.
pub(in crate::update) fn send(app: &mut App, label: &'static str, change: Change) -> Vec<Effect> {
    let back = told(app).and_then(|told| change.to_now(told));
    let sending = back.map(|back| Sending { label, change, back, undoing: None });
    sending.map(|sending| dispatch(app, sending)).unwrap_or_default()
}

/// Goes back, unless the row says something else by now.
pub(in crate::update) fn take_back(app: &mut App, way: Way) -> Vec<Effect> {
    let now = told(app).and_then(|told| way.made.to_now(told));
    if now.as_ref() != Some(&way.made) {
        let text = format!("{} was changed elsewhere since, so it stays.", way.label);
        app.say(Role::Warn, text);
        return Vec::new();
    }
    let (label, change, back) = (way.label, way.back.clone(), way.made.clone());
    dispatch(app, Sending { label, change, back, undoing: Some(way) })
}

/// One change at a time: the next needs the version that the last one leaves.
fn dispatch(app: &mut App, sending: Sending) -> Vec<Effect> {
    if app.sending.is_some() {
        app.say(Role::Warn, STILL_ON_ITS_WAY);
        return Vec::new();
    }
    let Some(told) = told(app) else { return Vec::new() };
    let effect = sending.change.clone().effect(sending.label, told);
    app.settings.set_flag(sending.label, Some(Flag::Sent));
    app.sending = Some(sending);
    vec![effect]
}

/// Takes the answer to a change of the person's.
pub(in crate::update) fn profile_saved(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<Profile>,
) -> Vec<Effect> {
    saved(app, label, outcome, |told, profile| told.profile = profile)
}

/// Takes the answer to a change of the shop's.
pub(in crate::update) fn shop_saved(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<ShopProfile>,
) -> Vec<Effect> {
    let mut effects = saved(app, label, outcome, |told, shop| told.shop = Some(shop));
    // A live event tells the bench of it; without one the bench has to be asked.
    if app.link != Link::Live {
        effects.push(Effect::FetchToday);
    }
    effects
}

fn saved<T>(
    app: &mut App,
    label: &'static str,
    outcome: Outcome<T>,
    take: impl FnOnce(&mut Told, T),
) -> Vec<Effect> {
    let Some(sending) = app.sending.take() else { return Vec::new() };
    match outcome {
        Ok(thing) => {
            app.settings.set_flag(label, None);
            if let Some(told) = app.told.known.get_mut(KEY) {
                take(told, thing);
            }
            show(app);
            let text = saved_words(app, &sending);
            app.say(Role::Ok, text);
            note_way_back(app, sending);
            if let Overlay::Setting(form) = &app.overlay
                && form.sent
            {
                app.overlay = Overlay::None;
            }
            // The header names the shop.
            vec![Effect::FetchMe]
        }
        Err(failure) => refused(app, sending, failure),
    }
}

fn note_way_back(app: &mut App, sending: Sending) {
    let Sending { label, change, back, undoing } = sending;
    let made = told(app).and_then(|told| change.to_now(told));
    if let (Some(made), None) = (made, undoing)
        && made != back
    {
        remember(app, Undo::Setting(Box::new(Way { label, back, made })));
    }
}

fn saved_words(app: &App, sending: &Sending) -> String {
    let done = if sending.undoing.is_some() { "taken back" } else { "saved" };
    let label = sending.label;
    match app.settings.find(label) {
        Some(row) if row.what == What::Holiday => match settings::away(app) {
            Away::Planned(_) => format!("A holiday is {}.", row.value),
            _ => format!("Your shop is {}.", row.value),
        },
        Some(_) if sending.change == Change::Portrait(None) => "Your portrait is gone.".to_owned(),
        Some(Setting { what: What::ShopPicture(which), .. })
            if sending.undoing.is_none() && sending.change == which.removal() =>
        {
            format!("{label}: taken away.")
        }
        Some(row)
            if matches!(sending.change, Change::Portrait(Some(_)))
                && row.audience == Some(Audience::Private) =>
        {
            format!("{label}: {done}. Nobody but you sees it; v shows it to others.")
        }
        Some(row) if sending.change.is_of_audience() => {
            let who = row.audience.map_or("private", Audience::words);
            format!("{label}: {done}, {who}.")
        }
        _ => format!("{label}: {done}."),
    }
}

/// Says why it was refused where it was typed, if that is open still. What was changed elsewhere
/// is read anew before another try.
fn refused(app: &mut App, sending: Sending, failure: Failure) -> Vec<Effect> {
    let Sending { label, undoing, .. } = sending;
    app.settings.set_flag(label, Some(Flag::Refused(failure.message.clone())));
    let is_conflict = failure.kind == FailureKind::Conflict;
    let not_done = if undoing.is_some() { "not taken back" } else { "not saved" };
    if let Some(way) = undoing
        && (is_conflict || failure.kind == FailureKind::Unreachable)
    {
        remember(app, Undo::Setting(Box::new(way)));
    }
    match &mut app.overlay {
        Overlay::Setting(form) if form.sent && is_conflict => {}
        Overlay::Setting(form) if form.sent => {
            form.sent = false;
            form.refuse(failure.message);
        }
        _ => app.say(Role::Bad, format!("{label}: {not_done}. {}", failure.message)),
    }
    if !is_conflict {
        return Vec::new();
    }
    app.told.outdate();
    app.told.wants(KEY).then_some(Effect::FetchSettings).into_iter().collect()
}
