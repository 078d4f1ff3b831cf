//! Stripe.

/// Stripe's API.
#[derive(Default)]
pub struct Stripe;
