//! Leases: what a server has in hand stays its own for as long as it lives and says so.

use std::future::Future;
use std::time::Duration;

use crate::error::Error;

/// A lease is renewed so often before it ends: one renewal may be lost.
const RENEWALS: u32 = 3;

/// Renews a lease for as long as this is waited for; ends when the hold is gone, which `renew`
/// tells by false.
pub(crate) async fn keep<F>(lease: Duration, renew: impl Fn() -> F)
where
    F: Future<Output = Result<bool, Error>>,
{
    loop {
        tokio::time::sleep(lease / RENEWALS).await;
        match renew().await {
            Ok(true) => {}
            Ok(false) => return,
            // Whoever cannot be asked cannot give it to anybody else either.
            Err(error) => tracing::warn!(error = format!("{error:#}"), "a lease is not renewed"),
        }
    }
}
