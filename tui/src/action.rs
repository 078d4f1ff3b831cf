//! What can happen to the console: keys, pasted text, time, answers, live events.

use api::account::Me;
use api::event::Event;
use api::listing::{Listing, ListingSummary};
use api::order::{Order, OrderSummary};
use api::payout::{Payout, PayoutDetail, Reconciliation};
use api::profile::Profile;
use api::shop_profile::ShopProfile;
use api::sign_in::{Session, SessionsEnded};
use api::today::Today;
use api::{Id, Page, Timestamp};

use crate::effect::Ask;
use crate::settings::Told;
use crate::widgets::password::Asked;

/// A key, as the console understands it; the runner translates from the terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// A letter, with shift already applied.
    Char(char),
    /// Control and a lower-case letter.
    Ctrl(char),
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// Enter; also what a scanner sends after a code.
    Enter,
    /// Escape.
    Esc,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
    /// F1 to F12.
    F(u8),
}

/// Why the server did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What kind of trouble, which decides the remedy.
    pub(crate) kind: FailureKind,
    /// A sentence for the artisan.
    pub(crate) message: String,
}

/// Kinds of trouble that want different remedies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The server could not be reached, or not in time.
    Unreachable,
    /// The token is spent or was revoked.
    SignedOut,
    /// Changed elsewhere, or already done.
    Conflict,
    /// Anything else that the server refused.
    Refused,
}

/// How to go on when nobody is signed in.
pub(crate) const SIGN_IN: &str = "Quit with q and run: stall login";

impl Failure {
    /// What to do about it.
    pub(crate) const fn remedy(&self) -> &'static str {
        match self.kind {
            FailureKind::Unreachable => "Check the network and the server, then press r.",
            FailureKind::SignedOut => SIGN_IN,
            FailureKind::Conflict => "It changed elsewhere; press r and look again.",
            FailureKind::Refused => "Press r to try again.",
        }
    }
}

/// An answer, or why there is none.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// How the stream of live events is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not tried yet.
    Connecting,
    /// Events arrive.
    Live,
    /// It broke; the number counts the attempts since.
    Reconnecting(u32),
    /// It stays broken.
    Offline,
    /// The token is spent or was revoked: there is no stream until somebody signs in.
    SignedOut,
}

/// What the server answered to an [`crate::effect::Effect`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Who is signed in.
    Me(Outcome<Me>),
    /// The bench.
    Today(Outcome<Today>),
    /// A page of orders.
    Orders(Ask, Outcome<Page<OrderSummary>>),
    /// An order by its number.
    Order(String, Outcome<Order>),
    /// An order that was to be shipped, by its number.
    Shipped(String, Outcome<Order>),
    /// A page of listings.
    Listings(Ask, Outcome<Page<ListingSummary>>),
    /// A listing by its id.
    Listing(String, Outcome<Listing>),
    /// A listing that was to be changed, by its id.
    ListingSaved(String, Outcome<Listing>),
    /// A page of payouts.
    Payouts(Ask, Outcome<Page<Payout>>),
    /// A payout by Stripe's id.
    Payout(String, Outcome<PayoutDetail>),
    /// A payout compared with Stripe anew.
    Reconciled(Outcome<Reconciliation>),
    /// What the artisan and her shop show.
    Settings(Outcome<Box<Told>>),
    /// A row of the artisan's that was to be changed.
    ProfileSaved(&'static str, Outcome<Profile>),
    /// A row of the shop's that was to be changed.
    ShopSaved(&'static str, Outcome<ShopProfile>),
    /// A browser or terminal that was to be signed out.
    SessionEnded(Id<Session>, Outcome<()>),
    /// A password that was to be changed, and what the server found fault with.
    PasswordChanged(Option<Asked>, Outcome<SessionsEnded>),
    /// A change of address that was to be called off.
    EmailKept(Outcome<()>),
}

/// Everything that can change the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted; it never runs commands.
    Paste(String),
    /// The terminal has so many columns and rows.
    Resize(u16, u16),
    /// It is so late.
    Tick(Timestamp),
    /// The server answered.
    Answer(Box<Answer>),
    /// Something happened in the shop.
    Event(Event),
    /// The stream of events changed its mood.
    Link(Link),
}
