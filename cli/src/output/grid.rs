//! Tables: aligned on a terminal, tab-separated elsewhere.

use std::io::Write;

use comfy_table::{
    Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table, presets,
};

use super::Output;

/// How a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As any other.
    #[default]
    Plain,
    /// As wished.
    Good,
    /// Asks for attention.
    Warn,
    /// Wrong.
    Bad,
}

/// A value in a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    tone: Tone,
    right: bool,
    long: bool,
}

impl Cell {
    /// A text of a word or two, never cut.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids, amounts and texts are handed over alike"
    )]
    pub(crate) fn new(text: impl ToString) -> Self {
        Self { text: text.to_string(), ..Self::default() }
    }

    /// A number or an amount: stands at the right.
    pub(crate) fn number(value: impl ToString) -> Self {
        Self { right: true, ..Self::new(value) }
    }

    /// A text that may be cut when the terminal is narrow.
    pub(crate) fn long(text: impl ToString) -> Self {
        Self { long: true, ..Self::new(text) }
    }

    /// The same in a colour.
    pub(crate) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// In one line.
    pub(super) fn line(&self) -> String {
        self.text.replace(['\t', '\n'], " ")
    }

    fn drawn(&self, colors: bool) -> comfy_table::Cell {
        let cell = comfy_table::Cell::new(self.line());
        let cell = if self.right { cell.set_alignment(CellAlignment::Right) } else { cell };
        match self.color().filter(|_| colors) {
            Some(color) => cell.fg(color),
            None => cell,
        }
    }

    const fn color(&self) -> Option<Color> {
        match self.tone {
            Tone::Plain => None,
            Tone::Good => Some(Color::DarkGreen),
            Tone::Warn => Some(Color::DarkYellow),
            Tone::Bad => Some(Color::DarkRed),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

/// Rows under titles.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// What stands above the columns.
    pub(crate) titles: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// An empty table.
    pub(crate) fn new<const N: usize>(titles: [&str; N]) -> Self {
        Self { titles: titles.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    /// Writes it as the output wants; without rows nothing.
    pub(super) fn write(&self, out: &mut impl Write, output: &Output) -> anyhow::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        if !output.terminal {
            return self.write_lines(out);
        }
        let table = self.table(output.colors);
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Rows without titles, their values separated by tabs.
    fn write_lines(&self, out: &mut impl Write) -> anyhow::Result<()> {
        for row in &self.rows {
            let line: Vec<String> = row.iter().map(Cell::line).collect();
            writeln!(out, "{}", line.join("\t"))?;
        }
        Ok(())
    }

    fn table(&self, colors: bool) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_truncation_indicator("…");
        if colors {
            table.enforce_styling();
        }
        let first = self.rows.first();
        let titles = self.titles.iter().enumerate().map(|(index, title)| {
            let cell = comfy_table::Cell::new(title);
            let cell = if colors { cell.add_attribute(Attribute::Dim) } else { cell };
            let right = first.and_then(|row| row.get(index)).is_some_and(|cell| cell.right);
            if right { cell.set_alignment(CellAlignment::Right) } else { cell }
        });
        table.set_header(Row::from(titles.collect::<Vec<_>>()));
        for row in &self.rows {
            let mut drawn =
                Row::from(row.iter().map(|cell| cell.drawn(colors)).collect::<Vec<_>>());
            drawn.max_height(1);
            table.add_row(drawn);
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if !self.rows.iter().any(|row| row.get(index).is_some_and(|cell| cell.long)) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table
    }
}

/// Names and values under each other.
pub(super) fn write_pairs(
    out: &mut impl Write,
    pairs: &[(String, Cell)],
    output: &Output,
) -> anyhow::Result<()> {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, cell) in pairs {
        if output.terminal {
            let indent = format!("\n{:width$}  ", "");
            let text = paint(&cell.text.replace('\n', &indent), cell.color(), output.colors);
            writeln!(out, "{name:width$}  {text}")?;
        } else {
            writeln!(out, "{name}\t{}", cell.line())?;
        }
    }
    Ok(())
}

/// A heading.
pub(super) fn bold(text: &str, colors: bool) -> String {
    if colors { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

fn paint(text: &str, color: Option<Color>, colors: bool) -> String {
    let code = match color {
        Some(Color::DarkGreen) => 32,
        Some(Color::DarkYellow) => 33,
        Some(Color::DarkRed) => 31,
        _ => return text.to_owned(),
    };
    if colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}
