//! Tables: aligned on a terminal, tab-separated elsewhere.

use std::io::Write;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

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

impl Tone {
    /// The colour, as ECMA-48 numbers it.
    const fn code(self) -> Option<u8> {
        match self {
            Self::Plain => None,
            Self::Good => Some(32),
            Self::Warn => Some(33),
            Self::Bad => Some(31),
        }
    }
}

/// Where a value loses letters on a narrow terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cut {
    /// Nowhere.
    #[default]
    Never,
    /// At its end.
    End,
    /// Between its first letters and its last two: `po_1Q…8d`.
    Middle,
}

/// A value in a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    tone: Tone,
    right: bool,
    cut: Cut,
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
        Self { cut: Cut::End, ..Self::new(text) }
    }

    /// An id whose middle may be left out when the terminal is narrow.
    pub(crate) fn id(text: impl ToString) -> Self {
        Self { cut: Cut::Middle, ..Self::new(text) }
    }

    /// The same in a colour.
    pub(crate) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// In one line.
    pub(super) fn line(&self) -> String {
        self.text.replace(['\t', '\n'], " ")
    }

    /// In a column of so many places: cut with `…` if it must be, padded, coloured.
    fn drawn(&self, places: usize, last: bool, colors: bool) -> String {
        let text = fitted(&self.line(), places, self.cut);
        let space = " ".repeat(places.saturating_sub(text.width()));
        let text = paint(&text, self.tone.code(), colors);
        match (self.right, last) {
            (true, _) => format!("{space}{text}"),
            (false, true) => text,
            (false, false) => format!("{text}{space}"),
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
        let places = self.places(terminal_width());
        let titles = self.titles.iter().enumerate().map(|(index, title)| self.title(index, title));
        if !self.titles.is_empty() {
            let line = line(titles.collect::<Vec<_>>().iter(), &places, false);
            writeln!(out, "{}", paint(&line, Some(2), output.colors))?;
        }
        for row in &self.rows {
            writeln!(out, "{}", line(row.iter(), &places, output.colors))?;
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

    /// A title stands over its column as the values do.
    fn title(&self, index: usize, title: &str) -> Cell {
        let right = self.rows.first().and_then(|row| row.get(index)).is_some_and(|cell| cell.right);
        Cell { right, ..Cell::new(title) }
    }

    /// Width of each column: as wide as its widest value, but ids and then long texts give way,
    /// the widest first, until the table fits.
    fn places(&self, width: usize) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let cells = |index: usize| self.rows.iter().filter_map(move |row| row.get(index));
        let widest = |index| cells(index).map(|cell| cell.line().width()).max().unwrap_or_default();
        let title = |index: usize| self.titles.get(index).map_or(0, |title| title.width());
        let mut places: Vec<usize> =
            (0..columns).map(|index| widest(index).max(title(index))).collect();
        let is_id = |index| cells(index).any(|cell| cell.cut == Cut::Middle);
        let gaps = GAP.len() * columns.saturating_sub(1);
        while places.iter().sum::<usize>() + gaps > width {
            let may_shrink = |index: &usize| {
                places[*index] > NARROWEST && cells(*index).any(|cell| cell.cut != Cut::Never)
            };
            let Some(index) =
                (0..columns).filter(may_shrink).max_by_key(|index| (is_id(*index), places[*index]))
            else {
                break;
            };
            places[index] -= 1;
        }
        places
    }
}

/// Between two columns.
const GAP: &str = "  ";
/// A text that is cut keeps so many places.
const NARROWEST: usize = 8;
/// Columns of a terminal that does not tell.
const USUAL_WIDTH: u16 = 80;

fn terminal_width() -> usize {
    crossterm::terminal::size().map_or(USUAL_WIDTH, |(columns, _)| columns).into()
}

fn line<'a>(
    cells: impl ExactSizeIterator<Item = &'a Cell>,
    places: &[usize],
    colors: bool,
) -> String {
    let last = cells.len().saturating_sub(1);
    let drawn = cells
        .zip(places)
        .enumerate()
        .map(|(index, (cell, places))| cell.drawn(*places, index == last, colors));
    drawn.collect::<Vec<_>>().join(GAP)
}

/// A text in so many places, cut with `…` where it is longer.
fn fitted(text: &str, places: usize, cut: Cut) -> String {
    if text.width() <= places {
        return text.to_owned();
    }
    let tail: String = match cut {
        Cut::Middle => text.chars().skip(text.chars().count().saturating_sub(2)).collect(),
        Cut::End | Cut::Never => String::new(),
    };
    let mut used = 1 + tail.width();
    let kept: String = text
        .chars()
        .take_while(|letter| {
            used += letter.width().unwrap_or_default();
            used <= places
        })
        .collect();
    format!("{}…{tail}", kept.trim_end())
}

/// Names and values under each other.
pub(super) fn write_pairs(
    out: &mut impl Write,
    pairs: &[(String, Cell)],
    output: &Output,
) -> anyhow::Result<()> {
    let width = pairs.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    for (name, cell) in pairs {
        if output.terminal {
            let indent = format!("\n{:width$}  ", "");
            let text = paint(&cell.text.replace('\n', &indent), cell.tone.code(), output.colors);
            writeln!(out, "{name:width$}  {text}")?;
        } else {
            writeln!(out, "{name}\t{}", cell.line())?;
        }
    }
    Ok(())
}

/// A heading.
pub(super) fn bold(text: &str, colors: bool) -> String {
    paint(text, Some(1), colors)
}

fn paint(text: &str, code: Option<u8>, colors: bool) -> String {
    match code.filter(|_| colors && !text.is_empty()) {
        Some(code) => format!("\x1b[{code}m{text}\x1b[0m"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_give_way_and_nothing_else_is_cut() {
        let mut grid = Grid::new(["ID", "WHAT", "TOTAL"]);
        let row =
            |what: &str| vec![Cell::new("7K39QF2M-1"), Cell::long(what), Cell::number("€1,204.18")];
        grid.rows = vec![row("Stoneware mug, oatmeal, with a handle"), row("陶器の湯のみ茶碗です")];
        let places = grid.places(40);
        let lines: Vec<String> =
            grid.rows.iter().map(|row| line(row.iter(), &places, false)).collect();
        assert_eq!(
            lines,
            [
                "7K39QF2M-1  Stoneware mug, o…  €1,204.18",
                "7K39QF2M-1  陶器の湯のみ茶碗…  €1,204.18",
            ]
        );
        assert_eq!(grid.places(10)[1], NARROWEST);
        assert_eq!(fitted("po_1QJx8sLkdIwHu7ix0snrBa8d", 9, Cut::Middle), "po_1QJ…8d");
    }
}
