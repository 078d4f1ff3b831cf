//! Keys and pasted text, by what lies over the screen.

use crate::action::Key;
use crate::app::{App, Overlay, Screen};
use crate::effect::Effect;
use crate::keymap;
use crate::layout;
use crate::palette::{Choice, Palette};
use crate::theme::Role;
use crate::widgets::field::Field;
use crate::widgets::form::ShipForm;

use super::{changes, commands, settings};

/// Takes a key.
pub(super) fn key(app: &mut App, key: Key) -> Vec<Effect> {
    // A notice is about what was done last; a failure comes when it comes, and waits to be read.
    app.toast.take_if(|toast| toast.role != Role::Bad);
    if key == Key::Ctrl('c') {
        return commands::interrupt(app);
    }
    if layout::too_small(app.size) {
        // Nobody sees what a key would do; what is open waits until there is room again.
        return if key == Key::Char('q') { vec![Effect::Quit] } else { Vec::new() };
    }
    match std::mem::replace(&mut app.overlay, Overlay::None) {
        Overlay::None => plain(app, key),
        Overlay::Filter(field) => {
            filter(app, field, key);
            Vec::new()
        }
        Overlay::Help(top) => {
            help(app, top, key);
            Vec::new()
        }
        Overlay::Palette(palette) => in_palette(app, palette, key),
        Overlay::Ship(form) => ship(app, form, key),
        Overlay::Setting(form) => settings::key(app, form, key),
        Overlay::Password(form) => settings::password::key(app, form, key),
        Overlay::Question(question) => settings::decide(app, question, key),
    }
}

/// Pasted text goes into the open field, and is dropped where there is none.
pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if layout::too_small(app.size) {
        return Vec::new();
    }
    match std::mem::replace(&mut app.overlay, Overlay::None) {
        Overlay::Filter(mut field) => {
            field.paste(text);
            app.list_mut().set_filter(field.text());
            app.overlay = Overlay::Filter(field);
        }
        Overlay::Palette(mut palette) => {
            palette.field.paste(text);
            palette.search(app);
            app.overlay = Overlay::Palette(palette);
        }
        Overlay::Ship(mut form) => {
            if !form.sent {
                form.tracking.paste(text);
                form.problem = None;
            }
            app.overlay = Overlay::Ship(form);
        }
        Overlay::Setting(mut form) => {
            if !form.sent {
                form.typed().paste(text);
                form.problem = None;
            }
            app.overlay = Overlay::Setting(form);
        }
        Overlay::Password(mut form) => {
            if !form.sent {
                form.typed().paste(text);
                form.problem = None;
            }
            app.overlay = Overlay::Password(form);
        }
        other @ (Overlay::None | Overlay::Help(_) | Overlay::Question(_)) => app.overlay = other,
    }
    Vec::new()
}

fn plain(app: &mut App, key: Key) -> Vec<Effect> {
    let before = app.key_before.replace(key);
    let Some(command) = keymap::lookup(app.screen, before, key) else { return Vec::new() };
    app.key_before = None;
    commands::run(app, command)
}

fn filter(app: &mut App, mut field: Field, key: Key) {
    match key {
        Key::Enter => return,
        Key::Esc => return app.list_mut().set_filter(""),
        Key::Up => app.list_mut().step(-1),
        Key::Down => app.list_mut().step(1),
        _ => {
            if field.press(key) {
                app.list_mut().set_filter(field.text());
            }
        }
    }
    app.overlay = Overlay::Filter(field);
}

fn help(app: &mut App, top: usize, key: Key) {
    app.overlay = match key {
        Key::Esc | Key::Enter | Key::Char('?' | 'q') => Overlay::None,
        Key::Down | Key::Char('j') | Key::PageDown => Overlay::Help(top + 1),
        Key::Up | Key::Char('k') | Key::PageUp => Overlay::Help(top.saturating_sub(1)),
        _ => Overlay::Help(top),
    };
}

fn in_palette(app: &mut App, mut palette: Palette, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => return Vec::new(),
        Key::Enter => {
            return palette.choice().map(|choice| choose(app, choice)).unwrap_or_default();
        }
        Key::Up | Key::Ctrl('p') => palette.step(-1),
        Key::Down | Key::Ctrl('n') => palette.step(1),
        Key::PageUp => palette.step(-10),
        Key::PageDown => palette.step(10),
        _ => {
            if palette.field.press(key) {
                palette.search(app);
            }
        }
    }
    app.overlay = Overlay::Palette(palette);
    Vec::new()
}

fn choose(app: &mut App, choice: Choice) -> Vec<Effect> {
    match choice {
        Choice::Run(command) => return commands::run(app, command),
        Choice::Order(number) => {
            commands::go(app, Screen::Orders);
            app.orders.select(&number);
        }
        Choice::Listing(id) => {
            commands::go(app, Screen::Listings);
            app.listings.select(&id);
        }
    }
    Vec::new()
}

fn ship(app: &mut App, mut form: ShipForm, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => return Vec::new(),
        _ if form.sent => {}
        Key::Enter if form.parcel().tracking.is_empty() && !form.bare_confirmed => {
            form.bare_confirmed = true;
        }
        Key::Enter => {
            let effects = changes::ship(app, &form.number, form.parcel());
            if form.queue.is_empty() {
                // The last one stays until the server has taken it.
                app.overlay =
                    Overlay::Ship(ShipForm { sent: !effects.is_empty(), problem: None, ..form });
            } else {
                commands::ship_next(app, form.queue, form.done + 1);
            }
            return effects;
        }
        Key::Tab | Key::BackTab => form.cycle_carrier(),
        _ => {
            form.tracking.press(key);
            form.bare_confirmed = false;
            form.problem = None;
        }
    }
    app.overlay = Overlay::Ship(form);
    Vec::new()
}
