//! `stall payouts reconcile`.

use api::Timestamp;
use api::client::Client;
use api::payout::{MatchStatus, PayoutDetail, PayoutLine, ReconcileRequest, Reconciliation};

use super::{WHERE, view};
use crate::context::Context;
use crate::exit::{Exit, lookup};
use crate::output::{Cell, Format, Grid, View};
use crate::span::{self, Month};

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
    let request = ReconcileRequest {
        payout: args.payout,
        since: args.month.map(|month| month.since).or(args.since),
        until: args.month.map(|month| month.until),
    };
    let found = client.reconcile(&request).await.map_err(|error| lookup(error, WHERE))?;
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
    let lines: usize = found.payouts.iter().map(|detail| detail.lines.len()).sum();
    if found.clean {
        ctx.talk.note(format!(
            "{} payouts, {lines} lines: every cent is accounted for.",
            found.payouts.len()
        ));
    } else {
        let differing = found
            .payouts
            .iter()
            .flat_map(|detail| &detail.lines)
            .filter(|line| differs(line))
            .count();
        ctx.talk.note(format!(
            "{} payouts, {lines} lines: {differing} do not match.",
            found.payouts.len()
        ));
    }
    if found.on_its_way.minor() != 0 {
        ctx.talk.note(format!("{} is on its way to you and in no payout yet.", found.on_its_way));
    }
}

fn view(found: &Reconciliation, short: bool) -> View {
    let name = |detail: &PayoutDetail| {
        if short { shortened(&detail.payout.stripe_id) } else { detail.payout.stripe_id.clone() }
    };
    let mut payouts = Grid::new([
        "PAYOUT",
        "ARRIVES",
        "LINES",
        "GROSS",
        "COMMISSION",
        "REFUNDS",
        "NET",
        "RESULT",
    ]);
    payouts.rows = found.payouts.iter().map(|detail| payout_row(&name(detail), detail)).collect();
    let mut lines = Grid::new(["PAYOUT", "LINE", "ORDER", "STRIPE", "BOOKS", "RESULT", "WHY"]);
    for detail in &found.payouts {
        lines.rows.extend(
            detail
                .lines
                .iter()
                .filter(|line| differs(line))
                .map(|line| line_row(&name(detail), line)),
        );
    }
    let view = View::default().grid(payouts);
    if lines.rows.is_empty() { view } else { view.heading("Lines that do not match").grid(lines) }
}

fn payout_row(name: &str, detail: &PayoutDetail) -> Vec<Cell> {
    let payout = &detail.payout;
    vec![
        Cell::new(name),
        Cell::new(payout.arrives_at.day()),
        Cell::number(format!("{}/{}", payout.matched, payout.lines)),
        Cell::number(detail.gross),
        Cell::number(view::negative(detail.commission)),
        Cell::number(view::negative(detail.refunds)),
        Cell::number(detail.net),
        view::result(payout),
    ]
}

fn line_row(name: &str, line: &PayoutLine) -> Vec<Cell> {
    vec![
        Cell::new(name),
        Cell::new(view::kind(line)),
        Cell::new(line.order.as_deref().unwrap_or_default()),
        view::amount(line.stripe),
        view::amount(line.books),
        view::verdict(line),
        Cell::long(line.note.as_deref().unwrap_or_default()),
    ]
}

fn differs(line: &PayoutLine) -> bool {
    line.status != MatchStatus::Matched
}

/// `po_1Q…8d`: enough to tell payouts apart on a narrow terminal.
fn shortened(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    if letters.len() <= 9 {
        return id.to_owned();
    }
    let (head, tail) = (letters[..5].iter(), letters[letters.len() - 2..].iter());
    head.chain(['…'].iter()).chain(tail).collect()
}
