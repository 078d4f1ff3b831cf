//! Checkout Sessions and the charges they end in.

use std::collections::HashMap;

use api::{Money, Timestamp};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData,
    ExpireCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_core::charge::RetrieveCharge;
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
};
use stripe_types::Expandable;

use super::{Stripe, StripeFailure, currency, stripe_currency};
use crate::error::Error;

/// Longest product name that we send; Stripe's limit is 250 characters.
const NAME_LIMIT: usize = 250;

/// Asks for a page where a shopper pays.
pub(crate) struct NewCheckout<'a> {
    /// Our purchase; comes back with every object.
    pub(crate) purchase: String,
    /// Where a letter about the payment goes.
    pub(crate) email: &'a str,
    /// What is paid for.
    pub(crate) lines: Vec<CheckoutLine>,
    /// Where the shopper returns after paying.
    pub(crate) success_url: String,
    /// Where the shopper returns without paying.
    pub(crate) cancel_url: String,
    /// When the page closes: 30 minutes to 24 hours from now.
    pub(crate) expires_at: Timestamp,
}

/// A line on Stripe's page.
pub(crate) struct CheckoutLine {
    /// What it is called.
    pub(crate) name: String,
    /// Price of one.
    pub(crate) price: Money,
    /// How many.
    pub(crate) quantity: u64,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionStatus {
    /// The shopper may still pay.
    Open,
    /// Paid.
    Paid,
    /// Finished by a method whose money arrives later.
    AwaitingFunds,
    /// Closed without payment.
    Expired,
}

/// A Checkout Session as it is at Stripe.
#[derive(Debug)]
pub(crate) struct Session {
    /// `cs_…`.
    pub(crate) id: String,
    /// Where it stands.
    pub(crate) status: SessionStatus,
    /// The page, while it is open.
    pub(crate) url: Option<String>,
    /// What was asked for.
    pub(crate) total: Money,
    /// Our purchase.
    pub(crate) purchase: Option<String>,
    /// `pi_…`.
    pub(crate) payment_intent: Option<String>,
    /// `ch_…`, once paid.
    pub(crate) charge: Option<String>,
}

/// A charge as it is at Stripe.
#[derive(Debug)]
pub(crate) struct Charge {
    /// `ch_…`.
    pub(crate) id: String,
    /// Stripe's fee, once Stripe has booked it.
    pub(crate) fee: Option<Money>,
}

impl Stripe {
    /// Opens a page where a shopper pays.
    pub(crate) async fn open_checkout(
        &self,
        new: NewCheckout<'_>,
        key: &str,
    ) -> Result<Session, Error> {
        let metadata = HashMap::from([("purchase".to_owned(), new.purchase.clone())]);
        let mut payment = CreateCheckoutSessionPaymentIntentData::new();
        payment.transfer_group = Some(new.purchase.clone());
        payment.metadata = Some(metadata.clone());
        let items = new.lines.iter().map(line_item).collect::<Result<Vec<_>, Error>>()?;
        let mut pricing = CreateCheckoutSessionAdaptivePricing::new();
        pricing.enabled = Some(false);
        let request = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .adaptive_pricing(pricing)
            .line_items(items)
            .customer_email(new.email)
            .client_reference_id(new.purchase)
            .metadata(metadata)
            .payment_intent_data(payment)
            .success_url(new.success_url)
            .cancel_url(new.cancel_url)
            .expires_at(new.expires_at.seconds());
        session(self.transport.make(&request, key).await?)
    }

    /// A session as it is now.
    pub(crate) async fn find_checkout(&self, id: &str) -> Result<Session, Error> {
        let request =
            RetrieveCheckoutSession::new(id).expand(["payment_intent.latest_charge".to_owned()]);
        session(self.transport.get(&request, None).await?)
    }

    /// Closes a page; a page that was paid in the meantime stays paid, so look again afterwards.
    pub(crate) async fn close_checkout(&self, id: &str) -> Result<(), Error> {
        match self.transport.make(&ExpireCheckoutSession::new(id), &format!("{id}:expire")).await {
            Ok(_) => Ok(()),
            Err(Error::Internal(cause)) if is_refusal(&cause) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A charge as it is now.
    pub(crate) async fn find_charge(&self, id: &str) -> Result<Charge, Error> {
        let request = RetrieveCharge::new(id).expand(["balance_transaction".to_owned()]);
        let charge = self.transport.get(&request, None).await?;
        let fee = match charge.balance_transaction {
            Some(Expandable::Object(booked)) => {
                Some(Money::new(booked.fee, currency(&booked.currency)?))
            }
            _ => None,
        };
        Ok(Charge { id: charge.id.to_string(), fee })
    }
}

fn is_refusal(cause: &anyhow::Error) -> bool {
    matches!(cause.downcast_ref(), Some(StripeFailure::Refused { .. }))
}

fn line_item(line: &CheckoutLine) -> Result<CreateCheckoutSessionLineItems, Error> {
    let mut price =
        CreateCheckoutSessionLineItemsPriceData::new(stripe_currency(line.price.currency())?);
    price.unit_amount = Some(line.price.minor());
    price.product_data =
        Some(ProductData::new(line.name.chars().take(NAME_LIMIT).collect::<String>()));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(line.quantity);
    Ok(item)
}

fn session(found: CheckoutSession) -> Result<Session, Error> {
    let status = match (found.status, found.payment_status) {
        (Some(CheckoutSessionStatus::Open), _) => SessionStatus::Open,
        (Some(CheckoutSessionStatus::Complete), CheckoutSessionPaymentStatus::Unpaid) => {
            SessionStatus::AwaitingFunds
        }
        (Some(CheckoutSessionStatus::Complete), _) => SessionStatus::Paid,
        (Some(CheckoutSessionStatus::Expired), _) => SessionStatus::Expired,
        (other, _) => return Err(Error::internal(format!("unknown session status {other:?}"))),
    };
    let code =
        found.currency.as_ref().ok_or_else(|| Error::internal("session without currency"))?;
    let charge = found
        .payment_intent
        .as_ref()
        .and_then(Expandable::as_object)
        .and_then(|intent| intent.latest_charge.as_ref())
        .map(|charge| charge.id().to_string());
    Ok(Session {
        status,
        url: found.url,
        total: Money::new(found.amount_total.unwrap_or(0), currency(code)?),
        purchase: found.client_reference_id,
        payment_intent: found.payment_intent.as_ref().map(|intent| intent.id().to_string()),
        charge,
        id: found.id.to_string(),
    })
}
