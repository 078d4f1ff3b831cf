//! Accounts, sign-in and tokens.

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::shop::Shop;
use crate::sign_in::Scope;
use crate::staff::Suspension;
use crate::text_enum::text_enum;
use crate::{Id, Timestamp};

/// A login: a shopper, an artisan, or both at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id, `acc_…`.
    pub id: Id<Account>,
    /// Address, as given.
    pub email: String,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// Name that people see.
    pub name: String,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl Kind for Account {
    const PREFIX: &'static str = "acc";
}

/// Opens an account.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Address to sign in with.
    pub email: String,
    /// Name that people see.
    pub name: String,
    /// Password, 15 to 1024 bytes (NIST SP 800-63B-4: 15 without a second factor).
    pub password: String,
}

/// Signs a terminal in with address and password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Address of the account.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What the token is called in the list of devices, such as a host name.
    pub name: String,
    /// The code of the second step, where the account has one; without it the problem's code is
    /// `code_needed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the token may do; absent for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

impl TokenRequest {
    /// For a token without limits of an account without a second step.
    pub fn new(
        email: impl Into<String>,
        password: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        let (email, password, name) = (email.into(), password.into(), name.into());
        Self { email, password, name, code: None, scopes: None }
    }
}

/// A bearer token, shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    /// `stall_` and 64 hexadecimal digits.
    pub token: String,
    /// When it ends, unless it is used before.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub account: Account,
}

/// Asks for a device login (shape of RFC 8628).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCodeRequest {
    /// What the token will be called, such as a host name.
    pub name: String,
    /// What the token will be allowed; absent for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

/// A device login that waits for approval.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeviceCode {
    /// Secret that the terminal polls with.
    pub device_code: String,
    /// What the person compares in the browser: `BCDF-GHJK`.
    pub user_code: String,
    /// Where to approve, without the code.
    pub verification_url: String,
    /// Where to approve, with the code filled in.
    pub verification_url_complete: String,
    /// Seconds between two polls.
    pub interval: u32,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// One poll of a device login.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceTokenRequest {
    /// The secret from [`DeviceCode`].
    pub device_code: String,
}

text_enum! {
    /// Where the money comes from and goes to.
    PaymentsMode {
        /// The embedded Stripe; no real money anywhere.
        Simulator = "simulator",
        /// Stripe's test mode.
        StripeTest = "stripe-test",
        /// Real money.
        StripeLive = "stripe-live",
    }
}

/// Who is asking, and in what market: `GET /api/v1/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account.
    pub account: Account,
    /// Its shop, if one was opened.
    pub shop: Option<Shop>,
    /// The suspension of this shop that holds now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// Name of the market.
    pub market: String,
    /// Whether money is real.
    pub payments: PaymentsMode,
    /// What the token may do that asks; absent for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
    /// The server's time, which the simulator's clock may have moved.
    pub now: Timestamp,
}
