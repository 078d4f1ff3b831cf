//! Ids and secrets. Every id has Stripe's prefix and `_sim_` in it, so that no id of the
//! simulator can be taken for a real one.

use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// A new id such as `ch_sim_0a1B…`.
pub(crate) fn new(prefix: &str) -> String {
    format!("{prefix}_sim_{}", random(24))
}

/// Letters and digits from the operating system's generator; 43 of them carry 256 bits.
pub(crate) fn random(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}
