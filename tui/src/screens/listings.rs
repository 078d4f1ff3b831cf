//! Listings: the list, and the listing under the cursor with its variants.

use api::attribute::Told;
use api::listing::{Listing, ListingSummary};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{App, Pane};
use crate::list::Flag;
use crate::needs::age;
use crate::rows::{LOW_STOCK, is_low};
use crate::text::{cells, wrap};
use crate::theme::Role;
use crate::widgets::panel::{field, line, lines, panel};
use crate::widgets::table::{Built, Column, Table, Width, cell, styled};
use crate::words;

use super::frame::{Frame, Rows};
use super::{dim, sign, status};

const COLUMNS: [Column; 7] = [
    Column { title: "SKU", width: Width::Content, right: false, drop: 3 },
    Column { title: "TITLE", width: Width::Share(26), right: false, drop: 0 },
    Column { title: "PRICE", width: Width::Content, right: true, drop: 0 },
    Column { title: "STOCK", width: Width::Content, right: true, drop: 0 },
    Column { title: "PICTURES", width: Width::Content, right: true, drop: 4 },
    Column { title: "CHANGED", width: Width::Content, right: true, drop: 5 },
    Column { title: "STATUS", width: Width::Content, right: false, drop: 0 },
];

const VARIANT_COLUMNS: [Column; 4] = [
    Column { title: "VARIANT", width: Width::Share(8), right: false, drop: 0 },
    Column { title: "SKU", width: Width::Content, right: false, drop: 1 },
    Column { title: "PRICE", width: Width::Content, right: true, drop: 0 },
    Column { title: "STOCK", width: Width::Content, right: true, drop: 0 },
];

/// Draws the screen.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let rows = Rows {
        title: "Listings",
        list: &app.listings,
        columns: &COLUMNS,
        counted: true,
        active: app.pane == Pane::List,
        row: build,
    };
    Frame {
        rows,
        details: &app.listing_details,
        name: |_| "Listing".to_owned(),
        detail: draw_detail,
    }
    .draw(buf, area, app);
}

fn build(app: &App, listing: &ListingSummary) -> Built {
    let theme = &app.setup.theme;
    let low = is_low(listing);
    let mark = sign(app.listings.flag(&listing.id.to_string()), theme);
    let stock = if low { theme.style(Role::Warn) } else { Style::new() };
    let pictures = if listing.images == 0 { theme.style(Role::Warn) } else { dim(theme) };
    Built {
        marked: false,
        sign: mark.unwrap_or_else(|| styled(if low { "!" } else { "" }, theme.style(Role::Warn))),
        cells: vec![
            styled(listing.sku_label(), dim(theme)),
            cell(listing.title.clone()),
            cell(listing.price_label()),
            styled(
                if listing.made_to_order {
                    "to order".to_owned()
                } else {
                    listing.available.to_string()
                },
                stock,
            ),
            styled(listing.images.to_string(), pictures),
            styled(age(listing.updated_at, app.now()), dim(theme)),
            status(words::listing(listing.status), theme),
        ],
    }
}

fn draw_detail(buf: &mut Buffer, area: Rect, app: &App, listing: &Listing) {
    let theme = &app.setup.theme;
    let active = app.pane == Pane::Detail;
    let [fields, variants, text] = places(area, listing);
    let room = panel(buf, fields, &listing.title, active, theme);
    lines(buf, room, &field_lines(app, listing, room.width), theme);
    draw_variants(buf, variants, app, listing);
    let room = panel(buf, text, "Text", active, theme);
    let told = listing.attributes.told(listing.category);
    let facts: Vec<String> = told.iter().map(Told::words).collect();
    let said = [facts.join("\n"), listing.description.clone()].join("\n\n");
    let prose = wrap(said.trim_start(), usize::from(room.width));
    let prose: Vec<Line<'_>> = prose.into_iter().map(Line::raw).collect();
    lines(buf, room, &prose, theme);
}

/// Stacked where there is height; fields and variants side by side, without text, where not.
fn places(area: Rect, listing: &Listing) -> [Rect; 3] {
    if area.height <= 12 {
        let halves = [Constraint::Fill(1), Constraint::Fill(1)];
        let [fields, variants] = Layout::horizontal(halves).areas(area);
        return [fields, variants, Rect::default()];
    }
    let variants = cells(listing.variants.len().min(8) + 3);
    let rows = [Constraint::Length(9), Constraint::Length(variants), Constraint::Fill(1)];
    Layout::vertical(rows).areas(area)
}

fn field_lines(app: &App, listing: &Listing, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let mut rows = Vec::new();
    if let Some(Flag::Refused(why)) = app.listings.flag(&listing.id.to_string()) {
        rows.push(line(&format!("! {why}"), columns, theme.style(Role::Bad)));
    }
    let (glyph, word, _) = words::listing(listing.status);
    let pictures = match listing.images.len() {
        0 => "! none".to_owned(),
        count => count.to_string(),
    };
    let values = [
        ("Status", format!("{glyph} {word}")),
        ("Shelf", listing.category.title().to_owned()),
        ("Materials", listing.materials.join(", ")),
        ("Tags", listing.tags.join(", ")),
        ("Pictures", pictures),
        ("Changed", listing.updated_at.minute()),
        ("Address", format!("/listings/{}", listing.slug)),
    ];
    rows.extend(values.iter().map(|(label, value)| field(label, value, columns, theme)));
    rows
}

fn draw_variants(buf: &mut Buffer, area: Rect, app: &App, listing: &Listing) {
    let theme = &app.setup.theme;
    let active = app.pane == Pane::Detail;
    let made = listing.making.to_order().is_some();
    let title = if made {
        format!("Made {}", listing.making.words())
    } else if listing.options.is_empty() {
        "Stock".to_owned()
    } else {
        format!("Stock by {}", listing.options.join(", ").to_lowercase())
    };
    let title = if listing.variants.len() > 1 { title + " · tab chooses" } else { title };
    let room = panel(buf, area, &title, active, theme);
    let window = usize::from(room.height.saturating_sub(1));
    let row = |place: usize| {
        let variant = listing.variants.get(place)?;
        let low = !made && variant.available <= LOW_STOCK;
        let name =
            if variant.values.is_empty() { "–".to_owned() } else { variant.values.join(", ") };
        Some(Built {
            marked: false,
            sign: styled(if low { "!" } else { "" }, theme.style(Role::Warn)),
            cells: vec![
                cell(name),
                styled(variant.sku.clone(), dim(theme)),
                cell(variant.price.to_string()),
                styled(
                    variant.available.to_string(),
                    if low { theme.style(Role::Warn) } else { theme.strong },
                ),
            ],
        })
    };
    let table = Table {
        columns: &VARIANT_COLUMNS,
        count: listing.variants.len(),
        top: (app.detail_row + 1).saturating_sub(window),
        cursor: app.detail_row,
        active,
        titles: true,
        row: &row,
    };
    table.draw(buf, room, theme);
}
