//! The picture that an app reads: drawn as SVG inside the page, without a script or another request.

use qrcode::QrCode;
use qrcode::render::svg;

/// Side of the picture in pixels at least.
const SIDE: u32 = 232;

/// Dark on light in both colour schemes, because apps read nothing else; nothing when the text is
/// too long for a picture.
pub(super) fn svg(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(SIDE, SIDE)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // The declaration before it belongs to files.
    drawn.find("<svg").map(|at| drawn[at..].to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_picture_needs_nothing_from_elsewhere() {
        let drawn = super::svg("otpauth://totp/Loomstead:ana%40example.org?secret=GEZDGNBV");
        assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>"), "{drawn}");
        for word in ["style", "script", "href", "otpauth"] {
            assert!(!drawn.contains(word), "{word}");
        }
        assert_eq!(super::svg(&"x".repeat(10_000)), "");
    }
}
