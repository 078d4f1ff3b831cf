//! The simulator's clock, for people who try the market out.

pub(crate) mod routes;

use std::time::Duration;

use api::Timestamp;

use crate::error::Error;
use crate::jobs;
use crate::state::AppState;

/// Furthest that one step may go: a year.
const FURTHEST_SECONDS: u64 = 366 * 24 * 3600;

/// Moves the time and answers when everything that fell due on the way is done.
pub(crate) async fn advance(state: &AppState, seconds: u64) -> Result<Timestamp, Error> {
    let simulator = state.simulator.as_ref().ok_or(Error::NotFound)?;
    if seconds > FURTHEST_SECONDS {
        return Err(Error::invalid("advance_seconds", "at most 366 days at a time"));
    }
    simulator.advance(Duration::from_secs(seconds)).await?;
    jobs::settle(state).await?;
    Ok(state.clock.now())
}
