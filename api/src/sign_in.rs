//! Passwords, addresses to sign in with, and where somebody is signed in.

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::text_enum::text_enum;
use crate::{Id, Timestamp};

text_enum! {
    /// What a session's secret travels in.
    SessionKind {
        /// A browser's cookie.
        Web = "web",
        /// A program's bearer token.
        Token = "token",
    }
}

text_enum! {
    /// What a token may be allowed.
    Scope {
        /// See listings, their pictures and imports.
        ListingsRead = "listings:read",
        /// Offer, change and import listings.
        ListingsWrite = "listings:write",
        /// See orders, messages and what happens in the shop.
        OrdersRead = "orders:read",
        /// Ship and answer.
        OrdersWrite = "orders:write",
        /// See payouts and compare them with the books.
        PayoutsRead = "payouts:read",
        /// Note that payouts were compared with the books.
        PayoutsWrite = "payouts:write",
        /// See the shop.
        ShopRead = "shop:read",
        /// Change the shop and connect it to Stripe.
        ShopWrite = "shop:write",
        /// See the account and where it is signed in.
        ProfileRead = "profile:read",
        /// Change the account and sign it out elsewhere.
        ProfileWrite = "profile:write",
    }
}

impl Scope {
    /// Everything that only looks.
    pub const READING: [Self; 5] = [
        Self::ListingsRead,
        Self::OrdersRead,
        Self::PayoutsRead,
        Self::ShopRead,
        Self::ProfileRead,
    ];

    /// For people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ListingsRead => "See listings",
            Self::ListingsWrite => "Offer and change listings",
            Self::OrdersRead => "See orders",
            Self::OrdersWrite => "Ship orders",
            Self::PayoutsRead => "See payouts",
            Self::PayoutsWrite => "Compare payouts with the books",
            Self::ShopRead => "See the shop",
            Self::ShopWrite => "Change the shop",
            Self::ProfileRead => "See your account",
            Self::ProfileWrite => "Change your account",
        }
    }
}

/// One browser or terminal that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, `ses_…`; it is no secret.
    pub id: Id<Session>,
    /// Browser or terminal.
    pub kind: SessionKind,
    /// `Firefox on Linux`, or what the terminal calls itself.
    pub name: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last used, to within five minutes.
    pub used_at: Timestamp,
    /// When it ends unless it is used before.
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What it may do; absent where it may do everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

impl Kind for Session {
    const PREFIX: &'static str = "ses";
}

/// How many sessions an order to end them ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// Browsers and terminals that have to sign in again.
    pub ended: u64,
}

/// Asks for a letter with a link to choose a new password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// Address of the account, if there is one.
    pub email: String,
}

/// Chooses a new password with the secret of a letter.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// The secret from the letter's link.
    pub token: String,
    /// The new password.
    pub password: String,
}

/// Changes the password; all other sessions end.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    pub current_password: String,
    /// The new one.
    pub new_password: String,
    /// The code of the second step, where the account has one; without it the problem's code is
    /// `code_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Asks for a letter to a new address; the change happens with the link in it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    /// The new address.
    pub email: String,
    /// The account's password.
    pub current_password: String,
    /// The code of the second step, where the account has one; without it the problem's code is
    /// `code_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Proves once more who it is, for what somebody at a borrowed terminal must not do.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The account's password.
    pub current_password: String,
    /// The code of the second step, where the account has one; without it the problem's code is
    /// `code_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// How an account is signed in to: `GET /me/sign-in`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Address to sign in with.
    pub email: String,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// The address that takes its place once the link in the letter to it is followed.
    pub pending_email: Option<String>,
    /// The second step.
    pub second_step: SecondStep,
}

/// How the second step of an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    /// Whether a code is asked for when signing in.
    pub on: bool,
    /// Whether the market wants it on: of staff, and where it wants more of sellers before it pays them.
    pub demanded: bool,
    /// Whether that is because the account is staff's.
    #[serde(default)]
    pub staff: bool,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
}

impl SecondStep {
    /// For people, while it is off: whether, and why, it should be on.
    #[must_use]
    pub const fn off_words(self) -> &'static str {
        match (self.demanded, self.staff) {
            (false, _) => "off",
            (true, true) => "off; staff need it on",
            (true, false) => "off; you are paid once it is on",
        }
    }
}

/// What an authenticator app needs to give codes; they are asked for after the first one.
#[derive(Clone, Serialize, Deserialize)]
pub struct SecondStepSetup {
    /// The `otpauth://` address that an app reads from a picture.
    pub url: String,
    /// The secret in groups of four letters, for those who type it.
    pub secret: String,
}

/// Takes an app into use.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondStepConfirm {
    /// The account's password.
    pub current_password: String,
    /// The first code that the app shows.
    pub code: String,
}

/// Codes for the day the phone is gone; each signs in once. They are shown this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// Ten codes in groups of six letters.
    pub codes: Vec<String>,
}

/// Makes a token for a program.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is called in the list of sessions.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// The account's password.
    pub current_password: String,
    /// The code of the second step, where the account has one; without it the problem's code is
    /// `code_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A token for a program, shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct CreatedToken {
    /// `stall_` and 64 hexadecimal digits.
    pub token: String,
    /// As it is listed from now on.
    pub session: Session,
}
