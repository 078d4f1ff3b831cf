//! Amounts as bars, in whole numbers.

/// Eighths of a column, standing.
const STANDING: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Eighths of a column, lying; nothing for none.
const LYING: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// One standing bar for each value, `columns` wide each, a column of air between.
pub(crate) fn spark(values: &[i64], columns: usize) -> String {
    let largest = values.iter().copied().max().unwrap_or(0).max(1);
    let bars = values.iter().map(|value| {
        let eighth = value.max(&0).saturating_mul(8).div_ceil_by(largest);
        let bar = STANDING[usize::try_from(eighth.clamp(1, 8)).unwrap_or(1) - 1];
        bar.to_string().repeat(columns)
    });
    bars.collect::<Vec<_>>().join(" ")
}

/// A lying bar of at most `columns`; a value above nothing shows at least a sliver.
pub(crate) fn bar(value: i64, largest: i64, columns: usize) -> String {
    let whole = i64::try_from(columns).unwrap_or(0) * 8;
    let eighths = value.max(0).saturating_mul(whole).div_ceil_by(largest.max(1)).min(whole);
    let (full, rest) = (eighths / 8, eighths % 8);
    let rest = LYING[usize::try_from(rest).unwrap_or(0)];
    "█".repeat(usize::try_from(full).unwrap_or(0)) + rest
}

trait DivCeil {
    fn div_ceil_by(self, other: i64) -> i64;
}

impl DivCeil for i64 {
    fn div_ceil_by(self, other: i64) -> i64 {
        self.saturating_add(other - 1) / other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_bar_is_full_and_nothing_is_nothing() {
        assert_eq!(spark(&[0, 1, 50, 100], 1), "▁ ▁ ▄ █");
        assert_eq!(spark(&[0, 0], 2), "▁▁ ▁▁");
        assert_eq!(bar(100, 100, 4), "████");
        assert_eq!(bar(0, 100, 4), "");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(50, 100, 3), "█▌");
    }
}
