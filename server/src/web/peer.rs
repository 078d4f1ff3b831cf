//! Where a request comes from, for counting attempts.
//!
//! Anybody can write `X-Forwarded-For`, so it is believed only as far as proxies of our own wrote
//! it: each appends the address that it was called from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::config::Networks;
use crate::error::Error;
use crate::state::AppState;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// In every request: the other end of its connection, which may be a proxy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connected(pub(super) SocketAddr);

/// Who sent the request, as far as that can be believed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(IpAddr);

impl Peer {
    /// Its network address.
    pub(crate) const fn ip(self) -> IpAddr {
        self.0
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let connected = parts.extensions.get::<Connected>();
        let connected =
            connected.ok_or_else(|| Error::internal("a request without a connection"))?;
        Ok(Self(sender(connected.0.ip(), &parts.headers, &state.config.trusted_proxies)))
    }
}

/// Walks from the connection back through the proxies that are trusted; the first address that is
/// none of them sent the request. What stands further left was written by that sender.
fn sender(connected: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let told: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .collect();
    let mut sender = connected.to_canonical();
    for address in told.into_iter().rev() {
        if !trusted.contain(sender) {
            break;
        }
        let Some(before) = read(address.trim()) else { break };
        sender = before;
    }
    sender
}

/// An address as proxies write it: some add the port.
fn read(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is believed to have sent a request that came from `connected` with these lines.
    fn believed(trusted: &str, connected: &str, lines: &[&str]) -> String {
        let trusted: Networks = trusted.parse().unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        sender(connected.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(believed("", "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(believed("10.0.0.0/8", "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(believed("192.0.2.1", "192.0.2.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(believed("192.0.2.1", "192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_sent_it() {
        let trusted = "10.0.0.0/8, 2001:db8::/32";
        let lines = ["198.51.100.1, 203.0.113.9", "10.0.0.2,2001:db8::5"];
        assert_eq!(believed(trusted, "10.0.0.1", &lines), "203.0.113.9");
        assert_eq!(believed(trusted, "::ffff:10.0.0.1", &["[2001:db9::1]:443"]), "2001:db9::1");
        assert_eq!(believed(trusted, "10.0.0.1", &["203.0.113.9:80"]), "203.0.113.9");
        assert_eq!(believed(trusted, "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn what_is_no_address_ends_the_walk() {
        for junk in ["unknown", "", "203.0.113.9, ", "203.0.113.9, _hidden", "' OR 1=1"] {
            assert_eq!(believed("10.0.0.0/8", "10.0.0.1", &[junk]), "10.0.0.1", "{junk}");
        }
    }
}
