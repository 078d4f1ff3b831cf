//! The simulator's clock: `GET` and `POST /api/v1/simulator/clock`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Moves the simulator's time forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockAdvance {
    /// Seconds to add; never negative.
    pub advance_seconds: i64,
}

/// What the simulator's clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Its time.
    pub now: Timestamp,
}
