//! A maker's mark: a stamp drawn from SHA-256 of the shop's slug, so that the same shop has the
//! same mark everywhere and nobody has to draw one.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Circle, square, lozenge, shield; 48 units wide.
const OUTLINES: [&str; 4] = [
    r#"<circle cx="24" cy="24" r="21"/>"#,
    r#"<rect x="4" y="4" width="40" height="40" rx="3"/>"#,
    r#"<path d="M24 2 46 24 24 46 2 24Z"/>"#,
    r#"<path d="M6 5h36v22c0 9-8 14-18 18C14 41 6 36 6 27Z"/>"#,
];
/// Stroke, leaf, dot, chevron; each stands at twelve o'clock and is turned around the middle.
const FIGURES: [&str; 4] = [
    r#"d="M24 24V10""#,
    r#"d="M24 24c5-4 5-9 0-13-5 4-5 9 0 13Z""#,
    r#"d="M21 14.5a3 3 0 1 0 6 0 3 3 0 1 0-6 0Z""#,
    r#"d="m20 17 4-6 4 6""#,
];
const FOLDS: [u32; 5] = [3, 4, 5, 6, 8];
/// Nothing, a filled dot, a ring.
const CENTRES: [&str; 3] = [
    "",
    r#"<circle cx="24" cy="24" r="2.4" fill="currentColor"/>"#,
    r#"<circle cx="24" cy="24" r="5"/>"#,
];

/// The mark of a shop as an inline SVG in the colour of the text around it; decoration, so hidden
/// from readers of the screen.
pub(crate) fn svg(slug: &str) -> String {
    let digest = Sha256::digest(slug.as_bytes());
    let pick = |place: usize, count: usize| usize::from(digest[place]) % count;
    let folds = FOLDS[pick(1, FOLDS.len())];
    let figure = FIGURES[pick(2, FIGURES.len())];
    // Half a step of turning makes a second set of figures out of the first.
    let offset = if pick(3, 2) == 0 { 0 } else { 180 / folds };
    let mut mark = format!(
        r#"<svg class="mark" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">{}"#,
        OUTLINES[pick(0, OUTLINES.len())],
    );
    for turn in 0..folds {
        let angle = offset + turn * 360 / folds;
        let written = write!(mark, r#"<path transform="rotate({angle} 24 24)" {figure}/>"#);
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    mark.push_str(CENTRES[pick(4, CENTRES.len())]);
    mark.push_str("</svg>");
    mark
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::svg;

    #[test]
    fn a_shop_keeps_its_mark_and_shops_are_told_apart() {
        assert_eq!(svg("ines-marchetti"), svg("ines-marchetti"));
        let marks: HashSet<String> = (0..40).map(|n| svg(&format!("shop-{n}"))).collect();
        assert!(marks.len() > 30, "{} different marks for 40 shops", marks.len());
    }

    #[test]
    fn a_slug_never_reaches_the_markup() {
        assert!(!svg("</svg><script>").contains("script"));
    }
}
