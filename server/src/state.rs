//! Handles that every request and job may use. Nothing that matters lives here: any server can
//! answer any request, and any can be killed.

use std::ops::Deref;
use std::sync::Arc;

use crate::accounts::password::Passwords;
use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::entropy::Entropy;
use crate::mail::Mailer;
use crate::payments::Simulated;
use crate::search::Search;
use crate::stripe::Stripe;

/// Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Handles>);

/// What an [`AppState`] gives access to.
pub struct Handles {
    /// Settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Password hashing with a bounded queue.
    pub passwords: Passwords,
    /// Stored images.
    pub blobs: Blobs,
    /// The search index.
    pub search: Search,
    /// Stripe, or the simulator that stands in for it.
    pub stripe: Stripe,
    /// The simulator, in a market that runs on it.
    pub simulator: Option<Simulated>,
    /// Letters.
    pub mailer: Mailer,
}

impl AppState {
    /// Shares the handles.
    #[must_use]
    pub fn new(handles: Handles) -> Self {
        Self(Arc::new(handles))
    }
}

impl Deref for AppState {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}
