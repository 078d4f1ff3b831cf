//! Transfers: an artisan's share of a charge.

use std::collections::HashMap;

use api::Money;
use stripe_connect::transfer::{CreateTransfer, ListTransfer};
use stripe_shared::Transfer;

use super::{Stripe, stripe_currency};
use crate::error::Error;

/// Asks for an artisan's share to be passed on.
pub(crate) struct NewTransfer {
    /// Our order.
    pub(crate) order: String,
    /// Our purchase, which groups what belongs to one payment.
    pub(crate) purchase: String,
    /// The connected account.
    pub(crate) account: String,
    /// The charge that it is a share of.
    pub(crate) charge: String,
    /// The share.
    pub(crate) amount: Money,
}

/// A transfer that Stripe has made.
#[derive(Debug)]
pub(crate) struct MadeTransfer {
    /// `tr_…`.
    pub(crate) id: String,
    /// `py_…`, the same money on the artisan's side.
    pub(crate) payment: Option<String>,
}

impl Stripe {
    /// Passes a share on. Looks first whether that was done, so that it is safe to repeat after
    /// Stripe has forgotten the key.
    pub(crate) async fn transfer(&self, new: NewTransfer) -> Result<MadeTransfer, Error> {
        if let Some(made) = self.find_transfer(&new).await? {
            return Ok(made);
        }
        let key = format!("{}:transfer:v1", new.order);
        let request = CreateTransfer::new(stripe_currency(new.amount.currency())?, new.account)
            .amount(new.amount.minor())
            .source_transaction(new.charge)
            .transfer_group(new.purchase)
            .metadata(HashMap::from([("order".to_owned(), new.order)]));
        Ok(made(&self.transport.make(&request, &key).await?))
    }

    async fn find_transfer(&self, new: &NewTransfer) -> Result<Option<MadeTransfer>, Error> {
        let request = ListTransfer::new()
            .destination(new.account.as_str())
            .transfer_group(new.purchase.as_str())
            .limit(100_i64);
        let found = self.transport.get(&request, None).await?;
        Ok(found
            .data
            .iter()
            .find(|transfer| transfer.metadata.get("order") == Some(&new.order))
            .map(made))
    }
}

fn made(transfer: &Transfer) -> MadeTransfer {
    MadeTransfer {
        id: transfer.id.to_string(),
        payment: transfer.destination_payment.as_ref().map(|payment| payment.id().to_string()),
    }
}
