//! Webhooks: verified on the raw bytes, noted once, answered at once; a job does the rest.

use api::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

/// How old or how far ahead a signature may be, in seconds. Stripe's libraries use the same.
const TOLERANCE_SECONDS: i64 = 300;

/// Which endpoint an event came to; each has a secret of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Events of our own account.
    Platform,
    /// Events of connected accounts.
    Connect,
}

/// What we read of an event. Everything else is asked of Stripe anew, because events come late,
/// twice and out of order.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    /// `evt_…`.
    pub(crate) id: String,
    /// `checkout.session.completed`, …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The connected account, at the connect endpoint.
    #[serde(default)]
    pub(crate) account: Option<String>,
    /// When Stripe made it.
    pub(crate) created: i64,
    /// Whether it is about real money.
    pub(crate) livemode: bool,
    /// What it is about.
    pub(crate) data: EventData,
}

/// The object of an event.
#[derive(Debug, Deserialize)]
pub(crate) struct EventData {
    /// The object.
    pub(crate) object: EventObject,
}

/// The id of the object.
#[derive(Debug, Deserialize)]
pub(crate) struct EventObject {
    /// `cs_…`, `ch_…`, `po_…`; some objects have none.
    #[serde(default)]
    pub(crate) id: String,
}

/// Why a delivery is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forged {
    /// No or a malformed header.
    #[error("the Stripe-Signature header is missing or malformed")]
    Header,
    /// Too old, or from the future.
    #[error("the signature is more than five minutes away from this clock")]
    Time,
    /// Signed with another secret, or changed on the way.
    #[error("the signature does not fit")]
    Signature,
}

/// Checks `Stripe-Signature: t=…,v1=…[,v1=…]` over the raw bytes.
/// <https://docs.stripe.com/webhooks#verify-manually>
pub(crate) fn verify(
    payload: &[u8],
    header: &str,
    secret: &str,
    now: Timestamp,
) -> Result<(), Forged> {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => signed_at = seconds.parse::<i64>().ok(),
            Some(("v1", digits)) => signatures.extend(hex::decode(digits)),
            _ => {}
        }
    }
    let signed_at = signed_at.ok_or(Forged::Header)?;
    if signatures.is_empty() {
        return Err(Forged::Header);
    }
    if now.seconds().abs_diff(signed_at) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(Forged::Time);
    }
    if secret.is_empty() {
        // Everybody knows it.
        return Err(Forged::Signature);
    }
    let mut expected =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Forged::Signature)?;
    expected.update(format!("{signed_at}.").as_bytes());
    expected.update(payload);
    // verify_slice compares in constant time.
    let fits = signatures.iter().any(|signature| expected.clone().verify_slice(signature).is_ok());
    if fits { Ok(()) } else { Err(Forged::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_test";

    fn signed(payload: &[u8], at: i64, secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.").as_bytes());
        mac.update(payload);
        format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn only_fresh_untouched_deliveries_with_our_secret_pass() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let good = signed(b"{}", 1_800_000_000, SECRET);
        assert_eq!(verify(b"{}", &good, SECRET, now), Ok(()));
        assert_eq!(verify(b"{ }", &good, SECRET, now), Err(Forged::Signature));
        assert_eq!(verify(b"{}", &good, "whsec_other", now), Err(Forged::Signature));
        assert_eq!(verify(b"{}", &good, SECRET, now.plus_seconds(301)), Err(Forged::Time));
        assert_eq!(verify(b"{}", &good, SECRET, now.plus_seconds(-301)), Err(Forged::Time));
        let open_to_all = signed(b"{}", 1_800_000_000, "");
        assert_eq!(verify(b"{}", &open_to_all, "", now), Err(Forged::Signature));
        assert_eq!(verify(b"{}", "", SECRET, now), Err(Forged::Header));
        assert_eq!(verify(b"{}", "t=1800000000", SECRET, now), Err(Forged::Header));
    }

    #[test]
    fn while_a_secret_is_rolled_over_either_signature_will_do() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let old = signed(b"{}", 1_800_000_000, "whsec_old");
        let new = signed(b"{}", 1_800_000_000, SECRET);
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert_eq!(verify(b"{}", &both, SECRET, now), Ok(()));
    }
}
