//! Errors as RFC 9457 problems with a closed code.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;

text_enum! {
    /// What went wrong, for programs. Closed: a new code is a change of this list.
    Code {
        /// No such object, or none of yours.
        NotFound = "not_found",
        /// Nobody is signed in, or the token is spent.
        Unauthenticated = "unauthenticated",
        /// Signed in, but not for this.
        Forbidden = "forbidden",
        /// The password has to be given again first.
        PasswordNeeded = "password_needed",
        /// The password was right; the code of the second step is needed as well.
        CodeNeeded = "code_needed",
        /// The second step of signing in has to be turned on first.
        FactorNeeded = "factor_needed",
        /// Signed in, but without the shop that this is about.
        ShopNeeded = "shop.needed",
        /// The shop is suspended; the detail holds the reason.
        ShopSuspended = "shop.suspended",
        /// A field holds something that cannot be used.
        Invalid = "invalid",
        /// Changed elsewhere, or already done.
        Conflict = "conflict",
        /// Too large a body.
        TooLarge = "too_large",
        /// Slow down.
        RateLimited = "rate_limited",
        /// Try again later; nothing was changed.
        Unavailable = "unavailable",
        /// Our fault; the request id helps us find it.
        Internal = "internal",
        /// The device login still waits for approval in the browser.
        DevicePending = "device.pending",
        /// The device login was refused in the browser.
        DeviceDenied = "device.denied",
        /// The device login took too long.
        DeviceExpired = "device.expired",
    }
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// The closed code.
    pub code: Code,
    /// A sentence for the person who asked: what, where, and the remedy.
    pub detail: String,
    /// The field at fault, in dotted form, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Names the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
