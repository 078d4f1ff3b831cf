//! Where things stand, by the size of the terminal.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::{App, Overlay, Screen};

/// Fewest columns and rows that the console is drawn in.
pub(crate) const SMALLEST: (u16, u16) = (80, 24);
/// Columns from which the detail stands beside the list.
const WIDE: u16 = 120;
/// Rows of a table that are not rows of the list: two of the frame, one of titles.
const TABLE_FRAME: u16 = 3;

/// Columns of a box that are not room in it: the frame and a column of air at both sides.
pub(crate) const PANEL_FRAME: u16 = 4;

/// Whether nothing can be drawn but a notice.
pub(crate) fn too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Header, body and footer.
pub(crate) fn page(area: Rect) -> [Rect; 3] {
    Layout::vertical([Constraint::Length(2), Constraint::Fill(1), Constraint::Length(2)])
        .areas(area)
}

/// The line of the filter, without rows when there is none, and what is left.
pub(crate) fn filter_line(app: &App, body: Rect) -> [Rect; 2] {
    let open = matches!(app.overlay, Overlay::Filter(_)) || !app.list().filter().text().is_empty();
    Layout::vertical([Constraint::Length(u16::from(open)), Constraint::Fill(1)]).areas(body)
}

/// List and detail: side by side, one above the other, or the detail alone.
pub(crate) fn halves(app: &App, body: Rect) -> [Rect; 2] {
    if app.full {
        return [Rect { height: 0, ..body }, body];
    }
    if body.width >= WIDE {
        let list = match app.screen {
            Screen::Payouts => 54,
            Screen::Settings => 60,
            Screen::Today | Screen::Orders | Screen::Listings => 70,
        };
        return Layout::horizontal([Constraint::Percentage(list), Constraint::Fill(1)]).areas(body);
    }
    let detail = if app.screen == Screen::Payouts { 11 } else { 9 };
    Layout::vertical([Constraint::Fill(1), Constraint::Length(detail)]).areas(body)
}

/// The boxes of the first screen.
pub(crate) struct Bench {
    /// To pack, sales, payout.
    pub(crate) cards: [Rect; 3],
    /// What needs the artisan.
    pub(crate) needs: Rect,
    /// What happened.
    pub(crate) live: Rect,
    /// Sales by day; without rows on a small terminal.
    pub(crate) sales: Rect,
    /// The shop.
    pub(crate) shop: Rect,
}

/// Places the boxes of the first screen.
pub(crate) fn bench(body: Rect) -> Bench {
    let cards = Layout::horizontal([Constraint::Fill(1); 3]);
    let split = Layout::horizontal([Constraint::Percentage(62), Constraint::Fill(1)]);
    if body.width >= WIDE {
        let rows = [Constraint::Length(5), Constraint::Fill(1), Constraint::Length(9)];
        let [top, middle, bottom] = Layout::vertical(rows).areas(body);
        let ([needs, live], [sales, shop]) = (split.areas(middle), split.areas(bottom));
        return Bench { cards: cards.areas(top), needs, live, sales, shop };
    }
    let rows = [Constraint::Length(5), Constraint::Fill(3), Constraint::Fill(2)];
    let [top, needs, bottom] = Layout::vertical(rows).areas(body);
    let [live, shop] = split.areas(bottom);
    Bench { cards: cards.areas(top), needs, live, sales: Rect::default(), shop }
}

/// Rows of the list in the window.
pub(crate) fn list_rows(app: &App) -> usize {
    let [_, body, _] = page(Rect::new(0, 0, app.size.0, app.size.1));
    let [_, body] = filter_line(app, body);
    let height = match app.screen {
        Screen::Today => bench(body).needs.height.saturating_sub(2),
        Screen::Orders | Screen::Listings | Screen::Payouts | Screen::Settings => {
            halves(app, body)[0].height.saturating_sub(TABLE_FRAME)
        }
    };
    usize::from(height)
}
