//! Tables: aligned on a terminal, tab-separated elsewhere.

use std::io::Write;

use unicode_width::UnicodeWidthStr as _;

use super::Output;
use super::room::{Cut, fitted, one_line, terminal_width, wrapped};

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

/// A value in a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    tone: Tone,
    right: bool,
    cut: Cut,
    minor: bool,
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

    /// The same in a column that a narrow terminal goes without.
    pub(crate) fn minor(self) -> Self {
        Self { minor: true, ..self }
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
        let fit = self.fit(terminal_width());
        let shown = |cells: &[Cell]| -> Vec<Cell> {
            fit.columns.iter().filter_map(|index| cells.get(*index)).cloned().collect()
        };
        if !self.titles.is_empty() {
            let titles = self.titles.iter().enumerate();
            let titles: Vec<Cell> = titles.map(|(index, title)| self.title(index, title)).collect();
            let line = line(shown(&titles).iter(), &fit.places, false);
            writeln!(out, "{}", paint(&line, Some(2), output.colors))?;
        }
        for row in &self.rows {
            writeln!(out, "{}", line(shown(row).iter(), &fit.places, output.colors))?;
        }
        if let Some(words) = self.left_out(&fit) {
            writeln!(out, "{}", paint(&words, Some(2), output.colors))?;
        }
        Ok(())
    }

    /// Which columns a terminal was too narrow for.
    fn left_out(&self, fit: &Fit) -> Option<String> {
        let absent = (0..self.titles.len()).filter(|index| !fit.columns.contains(index));
        let absent: Vec<&str> = absent.map(|index| self.titles[index].as_str()).collect();
        let words = format!("too narrow for {}", absent.join(", "));
        (!absent.is_empty()).then(|| one_line(&words))
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

    /// The columns that a terminal has room for, and how wide each is. A column is as wide as its
    /// widest value, but ids and then long texts give way, the widest first; then minor columns go,
    /// from the right; and where that is not enough every value is cut.
    fn fit(&self, width: usize) -> Fit {
        let columns = self.rows.first().map_or(0, Vec::len);
        let mut fit = Fit { columns: (0..columns).collect(), places: Vec::new() };
        loop {
            fit.places = fit.columns.iter().map(|index| self.widest(*index)).collect();
            let may_be_cut = |index| self.cells(index).any(|cell| cell.cut != Cut::Never);
            self.shrink(&mut fit, width, NARROWEST, may_be_cut);
            if fit.width() <= width {
                return fit;
            }
            let minor = |index: &usize| self.cells(*index).any(|cell| cell.minor);
            match fit.columns.iter().rposition(minor) {
                Some(place) => drop(fit.columns.remove(place)),
                None => break,
            }
        }
        self.shrink(&mut fit, width, 1, |_| true);
        fit
    }

    fn shrink(&self, fit: &mut Fit, width: usize, least: usize, may: impl Fn(usize) -> bool) {
        let is_id = |index: usize| self.cells(index).any(|cell| cell.cut == Cut::Middle);
        while fit.width() > width {
            let wide = (0..fit.places.len())
                .filter(|place| fit.places[*place] > least && may(fit.columns[*place]));
            let widest = wide.max_by_key(|place| (is_id(fit.columns[*place]), fit.places[*place]));
            let Some(place) = widest else { break };
            fit.places[place] -= 1;
        }
    }

    fn cells(&self, index: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| row.get(index))
    }

    fn widest(&self, index: usize) -> usize {
        let title = self.titles.get(index).map_or(0, |title| title.width());
        self.cells(index).map(|cell| cell.line().width()).fold(title, usize::max)
    }
}

/// The columns that are shown, and their widths.
#[derive(Debug)]
struct Fit {
    columns: Vec<usize>,
    places: Vec<usize>,
}

impl Fit {
    fn width(&self) -> usize {
        self.places.iter().sum::<usize>() + GAP.len() * self.places.len().saturating_sub(1)
    }
}

/// Between two columns.
const GAP: &str = "  ";
/// A text that is cut keeps so many places.
const NARROWEST: usize = 8;
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

/// Names and values under each other, the names in so many places.
pub(super) fn write_pairs(
    out: &mut impl Write,
    pairs: &[(String, Cell)],
    width: usize,
    output: &Output,
) -> anyhow::Result<()> {
    for (name, cell) in pairs {
        if output.terminal {
            let room = terminal_width().saturating_sub(width + GAP.len());
            let lines: Vec<String> = cell
                .text
                .lines()
                .flat_map(|text| wrapped(text, room))
                .map(|text| paint(&text, cell.tone.code(), output.colors))
                .collect();
            let indent = format!("\n{:width$}{GAP}", "");
            writeln!(out, "{name:width$}{GAP}{}", lines.join(&indent))?;
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
        let places = grid.fit(40).places;
        let lines: Vec<String> =
            grid.rows.iter().map(|row| line(row.iter(), &places, false)).collect();
        assert_eq!(
            lines,
            [
                "7K39QF2M-1  Stoneware mug, o…  €1,204.18",
                "7K39QF2M-1  陶器の湯のみ茶碗…  €1,204.18",
            ]
        );
        assert_eq!(grid.fit(31).places[1], NARROWEST);
    }

    #[test]
    fn minor_columns_go_before_anything_else_is_cut_and_then_everything_fits() {
        let mut grid = Grid::new(["ID", "STOCK", "PHOTOS"]);
        grid.rows =
            vec![vec![Cell::new("7K39QF2M-1"), Cell::number(4).minor(), Cell::number(3).minor()]];
        let columns = |width| grid.fit(width).columns;
        assert_eq!([25, 24, 16].map(columns), [vec![0, 1, 2], vec![0, 1], vec![0]]);
        for width in 1..30 {
            assert!(grid.fit(width).width() <= width, "{width}: {:?}", grid.fit(width));
        }
    }
}
