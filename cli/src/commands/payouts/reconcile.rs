//! `stall payouts reconcile`.

use api::Timestamp;
use api::client::Client;
use api::payout::{
    MatchStatus, OverdueShare, Payout, PayoutDetail, PayoutLine, ReconcileRequest, Reconciliation,
    Verdict,
};

use super::{unknown, view};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Cell, Format, Grid, View};
use crate::span::{self, Month};
use crate::words::{counted, joined};

/// Arguments of `payouts reconcile`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One payout, by its id or Stripe's
    #[arg(long, value_name = "PAYOUT", group = "which")]
    payout: Option<String>,
    /// Those made in a month, such as 2026-11
    #[arg(long, value_name = "YYYY-MM", group = "which", value_parser = span::parse_month)]
    month: Option<Month>,
    /// Those made on or after a day, such as 2026-11-22
    #[arg(long, value_name = "DATE", group = "which", value_parser = span::parse_day)]
    since: Option<Timestamp>,
    /// End with code 8 when anything differs
    #[arg(long)]
    check: bool,
}

/// Compares and shows.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<Exit> {
    let named = args.payout.clone().unwrap_or_default();
    let request = ReconcileRequest {
        payout: args.payout,
        since: args.month.map(|month| month.since).or(args.since),
        until: args.month.map(|month| month.until),
    };
    let found = client.reconcile(&request).await.map_err(|error| unknown(error, &named))?;
    match ctx.out.format {
        Format::Table | Format::Json => ctx.out.one(&found, || view(&found, ctx.out.terminal))?,
        Format::Jsonl | Format::Csv => ctx.out.list(&found.payouts, &[])?,
    }
    if found.payouts.is_empty() {
        ctx.talk.note("No payouts in this time.");
    }
    say(ctx, &found);
    Ok(if args.check && !found.clean { Exit::Differences } else { Exit::Done })
}

fn say(ctx: &Context, found: &Reconciliation) {
    let lines = || found.payouts.iter().flat_map(|detail| &detail.lines);
    let looked =
        format!("{}, {}", counted(found.payouts.len(), "payout"), counted(lines().count(), "line"));
    let differing = lines().filter(|line| differs(line)).count();
    let odd = found.payouts.iter().filter(|detail| detail.payout.verdict() == Verdict::SumDiffers);
    let found_fault = [
        (differing, "line without a match", "lines without a match"),
        (
            odd.count(),
            "payout that is not the sum of its lines",
            "payouts that are not the sum of their lines",
        ),
        (found.overdue.len(), "overdue share", "overdue shares"),
    ];
    let faults: Vec<String> = found_fault
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| format!("{count} {}", if *count == 1 { one } else { more }))
        .collect();
    let open: Vec<&Payout> = found
        .payouts
        .iter()
        .map(|detail| &detail.payout)
        .filter(|payout| is_open(payout))
        .collect();
    if !faults.is_empty() {
        ctx.talk.note(format!("{looked}: {}.", faults.join(", ")));
    } else if open.is_empty() && !found.payouts.is_empty() {
        ctx.talk.note(format!("{looked}: every cent is accounted for."));
    } else if open.len() < found.payouts.len() {
        ctx.talk.note(format!("{looked}: what Stripe has itemised matches to the cent."));
    }
    if !open.is_empty() {
        let amounts: Vec<String> = open.iter().map(|payout| payout.amount.to_string()).collect();
        ctx.talk.note(format!(
            "{} ({}) cannot be compared yet: Stripe says what is in a payout once it has arrived.",
            counted(open.len(), "open payout"),
            joined(&amounts)
        ));
    }
    if found.on_its_way.minor() > 0 {
        ctx.talk.note(format!("{} more is yours and in no payout yet.", found.on_its_way));
    }
}

fn is_open(payout: &Payout) -> bool {
    payout.verdict() == Verdict::Open
}

fn view(found: &Reconciliation, terminal: bool) -> View {
    let mut payouts =
        Grid::new(["PAYOUT", "ARRIVES", "LINES", "GROSS", "FEES", "REFUNDS", "NET", "RESULT"]);
    payouts.rows = found.payouts.iter().map(|detail| payout_row(detail, terminal)).collect();
    let mut lines = Grid::new(["PAYOUT", "LINE", "ORDER", "STRIPE", "BOOKS", "RESULT", "WHY"]);
    for detail in &found.payouts {
        lines.rows.extend(
            detail.lines.iter().filter(|line| differs(line)).map(|line| line_row(detail, line)),
        );
    }
    let mut overdue = Grid::new(["ORDER", "DUE SINCE", "AMOUNT"]);
    overdue.rows = found.overdue.iter().map(overdue_row).collect();
    let view = View::default().grid(payouts);
    let view = if lines.rows.is_empty() {
        view
    } else {
        view.heading("Lines without a match").grid(lines)
    };
    if overdue.rows.is_empty() {
        view
    } else {
        view.heading("Overdue: in no payout yet").grid(overdue)
    }
}

fn overdue_row(share: &OverdueShare) -> Vec<Cell> {
    vec![Cell::new(&share.order), Cell::new(share.since.day()), Cell::number(share.amount)]
}

/// A terminal is narrow and shows recent days: there the year is left out.
fn payout_row(detail: &PayoutDetail, terminal: bool) -> Vec<Cell> {
    let payout = &detail.payout;
    let day = payout.arrives_at.day();
    let short = day.rsplit_once(' ').map_or(day.as_str(), |(short, _)| short);
    // Of an open payout only the whole is known.
    let open = is_open(payout);
    let part = |amount: String| Cell::number(if open { String::new() } else { amount });
    vec![
        Cell::id(&payout.stripe_id),
        Cell::new(if terminal { short } else { &day }),
        view::matched(payout).minor(),
        part(detail.gross.to_string()).minor(),
        part(view::negative(detail.commission)).minor(),
        part(view::negative(detail.refunds)).minor(),
        Cell::number(if open { payout.amount } else { detail.net }),
        view::result(payout),
    ]
}

fn line_row(detail: &PayoutDetail, line: &PayoutLine) -> Vec<Cell> {
    vec![
        Cell::id(&detail.payout.stripe_id),
        Cell::new(view::kind(line)).minor(),
        Cell::new(line.order.as_deref().unwrap_or_default()),
        view::amount(line.stripe),
        view::amount(line.books),
        view::verdict(line),
        Cell::long(line.note.as_deref().unwrap_or_default()).minor(),
    ]
}

fn differs(line: &PayoutLine) -> bool {
    line.status != MatchStatus::Matched
}
