//! How far a token reaches: one table from method and path to the scope that is needed. What the
//! table does not know needs a token without limits, so a new route is closed until it is listed.

use api::sign_in::Scope;

/// What a request needs of the token that it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any token: to learn whose it is and to give it back.
    Any,
    /// A token with this scope.
    One(Scope),
    /// A token without limits.
    Everything,
}

/// First parts of paths below `/api/v1/`, with the scopes to read and to write.
const PARTS: [(&str, Scope, Scope); 22] = [
    ("listings", Scope::ListingsRead, Scope::ListingsWrite),
    ("images", Scope::ListingsRead, Scope::ListingsWrite),
    ("imports", Scope::ListingsRead, Scope::ListingsWrite),
    ("edits", Scope::ListingsRead, Scope::ListingsWrite),
    ("attributes", Scope::ListingsRead, Scope::ListingsWrite),
    ("categories", Scope::ListingsRead, Scope::ListingsWrite),
    ("orders", Scope::OrdersRead, Scope::OrdersWrite),
    ("messages", Scope::OrdersRead, Scope::OrdersWrite),
    ("reviews", Scope::OrdersRead, Scope::OrdersWrite),
    ("today", Scope::OrdersRead, Scope::OrdersWrite),
    ("events", Scope::OrdersRead, Scope::OrdersWrite),
    ("payouts", Scope::PayoutsRead, Scope::PayoutsWrite),
    ("ledger", Scope::PayoutsRead, Scope::PayoutsWrite),
    ("statements", Scope::PayoutsRead, Scope::PayoutsWrite),
    ("shop", Scope::ShopRead, Scope::ShopWrite),
    ("me", Scope::ProfileRead, Scope::ProfileWrite),
    ("account", Scope::ProfileRead, Scope::ProfileWrite),
    ("profile", Scope::ProfileRead, Scope::ProfileWrite),
    ("addresses", Scope::ProfileRead, Scope::ProfileWrite),
    ("favourites", Scope::ProfileRead, Scope::ProfileWrite),
    ("sessions", Scope::ProfileRead, Scope::ProfileWrite),
    ("privacy", Scope::ProfileRead, Scope::ProfileWrite),
];

/// What a request needs. Asking Stripe anew and asking which pictures are known are questions,
/// whatever their method.
pub(crate) fn needed(method: &str, path: &str) -> Need {
    let Some(rest) = path.strip_prefix("/api/v1/") else { return Need::Everything };
    let reads = matches!(method, "GET" | "HEAD");
    match (reads, rest) {
        (true, "me") | (false, "tokens/current") => return Need::Any,
        (false, "payouts/reconcile") => return Need::One(Scope::PayoutsRead),
        // A copy of everything, the end of it all, and tokens that might reach further.
        (_, "profile/export") | (false, "profile/erasure" | "me/tokens") => {
            return Need::Everything;
        }
        (false, "images/known") => return Need::One(Scope::ListingsRead),
        _ => {}
    }
    let first = rest.split('/').next().unwrap_or_default();
    let known = PARTS.iter().find(|(part, _, _)| *part == first);
    known.map_or(Need::Everything, |(_, read, write)| Need::One(if reads { *read } else { *write }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_writing_are_told_apart() {
        let cases = [
            ("GET", "/api/v1/orders", Need::One(Scope::OrdersRead)),
            ("HEAD", "/api/v1/orders/7K39QF2M-1", Need::One(Scope::OrdersRead)),
            ("POST", "/api/v1/orders/7K39QF2M-1/ship", Need::One(Scope::OrdersWrite)),
            ("POST", "/api/v1/payouts/reconcile", Need::One(Scope::PayoutsRead)),
            ("DELETE", "/api/v1/sessions", Need::One(Scope::ProfileWrite)),
            ("GET", "/api/v1/me", Need::Any),
            ("GET", "/api/v1/profile/log", Need::One(Scope::ProfileRead)),
            ("GET", "/api/v1/profile/export", Need::Everything),
            ("GET", "/api/v1/profile/erasure", Need::One(Scope::ProfileRead)),
            ("POST", "/api/v1/profile/erasure", Need::Everything),
            ("POST", "/api/v1/me/password", Need::One(Scope::ProfileWrite)),
            ("GET", "/api/v1/me/sign-in", Need::One(Scope::ProfileRead)),
            ("POST", "/api/v1/me/factor", Need::One(Scope::ProfileWrite)),
            ("POST", "/api/v1/me/tokens", Need::Everything),
            ("DELETE", "/api/v1/tokens/current", Need::Any),
            ("POST", "/api/v1/tokens", Need::Everything),
            ("GET", "/api/v1/orderssss", Need::Everything),
            ("GET", "/api/v1/", Need::Everything),
            ("GET", "/api/v1/simulator/clock", Need::Everything),
            ("GET", "/account", Need::Everything),
        ];
        for (method, path, need) in cases {
            assert_eq!(needed(method, path), need, "{method} {path}");
        }
    }
}
