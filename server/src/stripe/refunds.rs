//! Refunds: money that goes back to the card it came from.

use std::collections::HashMap;

use api::Money;
use stripe_core::refund::{CreateRefund, ListRefund};
use stripe_shared::Refund;

use super::{Stripe, currency};
use crate::error::Error;

/// Stripe's largest page; a charge has far fewer refunds.
const PAGE: i64 = 100;
/// Statuses of refunds that did not, or will not, reach anybody.
const DEAD: [&str; 2] = ["failed", "canceled"];

/// Asks for the whole of a charge to be sent back.
pub(crate) struct NewRefund {
    /// Our purchase.
    pub(crate) purchase: String,
    /// The charge.
    pub(crate) charge: String,
    /// All that was charged.
    pub(crate) amount: Money,
}

impl Stripe {
    /// Sends the whole of a charge back; the id of the refund. Looks first whether that was done,
    /// by us or by hand, so that it is safe to repeat after Stripe has forgotten the key.
    pub(crate) async fn refund(&self, new: NewRefund) -> Result<String, Error> {
        let request = ListRefund::new().charge(new.charge.as_str()).limit(PAGE);
        for refund in self.transport.get(&request, None).await?.data {
            if is_whole(&refund, new.amount)? {
                return Ok(refund.id.to_string());
            }
        }
        let key = format!("{}:refund:v1", new.purchase);
        let request = CreateRefund::new()
            .charge(new.charge)
            .amount(new.amount.minor())
            .metadata(HashMap::from([("purchase".to_owned(), new.purchase)]));
        let made = self.transport.make(&request, &key).await?;
        if is_whole(&made, new.amount)? {
            return Ok(made.id.to_string());
        }
        Err(Error::internal(format!("refund {} did not go through: {:?}", made.id, made.status)))
    }
}

/// Whether a refund sends everything back.
fn is_whole(refund: &Refund, amount: Money) -> Result<bool, Error> {
    let alive = !refund.status.as_deref().is_some_and(|status| DEAD.contains(&status));
    Ok(alive && Money::new(refund.amount, currency(&refund.currency)?) == amount)
}
