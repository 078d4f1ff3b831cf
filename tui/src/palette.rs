//! The palette: commands, views, orders and listings in one fuzzy list.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::App;
use crate::keymap::{self, Command};
use crate::widgets::field::Field;

/// Rows kept of what fits best.
const KEPT: usize = 100;

/// What choosing a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Runs a command.
    Run(Command),
    /// Shows an order by its number.
    Order(String),
    /// Shows a listing by its id.
    Listing(String),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it does.
    pub(crate) choice: Choice,
    /// What it says.
    pub(crate) label: String,
    /// At its right: a key, a status.
    pub(crate) note: String,
}

/// The open palette.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    /// What is typed.
    pub(crate) field: Field,
    /// What fits, best first.
    pub(crate) items: Vec<Item>,
    /// Row of the cursor.
    pub(crate) cursor: usize,
}

impl Palette {
    /// A palette over everything the console knows.
    pub(crate) fn open(app: &App) -> Self {
        let mut palette = Self::default();
        palette.search(app);
        palette
    }

    /// Finds what fits the text typed.
    pub(crate) fn search(&mut self, app: &App) {
        let pattern = Pattern::parse(self.field.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut scored: Vec<(u32, Item)> = candidates(app)
            .filter_map(|item| {
                let text = format!("{} {}", item.label, item.note);
                let score = pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher)?;
                Some((score, item))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.items = scored.into_iter().take(KEPT).map(|(_, item)| item).collect();
        self.cursor = 0;
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, rows: isize) {
        let last = self.items.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(rows).min(last);
    }

    /// What the cursor is on.
    pub(crate) fn choice(&self) -> Option<Choice> {
        self.items.get(self.cursor).map(|item| item.choice.clone())
    }
}

fn candidates(app: &App) -> impl Iterator<Item = Item> {
    let commands = keymap::bindings(app.screen)
        .filter(|binding| worth_listing(binding.command))
        .map(|binding| Item {
            choice: Choice::Run(binding.command),
            label: binding.help.to_owned(),
            note: binding.keys(),
        });
    let orders = app.orders.rows().map(|order| Item {
        choice: Choice::Order(order.number.clone()),
        label: format!("Order {} · {}", order.number, app.name(&order.customer)),
        note: order.status.label().to_owned(),
    });
    let listings = app.listings.rows().map(|listing| Item {
        choice: Choice::Listing(listing.id.to_string()),
        label: format!("Listing {}", listing.title),
        note: listing.sku.clone(),
    });
    commands.chain(orders).chain(listings)
}

/// Moving about is quicker by key; everything else can be found by name.
fn worth_listing(command: Command) -> bool {
    use Command::{Back, Down, First, Interrupt, Last, NextPane, PageDown, PageUp, Palette, Up};
    !matches!(
        command,
        Up | Down | PageUp | PageDown | First | Last | NextPane | Back | Palette | Interrupt
    )
}
