//! Headers that every answer carries, and who may keep a copy of it.

use super::actors::{Actor, Role};
use super::on_both_stages;
use super::stage::Stage;
use super::table::{Copies, Described, TABLE, Who};
use crate::market::Answer;
use crate::web::GUARD;

on_both_stages![public_pages_are_fit_for_a_cache];

/// What is wrong with the headers of an answer; `access.rs` asks this about every one.
pub(crate) fn complaints(described: &Described, actor: &Actor, answer: &Answer) -> Vec<String> {
    let mut complaints = guard(answer);
    let cache = answer.header("cache-control");
    if actor.role != Role::Anonymous && described.copies != Copies::Kept && cache != "no-store" {
        complaints.push(format!("a cache may keep what {} was answered: {cache}", actor.name));
    }
    complaints
}

/// Headers of the guard that are missing. A handler may send a stricter policy for referrers.
fn guard(answer: &Answer) -> Vec<String> {
    let differs = |(name, value): &(&str, &str)| {
        let is_stricter = *name == "referrer-policy" && answer.header(name) == "no-referrer";
        answer.header(name) != *value && !is_stricter
    };
    let mut missing: Vec<String> = GUARD
        .iter()
        .filter(|guard| differs(guard))
        .map(|(name, _)| format!("{name} reads “{}”", answer.header(name)))
        .collect();
    if answer.header("x-request-id").len() != 36 {
        missing.push("the answer does not name its request".to_owned());
    }
    missing
}

/// Two strangers get the same page, with no cookie, which caches may keep; nothing on it is of
/// anybody who is signed in. What is not public says so.
async fn public_pages_are_fit_for_a_cache(stage: Stage) {
    let mut complaints = Vec::new();
    let mut public = 0;
    for described in TABLE.iter().filter(|described| described.method() == "GET") {
        let thing = match described.object {
            Some(object) => stage.own(object, "Ana").await.or(stage.own(object, "Ines").await),
            None => None,
        };
        let call = stage.call(described, thing.as_deref()).await;
        let [first, second] = [stage.market.visitor(), stage.market.visitor()];
        let (first, second) = (first.gets(&call.path).await, second.gets(&call.path).await);
        let cache = first.header("cache-control");
        let may_keep = cache.contains("public") || described.copies == Copies::Kept;
        let should = described.who == Who::Anybody
            && first.status == 200
            && described.copies != Copies::None;
        if may_keep != should {
            complaints.push(format!("{}: {} with {cache}", described.route, first.status));
        }
        if may_keep {
            public += 1;
            if first.body != second.body || !first.header("set-cookie").is_empty() {
                complaints.push(format!("{}: not the same for everybody", described.route));
            }
            for secret in ["ana@example.org", "ben@example.org", "Kirchgasse"] {
                if first.body.contains(secret) {
                    complaints.push(format!("{}: tells {secret}", described.route));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(public >= 15, "only {public} public pages found");
}
