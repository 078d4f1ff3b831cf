//! Growing waits between attempts.

use std::time::Duration;

use super::Random;

/// The first ceiling.
const FIRST: Duration = Duration::from_millis(500);
/// The last ceiling.
const LAST: Duration = Duration::from_secs(30);

/// Waits of 0.5, 1, 2, 4 … 30 s with full jitter: each is drawn between nothing and its ceiling,
/// so that many terminals do not come back in one wave.
#[derive(Clone)]
pub struct Backoff {
    ceiling: Duration,
    random: Random,
}

impl Backoff {
    /// Begins at the shortest wait.
    #[must_use]
    pub fn new(random: Random) -> Self {
        Self { ceiling: FIRST, random }
    }

    /// The next wait; the one after it may be twice as long.
    pub fn next_wait(&mut self) -> Duration {
        let span = self.ceiling.as_millis() + 1;
        self.ceiling = (self.ceiling * 2).min(LAST);
        Duration::from_millis(u64::try_from((self.random)() % span).unwrap_or_default())
    }

    /// Begins anew, after a success.
    pub fn reset(&mut self) {
        self.ceiling = FIRST;
    }
}

impl std::fmt::Debug for Backoff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backoff").field("ceiling", &self.ceiling).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn waits_double_up_to_thirty_seconds_and_begin_anew() {
        let mut ceilings = Vec::new();
        let mut backoff = Backoff::new(Arc::new(|| 0));
        for _ in 0..8 {
            ceilings.push(backoff.ceiling.as_millis());
            assert_eq!(backoff.next_wait(), Duration::ZERO, "full jitter reaches down to nothing");
        }
        assert_eq!(ceilings, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.ceiling, FIRST);
    }

    #[test]
    fn a_wait_never_passes_its_ceiling() {
        let mut backoff = Backoff::new(Arc::new(|| 500));
        assert_eq!(backoff.next_wait(), Duration::from_millis(500));
        let mut backoff = Backoff::new(Arc::new(|| 501));
        assert_eq!(backoff.next_wait(), Duration::ZERO);
    }
}
