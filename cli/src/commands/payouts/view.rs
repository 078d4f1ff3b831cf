//! What people see of payouts.

use api::Money;
use api::payout::{MatchStatus, Payout, PayoutDetail, PayoutLine, PayoutStatus, Verdict};

use crate::output::{Cell, Column, Grid, Tone, View};

/// The list.
pub(super) const ROWS: &[Column<Payout>] = &[
    Column { title: "PAYOUT", cell: |row| Cell::new(&row.stripe_id) },
    Column { title: "ARRIVES", cell: |row| Cell::new(row.arrives_at.day()).minor() },
    Column { title: "STATUS", cell: |row| status(row.status) },
    Column { title: "AMOUNT", cell: |row| Cell::number(row.amount) },
    Column { title: "LINES", cell: |row| matched(row).minor() },
    Column { title: "RESULT", cell: result },
];

/// One payout.
pub(super) fn payout(detail: &PayoutDetail) -> View {
    let payout = &detail.payout;
    let parts = [
        ("shoppers paid", detail.gross.to_string()),
        ("commission", negative(detail.commission)),
        ("refunds", negative(detail.refunds)),
        ("net", detail.net.to_string()),
    ];
    // Of an open payout only the whole is known.
    let known = if payout.verdict() == Verdict::Open { &[] } else { &parts[..] };
    let whole = [("to your bank", payout.amount.to_string())];
    let mut sums = Grid::default();
    for (name, amount) in known.iter().chain(&whole) {
        sums.rows.push(vec![Cell::new(name), Cell::number(amount)]);
    }
    let mut lines = Grid::new(["LINE", "ORDER", "SHOPPER PAID", "STRIPE", "BOOKS", "RESULT"]);
    lines.rows = detail.lines.iter().map(line).collect();
    View::default()
        .pairs([
            ("payout", Cell::new(&payout.stripe_id)),
            ("status", status(payout.status)),
            ("made", Cell::new(payout.created_at.day())),
            ("arrives", Cell::new(payout.arrives_at.day())),
            ("result", result(payout)),
        ])
        .grid(sums)
        .grid(lines)
}

fn line(line: &PayoutLine) -> Vec<Cell> {
    vec![
        Cell::new(kind(line)),
        Cell::new(line.order.as_deref().unwrap_or_default()),
        amount(line.gross).minor(),
        amount(line.stripe),
        amount(line.books),
        verdict(line),
    ]
}

/// What kind of line, in words.
pub(super) fn kind(line: &PayoutLine) -> String {
    match line.kind.as_str() {
        "payment" | "transfer" => "sale".to_owned(),
        "payment_refund" | "refund" => "refund".to_owned(),
        other => other.replace('_', " "),
    }
}

/// An amount that may be absent.
pub(super) fn amount(money: Option<Money>) -> Cell {
    Cell::number(money.map(|money| money.to_string()).unwrap_or_default())
}

/// How a line compares.
pub(super) fn verdict(line: &PayoutLine) -> Cell {
    let (text, tone) = match line.status {
        MatchStatus::Matched => ("ok", Tone::Good),
        MatchStatus::Unexpected => ("not in the books", Tone::Bad),
        MatchStatus::Missing => ("not paid out", Tone::Bad),
        MatchStatus::Differing => ("differs", Tone::Bad),
    };
    Cell::new(text).tone(tone)
}

/// Lines that match, of how many; nothing before Stripe has said which there are.
pub(super) fn matched(payout: &Payout) -> Cell {
    match payout.verdict() {
        Verdict::Open => Cell::new(""),
        _ => Cell::number(format!("{}/{}", payout.matched, payout.lines)),
    }
}

/// How a payout compares; `open` until Stripe has said what is in it.
pub(super) fn result(payout: &Payout) -> Cell {
    match payout.verdict() {
        Verdict::Open => Cell::new("open"),
        Verdict::Matched => Cell::new("ok").tone(Tone::Good),
        Verdict::SumDiffers => Cell::new("sum differs").tone(Tone::Bad),
        Verdict::Unmatched(1) => Cell::new("1 differs").tone(Tone::Bad),
        Verdict::Unmatched(count) => Cell::new(format!("{count} differ")).tone(Tone::Bad),
    }
}

fn status(status: PayoutStatus) -> Cell {
    let (text, tone) = match status {
        PayoutStatus::Pending => ("pending", Tone::Plain),
        PayoutStatus::InTransit => ("on its way", Tone::Plain),
        PayoutStatus::Paid => ("paid", Tone::Good),
        PayoutStatus::Failed => ("failed", Tone::Bad),
        PayoutStatus::Canceled => ("called off", Tone::Warn),
    };
    Cell::new(text).tone(tone)
}

/// What is taken off, with a minus.
pub(super) fn negative(money: Money) -> String {
    if money.minor() == 0 { money.to_string() } else { format!("-{money}") }
}
