//! From the colours that a profile describes (ICC.1:2022) to sRGB, which every browser takes a
//! picture without a profile for.

use image::RgbImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Converts a picture whose file carries a profile. One that is unreadable or of some other kind
/// of picture changes nothing: without it browsers would show the same.
pub(super) fn to_srgb(image: &mut RgbImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let layout = match profile.color_space {
        DataColorSpace::Rgb => Layout::Rgb,
        DataColorSpace::Gray => Layout::Gray,
        _ => return,
    };
    let Ok(transform) = profile.create_transform_8bit(layout, &srgb, Layout::Rgb, options) else {
        return;
    };
    let row = usize::try_from(image.width()).unwrap_or(usize::MAX).saturating_mul(3);
    let mut from = Vec::with_capacity(row);
    for line in image.chunks_exact_mut(row.max(1)) {
        from.clear();
        match layout {
            // A grey picture has three equal colours by now.
            Layout::Gray => from.extend(line.iter().step_by(3)),
            _ => from.extend_from_slice(line),
        }
        if transform.transform(&from, line).is_err() {
            return;
        }
    }
}
