//! The log of what one did is whole: every route that changes something leaves a line in it, or the
//! page of the log names what it does among what is not listed.

use std::path::Path;

use api::audit::UNTOLD;
use reqwest::Method;
use server::db::Sql;

use super::call::{Call, Content};
use super::on_both_stages;
use super::stage::Stage;
use super::table::{ELSEWHERE, TABLE, Who};

on_both_stages![whatever_is_done_is_in_the_log_or_named_beside_it];

/// Routes that leave no line, and words of [`UNTOLD`] that name what they do.
const UNLOGGED: &[(&str, &str)] = &[
    ("POST /account/factor", "a second step being set up"),
    ("POST /account/favourites/{listing}", "marked with a heart"),
    ("POST /api/v1/device/codes", "a terminal asking in"),
    ("POST /api/v1/edits/{id}/plan", "parts of plans"),
    ("POST /api/v1/images", "that are sent"),
    ("POST /api/v1/images/known", "that are sent"),
    ("POST /api/v1/imports/{id}/rows", "parts of plans"),
    ("POST /api/v1/me/factor", "a second step being set up"),
    ("POST /api/v1/password/forgot", "letters asked for"),
    ("POST /cart/lines", "put into a cart"),
    ("POST /cart/lines/{variant}", "put into a cart"),
    ("POST /listings/{slug}", "put into a cart"),
    ("POST /password/forgot", "letters asked for"),
    ("POST /sim/checkout/{session}", "the pages of Stripe"),
    ("POST /sim/checkout/{session}/challenge", "the pages of Stripe"),
    ("POST /sim/onboard/{account}", "the pages of Stripe"),
    ("POST /verify-email/send", "letters asked for"),
];

/// Only in a demo, and about nobody: the clock of the simulated Stripe.
const DEMO: &str = "POST /api/v1/simulator/clock";

/// Nobody on the stage has a second step to turn off or a shop to connect: looked for in these files.
const DONE_BEFORE: [&str; 3] =
    ["POST /account/factor/off", "POST /api/v1/shop/onboarding", "POST /sell/onboarding"];

/// Files whose tests look into the log for what is asked for elsewhere, with what they have in common.
const LOOKED_INTO: [&str; 3] = ["audit.rs", "authenticator.rs", "own_log.rs"];

/// Lines about what people did, rather than the market by itself.
const LINES: Sql = Sql {
    sqlite: "SELECT COUNT(*) FROM audit_entries WHERE role <> 'system'",
    postgres: "SELECT COUNT(*) FROM audit_entries WHERE role <> 'system'",
};

fn untold(route: &str) -> Option<&'static str> {
    UNLOGGED.iter().find(|(unlogged, _)| *unlogged == route).map(|(_, words)| *words)
}

async fn lines(stage: &Stage) -> i64 {
    let (count,): (i64,) = stage.market.state.db.read(LINES).one().await.unwrap();
    count
}

async fn whatever_is_done_is_in_the_log_or_named_beside_it(stage: Stage) {
    let mut complaints = Vec::new();
    let cast = [
        "anonymous",
        "shopper A, browser",
        "artisan A, browser",
        "artisan A, token",
        "staff, browser",
    ];
    let people: Vec<_> = cast.iter().map(|name| stage.actor(name)).collect();
    let writes = TABLE.iter().filter(|it| !it.reads() && it.who != Who::Stripe && it.route != DEMO);
    for described in writes {
        let mut is_noted = false;
        for actor in &people {
            let thing = match described.object {
                Some(object) => match stage.own(object, &actor.account).await {
                    Some(own) => Some(own),
                    None => continue,
                },
                None => None,
            };
            let new =
                if described.spends_caller { Some(stage.somebody_like(actor).await) } else { None };
            let actor = new.as_ref().unwrap_or(actor);
            let call = stage.call_by(&actor.account, described, thing.as_deref()).await;
            let before = lines(&stage).await;
            actor.asks(&call, described.is_endless).await;
            is_noted |= lines(&stage).await > before;
        }
        match (is_noted, untold(described.route)) {
            (false, None) if DONE_BEFORE.contains(&described.route) => {}
            (false, None) => complaints.push(missing(described.route)),
            (true, Some(_)) => {
                complaints.push(format!("{} is in UNLOGGED, but leaves a line", described.route));
            }
            _ => {}
        }
    }
    complaints.extend(elsewhere());
    let path = "/account/privacy/log".to_owned();
    let log = Call { method: Method::GET, path, body: Content::Nothing };
    let page = stage.actor("shopper A, browser").asks(&log, false).await.words();
    let unsaid = UNLOGGED.iter().filter(|(_, words)| !page.contains(*words));
    complaints
        .extend(unsaid.map(|(route, words)| format!("{route}: the page does not say “{words}”")));
    let spare =
        UNTOLD.iter().filter(|told| !UNLOGGED.iter().any(|(_, words)| told.contains(words)));
    complaints.extend(spare.map(|told| format!("“{told}” names no route")));
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn missing(route: &str) -> String {
    format!(
        "{route} changes something and leaves no line in the log: note it in its transaction \
         (`audit::note`), or name it in api::audit::UNTOLD and in UNLOGGED of logged.rs"
    )
}

/// Routes that leave lines elsewhere, and that no file there asks for.
fn elsewhere() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let texts: String = LOOKED_INTO
        .iter()
        .map(|file| std::fs::read_to_string(folder.join(file)).unwrap())
        .collect();
    let writes = ELSEWHERE.iter().map(|(route, _)| *route).filter(|it| !it.starts_with("GET "));
    let unseen = writes.chain(DONE_BEFORE).filter(|route| {
        let path = route.split(' ').nth(1).unwrap();
        let start = path.split('{').next().unwrap();
        let end = if path.contains('{') { "" } else { "\"" };
        untold(route).is_none() && !texts.contains(&format!("{start}{end}"))
    });
    unseen.map(missing).collect()
}
