//! Records and cells out of text, with the place of each.
//!
//! The `csv` crate reads an unclosed quote to the end of the file without a word and does not say
//! where a cell begins; people need both, so records are cut here (RFC 4180, and every line end).

use std::io::{self, Read};

use super::RowCode;
use super::decode::Decoded;

/// Longest record that is read, in bytes. Real listings stay under 100 kB; what is longer is an
/// unclosed quote.
const MAX_RECORD: usize = 1024 * 1024;

/// One record of a file: its cells, and where each begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    text: String,
    cells: Vec<Cell>,
    pub(super) fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    end: usize,
    at: Place,
}

/// A place in the file: line and character, both counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

/// What is wrong with a record as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: RowCode,
    pub(super) at: Place,
}

impl Record {
    /// Line that it begins on, counting the header as 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.cells.first().map_or(0, |cell| cell.at.line)
    }

    /// Number of cells.
    #[must_use]
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing but space stands in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c.is_control())
    }

    /// The text of a cell, without its quotes; empty where the record is too short.
    #[must_use]
    pub fn cell(&self, index: usize) -> &str {
        let start = index
            .checked_sub(1)
            .and_then(|before| self.cells.get(before))
            .map_or(0, |cell| cell.end);
        self.cells.get(index).and_then(|cell| self.text.get(start..cell.end)).unwrap_or("")
    }

    /// Every cell in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.width()).map(|index| self.cell(index))
    }

    /// Line and character where a cell begins, both counted from 1.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<(u64, u64)> {
        self.cells.get(index).map(|cell| (cell.at.line, cell.at.column))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first character of a cell.
    Start,
    Plain,
    Quoted,
    /// After a quote inside a quoted cell: its end, or the first half of a doubled one.
    Closed,
}

/// Cuts text into records.
pub(super) struct Records<R> {
    input: Decoded<R>,
    delimiter: u8,
    state: State,
    here: Place,
    after_cr: bool,
    quote_at: Place,
    cell_at: Place,
    text: Vec<u8>,
    cells: Vec<Cell>,
    fault: Option<Fault>,
    ended: bool,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: Decoded<R>, delimiter: u8) -> Self {
        let here = Place { line: 1, column: 1 };
        Self {
            input,
            delimiter,
            state: State::Start,
            here,
            after_cr: false,
            quote_at: here,
            cell_at: here,
            text: Vec::new(),
            cells: Vec::new(),
            fault: None,
            ended: false,
        }
    }

    /// The next record that is not an empty line; `None` at the end.
    pub(super) fn next_record(&mut self) -> io::Result<Option<Record>> {
        while !self.ended {
            let Some(byte) = self.input.byte()? else {
                self.ended = true;
                return Ok(self.last());
            };
            if self.feed(byte) {
                let record = self.take();
                if record.width() > 1 || !record.text.is_empty() {
                    return Ok(Some(record));
                }
            } else if self.text.len() > MAX_RECORD {
                self.ended = true;
                return Ok(Some(self.overlong()));
            }
        }
        Ok(None)
    }

    /// Takes one byte in; says whether a record ended with it.
    fn feed(&mut self, byte: u8) -> bool {
        if byte == b'\n' && self.after_cr && self.state != State::Quoted {
            self.after_cr = false;
            return false;
        }
        if self.state == State::Start && self.text.len() == self.cell_start() {
            self.cell_at = self.here;
        }
        let ended = match self.state {
            State::Start | State::Plain => self.plain(byte),
            State::Quoted => self.quoted(byte),
            State::Closed => self.closed(byte),
        };
        self.advance(byte);
        ended
    }

    fn plain(&mut self, byte: u8) -> bool {
        match byte {
            b'\n' | b'\r' => return self.end_cell(true),
            b'"' if self.state == State::Start => {
                self.text.truncate(self.cell_start());
                self.state = State::Quoted;
                self.quote_at = self.here;
                self.cell_at = self.here;
            }
            _ if byte == self.delimiter => return self.end_cell(false),
            b' ' if self.state == State::Start => self.text.push(byte),
            _ => {
                self.text.push(byte);
                self.state = State::Plain;
            }
        }
        false
    }

    fn quoted(&mut self, byte: u8) -> bool {
        if byte == b'"' {
            self.state = State::Closed;
        } else {
            self.text.push(byte);
        }
        false
    }

    fn closed(&mut self, byte: u8) -> bool {
        match byte {
            b'"' => {
                self.text.push(byte);
                self.state = State::Quoted;
            }
            b'\n' | b'\r' => return self.end_cell(true),
            _ if byte == self.delimiter => return self.end_cell(false),
            b' ' | b'\t' => {}
            _ => {
                self.fault.get_or_insert(Fault { code: RowCode::QuoteStray, at: self.quote_at });
                self.text.push(byte);
                self.state = State::Plain;
            }
        }
        false
    }

    fn end_cell(&mut self, record_too: bool) -> bool {
        self.cells.push(Cell { end: self.text.len(), at: self.cell_at });
        self.state = State::Start;
        record_too
    }

    fn cell_start(&self) -> usize {
        self.cells.last().map_or(0, |cell| cell.end)
    }

    fn advance(&mut self, byte: u8) {
        let line_end = byte == b'\r' || (byte == b'\n' && !self.after_cr);
        if line_end {
            self.here = Place { line: self.here.line + 1, column: 1 };
        } else if byte != b'\n' && byte & 0xC0 != 0x80 {
            self.here.column += 1;
        }
        self.after_cr = byte == b'\r';
    }

    fn take(&mut self) -> Record {
        let bytes = std::mem::take(&mut self.text);
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        Record { text, cells: std::mem::take(&mut self.cells), fault: self.fault.take() }
    }

    fn last(&mut self) -> Option<Record> {
        if self.state == State::Quoted {
            self.fault = Some(Fault { code: RowCode::QuoteUnclosed, at: self.quote_at });
        }
        if self.state == State::Start && self.cells.is_empty() && self.text.is_empty() {
            return None;
        }
        self.end_cell(true);
        Some(self.take())
    }

    fn overlong(&mut self) -> Record {
        let fault = match self.state {
            State::Quoted | State::Closed => {
                Fault { code: RowCode::QuoteUnclosed, at: self.quote_at }
            }
            State::Start | State::Plain => Fault { code: RowCode::RowTooLarge, at: self.cell_at },
        };
        self.fault = Some(fault);
        self.end_cell(true);
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(text: &str) -> Vec<Record> {
        let mut input = Records::new(Decoded::new(text.as_bytes(), encoding_rs::UTF_8), b',');
        std::iter::from_fn(|| input.next_record().unwrap()).collect()
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text).iter().map(|record| record.cells().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_line_end_ends_a_record_and_empty_lines_are_none() {
        let expected = [["a", "b"], ["c", "d"]];
        for text in ["a,b\nc,d\n", "a,b\r\nc,d", "a,b\rc,d\r", "\n\na,b\r\n\r\n\nc,d\n\n"] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quoted_cells_hold_quotes_separators_and_lines() {
        let text = "a,\"say \"\"hi\"\", then\r\ngo\",c\nd, \"e\" ,\n";
        assert_eq!(cells(text), [["a", "say \"hi\", then\r\ngo", "c"], ["d", "e", ""]]);
    }

    #[test]
    fn places_count_lines_and_characters() {
        let all = records("é,b\n\"x\ny\",ü,\"z\"\r\nlast,\n");
        assert_eq!(all[0].place(1), Some((1, 3)));
        assert_eq!(all[1].line(), 2);
        assert_eq!(all[1].place(1), Some((3, 4)));
        assert_eq!(all[1].place(2), Some((3, 6)));
        assert_eq!(all[2].line(), 4);
        assert_eq!(all[2].place(1), Some((4, 6)));
    }

    #[test]
    fn an_unclosed_quote_is_reported_where_it_began() {
        let all = records("a,b\nc,\"never closed\nd,e\nf,g\n");
        let fault = all[1].fault.unwrap();
        assert_eq!(fault.code, RowCode::QuoteUnclosed);
        assert_eq!(fault.at, Place { line: 2, column: 3 });
    }

    #[test]
    fn an_unclosed_quote_in_a_large_file_stops_at_a_megabyte() {
        let text = format!("a,\"b\n{}", "more,text\n".repeat(300_000));
        let all = records(&text);
        assert_eq!(all.len(), 1);
        assert_eq!(
            all[0].fault.map(|fault| (fault.code, fault.at.line)),
            Some((RowCode::QuoteUnclosed, 1))
        );
    }

    #[test]
    fn a_quote_inside_a_quoted_cell_is_reported_where_the_cell_began() {
        let all = records("a,\"5\" plate\",c\nd,e,f\n");
        assert_eq!(all[0].fault.map(|fault| fault.code), Some(RowCode::QuoteStray));
        assert_eq!(all[0].fault.map(|fault| fault.at), Some(Place { line: 1, column: 3 }));
        assert_eq!(all[1].fault, None, "the next record is whole");
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a-z \",;\r\n\té🧶]{0,12}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(cells(&text), rows);
        }

        #[test]
        fn any_text_is_cut_without_panic(text in any::<String>()) {
            for record in records(&text) {
                prop_assert!(record.line() >= 1);
            }
        }
    }
}
