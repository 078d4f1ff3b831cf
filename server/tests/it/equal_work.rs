//! Whether an address has an account shows in no work: as many hashes and as many jobs, whoever
//! is asked about. Work is counted rather than timed, so that nothing depends on the machine.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use server::sql;

use crate::market::{Answer, Market, PASSWORD, email_of, on_both_engines};

on_both_engines![
    signing_in_is_as_much_work_for_unknown_addresses,
    registering_is_as_much_work_for_known_addresses,
    asking_for_a_new_password_is_as_much_work_for_unknown_addresses,
];

/// What a request made the server do: hashes, and jobs by kind.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    hashes: u64,
    jobs: BTreeMap<String, i64>,
}

/// All the work so far. Jobs of the kind that is left out may come of other jobs meanwhile.
async fn done_so_far(market: &Market, leaving_out: &str) -> Work {
    let kinds = market.state.db.read(sql!("SELECT kind, COUNT(*) FROM jobs GROUP BY kind"));
    let jobs: Vec<(String, i64)> = kinds.all().await.unwrap();
    let jobs = jobs.into_iter().filter(|(kind, _)| kind != leaving_out).collect();
    Work { hashes: market.state.passwords.hashes(), jobs }
}

/// The work of one request, and what it was answered.
async fn work_of(
    market: &Market,
    leaving_out: &str,
    request: impl Future<Output = Answer>,
) -> (Work, u16) {
    market.settle().await;
    let before = done_so_far(market, leaving_out).await;
    let status = request.await.status;
    let mut after = done_so_far(market, leaving_out).await;
    after.hashes -= before.hashes;
    for (kind, count) in before.jobs {
        *after.jobs.get_mut(&kind).expect("jobs stay") -= count;
    }
    after.jobs.retain(|_, count| *count > 0);
    (after, status)
}

/// The same request about a known and an unknown address, at both doors.
async fn compare(
    market: &Market,
    [page, route]: [&str; 2],
    leaving_out: &str,
    fields: impl Fn(&str) -> Vec<(&'static str, String)>,
) -> Vec<Work> {
    let mut all = Vec::new();
    for (door, known, unknown) in [(page, "Ana", "Nobody"), (route, "Ben", "Nemo")] {
        let mut both = Vec::new();
        for name in [known, unknown] {
            let fields = fields(&email_of(name));
            let visitor = market.visitor();
            let request = async {
                if door.starts_with("/api/") {
                    let body: BTreeMap<_, Value> =
                        fields.iter().map(|(name, value)| (*name, json!(value))).collect();
                    visitor.posts(door, &body).await
                } else {
                    let form: Vec<(&str, &str)> =
                        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    visitor.submits(door, &form).await
                }
            };
            both.push(work_of(market, leaving_out, request).await);
        }
        assert_eq!(both[0], both[1], "{door}: known and unknown");
        all.push(both.swap_remove(0).0);
    }
    all
}

async fn signing_in_is_as_much_work_for_unknown_addresses(market: Market) {
    market.register("Ana").await;
    market.register("Ben").await;
    let works = compare(&market, ["/login", "/api/v1/tokens"], "", |email| {
        let password = "a wrong one, but long".to_owned();
        let mut fields = vec![("email", email.to_owned()), ("password", password)];
        fields.push(("name", "bench".to_owned()));
        fields
    })
    .await;
    assert!(works.iter().all(|work| work.hashes == 1 && work.jobs.is_empty()), "{works:?}");
}

async fn registering_is_as_much_work_for_known_addresses(market: Market) {
    market.register("Ana").await;
    market.register("Ben").await;
    let works = compare(&market, ["/register", "/api/v1/accounts"], "", |email| {
        vec![
            ("email", email.to_owned()),
            ("name", "Eve".to_owned()),
            ("password", PASSWORD.to_owned()),
        ]
    })
    .await;
    for work in works {
        assert_eq!(work.hashes, 1);
        assert_eq!(work.jobs, BTreeMap::from([("send_mail".to_owned(), 1)]), "a letter to each");
    }
}

async fn asking_for_a_new_password_is_as_much_work_for_unknown_addresses(market: Market) {
    market.register("Ana").await;
    market.register("Ben").await;
    let doors = ["/password/forgot", "/api/v1/password/forgot"];
    let works =
        compare(&market, doors, "send_mail", |email| vec![("email", email.to_owned())]).await;
    for work in works {
        assert_eq!(work.hashes, 0);
        assert_eq!(work.jobs, BTreeMap::from([("write_reset_letter".to_owned(), 1)]));
    }
}
