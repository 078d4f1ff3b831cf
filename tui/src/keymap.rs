//! Keys as data: the help, the hints below and the palette are read from this table.

use std::fmt;

use crate::action::Key;
use crate::app::Screen;

/// Everything a key or the palette can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    /// Show a screen.
    Go(Screen),
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Between list and detail.
    NextPane,
    /// Open what the cursor is on.
    Open,
    /// Close, clear, go back; never quits.
    Back,
    /// Narrow the list.
    Filter,
    /// Commands, views, orders and listings in one list.
    Palette,
    /// Every key.
    Help,
    /// The screen before this one.
    Previous,
    /// Fetch everything anew.
    Refresh,
    /// Let waiting rows in.
    ShowNew,
    /// Take back the last change.
    Undo,
    /// Hide names and addresses.
    Privacy,
    /// Draw everything anew.
    Repaint,
    /// To the background.
    Suspend,
    /// Leave.
    Quit,
    /// Cancel; twice: leave.
    Interrupt,
    /// Mark a row.
    Mark,
    /// Mark every row shown.
    MarkAll,
    /// Hand an order to the carrier.
    Ship,
    /// Put up for sale, or take off the shelf.
    Publish,
    /// One piece more.
    StockUp,
    /// One piece less.
    StockDown,
    /// Compare a payout with Stripe anew.
    Reconcile,
    /// Change a setting.
    Change,
    /// Another audience for a field.
    Audience,
    /// On holiday, or back.
    Holiday,
    /// Sign a browser or terminal out, take a picture away, or call a change of address off.
    TakeAway,
}

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// On every screen.
    Everywhere,
    /// In lists, which is on every screen too, but told apart in the help.
    Lists,
    /// In lists whose rows stand for more than they show.
    Opening,
    /// On one screen.
    On(Screen),
}

impl Scope {
    /// Whether a key of this scope works on a screen.
    pub(crate) fn holds(self, screen: Screen) -> bool {
        match self {
            Self::Everywhere | Self::Lists => true,
            Self::Opening => screen != Screen::Settings,
            Self::On(own) => own == screen,
        }
    }
}

/// How a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// Once.
    Once(Key),
    /// Two times in a row.
    Twice(Key),
}

/// One row of the table.
pub(crate) struct Binding {
    /// What it does.
    pub(crate) command: Command,
    /// Where.
    pub(crate) scope: Scope,
    /// How it is asked for; any of them.
    pub(crate) strokes: &'static [Stroke],
    /// One line for help and palette.
    pub(crate) help: &'static str,
    /// One word for the line at the bottom; empty for those that need no reminder.
    pub(crate) hint: &'static str,
}

impl Command {
    /// Whether the command changes something on the server.
    pub(crate) const fn writes(self) -> bool {
        matches!(
            self,
            Self::Ship
                | Self::Publish
                | Self::StockUp
                | Self::StockDown
                | Self::Reconcile
                | Self::Audience
                | Self::Holiday
                | Self::TakeAway
                | Self::Undo
        )
    }
}

impl Binding {
    /// Its keys as they are written: `↑ k`, `gg home`.
    pub(crate) fn keys(&self) -> String {
        let keys: Vec<String> = self.strokes.iter().map(ToString::to_string).collect();
        keys.join(" ")
    }

    /// Its first key.
    pub(crate) fn key(&self) -> String {
        self.strokes.first().map(ToString::to_string).unwrap_or_default()
    }
}

const fn once(key: char) -> Stroke {
    Stroke::Once(Key::Char(key))
}

const fn ctrl(key: char) -> Stroke {
    Stroke::Once(Key::Ctrl(key))
}

const fn bind(
    command: Command,
    scope: Scope,
    strokes: &'static [Stroke],
    help: &'static str,
    hint: &'static str,
) -> Binding {
    Binding { command, scope, strokes, help, hint }
}

use Scope::{Everywhere, Lists, On, Opening};
use Stroke::{Once, Twice};

/// Every key of the console. What stands first is hinted at first.
pub(crate) const BINDINGS: &[Binding] = &[
    bind(Command::Ship, On(Screen::Today), &[once('s')], "Ship this order…", "ship"),
    bind(Command::Mark, On(Screen::Orders), &[once(' ')], "Mark this order", "mark"),
    bind(Command::Ship, On(Screen::Orders), &[once('s')], "Ship it, or the marked…", "ship"),
    bind(Command::MarkAll, On(Screen::Orders), &[once('*')], "Mark all to pack", ""),
    bind(
        Command::StockUp,
        On(Screen::Listings),
        &[once('+'), once('=')],
        "One piece more in stock",
        "one more",
    ),
    bind(
        Command::StockDown,
        On(Screen::Listings),
        &[once('_')],
        "One piece less in stock",
        "one less",
    ),
    bind(
        Command::Publish,
        On(Screen::Listings),
        &[once('x')],
        "Sell it, or pause it",
        "sell/pause",
    ),
    bind(
        Command::Reconcile,
        On(Screen::Payouts),
        &[once('c')],
        "Ask Stripe again",
        "ask Stripe again",
    ),
    bind(Command::Change, On(Screen::Settings), &[Once(Key::Enter)], "Change it", "change"),
    bind(Command::Audience, On(Screen::Settings), &[once('v')], "Who sees this", "who sees it"),
    bind(Command::Holiday, On(Screen::Settings), &[once('h')], "On holiday, or back", "holiday"),
    bind(Command::TakeAway, On(Screen::Settings), &[once('x')], "Sign out, take away…", "remove"),
    bind(Command::Up, Lists, &[Once(Key::Up), once('k')], "Up", ""),
    bind(Command::Down, Lists, &[Once(Key::Down), once('j')], "Down", ""),
    bind(Command::PageUp, Lists, &[Once(Key::PageUp), ctrl('u')], "A page up", ""),
    bind(Command::PageDown, Lists, &[Once(Key::PageDown), ctrl('d')], "A page down", ""),
    bind(Command::First, Lists, &[Once(Key::Home), Twice(Key::Char('g'))], "To the first", ""),
    bind(Command::Last, Lists, &[Once(Key::End), once('G')], "To the last", ""),
    bind(
        Command::NextPane,
        Lists,
        &[Once(Key::Tab), Once(Key::BackTab)],
        "Between list and detail",
        "",
    ),
    bind(Command::Open, Opening, &[Once(Key::Enter)], "Open", "open"),
    bind(Command::Back, Lists, &[Once(Key::Esc)], "Back, unmark, unfilter", "back"),
    bind(Command::Filter, Lists, &[once('/')], "Filter: mug is:shipped", "filter"),
    bind(Command::ShowNew, Lists, &[once('n')], "Show waiting new rows", ""),
    bind(
        Command::Palette,
        Everywhere,
        &[once(':'), ctrl('p')],
        "Commands, orders, listings",
        "commands",
    ),
    bind(Command::Help, Everywhere, &[once('?')], "These keys", "help"),
    bind(Command::Quit, Everywhere, &[once('q')], "Quit", "quit"),
    bind(Command::Go(Screen::Today), Everywhere, &[once('1')], "Today", ""),
    bind(Command::Go(Screen::Orders), Everywhere, &[once('2')], "Orders", ""),
    bind(Command::Go(Screen::Listings), Everywhere, &[once('3')], "Listings", ""),
    bind(Command::Go(Screen::Payouts), Everywhere, &[once('4')], "Payouts", ""),
    bind(Command::Go(Screen::Settings), Everywhere, &[once(',')], "Settings", ""),
    bind(Command::Previous, Everywhere, &[once('-')], "The screen before", ""),
    bind(Command::Undo, Everywhere, &[once('u')], "Take back the last change", ""),
    bind(Command::Refresh, Everywhere, &[once('r')], "Fetch everything anew", ""),
    bind(Command::Privacy, Everywhere, &[Once(Key::F(2))], "Hide names and addresses", ""),
    bind(Command::Repaint, Everywhere, &[ctrl('l')], "Draw everything anew", ""),
    bind(Command::Suspend, Everywhere, &[ctrl('z')], "To the background", ""),
    bind(Command::Interrupt, Everywhere, &[ctrl('c')], "Cancel; twice: quit", ""),
];

/// What a key means on a screen; `before` is the key pressed just before, if it may begin a pair.
pub(crate) fn lookup(screen: Screen, before: Option<Key>, key: Key) -> Option<Command> {
    let wanted = |stroke: &Stroke| match *stroke {
        Once(own) => own == key,
        Twice(own) => own == key && before == Some(key),
    };
    bindings(screen).find(|binding| binding.strokes.iter().any(wanted)).map(|found| found.command)
}

/// The keys that work on a screen.
pub(crate) fn bindings(screen: Screen) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.scope.holds(screen))
}

impl fmt::Display for Stroke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Once(key) => write!(f, "{key}"),
            Twice(key) => write!(f, "{key}{key}"),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(' ') => f.write_str("space"),
            Self::Char(letter) => write!(f, "{letter}"),
            Self::Ctrl(letter) => write!(f, "ctrl-{letter}"),
            Self::Up => f.write_str("↑"),
            Self::Down => f.write_str("↓"),
            Self::Left => f.write_str("←"),
            Self::Right => f.write_str("→"),
            Self::PageUp => f.write_str("pgup"),
            Self::PageDown => f.write_str("pgdn"),
            Self::Home => f.write_str("home"),
            Self::End => f.write_str("end"),
            Self::Tab => f.write_str("tab"),
            Self::BackTab => f.write_str("⇧tab"),
            Self::Enter => f.write_str("enter"),
            Self::Esc => f.write_str("esc"),
            Self::Backspace => f.write_str("backspace"),
            Self::Delete => f.write_str("del"),
            Self::F(number) => write!(f, "F{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_taken_twice_or_hidden_behind_another() {
        for screen in Screen::ALL {
            let strokes: Vec<(Stroke, Command)> = bindings(screen)
                .flat_map(|binding| binding.strokes.iter().map(|stroke| (*stroke, binding.command)))
                .collect();
            let first_key = |stroke: Stroke| match stroke {
                Once(key) | Twice(key) => key,
            };
            for (place, (stroke, command)) in strokes.iter().enumerate() {
                for (other, rival) in &strokes[place + 1..] {
                    assert_ne!(
                        first_key(*stroke),
                        first_key(*other),
                        "{screen:?}: {stroke} is both {command:?} and {rival:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_binding_can_be_pressed_and_says_what_it_does() {
        for binding in BINDINGS {
            assert!(!binding.help.is_empty(), "{:?}", binding.command);
            for screen in Screen::ALL.into_iter().filter(|screen| binding.scope.holds(*screen)) {
                for stroke in binding.strokes {
                    let (before, key) = match *stroke {
                        Once(key) => (None, key),
                        Twice(key) => (Some(key), key),
                    };
                    assert_eq!(lookup(screen, before, key), Some(binding.command), "{stroke}");
                }
            }
        }
    }
}
