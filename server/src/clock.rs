//! The only place that asks for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use api::Timestamp;
use stripe_simulator::SimClock;

/// The market's time: the machine's, moved by the simulator's offset, or standing still in tests.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The machine's.
    System,
    /// The simulator's, which it alone moves.
    Simulated(SimClock),
    /// Exactly these microseconds.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's time.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The simulator's time.
    #[must_use]
    pub const fn simulated(clock: SimClock) -> Self {
        Self(Source::Simulated(clock))
    }

    /// A clock that moves only when it is told to.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        Self(Source::Standing(Arc::new(AtomicI64::new(now.micros()))))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(match &self.0 {
            Source::System => machine_micros(),
            Source::Simulated(clock) => clock.now_micros(),
            Source::Standing(now) => now.load(Ordering::SeqCst),
        })
    }

    /// What clocks on walls and telephones show: the market's time, less what the simulator's clock
    /// was moved by.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        match &self.0 {
            Source::Simulated(clock) => Timestamp::from_micros(clock.wall_micros()),
            Source::System | Source::Standing(_) => self.now(),
        }
    }

    /// Where a standing clock stands; nothing for one that moves by itself.
    #[must_use]
    pub fn standing(&self) -> Option<Timestamp> {
        matches!(self.0, Source::Standing(_)).then(|| self.now())
    }

    /// Moves a standing clock. One that moves by itself does not heed it.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Source::Standing(micros) = &self.0 {
            micros.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn machine_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
