//! For terminals without Unicode: every cell that is not ASCII gets its nearest relative.

use ratatui::buffer::Buffer;
use unicode_normalization::UnicodeNormalization;

/// Replaces what is not ASCII, cell by cell, after everything is drawn.
pub(crate) fn reduce(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if !cell.symbol().is_ascii() {
            let nearest = nearest(cell.symbol());
            cell.set_char(nearest);
        }
    }
}

fn nearest(symbol: &str) -> char {
    match symbol.chars().next().unwrap_or(' ') {
        '╭' | '╮' | '╰' | '╯' | '✓' => '+',
        '─' | '–' | '·' => '-',
        '│' => '|',
        '┃' | '█' | '▇' => '#',
        '▆' | '▅' | '▄' => '=',
        '▃' | '▂' | '▁' => '_',
        '●' | '◆' | '•' => '*',
        '◌' | '○' | '◐' | '▫' => 'o',
        '▲' | '↑' | '⇧' => '^',
        '↓' => 'v',
        '▶' => '>',
        '✗' | '×' => 'x',
        '↩' => '<',
        '…' => '~',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '€' => 'E',
        '£' => 'L',
        '¥' => 'Y',
        letter => letter.nfd().next().filter(char::is_ascii).unwrap_or('?'),
    }
}
