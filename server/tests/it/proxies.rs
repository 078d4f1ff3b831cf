//! Who is taken for the sender of a request when proxies stand between.

use reqwest::Method;
use serde_json::json;

use crate::market::{Engine, Market, on_both_engines};

on_both_engines![a_spoofed_sender_is_not_believed];

/// Terminals that one network may announce without a wait.
const FREE: usize = 30;

/// Asks for a device login, as if forwarded for somebody.
async fn announces(market: &Market, forwarded_for: &str) -> u16 {
    let terminal = json!({ "name": "laptop" });
    let complete = |request: reqwest::RequestBuilder| {
        request.header("x-forwarded-for", forwarded_for).json(&terminal)
    };
    market.visitor().sends(Method::POST, "/api/v1/device/codes", complete).await.status
}

async fn behind(networks: &'static str) -> Market {
    Market::start_with(Engine::Sqlite, |config| {
        config.trusted_proxies = networks.parse().unwrap();
    })
    .await
}

async fn a_spoofed_sender_is_not_believed(market: Market) {
    for attempt in 0..FREE {
        assert_eq!(announces(&market, &format!("203.0.113.{attempt}")).await, 201);
    }
    assert_eq!(announces(&market, "203.0.113.200").await, 429, "all came from one address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_not_trusted_is_not_believed_either() {
    let market = behind("192.0.2.0/24, 2001:db8::/32").await;
    for attempt in 0..FREE {
        assert_eq!(announces(&market, &format!("203.0.113.{attempt}")).await, 201);
    }
    assert_eq!(announces(&market, "203.0.113.200").await, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_tells_people_apart() {
    let market = behind("127.0.0.0/8, 10.0.0.0/8").await;
    for attempt in 0..FREE {
        // What stands further left was written by the sender and changes nothing.
        let spoofed = format!("198.51.100.{attempt}, 203.0.113.7, 10.0.0.2");
        assert_eq!(announces(&market, &spoofed).await, 201);
    }
    assert_eq!(announces(&market, "198.51.100.99, 203.0.113.7").await, 429, "one sender");
    assert_eq!(announces(&market, "203.0.113.8").await, 201, "another one");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_customer_of_ipv6_is_one_sender() {
    let market = behind("127.0.0.1").await;
    for attempt in 0..FREE {
        assert_eq!(announces(&market, &format!("2001:db8:1:2::{attempt:x}")).await, 201);
    }
    assert_eq!(announces(&market, "2001:db8:1:2:ffff::1").await, 429, "the same /64");
    assert_eq!(announces(&market, "2001:db8:1:3::1").await, 201, "the next /64");
}
