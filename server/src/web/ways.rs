//! Where people go on from an address at which they met a problem.

use axum::http::{Method, Uri};

use crate::error::Error;

/// A page and what a link to it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// Its address.
    pub(crate) to: &'static str,
    /// What stands on the link.
    pub(crate) words: &'static str,
}

/// Addresses of what somebody has here, with the page to which all below them belongs; inner ones
/// stand first. What is not everybody's to know of, such as the pages of staff, is not among them.
const ROOMS: [(&str, Way); 19] = [
    ("/account/addresses", Way::new("/account/addresses", "Your addresses")),
    ("/account/email", SIGNING_IN),
    ("/account/factor", Way::new("/account/factor", "Second step of signing in")),
    ("/account/favourites", Way::new("/account/favourites", "Your favourites")),
    ("/account/orders", Way::new("/account/orders", "Your orders")),
    ("/account/password", SIGNING_IN),
    ("/account/privacy", Way::new("/account/privacy", "Your data")),
    ("/account/profile", Way::new("/account/profile", "Your profile")),
    ("/account/security", SIGNING_IN),
    ("/account", ACCOUNT),
    ("/device", SIGNING_IN),
    ("/logout", ACCOUNT),
    ("/verify-email", ACCOUNT),
    ("/login", Way::new("/login", "Sign in")),
    ("/sell/shop/pictures", Way::new("/sell/shop/pictures", "Pictures of your shop")),
    ("/sell/shop", Way::new("/sell/shop", "Your shop’s page")),
    ("/sell", Way::new("/sell", "Your shop")),
    ("/cart", CART),
    ("/checkout", CART),
];

const ACCOUNT: Way = Way::new("/account", "Your account");
const CART: Way = Way::new("/cart", "Your cart");
const SIGNING_IN: Way = Way::new("/account/security", "Signing in");

impl Way {
    /// A way to a page of ours.
    pub(crate) const fn new(to: &'static str, words: &'static str) -> Self {
        Self { to, words }
    }

    /// To the page where that can be mended which was in the way, if there is one.
    pub(super) const fn out_of(error: &Error) -> Option<Self> {
        match error {
            Error::FactorNeeded(_) => Some(Self::new("/account/factor", "Set the second step up")),
            Error::ShopNeeded => Some(Self::new("/sell", "Open a shop")),
            Error::ShopSuspended(_) => Some(Self::new("/sell", "Your shop")),
            _ => None,
        }
    }

    /// To the page that an address belongs to, or the one around it where that page itself was
    /// asked for.
    pub(super) fn from(method: &Method, uri: &Uri) -> Option<Self> {
        let path = uri.path();
        let around = ROOMS.iter().filter(|(room, _)| {
            path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let mut ways = around.map(|(_, way)| *way);
        ways.find(|way| way.to != path || *method == Method::POST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_to_what_is_around_and_never_in_a_circle() {
        let way = |method: &Method, path: &'static str| {
            Way::from(method, &Uri::from_static(path)).map(|way| way.to)
        };
        let (get, post) = (&Method::GET, &Method::POST);
        assert_eq!(way(post, "/account/addresses/adr_1/delete"), Some("/account/addresses"));
        assert_eq!(way(post, "/account/addresses"), Some("/account/addresses"));
        assert_eq!(way(get, "/account/addresses?x=1"), Some("/account"));
        assert_eq!(way(get, "/account/addressesque"), Some("/account"));
        assert_eq!(way(get, "/sell/shop"), Some("/sell"));
        assert_eq!(way(get, "/sell"), None);
        for elsewhere in ["/staff/shops/shp_1", "/listings/a-bowl", "/", "/seller"] {
            assert_eq!(way(get, elsewhere), None, "{elsewhere}");
        }
    }
}
