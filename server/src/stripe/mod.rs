//! Stripe, in the words of this market. Only this folder knows Stripe's types.
//!
//! Every call that makes something carries an idempotency key of ours, so that a call whose answer
//! was lost can simply be made again. Keys live for at least 24 hours at Stripe; whoever retries
//! later looks first whether the thing is there.

mod accounts;
mod checkout;
mod payouts;
mod refunds;
mod transfers;
mod transport;
pub(crate) mod webhook;

use api::account::PaymentsMode;
use api::{Currency, Timestamp};

pub(crate) use accounts::NewAccount;
pub(crate) use checkout::{CheckoutLine, NewCheckout, Session, SessionStatus};
pub(crate) use payouts::{PayoutState, StripeLine};
pub(crate) use refunds::NewRefund;
pub(crate) use transfers::NewTransfer;
pub use transport::StripeFailure;

use crate::error::Error;
use transport::Transport;

/// Stripe's API, or the simulator's; the same code talks to both.
pub struct Stripe {
    transport: Transport,
    webhook_secret: String,
    connect_webhook_secret: String,
    mode: PaymentsMode,
}

/// Where Stripe is and how it knows us.
pub struct Access {
    /// `https://api.stripe.com`, or the simulator's address.
    pub base_url: String,
    /// Secret or restricted key.
    pub secret_key: String,
    /// Signs events about our own account.
    pub webhook_secret: String,
    /// Signs events about connected accounts.
    pub connect_webhook_secret: String,
    /// What kind of money this is.
    pub mode: PaymentsMode,
}

/// Stripe's own address.
pub const STRIPE_URL: &str = "https://api.stripe.com";

impl Stripe {
    /// Connects lazily; nothing is sent here.
    pub fn open(access: Access) -> anyhow::Result<Self> {
        let live =
            access.secret_key.starts_with("sk_live_") || access.secret_key.starts_with("rk_live_");
        anyhow::ensure!(
            live == (access.mode == PaymentsMode::StripeLive),
            "the Stripe key does not fit STALL_PAYMENTS={}: a live key goes with stripe-live only",
            access.mode
        );
        Ok(Self {
            transport: Transport::open(&access.base_url, &access.secret_key)?,
            webhook_secret: access.webhook_secret,
            connect_webhook_secret: access.connect_webhook_secret,
            mode: access.mode,
        })
    }

    /// For who never asks it for anything: it would refuse, and no webhook is believed.
    pub(crate) fn without_keys(mode: PaymentsMode) -> anyhow::Result<Self> {
        let (webhook_secret, connect_webhook_secret) = (String::new(), String::new());
        let transport = Transport::open(STRIPE_URL, "")?;
        Ok(Self { transport, webhook_secret, connect_webhook_secret, mode })
    }

    /// What kind of money this is.
    #[must_use]
    pub const fn mode(&self) -> PaymentsMode {
        self.mode
    }

    /// The secret that signs events of an endpoint.
    pub(crate) fn webhook_secret(&self, endpoint: webhook::Endpoint) -> &str {
        match endpoint {
            webhook::Endpoint::Platform => &self.webhook_secret,
            webhook::Endpoint::Connect => &self.connect_webhook_secret,
        }
    }
}

/// Whether Stripe has said no: nothing was made, and nothing will be.
pub(crate) fn is_refused(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    matches!(cause.downcast_ref(), Some(StripeFailure::Refused { .. }))
}

impl From<StripeFailure> for Error {
    fn from(failure: StripeFailure) -> Self {
        match failure {
            StripeFailure::Unreachable(_) => {
                tracing::warn!(%failure, "Stripe cannot be reached");
                Self::Unavailable(
                    "the payment service does not answer; you were not charged, try again".into(),
                )
            }
            refused => Self::Internal(anyhow::Error::new(refused)),
        }
    }
}

fn currency(code: &stripe_types::Currency) -> Result<Currency, Error> {
    code.to_string().parse().map_err(Error::internal)
}

fn stripe_currency(currency: Currency) -> Result<stripe_types::Currency, Error> {
    currency
        .as_str()
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| Error::internal(format!("Stripe knows no currency {currency}")))
}

const fn moment(seconds: stripe_types::Timestamp) -> Timestamp {
    Timestamp::from_seconds(seconds)
}
