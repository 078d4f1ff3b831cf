//! Slows guessing down, the same on every server and after every restart.

mod store;

use std::net::IpAddr;

use api::Timestamp;

use crate::entropy::hash_secret;
use crate::error::Error;
use crate::state::AppState;

/// How many attempts are free and what comes then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Names the counters.
    name: &'static str,
    /// Attempts without a wait.
    free: i64,
    /// A quiet time after which counting begins anew.
    forget_seconds: i64,
}

/// Passwords for one account. With waits that grow up to [`LONGEST_WAIT_SECONDS`] a guesser has
/// fewer than a hundred attempts a day.
pub(crate) const PASSWORDS: Policy = Policy { name: "login", free: 10, forget_seconds: DAY };
/// Passwords from one network address, whatever the account.
pub(crate) const ADDRESS: Policy = Policy { name: "address", free: 60, forget_seconds: HOUR };
/// Letters to one person that somebody else can cause.
pub(crate) const LETTERS: Policy = Policy { name: "letter", free: 3, forget_seconds: HOUR };
/// Passwords that one person who is signed in gives again.
pub(crate) const PROOFS: Policy = Policy { name: "proof", free: 10, forget_seconds: DAY };
/// Codes of the second step for one account.
pub(crate) const FACTORS: Policy = Policy { name: "factor", free: 5, forget_seconds: DAY };
/// Letters with a link to choose a new password.
pub(crate) const RESETS: Policy = Policy { name: "reset", free: 3, forget_seconds: HOUR };
/// Changes of address that one person asks for.
pub(crate) const CHANGES: Policy = Policy { name: "change", free: 5, forget_seconds: HOUR };
/// Terminals that ask one network address for approval.
pub(crate) const TERMINALS: Policy = Policy { name: "terminal", free: 30, forget_seconds: HOUR };
/// Codes of terminals that one person tries.
pub(crate) const CODES: Policy = Policy { name: "code", free: 10, forget_seconds: HOUR };

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Each attempt beyond the free ones waits longer: 1, 4, 9, 16 … seconds, up to this.
const LONGEST_WAIT_SECONDS: i64 = 1800;

/// Takes one attempt, or says how long to wait for the next. An attempt that has to wait is not
/// counted, so asking again does not lengthen the wait.
pub(crate) async fn attempt(state: &AppState, policy: Policy, whose: &str) -> Result<(), Error> {
    let now = state.clock.now();
    let key = key(policy, whose);
    if store::count(&state.db, &key, policy, LONGEST_WAIT_SECONDS, now).await? {
        return Ok(());
    }
    let counter = store::find(&state.db, &key).await?;
    let until = counter.map_or(now, |counter| {
        counter.started_at.plus_seconds(wait_seconds(counter.count, policy.free))
    });
    Err(Error::RateLimited { retry_after: seconds_until(now, until) })
}

/// Whoever proved to be the right one starts anew.
pub(crate) async fn forgive(state: &AppState, policy: Policy, whose: &str) -> Result<(), Error> {
    store::delete(&state.db, key(policy, whose)).await
}

/// Gives one attempt back: it was a good one, which says nothing about the others.
pub(crate) async fn give_back(state: &AppState, policy: Policy, whose: &str) -> Result<(), Error> {
    store::give_back(&state.db, key(policy, whose)).await
}

/// Forgets counters that nobody touched for a day.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-DAY)).await
}

/// A network as one asker: an IPv4 address, or the /64 that one IPv6 customer has.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// What is typed where an address belongs may be anything, a password included: only its hash is kept.
fn key(policy: Policy, whose: &str) -> String {
    format!("{}:{}", policy.name, hex::encode(&hash_secret(whose)[..16]))
}

const fn wait_seconds(count: i64, free: i64) -> i64 {
    let beyond = count.saturating_sub(free).saturating_add(1);
    if beyond <= 0 {
        return 0;
    }
    let wait = beyond.saturating_mul(beyond);
    if wait > LONGEST_WAIT_SECONDS { LONGEST_WAIT_SECONDS } else { wait }
}

fn seconds_until(now: Timestamp, until: Timestamp) -> u32 {
    let micros = until.micros().saturating_sub(now.micros());
    u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(0).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_guesser_has_fewer_than_a_hundred_attempts_a_day() {
        let (mut count, mut elapsed) = (0, 0);
        while elapsed < DAY {
            count += 1;
            elapsed += wait_seconds(count, PASSWORDS.free);
        }
        assert!(count < 100, "{count}");
        assert_eq!(wait_seconds(9, 10), 0);
        assert_eq!(wait_seconds(10, 10), 1);
        assert_eq!(wait_seconds(13, 10), 16);
    }

    #[test]
    fn one_customer_is_one_network() {
        assert_eq!(network("2001:db8:1:2:3::4".parse().unwrap()), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:192.0.2.7".parse().unwrap()), "192.0.2.7");
    }
}
