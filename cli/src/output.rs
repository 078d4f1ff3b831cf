//! Standard output: data for people on a terminal, for scripts everywhere else.

mod csv;
mod fields;
mod grid;
mod node;
mod room;

use std::io::{Read, Write, stdout};

use node::Node;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

pub(crate) use grid::{Cell, Grid, Tone};
pub(crate) use room::{terminal_size, wrapped};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Aligned columns on a terminal, tab-separated values elsewhere.
    #[default]
    Table,
    /// One JSON document: an array for lists, an object for one thing.
    Json,
    /// One JSON object on each line.
    Jsonl,
    /// Comma-separated values with a header, safe to open in a spreadsheet.
    Csv,
}

/// A column of a list.
pub(crate) struct Column<T> {
    /// What stands above it.
    pub(crate) title: &'static str,
    /// What stands in it.
    pub(crate) cell: fn(&T) -> Cell,
}

/// Writes results.
#[derive(Debug)]
pub(crate) struct Output {
    /// How.
    pub(crate) format: Format,
    /// Only these fields, unless empty.
    pub(crate) fields: Vec<String>,
    /// Whether a person looks at it.
    pub(crate) terminal: bool,
    /// Whether it may hold colours.
    pub(crate) colors: bool,
}

impl Output {
    /// Writes many things.
    pub(crate) fn list<T: Serialize>(
        &self,
        rows: &[T],
        columns: &[Column<T>],
    ) -> anyhow::Result<()> {
        let mut out = Vec::new();
        if self.is_for_people() {
            grid_of(rows, columns).write(&mut out, self)?;
        } else {
            let nodes = self.nodes(rows)?;
            if self.format == Format::Json {
                pretty(&mut out, &nodes)?;
            } else {
                self.rows(&mut out, &nodes, true)?;
            }
        }
        emit(&out)
    }

    /// Writes one thing; people see the view.
    pub(crate) fn one<T: Serialize>(
        &self,
        thing: &T,
        view: impl FnOnce() -> View,
    ) -> anyhow::Result<()> {
        let mut out = Vec::new();
        if self.is_for_people() {
            view().write(&mut out, self)?;
        } else {
            let node = fields::pick(Node::of(thing)?, &self.fields)?;
            if self.format == Format::Json {
                pretty(&mut out, &node)?;
            } else {
                self.rows(&mut out, &[node], true)?;
            }
        }
        emit(&out)
    }

    /// Writes one more thing of an endless list, at once; the first brings the CSV header.
    pub(crate) fn next<T: Serialize>(
        &self,
        thing: &T,
        columns: &[Column<T>],
        first: bool,
    ) -> anyhow::Result<()> {
        let mut out = Vec::new();
        if self.is_for_people() {
            let line: Vec<String> =
                columns.iter().map(|column| (column.cell)(thing).line()).collect();
            if self.terminal {
                writeln!(out, "{}", room::one_line(&line.join("  ")))?;
            } else {
                writeln!(out, "{}", line.join("\t"))?;
            }
        } else {
            self.rows(&mut out, &self.nodes(std::slice::from_ref(thing))?, first)?;
        }
        emit(&out)
    }

    /// Writes plain text, such as a completion script.
    pub(crate) fn text(text: &str) -> anyhow::Result<()> {
        emit(text.as_bytes())
    }

    /// Writes a file that is whole already, byte by byte.
    pub(crate) fn bytes(file: &mut impl Read) -> anyhow::Result<()> {
        let mut out = stdout().lock();
        std::io::copy(file, &mut out)?;
        Ok(out.flush()?)
    }

    /// Whether people read it, not programs.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Table && self.fields.is_empty()
    }

    fn nodes<T: Serialize>(&self, rows: &[T]) -> anyhow::Result<Vec<Node>> {
        rows.iter().map(|row| fields::pick(Node::of(row)?, &self.fields)).collect()
    }

    fn rows(&self, out: &mut impl Write, nodes: &[Node], first: bool) -> anyhow::Result<()> {
        match self.format {
            Format::Table => fields::grid(nodes, &self.fields).write(out, self),
            Format::Csv => csv::write(out, nodes, first),
            Format::Json | Format::Jsonl => nodes.iter().try_for_each(|node| line(out, node)),
        }
    }
}

/// Writes whole answers, so an error never leaves half a document behind. Nothing outside this file
/// writes to standard output.
fn emit(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

fn pretty(out: &mut impl Write, thing: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, thing)?;
    Ok(writeln!(out)?)
}

fn line(out: &mut impl Write, node: &Node) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, node)?;
    Ok(writeln!(out)?)
}

fn grid_of<T>(rows: &[T], columns: &[Column<T>]) -> Grid {
    let titles = columns.iter().map(|column| column.title.to_owned()).collect();
    let cells = rows.iter().map(|row| columns.iter().map(|column| (column.cell)(row)).collect());
    Grid { titles, rows: cells.collect() }
}

/// What a person sees of one thing, from top to bottom.
#[derive(Default)]
pub(crate) struct View {
    blocks: Vec<Block>,
}

enum Block {
    Heading(String),
    Pairs(Vec<(String, Cell)>),
    Grid(Grid),
}

impl View {
    /// A line above what follows; only on a terminal.
    pub(crate) fn heading(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// Names and values; empty values are left out.
    pub(crate) fn pairs<N: Into<String>, V: Into<Cell>>(
        mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.blocks.push(Block::Pairs(
            pairs.filter(|(_, cell): &(String, Cell)| !cell.text.is_empty()).collect(),
        ));
        self
    }

    /// A table.
    pub(crate) fn grid(mut self, grid: Grid) -> Self {
        self.blocks.push(Block::Grid(grid));
        self
    }

    /// Places of the names in a block and in those that follow each other with it, so that their
    /// values stand in one column.
    fn width_of_names(&self, index: usize) -> usize {
        let (before, after) = self.blocks.split_at(index);
        let pairs = |block: &'_ Block| match block {
            Block::Pairs(pairs) => pairs.iter().map(|(name, _)| name.width()).max(),
            Block::Heading(_) | Block::Grid(_) => None,
        };
        let neighbours = before.iter().rev().map_while(pairs).chain(after.iter().map_while(pairs));
        neighbours.max().unwrap_or_default()
    }

    fn write(&self, out: &mut impl Write, output: &Output) -> anyhow::Result<()> {
        for (index, block) in self.blocks.iter().enumerate() {
            let after_heading = index > 0 && matches!(self.blocks[index - 1], Block::Heading(_));
            if output.terminal && index > 0 && !after_heading {
                writeln!(out)?;
            }
            match block {
                Block::Heading(text) if output.terminal => {
                    writeln!(out, "{}", grid::bold(text, output.colors))?;
                }
                Block::Heading(_) => {}
                Block::Pairs(pairs) => {
                    grid::write_pairs(out, pairs, self.width_of_names(index), output)?;
                }
                Block::Grid(grid) => grid.write(out, output)?,
            }
        }
        Ok(())
    }
}
