//! The same rows for scripts in every format.

use serde_json::json;

use crate::market::Market;
use crate::samples;

fn orders(args: &[&str]) -> String {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    let run = market.stall(&[&["orders", "list"], args].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout
}

#[test]
fn rows_in_every_format() {
    insta::assert_snapshot!(orders(&[]), @r"
    7K39QF2M-1	to pack	Björn Åkesson	Stoneware mug, oatmeal +2	€1,204.18	22 Nov 2026	
    8L40RG3N-2	to pack	Ines =SUM(A1)	Stoneware mug, oatmeal +2	€1,204.18	22 Nov 2026	21 Nov 2026, late
    ");
    insta::assert_snapshot!(orders(&["-o", "jsonl"]), @r#"
    {"id":"ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E","number":"7K39QF2M-1","status":"paid","customer":"Björn Åkesson","summary":"Stoneware mug, oatmeal +2","quantity":3,"total":{"minor":120418,"currency":"EUR"},"net":{"minor":112591,"currency":"EUR"},"placed_at":"2026-11-22T14:02:11Z","paid_at":"2026-11-22T14:03:00Z","ready_by":null,"late":false,"tracking":null}
    {"id":"ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E","number":"8L40RG3N-2","status":"paid","customer":"Ines =SUM(A1)","summary":"Stoneware mug, oatmeal +2","quantity":3,"total":{"minor":120418,"currency":"EUR"},"net":{"minor":112591,"currency":"EUR"},"placed_at":"2026-11-22T14:02:11Z","paid_at":"2026-11-22T14:03:00Z","ready_by":"2026-11-21T14:02:11Z","late":true,"tracking":null}
    "#);
    insta::assert_snapshot!(orders(&["-o", "csv"]), @r#"
    id,number,status,customer,summary,quantity,total,total_currency,net,net_currency,placed_at,paid_at,ready_by,late,tracking
    ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E,7K39QF2M-1,paid,Björn Åkesson,"Stoneware mug, oatmeal +2",3,1204.18,EUR,1125.91,EUR,2026-11-22T14:02:11Z,2026-11-22T14:03:00Z,,false,
    ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E,8L40RG3N-2,paid,Ines =SUM(A1),"Stoneware mug, oatmeal +2",3,1204.18,EUR,1125.91,EUR,2026-11-22T14:02:11Z,2026-11-22T14:03:00Z,2026-11-21T14:02:11Z,true,
    "#);
}

#[test]
fn a_list_is_an_array_of_the_wire_type() {
    let rows: Vec<api::order::OrderSummary> =
        serde_json::from_str(&orders(&["-o", "json"])).unwrap();
    assert_eq!(rows.len(), 2);
    let market = Market::start();
    market.answers("GET /orders", 200, &json!({"items": [], "next": null}));
    assert_eq!(market.stall(&["orders", "list", "-o", "json"]).stdout, "[]\n");
}

#[test]
fn fields_come_in_the_order_asked_for() {
    insta::assert_snapshot!(orders(&["--fields", "customer,number,net"]), @r"
    Björn Åkesson	7K39QF2M-1	€1,125.91
    Ines =SUM(A1)	8L40RG3N-2	€1,125.91
    ");
    insta::assert_snapshot!(orders(&["-o", "jsonl", "--fields", "net.minor,number"]), @r#"
    {"net.minor":112591,"number":"7K39QF2M-1"}
    {"net.minor":112591,"number":"8L40RG3N-2"}
    "#);
    insta::assert_snapshot!(orders(&["-o", "csv", "--fields", "number,net"]), @r"
    number,net,net_currency
    7K39QF2M-1,1125.91,EUR
    8L40RG3N-2,1125.91,EUR
    ");
}

#[test]
fn an_unknown_field_names_the_known_ones() {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    let run = market.stall(&["orders", "list", "--fields", "prize"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(run.stderr, @r"
    error: there is no field “prize” here
     help: fields are id, number, status, customer, summary, quantity, total, net, placed_at, paid_at, ready_by, late, tracking
    ");
}

#[test]
fn a_list_that_is_cut_says_so_and_limit_0_follows_every_page() {
    let market = Market::start();
    let page = |number: &str, next: Option<&str>| json!({"items": [samples::order_row(number, "Ana")], "next": next});
    market.answers("GET /orders", 200, &page("A", Some("two"))).answers(
        "GET /orders",
        200,
        &page("B", Some("three")),
    );
    market.answers("GET /orders", 200, &page("C", None));
    let run =
        market.stall(&["orders", "list", "--limit", "2", "-o", "jsonl", "--fields", "number"]);
    assert_eq!(run.stdout, "{\"number\":\"A\"}\n{\"number\":\"B\"}\n");
    assert_eq!(run.stderr, "showing 2 of more, --limit 0 for all\n");
    let all = Market::start();
    all.answers("GET /orders", 200, &page("A", Some("two"))).answers(
        "GET /orders",
        200,
        &page("B", None),
    );
    let run = all.stall(&["orders", "list", "--limit", "0", "--status", "paid"]);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (2, ""));
    let asked: Vec<String> = all.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(
        asked,
        [
            "GET /api/v1/orders?limit=200&status=paid",
            "GET /api/v1/orders?limit=200&after=two&status=paid",
        ]
    );
}

#[test]
fn a_price_is_changed_for_the_version_that_was_seen() {
    let market = Market::start();
    let path = "/listings/lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
    market.answers("GET /listings", 200, &samples::listings());
    market.answers(&format!("GET {path}"), 200, &samples::listing());
    market.answers(&format!("PATCH {path}"), 200, &samples::listing());
    assert_eq!(market.stall(&["listings", "set", "MUG-SAGE", "--price", "27.5"]).code, 0);
    let sent = market.requests().pop().unwrap();
    assert_eq!(sent.headers["if-match"], "\"4\"");
    insta::assert_snapshot!(sent.body, @r#"{"variants":[{"id":"var_01JD3V7M8K6Q2Z5X9T4B0C1D2F","price":{"minor":2750,"currency":"EUR"}}]}"#);
}

#[test]
fn a_month_is_asked_for_from_its_first_moment_to_the_next() {
    let market = Market::start();
    market.answers("POST /payouts/reconcile", 200, &samples::reconciliation(false));
    let run =
        market.stall(&["payouts", "reconcile", "--month", "2026-11", "--check", "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(serde_json::from_str::<api::payout::Reconciliation>(&run.stdout).unwrap().clean);
    insta::assert_snapshot!(market.requests()[0].body, @r#"{"since":"2026-11-01T00:00:00Z","until":"2026-12-01T00:00:00Z"}"#);
    insta::assert_snapshot!(run.stderr, @r"
    1 payout, 2 lines: every cent is accounted for.
    €312.40 more is yours and in no payout yet.
    ");
}

#[test]
fn a_state_is_asked_for_as_it_is_shown() {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    market.answers("GET /listings", 200, &samples::listings());
    for (noun, shown, sent) in [
        ("orders", "to-pack", "paid"),
        ("orders", "to pack", "paid"),
        ("orders", "paid", "paid"),
        ("orders", "waiting for payment", "pending"),
        ("listings", "sold-out", "sold_out"),
        ("listings", "sold out", "sold_out"),
    ] {
        let run = market.stall(&[noun, "list", "--status", shown]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let asked = market.requests().pop().unwrap().line;
        assert!(asked.ends_with(&format!("status={sent}")), "{asked}");
    }
    let run = market.stall(&["orders", "list", "--status", "packed"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("use to-pack, shipped,"), "{}", run.stderr);
}

#[test]
fn nobody_gets_anything_of_an_order_that_was_never_paid() {
    let market = Market::start();
    let mut order = samples::order();
    order["status"] = json!("cancelled");
    order["paid_at"] = json!(null);
    market.answers("GET /orders/7K39QF2M-1", 200, &order);
    let shown = market.stall(&["orders", "show", "7K39QF2M-1"]).stdout;
    assert!(shown.contains("total\t€48.00\npaid\t€0.00\n"), "{shown}");
    assert!(!shown.contains("you get") && !shown.contains("commission"), "{shown}");
}

#[test]
fn an_open_payout_is_neither_accounted_for_nor_without_its_amount() {
    let market = Market::start();
    market.answers("POST /payouts/reconcile", 200, &samples::reconciliation_under_way());
    let run = market.stall(&["payouts", "reconcile", "--check"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(format!("{}{}", run.stdout, run.stderr).replace('\t', " | "), @r"
    po_1QK0aBcDeFgHiJkLmNoPqRsT | 28 Nov 2026 |  |  |  |  | €44.88 | open
    po_1QJx8sLkdIwHu7ix0snrBa8d | 25 Nov 2026 | 2/2 | €96.00 | -€6.24 | €0.00 | €89.76 | ok
    2 payouts, 2 lines: what Stripe has itemised matches to the cent.
    1 open payout (€44.88) cannot be compared yet: Stripe says what is in a payout once it has arrived.
    ");
    let mut open = samples::reconciliation_under_way();
    open["payouts"].as_array_mut().unwrap().truncate(1);
    open["on_its_way"]["minor"] = json!(1200);
    market.answers("POST /payouts/reconcile", 200, &open);
    market.stall(&["payouts", "reconcile"]);
    let alone = market.stall(&["payouts", "reconcile"]).stderr;
    assert!(!alone.contains("every cent"), "{alone}");
    assert!(alone.contains("€12.00 more is yours and in no payout yet."), "{alone}");
}

#[test]
fn what_shoppers_wish_for_is_shown_and_never_cut() {
    let market = Market::start();
    let mut order = samples::order();
    let long = "Donaudampfschiff".repeat(8);
    order["lines"][0]["answers"] = json!([
        { "question": "Name on the mug", "answer": format!("For {long}"),
          "surcharge": { "minor": 500, "currency": "EUR" } },
    ]);
    market.answers("GET /orders/7K39QF2M-1", 200, &order);
    let shown = market.stall(&["orders", "show", "7K39QF2M-1"]).stdout;
    assert!(shown.contains(&format!("Name on the mug\tFor {long}\n")), "{shown}");
    let told = market.stall(&["orders", "show", "7K39QF2M-1", "-o", "json"]).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["lines"][0]["answers"], order["lines"][0]["answers"]);
}
