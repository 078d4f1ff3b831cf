//! Closing payment pages: the shopper gives a payment up, starts anew, or lets its time run out.
//!
//! Stripe's page is closed first, outside of any transaction, and only then are the pieces let go:
//! a shopper who pays at this very moment wins. Why a payment was given up is noted before Stripe
//! is asked, so that whoever finds the page closed, the webhook or the watch, knows the reason.

mod store;

use api::Id;
use api::account::Account;
use api::audit::Verb;
use api::order::{OrderStatus, Purchase};

use super::settling;
use super::store::{self as purchases, PurchaseRow};
use crate::audit;
use crate::carts::Cart;
use crate::error::Error;
use crate::state::AppState;
use crate::stripe::SessionStatus;

/// Looks at a purchase before it counts as one that cannot be closed: a page that opens at this
/// very moment is found by the second.
const LOOKS: usize = 2;

/// Why a payment was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// The shopper said so.
    Shopper,
    /// The shopper started anew.
    Replaced,
}

impl GivenUp {
    /// Its name in the schema.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Shopper => "shopper",
            Self::Replaced => "replaced",
        }
    }

    /// What the timeline of its orders says.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Shopper => "cancelled by the shopper before paying",
            Self::Replaced => "the shopper started the checkout anew",
        }
    }

    /// Reads a name of the schema.
    pub(super) fn read(name: &str) -> Option<Self> {
        [Self::Shopper, Self::Replaced].into_iter().find(|reason| reason.as_str() == name)
    }
}

/// What became of earlier purchases that stand in the way of a new one.
pub(super) enum Way {
    /// Their pages are closed; their pieces may be taken over.
    Free(Vec<PurchaseRow>),
    /// This one was paid, or is being paid: it stands.
    Paid(Box<PurchaseRow>),
}

/// Calls a purchase off because its shopper says so. The answer is where it stands now: `Paid` when
/// the payment was faster, `Pending` when Stripe is still working on it.
pub(crate) async fn give_up(
    state: &AppState,
    purchase: Id<Purchase>,
) -> Result<OrderStatus, Error> {
    note(state, purchase, GivenUp::Shopper).await?;
    call_off(state, purchase).await
}

/// Notes why a purchase is given up, and in the audit log that it is.
async fn note(state: &AppState, purchase: Id<Purchase>, reason: GivenUp) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if let Some(number) = store::note(&mut tx, purchase, reason.as_str()).await? {
        audit::note(state, &mut tx, Verb::PurchaseGiveUp, number).await?;
    }
    Ok(tx.commit().await?)
}

/// Closes the page of a purchase and calls it off, unless it was paid.
pub(super) async fn call_off(
    state: &AppState,
    purchase: Id<Purchase>,
) -> Result<OrderStatus, Error> {
    for _ in 0..LOOKS {
        let found = purchases::find(&state.db, purchase).await?;
        let status = match (found.status, found.session.as_deref()) {
            (OrderStatus::Pending, Some(session)) => {
                state.stripe.close_checkout(session).await?;
                settling::settle(state, purchase).await?
            }
            // Nobody has seen a page for it, so nobody can pay.
            (OrderStatus::Pending, None) => settling::cancel(state, &found).await?,
            (status, _) => status,
        };
        if status != OrderStatus::Pending {
            return Ok(status);
        }
    }
    Ok(OrderStatus::Pending)
}

/// Open purchases that a new one of this cart replaces: the cart's own, and those of the same
/// account that hold a piece of it. Another attempt at the very same thing, named by its key, stays.
pub(super) async fn in_the_way(
    state: &AppState,
    cart: Id<Cart>,
    account: Option<Id<Account>>,
    key: &str,
) -> Result<Vec<Id<Purchase>>, Error> {
    store::in_the_way(&state.db, cart, account, key).await
}

/// Closes the pages of earlier purchases, so that their pieces can be taken over. Nothing is let
/// go here: whoever places the new purchase does that in the same transaction.
pub(super) async fn make_way(state: &AppState, earlier: &[Id<Purchase>]) -> Result<Way, Error> {
    let mut free = Vec::new();
    for purchase in earlier {
        note(state, *purchase, GivenUp::Replaced).await?;
        let found = purchases::find(&state.db, *purchase).await?;
        match (found.status, found.session.as_deref()) {
            (OrderStatus::Pending, Some(session)) => {
                if !is_closed(state, session).await? {
                    settling::settle(state, *purchase).await?;
                    return Ok(Way::Paid(Box::new(purchases::find(&state.db, *purchase).await?)));
                }
                free.push(found);
            }
            (OrderStatus::Pending, None) => free.push(found),
            (OrderStatus::Cancelled, _) => {}
            _ => return Ok(Way::Paid(Box::new(found))),
        }
    }
    Ok(Way::Free(free))
}

/// Closes a page; false when it was paid before.
async fn is_closed(state: &AppState, session: &str) -> Result<bool, Error> {
    state.stripe.close_checkout(session).await?;
    match state.stripe.find_checkout(session).await?.status {
        SessionStatus::Expired => Ok(true),
        SessionStatus::Paid | SessionStatus::AwaitingFunds => Ok(false),
        SessionStatus::Open => Err(Error::Unavailable(
            "your earlier payment page could not be closed; you were not charged, try again".into(),
        )),
    }
}
