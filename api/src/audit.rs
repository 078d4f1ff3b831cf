//! The audit log: who did what to which object, when.

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::text_enum::text_enum;
use crate::{Id, Timestamp};

text_enum! {
    /// What somebody was while acting.
    Role {
        /// Without a shop; a guest where the entry is nobody's.
        Shopper = "shopper",
        /// Signed in, with a shop.
        Artisan = "artisan",
        /// Staff of the market.
        Staff = "staff",
        /// At the machine itself: `stall-server admin`.
        Operator = "operator",
        /// The market, by itself.
        System = "system",
    }
}

text_enum! {
    /// What somebody acted with.
    Means {
        /// The web pages.
        Browser = "browser",
        /// A program with a token, such as `stall`.
        Terminal = "terminal",
        /// `stall-server`.
        Operator = "operator",
        /// A job.
        System = "system",
    }
}

text_enum! {
    /// What was done, noun first.
    Verb {
        /// An account was opened.
        AccountOpen = "account.open",
        /// An address was proved.
        AccountVerify = "account.verify",
        /// Personal data were taken along.
        AccountExport = "account.export",
        /// An account was erased.
        AccountErase = "account.erase",
        /// The password was changed.
        PasswordChange = "password.change",
        /// A new password was chosen with a letter.
        PasswordReset = "password.reset",
        /// Another address was asked for.
        EmailAsk = "email.ask",
        /// The address was changed.
        EmailChange = "email.change",
        /// The change of the address was called off.
        EmailKeep = "email.keep",
        /// The second step of signing in was turned on.
        FactorOn = "factor.on",
        /// The second step of signing in was turned off.
        FactorOff = "factor.off",
        /// Recovery codes were drawn anew.
        FactorRenew = "factor.renew",
        /// A recovery code was used.
        FactorRecover = "factor.recover",
        /// A token for a program was created.
        TokenCreate = "token.create",
        /// What others see of a person was changed.
        ProfileEdit = "profile.edit",
        /// A person's portrait was set.
        ProfileAvatar = "profile.avatar",
        /// A person's portrait was taken away.
        ProfileAvatarRemove = "profile.avatar_remove",
        /// An address was added to the book.
        AddressAdd = "address.add",
        /// An address of the book was changed.
        AddressEdit = "address.edit",
        /// Another address became the one that checkout begins with.
        AddressPrefer = "address.prefer",
        /// An address was taken out of the book.
        AddressDelete = "address.delete",
        /// Somebody signed in.
        SessionBegin = "session.begin",
        /// Somebody signed out.
        SessionEnd = "session.end",
        /// The password, or a code, was given again before a change to the account.
        SessionConfirm = "session.confirm",
        /// One of the sessions was ended.
        SessionRevoke = "session.revoke",
        /// Every session but one was ended.
        SessionRevokeOthers = "session.revoke_others",
        /// A terminal was approved.
        DeviceApprove = "device.approve",
        /// A terminal was refused.
        DeviceDeny = "device.deny",
        /// A shop was opened.
        ShopOpen = "shop.open",
        /// What a shop tells was changed.
        ShopEdit = "shop.edit",
        /// A holiday of a shop was planned.
        HolidayPlan = "holiday.plan",
        /// A holiday of a shop, planned or going on, was given other days.
        HolidayEdit = "holiday.edit",
        /// A planned holiday of a shop was called off.
        HolidayDrop = "holiday.drop",
        /// A shop was sent on holiday, from then on.
        ShopPause = "shop.pause",
        /// A shop came back from its holiday.
        ShopResume = "shop.resume",
        /// A shop was connected to Stripe.
        ShopOnboard = "shop.onboard",
        /// A shop was suspended, by staff.
        ShopSuspend = "shop.suspend",
        /// The suspension of a shop was lifted, by staff.
        ShopLift = "shop.lift",
        /// A listing was written.
        ListingDraft = "listing.draft",
        /// A listing was written as the copy of another one.
        ListingDuplicate = "listing.duplicate",
        /// A listing was changed.
        ListingEdit = "listing.edit",
        /// A listing was put on the shelf.
        ListingPublish = "listing.publish",
        /// A listing was taken off the shelf for a while.
        ListingPause = "listing.pause",
        /// A listing was put away.
        ListingArchive = "listing.archive",
        /// A listing's pictures were set.
        ListingPictures = "listing.pictures",
        /// An old version of a listing was put back.
        ListingRestore = "listing.restore",
        /// A file was planned.
        ImportBegin = "import.begin",
        /// Part of a plan was carried out.
        ImportApply = "import.apply",
        /// A plan was dropped.
        ImportDrop = "import.drop",
        /// Listings were picked to be changed together.
        BulkEditBegin = "bulk_edit.begin",
        /// Part of a change to many was carried out.
        BulkEditApply = "bulk_edit.apply",
        /// A change to many was taken back.
        BulkEditUndo = "bulk_edit.undo",
        /// The plan of a change to many was dropped.
        BulkEditDrop = "bulk_edit.drop",
        /// An order was placed, whether or not it was paid then.
        PurchasePlace = "purchase.place",
        /// An order that a guest had placed came to the account that has proved its address.
        PurchaseClaim = "purchase.claim",
        /// An open payment was given up.
        PurchaseGiveUp = "purchase.give_up",
        /// A parcel was handed over.
        OrderShip = "order.ship",
        /// Payouts were compared with the books.
        PayoutReconcile = "payout.reconcile",
        /// Somebody was made staff, by the operator.
        StaffAdd = "staff.add",
        /// Somebody is staff no more, by the operator.
        StaffRemove = "staff.remove",
    }
}

impl Verb {
    /// For people, as the middle of a sentence: “You … ”.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::AccountOpen => "opened the account",
            Self::AccountVerify => "verified the address",
            Self::AccountExport => "took a copy of your data",
            Self::AccountErase => "deleted the account",
            Self::PasswordChange => "changed the password",
            Self::PasswordReset => "chose a new password by e-mail",
            Self::EmailAsk => "asked for another address",
            Self::EmailChange => "changed the address",
            Self::EmailKeep => "kept the address after all",
            Self::FactorOn => "turned the second step of signing in on",
            Self::FactorOff => "turned the second step of signing in off",
            Self::FactorRenew => "drew new recovery codes",
            Self::FactorRecover => "used a recovery code",
            Self::TokenCreate => "created a token",
            Self::ProfileEdit => "changed the profile",
            Self::ProfileAvatar => "set the portrait",
            Self::ProfileAvatarRemove => "removed the portrait",
            Self::AddressAdd => "added an address",
            Self::AddressEdit => "changed an address",
            Self::AddressPrefer => "chose another address for checkout",
            Self::AddressDelete => "deleted an address",
            Self::SessionBegin => "signed in",
            Self::SessionEnd => "signed out",
            Self::SessionConfirm => "gave the password or a code again",
            Self::SessionRevoke => "signed a browser or terminal out",
            Self::SessionRevokeOthers => "signed everything else out",
            Self::DeviceApprove => "approved a terminal",
            Self::DeviceDeny => "refused a terminal",
            Self::ShopOpen => "opened the shop",
            Self::ShopEdit => "changed what the shop tells",
            Self::HolidayPlan => "planned a holiday of the shop",
            Self::HolidayEdit => "changed the days of the shop’s holiday",
            Self::HolidayDrop => "called a planned holiday of the shop off",
            Self::ShopPause => "sent the shop on holiday",
            Self::ShopResume => "brought the shop back from its holiday",
            Self::ShopOnboard => "connected the shop to Stripe",
            Self::ShopSuspend => "suspended a shop",
            Self::ShopLift => "lifted the suspension of a shop",
            Self::ListingDraft => "wrote a listing",
            Self::ListingDuplicate => "copied a listing",
            Self::ListingEdit => "changed a listing",
            Self::ListingPublish => "put a listing on the shelf",
            Self::ListingPause => "paused a listing",
            Self::ListingArchive => "put a listing away",
            Self::ListingPictures => "set a listing’s pictures",
            Self::ListingRestore => "put an old version of a listing back",
            Self::ImportBegin => "planned an import",
            Self::ImportApply => "carried out part of an import",
            Self::ImportDrop => "dropped a planned import",
            Self::BulkEditBegin => "planned a bulk edit",
            Self::BulkEditApply => "carried out a bulk edit",
            Self::BulkEditUndo => "took a bulk edit back",
            Self::BulkEditDrop => "dropped a planned bulk edit",
            Self::PurchasePlace => "placed an order",
            Self::PurchaseClaim => "were given an order that you placed as a guest",
            Self::PurchaseGiveUp => "gave up a payment",
            Self::OrderShip => "handed a parcel over",
            Self::PayoutReconcile => "compared payouts with the books",
            Self::StaffAdd => "made somebody staff",
            Self::StaffRemove => "took the staff role from somebody",
        }
    }
}

impl Means {
    /// For people, as the end of a sentence: `with a browser`.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::Browser => "with a browser",
            Self::Terminal => "with a terminal",
            Self::Operator => "by the operator",
            Self::System => "by the market itself",
        }
    }
}

/// What people do that no line of the log tells, for whoever reads the log: hearts and carts say what
/// somebody likes, which is not worth keeping for good, and the rest has changed nothing yet.
pub const UNTOLD: [&str; 5] = [
    "pieces marked with a heart",
    "what is put into a cart, which belongs to a browser and to no account",
    "what was begun and waits for you: letters asked for, a second step being set up, a terminal asking in",
    "pictures that are sent, and parts of plans, before anything in a shop changes",
    "what is done on the pages of Stripe",
];

/// One line of the log, as the person reads it who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id, `log_…`.
    pub id: Id<AuditEntry>,
    /// When.
    pub at: Timestamp,
    /// As what.
    pub role: Role,
    /// With what.
    pub means: Means,
    /// What was done.
    pub verb: Verb,
    /// To which object: an id or a number, never a name; empty where the verb says it all.
    pub object: String,
}

impl AuditEntry {
    /// The object as people find it again: a number, a listing. One's own account, shop and
    /// sign-ins go without saying, since nobody reads their ids.
    #[must_use]
    pub fn named(&self) -> Option<&str> {
        let own = ["acc_", "shp_", "ses_"];
        let says = !self.object.is_empty() && !own.iter().any(|own| self.object.starts_with(own));
        says.then_some(self.object.as_str())
    }
}

impl Kind for AuditEntry {
    const PREFIX: &'static str = "log";
}
