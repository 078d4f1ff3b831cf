//! Payouts of connected accounts and the lines they are made of.

use api::payout::PayoutStatus;
use api::{Money, Timestamp};
use stripe_core::balance_transaction::ListBalanceTransaction;
use stripe_core::payout::{ListPayout, RetrievePayout};
use stripe_shared::{
    BalanceTransaction, BalanceTransactionSource, Payout, PayoutReconciliationStatus,
};
use stripe_types::Expandable;

use super::{Stripe, currency, moment};
use crate::error::Error;

/// Stripe's largest page.
const PAGE: i64 = 100;

/// A payout as it is at Stripe.
#[derive(Clone, Debug)]
pub(crate) struct PayoutState {
    /// `po_…`.
    pub(crate) id: String,
    /// Where it stands.
    pub(crate) status: PayoutStatus,
    /// What goes to the bank.
    pub(crate) amount: Money,
    /// Whether Stripe says which lines are in it by now.
    pub(crate) itemised: bool,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it should arrive.
    pub(crate) arrives_at: Timestamp,
}

/// A balance transaction of a connected account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StripeLine {
    /// `txn_…`.
    pub(crate) id: String,
    /// `payment`, `payment_refund`, `payout`, …: an open set.
    pub(crate) kind: String,
    /// The object it comes from.
    pub(crate) source: String,
    /// The transfer behind a `payment`.
    pub(crate) transfer: Option<String>,
    /// Before fees.
    pub(crate) amount: Money,
    /// Stripe's fee in it.
    pub(crate) fee: Money,
    /// After fees; what counts in a payout.
    pub(crate) net: Money,
    /// When Stripe booked it.
    pub(crate) created_at: Timestamp,
}

impl Stripe {
    /// A payout as it is now.
    pub(crate) async fn find_payout(&self, account: &str, id: &str) -> Result<PayoutState, Error> {
        payout(&self.transport.get(&RetrievePayout::new(id), Some(account)).await?)
    }

    /// The newest payouts of an account, at most a hundred.
    pub(crate) async fn list_payouts(&self, account: &str) -> Result<Vec<PayoutState>, Error> {
        let found = self.transport.get(&ListPayout::new().limit(PAGE), Some(account)).await?;
        found.data.iter().map(payout).collect()
    }

    /// One page of the lines in a payout; `after` is the last line of the page before.
    pub(crate) async fn payout_lines(
        &self,
        account: &str,
        payout: &str,
        after: Option<&str>,
    ) -> Result<(Vec<StripeLine>, bool), Error> {
        let mut request = ListBalanceTransaction::new()
            .payout(payout)
            .limit(PAGE)
            .expand(["data.source".to_owned()]);
        if let Some(after) = after {
            request = request.starting_after(after);
        }
        let found = self.transport.get(&request, Some(account)).await?;
        let lines = found.data.into_iter().map(line).collect::<Result<_, Error>>()?;
        Ok((lines, found.has_more))
    }
}

fn payout(found: &Payout) -> Result<PayoutState, Error> {
    Ok(PayoutState {
        id: found.id.to_string(),
        status: found.status.parse().map_err(Error::internal)?,
        amount: Money::new(found.amount, currency(&found.currency)?),
        itemised: matches!(found.reconciliation_status, PayoutReconciliationStatus::Completed),
        created_at: moment(found.created),
        arrives_at: moment(found.arrival_date),
    })
}

fn line(found: BalanceTransaction) -> Result<StripeLine, Error> {
    let code = currency(&found.currency)?;
    let source = found.source.as_ref().map(|source| source.id().to_string()).unwrap_or_default();
    let transfer = match found.source {
        Some(Expandable::Object(source)) => match *source {
            BalanceTransactionSource::Charge(charge) => {
                charge.source_transfer.map(|transfer| transfer.id().to_string())
            }
            _ => None,
        },
        _ => None,
    };
    Ok(StripeLine {
        id: found.id.to_string(),
        kind: found.type_.as_str().to_owned(),
        source,
        transfer,
        amount: Money::new(found.amount, code),
        fee: Money::new(found.fee, code),
        net: Money::new(found.net, code),
        created_at: moment(found.created),
    })
}
