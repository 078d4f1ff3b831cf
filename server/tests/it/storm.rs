//! Many logins at once: the shop stays open, and what is too much is told to come back.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::market::{Market, PASSWORD, email_of, on_both_engines};

on_both_engines![
    two_hundred_and_forty_logins_at_once_leave_the_shop_open,
    whoever_finds_no_place_is_told_to_come_back,
];

const LOGINS: u8 = 240;
/// So many come from one address, few enough not to be slowed down for that.
const FROM_ONE: u8 = 10;
/// What one hash needs: 19 MiB, as `accounts::password` asks for.
const HASH_BYTES: usize = 19 * 1024 * 1024;
/// So many may wait for a core, as `accounts::password` lets them.
const QUEUE: usize = 32;

/// Browsers at one address each, on the loopback.
fn browsers() -> Vec<reqwest::Client> {
    let at = |last: u8| IpAddr::V4(Ipv4Addr::new(127, 0, 1, last));
    let client = |last| reqwest::Client::builder().local_address(at(last)).no_proxy().build();
    (1..=LOGINS / FROM_ONE).map(|last| client(last).unwrap()).collect()
}

/// A login of somebody unknown, which is as much work as one of somebody known.
async fn signs_in(market: &Market, from: &reqwest::Client, number: u8) -> (u16, Option<String>) {
    let form = [("email", format!("guest-{number}@example.org")), ("password", PASSWORD.into())];
    let request = from.post(format!("http://{}/login", market.address));
    let answer = request.header("sec-fetch-site", "same-origin").form(&form).send().await.unwrap();
    let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
    (answer.status().as_u16(), wait)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn is_served_or_told_to_come_back((status, wait): &(u16, Option<String>)) -> bool {
    *status == 422 || (*status == 503 && wait.as_deref() == Some("2"))
}

async fn two_hundred_and_forty_logins_at_once_leave_the_shop_open(market: Market) {
    market.register("Ana").await;
    let over = AtomicBool::new(false);
    let browsers = browsers();
    let storm = async {
        let from = browsers.iter().cycle();
        let logins = (0..LOGINS).zip(from).map(|(number, from)| signs_in(&market, from, number));
        let answers = futures_util::future::join_all(logins).await;
        over.store(true, Ordering::SeqCst);
        answers
    };
    let shopping = async {
        let (visitor, mut meanwhile) = (market.visitor(), 0);
        while !over.load(Ordering::SeqCst) {
            assert_eq!(visitor.gets("/").await.status, 200);
            meanwhile += usize::from(!over.load(Ordering::SeqCst));
        }
        meanwhile
    };
    let (answers, meanwhile) = tokio::join!(storm, shopping);

    assert!(answers.iter().all(is_served_or_told_to_come_back), "{answers:?}");
    assert!(answers.iter().any(|(status, _)| *status == 422), "those who have a place are served");
    assert!(meanwhile > 0, "pages were shown all the while");
    let reserved = market.state.passwords.reserved_bytes();
    assert!(reserved <= cores() * HASH_BYTES, "{reserved} bytes for {} cores", cores());

    let email = email_of("Ana");
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(market.visitor().submits("/login", &form).await.status, 303, "then it is calm");
}

/// Every place is taken, and taken again at once.
async fn whoever_finds_no_place_is_told_to_come_back(market: Market) {
    let crowd = futures_util::future::join_all((0..cores() + QUEUE).map(|_| async {
        loop {
            if market.state.passwords.verify("some long password", None).await.is_err() {
                tokio::task::yield_now().await;
            }
        }
    }));
    let browser = &browsers()[0];
    let logins = (0..FROM_ONE).map(|number| signs_in(&market, browser, number));
    let answers = tokio::select! {
        answers = futures_util::future::join_all(logins) => answers,
        _ = crowd => unreachable!("it never ends"),
    };
    assert!(answers.iter().all(is_served_or_told_to_come_back), "{answers:?}");
    assert!(answers.iter().any(|(status, _)| *status == 503), "{answers:?}");
}
