//! What a person sees on a terminal of 80 columns.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::json;

use crate::market::Market;
use crate::samples;

pub(crate) fn size(rows: u16) -> PtySize {
    PtySize { rows, cols: 80, ..PtySize::default() }
}

/// So narrow that something has to go.
const NARROW: u16 = 60;

/// `stall`, signed in, as a terminal starts it.
pub(crate) fn command(market: &Market, args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_stall"));
    command.args(args);
    command.env_clear();
    command.env("STALL_SERVER", &market.url);
    command.env("STALL_TOKEN", "stall_test");
    command.env("STALL_INSECURE_STORAGE", "1");
    command.env("TERM", "xterm-256color");
    command.env("HOME", market.folder.path());
    command
}

/// Runs `stall` in a terminal of 80 columns and gives what stands on the screen.
fn screen(market: &Market, args: &[&str]) -> String {
    screen_of(80, market, args)
}

/// The same with so many columns.
fn screen_of(columns: u16, market: &Market, args: &[&str]) -> String {
    let pty = native_pty_system().openpty(PtySize { cols: columns, ..size(40) }).unwrap();
    let mut child = pty.slave.spawn_command(command(market, args)).unwrap();
    drop(pty.slave);
    let mut bytes = Vec::new();
    let mut reader = pty.master.try_clone_reader().unwrap();
    // Linux reports the closed terminal as an error; what came before it counts.
    let _ = reader.read_to_end(&mut bytes);
    child.wait().unwrap();
    let mut parser = vt100::Parser::new(rows(40), rows(columns), 0);
    parser.process(&bytes);
    let rows: Vec<String> =
        parser.screen().rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

pub(crate) fn rows(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}

#[test]
fn orders() {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    insta::assert_snapshot!(screen(&market, &["orders", "list"]), @r"
    ORDER       STATUS   CUSTOMER       WHAT                TOTAL  SEND BY
    7K39QF2M-1  to pack  Björn Åkesson  Stoneware mug…  €1,204.18
    8L40RG3N-2  to pack  Ines =SUM(A1)  Stoneware mug…  €1,204.18  21 Nov 2026, late
    too narrow for PLACED
    ");
    market.answers("GET /orders/7K39QF2M-1", 200, &samples::order());
    insta::assert_snapshot!(screen(&market, &["orders", "show", "7K39QF2M-1"]), @r"
    order    7K39QF2M-1
    status   shipped
    placed   22 Nov 2026, 14:02 UTC
    paid     22 Nov 2026, 14:03 UTC
    ship to  Björn Åkesson
             Storgatan 1
             111 23 Stockholm
             Sweden
    note     Please wrap it well.

    PIECES  WHAT                    SKU       PRICE   TOTAL
         2  Stoneware mug, oatmeal  MUG-OAT  €24.00  €48.00

    total       €48.00
    commission  -€3.12
    you get     €44.88

    CARRIER  TRACKING              SHIPPED
    DHL      00340434161094021501  23 Nov 2026, 08:00 UTC

    What happened (UTC)
    22 Nov 2026, 14:03  paid
    23 Nov 2026, 08:00  shipped with DHL 00340434161094021501
    ");
    market.answers("POST /orders/7K39QF2M-1/ship", 200, &samples::order());
    insta::assert_snapshot!(screen(&market, &["orders", "ship", "7K39QF2M-1", "--tracking", "00340434161094021501"]), @r"
    ORDER       STATUS   CARRIER  TRACKING
    7K39QF2M-1  shipped  DHL      00340434161094021501
    An e-mail to Björn Åkesson is on its way.
    ");
}

#[test]
fn payouts() {
    let market = Market::start();
    market.answers(
        "GET /payouts",
        200,
        &json!({"items": [samples::payout_on_its_way(), samples::payout(true)], "next": null}),
    );
    insta::assert_snapshot!(screen(&market, &["payouts", "list"]), @r"
    PAYOUT                       ARRIVES      STATUS      AMOUNT  LINES  RESULT
    po_1QK0aBcDeFgHiJkLmNoPqRsT  28 Nov 2026  on its way  €44.88         open
    po_1QJx8sLkdIwHu7ix0snrBa8d  25 Nov 2026  paid        €89.76    1/2  1 differs
    ");
    market.answers("GET /payouts/po_1", 200, &samples::payout_detail(true));
    insta::assert_snapshot!(screen(&market, &["payouts", "show", "po_1"]), @r"
    payout   po_1QJx8sLkdIwHu7ix0snrBa8d
    status   paid
    made     23 Nov 2026
    arrives  25 Nov 2026
    result   1 differs

    shoppers paid  €96.00
    commission     -€6.24
    refunds         €0.00
    net            €89.76
    to your bank   €89.76

    LINE  ORDER       SHOPPER PAID  STRIPE   BOOKS  RESULT
    sale  7K39QF2M-1        €48.00  €44.88  €44.88  ok
    sale  8L40RG3N-2        €48.00  €44.88  €48.98  differs
    ");
    market.answers("POST /payouts/reconcile", 200, &samples::reconciliation(true));
    insta::assert_snapshot!(screen(&market, &["payouts", "reconcile"]), @r"
    PAYOUT                ARRIVES  LINES   GROSS    FEES  REFUNDS     NET  RESULT
    po_1QJx8sLkdIwHu7…8d  25 Nov     1/2  €96.00  -€6.24    €0.00  €89.76  1 differs

    Lines without a match
    PAYOUT    LINE  ORDER       STRIPE   BOOKS  RESULT   WHY
    po_1Q…8d  sale  8L40RG3N-2  €44.88  €48.98  differs  partly refunded in the Str…

    Overdue: in no payout yet
    ORDER       DUE SINCE   AMOUNT
    2B77QF2M-1  1 Nov 2026  €44.88
    1 payout, 2 lines: 1 line without a match, 1 overdue share.
    €312.40 more is yours and in no payout yet.
    ");
}

#[test]
fn listings_and_shop() {
    let market = Market::start();
    market.answers("GET /listings", 200, &samples::listings());
    insta::assert_snapshot!(screen(&market, &["listings", "list"]), @r"
    LISTING   SKU         TITLE      STATUS        PRICE  STOCK  PHOTOS  CHANGED
    4b0c1d2e  MUG-OAT +1  Stonewar…  active  from €24.00      7       3  20 Nov 2026
    ");
    market.answers("GET /listings/lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 200, &samples::listing());
    insta::assert_snapshot!(screen(&market, &["listings", "show", "MUG-OAT"]), @r"
    title      Stoneware mug
    status     active
    id         lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E
    page       /listings/stoneware-mug-4b0c1d2e
    shelf      Clay
    materials  stoneware, ash glaze
    tags       mug
    made       from stock
    photos     0
    changed    20 Nov 2026, 10:30 UTC

    SKU       VARIANT   PRICE  STOCK
    MUG-OAT   oatmeal  €24.00      7
    MUG-SAGE  sage     €26.00      0
    ");
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    insta::assert_snapshot!(screen(&market, &["shop", "show"]), @r"
    shop         Oat & Ash
    address      /shops/oat-and-ash
    place        Leipzig, Germany
    story        Two hands, one wheel.
                 Since 2019.
    currency     EUR
    commission   6.5 %
    payments     connected, you can sell and are paid out
    since        1 Nov 2026

    banner       none
    portrait     none
    making       2 photographs
    returns      within 30 days. You pay the post.
    custom work  on request
    lead time    3 to 10 days
    seller       business. Oat & Ash GmbH · Markt 1, 04109 Leipzig · +49 341 1234567
                 · hello@example.org
    holiday      from 22 Nov 2026, back on 27 Dec 2026
    ");
    market.answers("GET /shop/fees", 200, &samples::fees());
    insta::assert_snapshot!(screen(&market, &["shop", "fees", "--price", "24.00"]), @r"
    shopper pays       €24.00
    commission, 6.5 %  -€1.56
    you get            €22.44
    ");
}

#[test]
fn narrow_terminals_lose_columns_and_no_line_breaks() {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    market.answers("GET /listings", 200, &samples::listings());
    market.answers(
        "GET /payouts",
        200,
        &json!({"items": [samples::payout_on_its_way()], "next": null}),
    );
    market.answers("POST /payouts/reconcile", 200, &samples::reconciliation(true));
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    market.answers("GET /imports", 200, &json!({"items": [samples::import()], "next": null}));
    let mut narrow = String::new();
    for args in [
        ["orders", "list"],
        ["listings", "list"],
        ["payouts", "list"],
        ["payouts", "reconcile"],
        ["import", "list"],
    ] {
        narrow.push_str(&screen_of(NARROW, &market, &args));
        narrow.push('\n');
    }
    insta::assert_snapshot!(narrow, @r"
    ORDER       STATUS   WHAT           TOTAL  SEND BY
    7K39QF2M-1  to pack  Stonewar…  €1,204.18
    8L40RG3N-2  to pack  Stonewar…  €1,204.18  21 Nov 2026, late
    too narrow for CUSTOMER, PLACED
    LISTING   SKU         TITLE       STATUS        PRICE  STOCK
    4b0c1d2e  MUG-OAT +1  Stoneware…  active  from €24.00      7
    too narrow for PHOTOS, CHANGED
    PAYOUT                       STATUS      AMOUNT  RESULT
    po_1QK0aBcDeFgHiJkLmNoPqRsT  on its way  €44.88  open
    too narrow for ARRIVES, LINES
    PAYOUT     ARRIVES  LINES   GROSS    FEES     NET  RESULT
    po_1QJ…8d  25 Nov     1/2  €96.00  -€6.24  €89.76  1 differs
    too narrow for REFUNDS

    Lines without a match
    PAYOUT             LINE  ORDER       STRIPE   BOOKS  RESULT
    po_1QJx8sLkdIw…8d  sale  8L40RG3N-2  €44.88  €48.98  differs
    too narrow for WHY

    Overdue: in no payout yet
    ORDER       DUE SINCE   AMOUNT
    2B77QF2M-1  1 Nov 2026  €44.88
    1 payout, 2 lines: 1 line without a match, 1 overdue share.
    €312.40 more is yours and in no payout yet.
    IMPORT                          FILE         STATUS   FAILED
    imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E  products.c…  applied       0
    too narrow for DATE, CREATED, CHANGED, UNCHANGED
    ");
    let shop = screen_of(NARROW, &market, &["shop", "show"]);
    assert!(shop.contains("Markt 1, 04109\n             Leipzig ·"), "words wrap: {shop}");
    let narrowest = screen_of(30, &market, &["orders", "list"]);
    assert_eq!(narrowest.lines().count(), 4, "a line broke: {narrowest}");
}

#[test]
fn a_token_is_told_apart_at_eighty_columns() {
    let market = Market::start();
    market.answers("GET /sessions", 200, &samples::sessions());
    insta::assert_snapshot!(screen(&market, &["token", "list"]), @r"
    TOKEN                           NAME           MAY            LAST USED (UTC)
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E  studio laptop  everything     this one
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G  night backup   orders:read…   22 Nov 2026, 03:00
    too narrow for ENDS
    ");
    insta::assert_snapshot!(screen(&market, &["profile", "sessions"]), @r"
    SESSION                         NAME      KIND      MAY       LAST USED (UTC)
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E  studio…   terminal  everyth…  this one
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2F  Firefox…  browser   everyth…  21 Nov 2026, 19:12
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G  night b…  token     orders:…  22 Nov 2026, 03:00
    ");
}

#[test]
fn stall_alone_opens_the_console_and_q_leaves_it() {
    let market = Market::start();
    market.answers("GET /me", 200, &samples::me());
    let pty = native_pty_system().openpty(size(24)).unwrap();
    let mut child = pty.slave.spawn_command(command(&market, &[])).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut parser = vt100::Parser::new(rows(24), rows(80), 0);
    let mut chunk = [0; 4096];
    while !parser.screen().contents().contains("Payouts") {
        let count = reader.read(&mut chunk).unwrap();
        assert_ne!(count, 0, "{}", parser.screen().contents());
        parser.process(&chunk[..count]);
    }
    pty.master.take_writer().unwrap().write_all(b"q").unwrap();
    let mut rest = Vec::new();
    let _ = reader.read_to_end(&mut rest);
    parser.process(&rest);
    assert!(child.wait().unwrap().success());
    assert!(!parser.screen().alternate_screen() && !parser.screen().hide_cursor());
}
