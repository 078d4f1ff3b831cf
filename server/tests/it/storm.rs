//! Many logins at once: the shop stays open and quick, and what is too much is told to come back.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::market::{Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    two_hundred_and_forty_logins_at_once_leave_the_shop_quick,
    whoever_finds_no_place_is_told_to_come_back,
];

const LOGINS: u8 = 240;
/// So many come from one address, few enough not to be slowed down for that.
const FROM_ONE: u8 = 10;
/// Pages looked at before a storm, and again after it, to know what is usual.
const USUAL: usize = 250;
/// Storms, each with addresses of its own. Other programs on the machine can only make a storm look
/// worse than it is, so the best one counts.
const STORMS: u8 = 3;
/// Memory that a storm may take, at its height.
const MEMORY: usize = 64 * 1024 * 1024;

/// Browsers at one address each, on the loopback.
fn browsers(storm: u8) -> Vec<reqwest::Client> {
    let at = |last: u8| IpAddr::V4(Ipv4Addr::new(127, 0, storm, last));
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

fn is_served_or_told_to_come_back((status, wait): &(u16, Option<String>)) -> bool {
    *status == 422 || (*status == 503 && wait.as_deref() == Some("2"))
}

/// How long a page took.
async fn looks(visitor: &Person) -> Duration {
    let asked = Instant::now();
    assert_eq!(visitor.gets("/").await.status, 200);
    asked.elapsed()
}

/// The time that all but one of a hundred stay below.
fn slowest_but_one_percent(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() - 1 - times.len() / 100]
}

/// A number of `/proc/self/status`, in bytes: what the process holds, or held at its height.
fn held(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the number");
    let kib = line.split_whitespace().next().expect("a number").parse::<usize>().expect("KiB");
    kib * 1024
}

/// What came of a storm.
struct Storm {
    answers: Vec<(u16, Option<String>)>,
    usual: Duration,
    meanwhile: Duration,
    looked: usize,
}

/// Everybody signs in at once, while somebody looks at pages.
async fn breaks_loose(market: &Market, number: u8) -> Storm {
    let (over, visitor, browsers) = (AtomicBool::new(false), market.visitor(), browsers(number));
    let mut usual = Vec::new();
    for _ in 0..USUAL {
        usual.push(looks(&visitor).await);
    }
    let storm = async {
        let from = browsers.iter().cycle();
        let logins = (0..LOGINS).zip(from).map(|(number, from)| signs_in(market, from, number));
        let answers = futures_util::future::join_all(logins).await;
        over.store(true, Ordering::SeqCst);
        answers
    };
    let shopping = async {
        let mut times = Vec::new();
        while !over.load(Ordering::SeqCst) {
            times.push(looks(&visitor).await);
        }
        times
    };
    let (answers, times) = tokio::join!(storm, shopping);
    for _ in 0..USUAL {
        usual.push(looks(&visitor).await);
    }
    let looked = times.len();
    let [usual, meanwhile] = [usual, times].map(slowest_but_one_percent);
    Storm { answers, usual, meanwhile, looked }
}

async fn two_hundred_and_forty_logins_at_once_leave_the_shop_quick(market: Market) {
    market.register("Ana").await;
    let before = held("VmRSS:");
    let mut storms = Vec::new();
    for number in 1..=STORMS {
        let hashes = market.state.passwords.hashes();
        let Storm { answers, usual, meanwhile, looked } = breaks_loose(&market, number).await;
        assert_eq!(answers.len(), usize::from(LOGINS), "everybody tried and was answered");
        assert!(answers.iter().all(is_served_or_told_to_come_back), "{answers:?}");
        let served = answers.iter().filter(|(status, _)| *status == 422).count();
        assert!((1..usize::from(LOGINS)).contains(&served), "{served} of {LOGINS} were served");
        let hashed = market.state.passwords.hashes() - hashes;
        assert_eq!(hashed, u64::try_from(served).unwrap(), "a hash for each who was served");
        assert!(looked >= 50, "only {looked} pages were looked at meanwhile");
        storms.push((meanwhile, usual));
        if meanwhile <= usual * 2 {
            break;
        }
    }
    let quick = storms.iter().any(|(meanwhile, usual)| *meanwhile <= *usual * 2);
    assert!(quick, "slower than twice the usual: {storms:?}");
    let taken = held("VmHWM:").saturating_sub(before);
    assert!(taken < MEMORY, "{} MiB", taken >> 20);

    let email = email_of("Ana");
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(market.visitor().submits("/login", &form).await.status, 303, "then it is calm");
}

/// Every place is taken, and taken again at once.
async fn whoever_finds_no_place_is_told_to_come_back(market: Market) {
    let passwords = &market.state.passwords;
    let crowd = futures_util::future::join_all((0..passwords.room()).map(|_| async {
        loop {
            if passwords.verify("some long password", None).await.is_err() {
                tokio::task::yield_now().await;
            }
        }
    }));
    let browser = &browsers(1)[0];
    let logins = (0..FROM_ONE).map(|number| signs_in(&market, browser, number));
    let answers = tokio::select! {
        answers = futures_util::future::join_all(logins) => answers,
        _ = crowd => unreachable!("it never ends"),
    };
    assert!(answers.iter().all(is_served_or_told_to_come_back), "{answers:?}");
    assert!(answers.iter().any(|(status, _)| *status == 503), "{answers:?}");
}
