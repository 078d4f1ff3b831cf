//! The state of the console: plain data, without clock, terminal or network.

use std::collections::{BTreeMap, VecDeque};

use api::account::{Me, PaymentsMode};
use api::event::Event;
use api::listing::{Listing, ListingSummary};
use api::order::{Order, OrderSummary, Parcel};
use api::payout::{Payout, PayoutDetail};
use api::today::Today;
use api::{Id, Timestamp};

use crate::action::{Key, Link};
use crate::details::Details;
use crate::layout::PANEL_FRAME;
use crate::list::{Browse, List};
use crate::needs::Need;
use crate::palette::Palette;
use crate::settings::{Sending, Setting, Told, Way};
use crate::theme::{Role, Theme};
use crate::widgets::field::Field;
use crate::widgets::form::{Question, SettingForm, ShipForm};
use crate::widgets::password::PasswordForm;

/// The screens, by the digit that shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Screen {
    /// What needs me now.
    Today,
    /// Orders.
    Orders,
    /// Listings.
    Listings,
    /// Payouts.
    Payouts,
    /// What the artisan and her shop show.
    Settings,
}

impl Screen {
    /// In the order of their digits; settings stand behind a comma.
    pub(crate) const ALL: [Self; 5] =
        [Self::Today, Self::Orders, Self::Listings, Self::Payouts, Self::Settings];

    /// Its name in the header.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Orders => "Orders",
            Self::Listings => "Listings",
            Self::Payouts => "Payouts",
            Self::Settings => "Settings",
        }
    }

    /// A screen by its name in lower case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.title().to_lowercase() == name)
    }
}

/// Which half of a screen has the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The list.
    List,
    /// The detail beside or below it.
    Detail,
}

/// What lies over the screen and takes the keys.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// Nothing.
    None,
    /// The filter is being typed.
    Filter(Field),
    /// The keys, scrolled by so many rows.
    Help(usize),
    /// Commands, views, orders and listings.
    Palette(Palette),
    /// A parcel is being recorded.
    Ship(ShipForm),
    /// A setting is being changed.
    Setting(SettingForm),
    /// The password is being changed.
    Password(PasswordForm),
    /// Something that cannot be taken back waits for a yes.
    Question(Question),
}

/// A sentence at the bottom that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// What it says.
    pub(crate) text: String,
    /// How it is meant.
    pub(crate) role: Role,
    /// When it goes.
    pub(crate) until: Timestamp,
}

/// How the last changes are taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undo {
    /// Put up for sale again, or taken off the shelf again.
    Shelf {
        /// Which listing.
        listing: Id<Listing>,
        /// Whether undoing puts it up for sale.
        publish: bool,
    },
    /// Another number of pieces.
    Stock {
        /// Which listing.
        listing: Id<Listing>,
        /// Which variant, by its place.
        variant: usize,
        /// Pieces to add; negative ones to take.
        by: i64,
    },
    /// A setting as it was.
    Setting(Box<Way>),
}

impl Undo {
    /// The screen that shows what was changed.
    pub(crate) const fn screen(&self) -> Screen {
        match self {
            Self::Shelf { .. } | Self::Stock { .. } => Screen::Listings,
            Self::Setting(_) => Screen::Settings,
        }
    }

    /// What is taken back, in a word or two.
    pub(crate) const fn what(&self) -> &'static str {
        match self {
            Self::Shelf { publish: true, .. } => "pause",
            Self::Shelf { publish: false, .. } => "sale",
            Self::Stock { .. } => "stock",
            Self::Setting(way) => way.label,
        }
    }
}

/// An order that was shipped and not confirmed, as it was before.
#[derive(Debug)]
pub(crate) struct Shipping {
    /// What was sent.
    pub(crate) parcel: Parcel,
    /// Its row.
    pub(crate) before: OrderSummary,
    /// Whether it was marked; it is again when the server refuses.
    pub(crate) marked: bool,
}

/// A change of a listing that is on its way.
#[derive(Debug)]
pub(crate) struct Saving {
    /// The listing as the server knows it.
    pub(crate) before: Listing,
    /// Stock set since the change was sent, by place of the variant.
    pub(crate) since: BTreeMap<usize, i64>,
}

/// What the console is started with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Address of the server, for people.
    pub(crate) server: String,
    /// Looks.
    pub(crate) theme: Theme,
    /// Only ASCII on the screen.
    pub(crate) ascii: bool,
    /// Nothing may be changed.
    pub(crate) read_only: bool,
    /// First screen.
    pub(crate) screen: Screen,
}

/// Everything the console knows.
pub(crate) struct App {
    /// What it was started with.
    pub(crate) setup: Setup,
    /// The screen shown.
    pub(crate) screen: Screen,
    /// The screen shown before.
    pub(crate) previous: Option<Screen>,
    /// Columns and rows of the terminal.
    pub(crate) size: (u16, u16),
    /// The terminal's time.
    pub(crate) clock: Timestamp,
    /// Seconds that the market is ahead; the simulator's clock can be moved.
    pub(crate) ahead: i64,
    /// Who is signed in.
    pub(crate) me: Option<Me>,
    /// The bench.
    pub(crate) today: Option<Today>,
    /// What needs the artisan, out of the bench.
    pub(crate) needs: List<Need>,
    /// Orders.
    pub(crate) orders: List<OrderSummary>,
    /// Opened orders by number.
    pub(crate) order_details: Details<Order>,
    /// Orders that were shipped and not confirmed.
    pub(crate) shipping: BTreeMap<String, Shipping>,
    /// Parcels that the server refused, by the number of their order: none is typed twice.
    pub(crate) refused: BTreeMap<String, Parcel>,
    /// Listings.
    pub(crate) listings: List<ListingSummary>,
    /// Opened listings by id.
    pub(crate) listing_details: Details<Listing>,
    /// Listings with a change on its way.
    pub(crate) saving: BTreeMap<String, Saving>,
    /// Payouts.
    pub(crate) payouts: List<Payout>,
    /// Opened payouts by Stripe's id.
    pub(crate) payout_details: Details<PayoutDetail>,
    /// What the artisan and her shop show, as rows.
    pub(crate) settings: List<Setting>,
    /// The same as the server said it.
    pub(crate) told: Details<Told>,
    /// A change of the settings that is on its way.
    pub(crate) sending: Option<Sending>,
    /// When a payout was compared with Stripe last.
    pub(crate) checked_at: Option<Timestamp>,
    /// What happened, newest first.
    pub(crate) feed: VecDeque<Event>,
    /// The stream of events.
    pub(crate) link: Link,
    /// When the server answered last.
    pub(crate) data_at: Option<Timestamp>,
    /// What lies over the screen.
    pub(crate) overlay: Overlay,
    /// Which half has the keyboard.
    pub(crate) pane: Pane,
    /// Whether the detail fills the screen.
    pub(crate) full: bool,
    /// Row of the detail: a variant, a line of a payout, a scrolled row.
    pub(crate) detail_row: usize,
    /// The sentence at the bottom.
    pub(crate) toast: Option<Toast>,
    /// How to take back, newest last.
    pub(crate) undo: Vec<Undo>,
    /// Names and addresses are hidden.
    pub(crate) private: bool,
    /// The key before, when it may begin a pair.
    pub(crate) key_before: Option<Key>,
    /// When ctrl-c was pressed last.
    pub(crate) interrupted_at: Option<Timestamp>,
}

impl App {
    /// Nothing known yet.
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            screen: setup.screen,
            setup,
            previous: None,
            size: (80, 24),
            clock: Timestamp::default(),
            ahead: 0,
            me: None,
            today: None,
            needs: List::default(),
            orders: List::default(),
            order_details: Details::default(),
            shipping: BTreeMap::new(),
            refused: BTreeMap::new(),
            listings: List::default(),
            listing_details: Details::default(),
            saving: BTreeMap::new(),
            payouts: List::default(),
            payout_details: Details::default(),
            settings: List::default(),
            told: Details::default(),
            sending: None,
            checked_at: None,
            feed: VecDeque::new(),
            link: Link::Connecting,
            data_at: None,
            overlay: Overlay::None,
            pane: Pane::List,
            full: false,
            detail_row: 0,
            toast: None,
            undo: Vec::new(),
            private: false,
            key_before: None,
            interrupted_at: None,
        }
    }

    /// The list of the screen shown.
    pub(crate) fn list(&self) -> &dyn Browse {
        match self.screen {
            Screen::Today => &self.needs,
            Screen::Orders => &self.orders,
            Screen::Listings => &self.listings,
            Screen::Payouts => &self.payouts,
            Screen::Settings => &self.settings,
        }
    }

    /// The list of the screen shown, to be moved.
    pub(crate) fn list_mut(&mut self) -> &mut dyn Browse {
        match self.screen {
            Screen::Today => &mut self.needs,
            Screen::Orders => &mut self.orders,
            Screen::Listings => &mut self.listings,
            Screen::Payouts => &mut self.payouts,
            Screen::Settings => &mut self.settings,
        }
    }

    /// The market's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.plus_seconds(self.ahead)
    }

    /// Whether no real money moves.
    pub(crate) fn simulated(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.payments == PaymentsMode::Simulator)
    }

    /// What the key for it would take back, where it can be seen.
    pub(crate) fn undoable(&self) -> Option<&Undo> {
        let pressed = matches!(self.overlay, Overlay::None) && self.link != Link::SignedOut;
        self.undo.last().filter(|undo| pressed && undo.screen() == self.screen)
    }

    /// Whether the artisan has yet to open a shop.
    pub(crate) fn is_shopless(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.shop.is_none())
    }

    /// Says a sentence for a while.
    pub(crate) fn say(&mut self, role: Role, text: impl Into<String>) {
        const SECONDS: i64 = 8;
        self.toast =
            Some(Toast { text: text.into(), role, until: self.clock.plus_seconds(SECONDS) });
    }

    /// A name as it may be shown.
    pub(crate) fn name<'a>(&self, name: &'a str) -> &'a str {
        if self.private { "••••••" } else { name }
    }

    /// An order's row, from the list or from the bench.
    pub(crate) fn order_row(&self, number: &str) -> Option<&OrderSummary> {
        let oldest = self.today.iter().flat_map(|today| &today.oldest);
        self.orders.find(number).or_else(|| oldest.into_iter().find(|row| row.number == number))
    }

    /// Number of rows that the cursor of the detail can stand on.
    pub(crate) fn detail_rows(&self) -> usize {
        let key = self.list().selected_key().unwrap_or_default();
        match self.screen {
            Screen::Today => 0,
            Screen::Settings => {
                let columns = usize::from(self.size.0.saturating_sub(PANEL_FRAME));
                self.settings.selected().map_or(0, |row| row.lines(columns).len())
            }
            Screen::Orders => {
                self.order_details.known.get(key).map_or(0, |order| order.timeline.len())
            }
            Screen::Listings => {
                self.listing_details.known.get(key).map_or(0, |listing| listing.variants.len())
            }
            Screen::Payouts => {
                self.payout_details.known.get(key).map_or(0, |payout| payout.lines.len())
            }
        }
    }
}
