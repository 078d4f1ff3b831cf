//! Amounts as bars, in whole numbers.

/// Eighths of a column, standing.
const STANDING: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// One standing bar for each value, `columns` wide each, a column of air between.
pub(crate) fn spark(values: &[i64], columns: usize) -> String {
    let largest = values.iter().copied().max().unwrap_or(0).max(1);
    let bars = values.iter().map(|value| {
        let eighths = share(*value, largest, 8).max(1);
        let bar = STANDING[usize::try_from(eighths).unwrap_or(1) - 1];
        bar.to_string().repeat(columns)
    });
    bars.collect::<Vec<_>>().join(" ")
}

/// A lying bar of at most `columns`; a value above nothing shows at least one.
pub(crate) fn bar(value: i64, largest: i64, columns: usize) -> String {
    let whole = i64::try_from(columns).unwrap_or(0);
    let length = share(value, largest, whole);
    "▇".repeat(usize::try_from(length).unwrap_or(0))
}

/// How many of `parts` a value is of the largest, rounded up.
fn share(value: i64, largest: i64, parts: i64) -> i64 {
    let largest = largest.max(1);
    let product = value.max(0).saturating_mul(parts).saturating_add(largest - 1);
    (product / largest).min(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_bar_is_full_and_nothing_is_nothing() {
        assert_eq!(spark(&[0, 1, 50, 100], 1), "▁ ▁ ▄ █");
        assert_eq!(spark(&[0, 0], 2), "▁▁ ▁▁");
        assert_eq!(bar(100, 100, 4), "▇▇▇▇");
        assert_eq!(bar(0, 100, 4), "");
        assert_eq!(bar(1, 1_000_000, 4), "▇");
        assert_eq!(bar(50, 100, 4), "▇▇");
    }
}
