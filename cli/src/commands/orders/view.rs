//! What people see of orders.

use api::Money;
use api::order::{Fulfillment, Order, OrderLine, OrderStatus, OrderSummary};

use crate::output::{Cell, Column, Grid, Tone, View};

/// The list.
pub(super) const ROWS: &[Column<OrderSummary>] = &[
    Column { title: "ORDER", cell: |row| Cell::new(&row.number) },
    Column { title: "STATUS", cell: |row| status(row.status) },
    Column { title: "CUSTOMER", cell: |row| Cell::long(&row.customer).minor() },
    Column { title: "WHAT", cell: |row| Cell::long(&row.summary) },
    Column { title: "TOTAL", cell: |row| Cell::number(row.total) },
    Column { title: "PLACED", cell: |row| Cell::new(row.placed_at.day()).minor() },
    Column { title: "SEND BY", cell: send_by },
];

/// What was promised of pieces that are made to order, or that an order waits too long.
fn send_by(row: &OrderSummary) -> Cell {
    let day = row.ready_by.map(api::Timestamp::day).unwrap_or_default();
    let gap = if day.is_empty() { "" } else { ", " };
    if row.late { Cell::new(format!("{day}{gap}late")).tone(Tone::Bad) } else { Cell::new(day) }
}

/// One order.
pub(super) fn order(order: &Order) -> View {
    let mut lines = Grid::new(["PIECES", "WHAT", "SKU", "PRICE", "TOTAL"]);
    lines.rows = order.lines.iter().map(line).collect();
    let paid = order.paid_at.map_or_else(String::new, |at| format!("{} UTC", at.minute()));
    let view = View::default()
        .pairs([
            ("order", Cell::new(&order.number)),
            ("status", status(order.status)),
            ("placed", Cell::new(format!("{} UTC", order.placed_at.minute()))),
            ("paid", Cell::new(paid)),
            ("ship to", Cell::new(order.ship_to.lines().join("\n"))),
            ("note", Cell::new(&order.note)),
        ])
        .grid(lines)
        .grid(money(order));
    let view = order.lines.iter().fold(view, wishes);
    let view = parcels(view, &order.fulfillments);
    let happened = order.timeline.iter().map(|entry| (entry.at.minute(), Cell::new(&entry.text)));
    view.heading("What happened (UTC)").pairs(happened)
}

/// Orders that were just shipped.
pub(super) const SHIPPED: [Column<Order>; 4] = [
    Column { title: "ORDER", cell: |order| Cell::new(&order.number) },
    Column { title: "STATUS", cell: |order| status(order.status).minor() },
    Column { title: "CARRIER", cell: |order| Cell::new(parcel(order).0) },
    Column { title: "TRACKING", cell: |order| Cell::new(parcel(order).1) },
];

/// One order that was just shipped, in a line.
pub(super) fn shipped(order: &Order) -> View {
    let mut grid = Grid::new(SHIPPED.map(|column| column.title));
    grid.rows.push(SHIPPED.iter().map(|column| (column.cell)(order)).collect());
    View::default().grid(grid)
}

/// Carrier and number of the last parcel.
fn parcel(order: &Order) -> (&'static str, &str) {
    order.fulfillments.last().map_or(("", ""), |last| (carrier(last), last.tracking.as_str()))
}

fn what(line: &OrderLine) -> String {
    if line.option.is_empty() {
        line.title.clone()
    } else {
        format!("{}, {}", line.title, line.option)
    }
}

/// What the shopper wants of a piece, never cut: it is what the artisan engraves.
fn wishes(view: View, line: &OrderLine) -> View {
    if line.answers.is_empty() && line.ready_by.is_none() {
        return view;
    }
    let promised = line.ready_by.map(|at| ("ready by".to_owned(), Cell::new(at.day())));
    let answers = line.answers.iter().map(|it| (it.question.clone(), Cell::new(&it.answer)));
    let answers = promised.into_iter().chain(answers);
    view.heading(format!("Wishes for {} × {}", line.quantity, what(line))).pairs(answers)
}

fn line(line: &OrderLine) -> Vec<Cell> {
    vec![
        Cell::number(line.quantity),
        Cell::long(what(line)),
        Cell::long(&line.sku).minor(),
        Cell::number(line.price).minor(),
        Cell::number(line.total),
    ]
}

/// What the shopper pays and the artisan gets; of an order that was called off before it was paid
/// nobody gets anything.
fn money(order: &Order) -> Grid {
    let never_paid = order.status == OrderStatus::Cancelled && order.paid_at.is_none();
    let shares =
        [("commission", format!("-{}", order.commission)), ("you get", order.net.to_string())];
    let nothing = [("paid", Money::zero(order.total.currency()).to_string())];
    let rest = if never_paid { &nothing[..] } else { &shares };
    let mut grid = Grid::default();
    for (name, amount) in [("total", order.total.to_string())].iter().chain(rest) {
        grid.rows.push(vec![Cell::new(name), Cell::number(amount)]);
    }
    grid
}

fn parcels(view: View, parcels: &[Fulfillment]) -> View {
    if parcels.is_empty() {
        return view;
    }
    let mut grid = Grid::new(["CARRIER", "TRACKING", "SHIPPED"]);
    grid.rows = parcels
        .iter()
        .map(|parcel| {
            let shipped = format!("{} UTC", parcel.shipped_at.minute());
            vec![
                Cell::new(carrier(parcel)),
                Cell::new(&parcel.tracking),
                Cell::new(shipped).minor(),
            ]
        })
        .collect();
    view.grid(grid)
}

const fn carrier(parcel: &Fulfillment) -> &'static str {
    if parcel.tracking.is_empty() { "no tracking" } else { parcel.carrier.title() }
}

fn status(status: OrderStatus) -> Cell {
    let tone = match status {
        OrderStatus::Pending | OrderStatus::Cancelled => Tone::Plain,
        OrderStatus::Paid => Tone::Warn,
        OrderStatus::Shipped => Tone::Good,
        OrderStatus::Refunded => Tone::Bad,
    };
    Cell::new(status.label()).tone(tone)
}
