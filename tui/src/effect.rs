//! What the console asks the outside to do; plain values, compared with `==` in tests.

use api::Id;
use api::listing::{Listing, ListingEdit};
use api::order::Parcel;
use api::profile::ProfileEdit;
use api::shop_profile::{Pause, ShopProfileEdit};
use api::sign_in::Session;

use crate::settings::ShopPicture;

/// Which rows of a list are wanted, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The first page, in place of what is shown.
    Fresh,
    /// The first page, merged without moving anything under the reader's eyes.
    Quiet,
    /// The page after this cursor.
    More(String),
}

impl Ask {
    /// The cursor to hand to the server.
    pub(crate) fn after(&self) -> Option<String> {
        match self {
            Self::More(cursor) => Some(cursor.clone()),
            Self::Fresh | Self::Quiet => None,
        }
    }
}

/// A password or a code; never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The words themselves.
    pub(crate) fn expose(self) -> String {
        self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// A piece of work for the runner. The client gives every write its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Who am I, and is the money real?
    FetchMe,
    /// What needs me now?
    FetchToday,
    /// Orders.
    FetchOrders(Ask),
    /// One order by its number; a newer wish of this kind replaces an older one.
    FetchOrder(String),
    /// Hand an order to the carrier.
    Ship {
        /// Its number.
        number: String,
        /// Tracking and carrier.
        parcel: Parcel,
    },
    /// Listings.
    FetchListings(Ask),
    /// One listing; a newer wish of this kind replaces an older one.
    FetchListing(Id<Listing>),
    /// Change a listing, if it still has this version.
    EditListing {
        /// Which one.
        listing: Id<Listing>,
        /// The version the change was made on.
        version: i64,
        /// The change.
        edit: ListingEdit,
    },
    /// Put a listing up for sale.
    Publish(Id<Listing>),
    /// Take a listing off the shelf.
    Pause(Id<Listing>),
    /// Payouts.
    FetchPayouts(Ask),
    /// One payout by Stripe's id; a newer wish of this kind replaces an older one.
    FetchPayout(String),
    /// Compare one payout, by Stripe's id, with Stripe anew.
    Reconcile(String),
    /// What the artisan and her shop show.
    FetchSettings,
    /// Change what the artisan shows, if it still has this version.
    EditProfile {
        /// The row that was changed.
        label: &'static str,
        /// The version the change was made on.
        version: i64,
        /// The change.
        edit: ProfileEdit,
    },
    /// Make a file the portrait, by its path as it was typed.
    SetPortrait(String),
    /// Take the portrait away.
    RemovePortrait,
    /// Change the password, which ends all other sessions.
    ChangePassword {
        /// The password so far.
        current: Secret,
        /// The new one.
        new: Secret,
        /// The code of the second step, where there is one.
        code: Option<Secret>,
    },
    /// Change what the shop shows, if it still has this version.
    EditShop {
        /// The row that was changed.
        label: &'static str,
        /// The version the change was made on.
        version: i64,
        /// The change.
        edit: Box<ShopProfileEdit>,
    },
    /// Make a file a picture of the shop, if that still has this version.
    SetShopPicture {
        /// The row that was changed.
        label: &'static str,
        /// The version the change was made on.
        version: i64,
        /// Which picture.
        which: ShopPicture,
        /// The path of the file, as it was typed.
        file: String,
        /// What the picture shows.
        alt: String,
    },
    /// Send the shop on holiday.
    PauseShop {
        /// Of the shop, as it is known.
        version: i64,
        /// When.
        pause: Pause,
    },
    /// Bring it back.
    ResumeShop {
        /// Of the shop, as it is known.
        version: i64,
    },
    /// Sign a browser or terminal out.
    EndSession(Id<Session>),
    /// Call a change of address off.
    KeepEmail,
    /// Try the stream of events at once.
    Reconnect,
    /// Draw everything anew.
    Repaint,
    /// Go to the background until the shell calls.
    Suspend,
    /// Leave.
    Quit,
}
