//! Addresses are built from the settings alone: whatever host a request claims to be for appears
//! in no answer, no letter and nothing that Stripe is told.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::on_both_stages;
use super::stage::Stage;
use super::table::TABLE;

on_both_stages![a_forged_host_is_told_nobody];

const FORGED: &str = "evil.example";
/// Headers in which proxies, ours or others', tell the host that was asked for.
const HEADERS: [(&str, &str); 8] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-host", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "https://evil.example/"),
    ("forwarded", "for=192.0.2.1;host=evil.example;proto=https"),
    ("x-forwarded-proto", "https"),
];

async fn a_forged_host_is_told_nobody(stage: Stage) {
    let (mut complaints, mut done) = (Vec::new(), 0);
    for actor in &stage.actors {
        let is_asked =
            ["anonymous", "shopper A, browser", "artisan A, token"].contains(&actor.name);
        for described in TABLE.iter().filter(|it| is_asked && !it.is_endless) {
            let thing = match described.object {
                Some(object) => match stage.own(object, &actor.account).await {
                    Some(own) => Some(own),
                    None => stage.foreign(object, &actor.account).await,
                },
                None => None,
            };
            let call = stage.call(described, thing.as_deref()).await;
            let new =
                if described.spends_caller { Some(stage.somebody_like(actor).await) } else { None };
            let forge = |request: reqwest::RequestBuilder| {
                HEADERS.iter().fold(request, |all, (name, value)| all.header(*name, *value))
            };
            let answer = new.as_ref().unwrap_or(actor).begins(&call, forge).await;
            done += usize::from(answer.status().as_u16() < 400);
            let headers = format!("{:?}", answer.headers());
            let body = answer.text().await.unwrap_or_default();
            if headers.contains(FORGED) || body.contains(FORGED) {
                complaints.push(format!("{} by {}", described.route, actor.name));
            }
        }
    }
    stage.market.passes(0).await;
    let letters = server::mail::newest(&stage.market.state).await.unwrap();
    assert!(letters.len() >= 10, "letters were written");
    for letter in letters {
        if letter.subject.contains(FORGED) || letter.body.contains(FORGED) {
            complaints.push(format!("the letter “{}”", letter.subject));
        }
    }
    for path in ["/v1/checkout/sessions?limit=100", "/v1/accounts?limit=100"] {
        for object in stage.market.stripe_list(path).await {
            if object.to_string().contains(FORGED) {
                complaints.push(format!("Stripe: {path}"));
            }
        }
    }
    assert!(complaints.is_empty(), "told by:\n{}", complaints.join("\n"));
    assert!(done >= 120, "only {done} of the calls were answered");
    not_in_a_whole_address(&stage);
}

/// A request line may hold a whole address; its host is not believed either.
fn not_in_a_whole_address(stage: &Stage) {
    for path in ["/account", "/nowhere", "/listings/x", "/api/v1/me"] {
        let mut stream = TcpStream::connect(stage.market.address).unwrap();
        let request = format!(
            "GET http://{FORGED}{path} HTTP/1.1\r\nHost: {FORGED}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
        assert!(!answer.contains(FORGED), "{answer}");
    }
}
