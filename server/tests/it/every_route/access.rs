//! Who may do what: every route, asked for by everybody, about things that are their own,
//! somebody else's and nobody's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use api::Problem;
use api::problem::Code;
use insta::assert_snapshot;

use super::actors::{Actor, Door, Role};
use super::call::Call;
use super::contents::Contents;
use super::on_both_stages;
use super::source;
use super::stage::Stage;
use super::table::{Body, Described, ELSEWHERE, TABLE, Token, Who};
use crate::market::Answer;

on_both_stages![nobody_may_do_what_is_not_theirs];

/// Whose thing a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// The caller's, or everybody's, or nothing at all.
    Own,
    Foreign,
    Absent,
}

/// What must come of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It is done: 2xx, or a redirect to somewhere else than the login.
    Done,
    /// 401, or on a page a redirect to the login; a form of texts comes back with the login.
    SignInFirst,
    /// 403.
    Forbidden,
    /// 403, because the password is not enough for somebody with a second step.
    CodeNeeded,
    /// 403, with the reason of the suspension.
    Suspended,
    /// 404, the same for foreign and absent things.
    NotFound,
    /// 409, or on a page the form again: it was done before, or is not undone.
    DoneBefore,
    /// 422: not signed by Stripe.
    Unsigned,
}

/// Who may do what, decided once for pages, JSON, cookies and tokens.
fn outcome(described: &Described, role: Role, whose: Whose) -> Outcome {
    match (described.who, role) {
        (Who::Stripe, _) => return Outcome::Unsigned,
        (Who::Staff, Role::Staff) | (Who::Anybody, _) => {}
        (Who::Staff, _) => return Outcome::NotFound,
        (_, Role::Reader) if !is_for_readers(described) => return Outcome::Forbidden,
        (Who::SignedIn | Who::Artisans | Who::Shopless, Role::Anonymous) => {
            return Outcome::SignInFirst;
        }
        (Who::Artisans, Role::Shopper | Role::Staff) => return Outcome::Forbidden,
        (Who::Artisans, Role::Suspended) if !(described.reads() || described.goes_on) => {
            return Outcome::Suspended;
        }
        (Who::Shopless, Role::Artisan | Role::Suspended) => return Outcome::DoneBefore,
        (_, Role::Staff) if described.route == KEPT_BY_STAFF => return Outcome::DoneBefore,
        (_, Role::Staff) if described.route == REFUSED_TO_STAFF => return Outcome::Forbidden,
        (_, Role::Staff) if WITH_A_CODE.contains(&described.route) => return Outcome::CodeNeeded,
        _ => {}
    }
    match whose {
        Whose::Own => Outcome::Done,
        Whose::Foreign | Whose::Absent => Outcome::NotFound,
    }
}

/// Whoever brings the cookie of a session that is no more, and sends a form to what is not there for
/// strangers, is asked who she is: there as at every address that is not there.
fn is_asked_who(described: &Described, actor: &Actor) -> bool {
    described.who == Who::Staff
        && matches!(described.body, Body::Form(_))
        && [Door::TokenAsCookie, Door::Unreadable].contains(&actor.door)
}

/// What a token is enough for that may only read.
fn is_for_readers(described: &Described) -> bool {
    let reads = described.reads() && described.path().starts_with("/api/v1/");
    match described.token {
        Token::ByMethod => reads,
        Token::Reading => true,
        Token::Whole => false,
    }
}

/// Staff keep the second step, so this brings them the form again.
const KEPT_BY_STAFF: &str = "POST /account/factor/off";
/// And this says so.
const REFUSED_TO_STAFF: &str = "POST /api/v1/me/factor/off";
/// What takes a code besides the password; of everybody here only staff have a second step.
const WITH_A_CODE: [&str; 2] = ["POST /api/v1/me/factor", "POST /api/v1/me/tokens"];

impl Outcome {
    fn complaint(self, described: &Described, answer: &Answer) -> Option<String> {
        let is_api = described.is_api();
        let to_login = answer.location() == "/login?news=lost"
            || answer.location().starts_with("/login?next=");
        let fits = match (self, answer.status) {
            (Self::Done, 200..=299) => true,
            (Self::Done, 303 | 307 | 308) => !to_login,
            (Self::SignInFirst, 401) if is_api => code(answer) == Some(Code::Unauthenticated),
            (Self::SignInFirst, 401) => answer.body.contains("name=\"unsaved\""),
            (Self::SignInFirst, 303) => !is_api && to_login,
            (Self::CodeNeeded, 403) => code(answer) == Some(Code::CodeNeeded),
            (Self::Forbidden, 403) => {
                !is_api || matches!(code(answer), Some(Code::Forbidden | Code::ShopNeeded))
            }
            (Self::Suspended, 403) => {
                let told = answer.body.contains("Factory goods");
                told && (!is_api || code(answer) == Some(Code::ShopSuspended))
            }
            (Self::NotFound, 404) => !is_api || code(answer) == Some(Code::NotFound),
            (Self::DoneBefore, 409) => is_api,
            (Self::DoneBefore, 422) => !is_api,
            (Self::Unsigned, 422) => code(answer) == Some(Code::Invalid),
            _ => false,
        };
        let told = answer.body.chars().take(300).collect::<String>();
        (!fits)
            .then(|| format!("{self:?} expected, {} {}: {told}", answer.status, answer.location()))
    }
}

fn code(answer: &Answer) -> Option<Code> {
    serde_json::from_str::<Problem>(&answer.body).ok().map(|problem| problem.code)
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let routes = source::routes();
    let named = TABLE.iter().map(|described| described.route);
    let described: BTreeSet<&str> =
        named.chain(ELSEWHERE.iter().map(|(route, _)| *route)).collect();
    assert_eq!(described.len(), TABLE.len() + ELSEWHERE.len(), "a route is described twice");
    let missing = routes.iter().filter(|(route, _)| !described.contains(route.as_str()));
    let missing = missing.map(|(route, place)| {
        format!(
            "{route} ({place}) is not described; add a line to TABLE in \
             server/tests/it/every_route/table.rs: who may call it, what its parameter names \
             (`.of(…)`), and for a write a body that works and names every field (`.json(…)`)"
        )
    });
    let gone = described.iter().filter(|route| !routes.contains_key(**route));
    let gone = gone.map(|route| format!("{route} is described in TABLE, but no route any more"));
    let untested = ELSEWHERE.iter().filter(|(route, file)| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(file);
        let start = route.split(' ').nth(1).and_then(|path| path.split('{').next()).unwrap();
        !std::fs::read_to_string(path).is_ok_and(|text| text.contains(start))
    });
    let untested = untested.map(|(route, file)| format!("{route} is not asked for in {file}"));
    let complaints: Vec<String> = missing.chain(gone).chain(untested).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(routes.len() >= 70, "only {} routes found in the source", routes.len());
}

async fn nobody_may_do_what_is_not_theirs(stage: Stage) {
    let mut walk = Walk { stage, complaints: Vec::new(), seen: BTreeMap::new(), cells: 0 };
    for described in TABLE {
        walk.refusals(described).await;
        walk.permissions(described).await;
    }
    let complaints = &walk.complaints;
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
    assert!(walk.cells >= 2000, "only {} calls made", walk.cells);
    assert_snapshot!("who_may_call_what", walk.told());
    walk.stage.market.settle().await;
    walk.stage.market.holds().await;
}

/// One walk through every route.
struct Walk {
    stage: Stage,
    complaints: Vec<String>,
    /// What was answered, by route, role and thing.
    seen: BTreeMap<(&'static str, Role, Whose), BTreeSet<String>>,
    cells: usize,
}

impl Walk {
    /// Everybody who must be refused is, and nothing changes by it.
    async fn refusals(&mut self, described: &'static Described) {
        let mut calls = Vec::new();
        for (at, actor) in self.stage.actors.iter().enumerate() {
            for whose in [Whose::Own, Whose::Foreign, Whose::Absent] {
                if outcome(described, actor.role, whose) == Outcome::Done {
                    continue;
                }
                let Some(thing) = self.thing(described, &actor.account, whose).await else {
                    continue;
                };
                let call = self.stage.call_by(&actor.account, described, thing.as_deref()).await;
                if described.who == Who::Staff && actor.role != Role::Staff {
                    // What is not there at all looks the same.
                    let root = if described.is_api() { "/api/v1/nowhere" } else { "/nowhere" };
                    calls.push((at, whose, Call { path: root.to_owned(), ..call.clone() }));
                }
                calls.push((at, whose, call));
            }
        }
        self.stage.market.passes(0).await;
        let before = Contents::of(&self.stage.market).await;
        let mut not_found: BTreeMap<usize, String> = BTreeMap::new();
        for (at, whose, call) in calls {
            let answer = self.asks(described, at, whose, &call).await;
            if answer.status == 404 {
                let same = comparable(&answer).replace(&call.path, "…");
                let first = not_found.entry(at).or_insert_with(|| same.clone());
                if *first != same {
                    let name = self.stage.actors[at].name;
                    self.complaints.push(format!(
                        "{} by {name}: foreign and absent differ:\n{first}\n{same}",
                        described.route
                    ));
                }
            }
        }
        self.stage.market.passes(0).await;
        let after = Contents::of(&self.stage.market).await;
        let changed = after.changed_since(&before);
        if !changed.is_empty() {
            self.complaints.push(format!("{}: refusals changed {changed:?}", described.route));
        }
    }

    /// Everybody who may, can; each on a thing of their own.
    async fn permissions(&mut self, described: &'static Described) {
        for at in 0..self.stage.actors.len() {
            let actor = &self.stage.actors[at];
            if outcome(described, actor.role, Whose::Own) != Outcome::Done {
                continue;
            }
            let Some(thing) = self.thing(described, &actor.account, Whose::Own).await else {
                continue;
            };
            if described.spends_caller {
                let new = self.stage.somebody_like(actor).await;
                let old = std::mem::replace(&mut self.stage.actors[at], new);
                let account = &self.stage.actors[at].account;
                let call = self.stage.call_by(account, described, thing.as_deref()).await;
                self.asks(described, at, Whose::Own, &call).await;
                self.stage.actors[at] = old;
            } else {
                let account = &actor.account;
                let call = self.stage.call_by(account, described, thing.as_deref()).await;
                self.asks(described, at, Whose::Own, &call).await;
            }
        }
    }

    /// The thing of a call: none for a route that names none, nothing where there is none of it.
    async fn thing(
        &self,
        described: &Described,
        account: &str,
        whose: Whose,
    ) -> Option<Option<String>> {
        let Some(object) = described.object else {
            return (whose == Whose::Own).then_some(None);
        };
        let thing = match whose {
            Whose::Own => self.stage.own(object, account).await,
            Whose::Foreign => self.stage.foreign(object, account).await,
            Whose::Absent => Stage::absent(object, account),
        };
        thing.map(Some)
    }

    /// Asks, and notes what came and whether it was right.
    async fn asks(
        &mut self,
        described: &'static Described,
        at: usize,
        whose: Whose,
        call: &Call,
    ) -> Answer {
        let actor = &self.stage.actors[at];
        let answer = actor.asks(call, described.is_endless).await;
        let outcome = if is_asked_who(described, actor) {
            Outcome::SignInFirst
        } else {
            outcome(described, actor.role, whose)
        };
        let complaint = outcome.complaint(described, &answer);
        let complaints =
            complaint.into_iter().chain(super::headers::complaints(described, actor, &answer));
        let place = format!("{} by {}, {whose:?}", described.route, actor.name);
        self.complaints.extend(complaints.map(|words| format!("{place}: {words}")));
        self.seen.entry((described.route, actor.role, whose)).or_default().insert(format!(
            "{}{}",
            answer.status,
            destination(&answer)
        ));
        self.cells += 1;
        answer
    }

    /// The table for people: what each sort of person is answered, and what those who may call a
    /// route at all are answered about things of others and things that are not there.
    fn told(&self) -> String {
        let heads = [
            "",
            "anonymous",
            "shopper",
            "artisan",
            "suspended",
            "read-only",
            "staff",
            "somebody else’s",
            "nobody’s",
        ];
        let mut rows = vec![heads.map(str::to_owned)];
        for described in TABLE {
            let by = |role| {
                let may = outcome(described, role, Whose::Own) == Outcome::Done;
                let is_in = |by, whose| by == role && (whose == Whose::Own || !may);
                self.answers(described.route, is_in)
            };
            let about = |about| {
                let may = |role| outcome(described, role, Whose::Own) == Outcome::Done;
                self.answers(described.route, |role, whose| whose == about && may(role))
            };
            rows.push([
                described.route.to_owned(),
                by(Role::Anonymous),
                by(Role::Shopper),
                by(Role::Artisan),
                by(Role::Suspended),
                by(Role::Reader),
                by(Role::Staff),
                about(Whose::Foreign),
                about(Whose::Absent),
            ]);
        }
        in_columns(&rows)
    }

    /// What was answered in some cells of a route.
    fn answers(&self, route: &str, is_in: impl Fn(Role, Whose) -> bool) -> String {
        let cells =
            self.seen.iter().filter(|((of, role, whose), _)| *of == route && is_in(*role, *whose));
        let answers: BTreeSet<&str> = cells.flat_map(|(_, all)| all).map(String::as_str).collect();
        answers.into_iter().collect::<Vec<_>>().join(" or ")
    }
}

/// Rows with every column as wide as its widest cell.
fn in_columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(at, cell)| format!("{cell:0$}  ", width(at)));
        writeln!(text, "{}", cells.collect::<String>().trim_end()).unwrap();
    }
    text
}

/// Where a redirect leads, without what is different each time.
fn destination(answer: &Answer) -> String {
    let to = answer.location();
    if to.is_empty() {
        return String::new();
    }
    let path = to.split_once("://").map_or(to, |(_, rest)| &rest[rest.find('/').unwrap_or(0)..]);
    let path = path.split('?').next().unwrap_or_default();
    let plain =
        |part: &str| part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    let parts = path.split('/').map(|part| if plain(part) { part } else { "…" });
    format!(" → {}", parts.collect::<Vec<_>>().join("/"))
}

/// An answer without what is different each time: the name of the request, the time, and the length,
/// because where a form goes to is told on the page.
pub(super) fn comparable(answer: &Answer) -> String {
    let mut text = String::new();
    for (name, value) in &answer.headers {
        if !["x-request-id", "date", "content-length"].contains(&name.as_str()) {
            writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
    }
    text + &answer.body.replace(answer.header("x-request-id"), "…")
}
