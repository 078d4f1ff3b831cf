//! Faults on purpose, for tests of whoever uses the simulator. They are forgotten at a restart.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::SECOND;

/// The switches, as `/_sim/faults` reads and shows them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Switches {
    /// Deliver every event twice.
    duplicate: bool,
    /// Deliver what is due in reverse order.
    reorder: bool,
    /// Never deliver the next so many events.
    drop: u32,
    /// Deliver every event this much later, seconds of simulated time.
    delay: u32,
    /// Sign the next so many deliveries with a wrong secret.
    bad_signature: u32,
    /// Sign the next so many deliveries with a time too long ago.
    old_timestamp: u32,
    /// Answer the API call after so many others with status 500: 1 is the next one.
    fail_nth_call: u32,
    /// Answer the next so many API calls with status 500.
    fail_calls: u32,
    /// Carry out the next so many writing calls, but never answer them.
    timeout_after_commit: u32,
    /// Take payments for sessions that have expired, as when a bank's answer comes after the end.
    late_payments: bool,
}

/// What a fault does to one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivering {
    AsUsual,
    Twice,
    Drop,
    /// Later, by so many microseconds.
    Delay(i64),
    BadSignature,
    OldTimestamp,
}

/// The faults that are switched on.
#[derive(Default)]
pub(crate) struct Faults {
    switches: Mutex<Switches>,
    /// Deliveries that were already put off once.
    delayed: Mutex<HashSet<i64>>,
}

impl Faults {
    pub(crate) fn show(&self) -> Switches {
        self.change(|switches| switches.clone())
    }

    pub(crate) fn replace(&self, new: Switches) {
        self.change(|switches| *switches = new);
    }

    pub(crate) fn reorders(&self) -> bool {
        self.change(|switches| switches.reorder)
    }

    pub(crate) fn takes_late_payments(&self) -> bool {
        self.change(|switches| switches.late_payments)
    }

    /// Whether this API call is to fail.
    pub(crate) fn fails_call(&self) -> bool {
        self.change(|switches| {
            let nth = take(&mut switches.fail_nth_call) && switches.fail_nth_call == 0;
            take(&mut switches.fail_calls) || nth
        })
    }

    /// Whether this call is to be carried out and then left without an answer.
    pub(crate) fn loses_answer(&self) -> bool {
        self.change(|switches| take(&mut switches.timeout_after_commit))
    }

    pub(crate) fn on_delivery(&self, seq: i64) -> Delivering {
        self.change(|switches| {
            if take(&mut switches.drop) {
                Delivering::Drop
            } else if switches.delay > 0 && self.is_first(seq) {
                Delivering::Delay(i64::from(switches.delay) * SECOND)
            } else if take(&mut switches.bad_signature) {
                Delivering::BadSignature
            } else if take(&mut switches.old_timestamp) {
                Delivering::OldTimestamp
            } else if switches.duplicate {
                Delivering::Twice
            } else {
                Delivering::AsUsual
            }
        })
    }

    fn is_first(&self, seq: i64) -> bool {
        self.delayed.lock().unwrap_or_else(PoisonError::into_inner).insert(seq)
    }

    fn change<T>(&self, work: impl FnOnce(&mut Switches) -> T) -> T {
        work(&mut self.switches.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts a switch down; whether it was on.
fn take(count: &mut u32) -> bool {
    let on = *count > 0;
    *count = count.saturating_sub(1);
    on
}
