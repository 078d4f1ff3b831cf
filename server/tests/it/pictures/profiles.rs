//! Colour profiles, and what the scene's numbers mean in them. The sRGB values were computed from
//! the primaries and curves of the standards, apart from the program.

use moxcms::ColorProfile;

/// A profile with its name, and the scene's numbers under it in sRGB.
type Profile = (&'static str, Vec<u8>, [[u8; 3]; 4]);

/// Profiles of more colours than sRGB has.
pub(super) fn wide() -> [Profile; 2] {
    let p3 = [[207, 44, 53], [0, 152, 71], [57, 70, 187], [204, 179, 72]];
    let adobe = [[220, 57, 57], [0, 151, 74], [52, 68, 185], [209, 181, 83]];
    [
        ("Display P3", ColorProfile::new_display_p3().encode().unwrap(), p3),
        ("Adobe RGB", ColorProfile::new_adobe_rgb().encode().unwrap(), adobe),
    ]
}

/// Grey that counts light instead of what the eye sees, and the scene's greys under it in sRGB.
pub(super) fn linear_grey() -> (Vec<u8>, [u8; 4]) {
    (ColorProfile::new_gray_with_gamma(1.0).encode().unwrap(), [110, 168, 208, 239])
}

/// Inks (cyan, magenta, yellow, black) of the fields, one full ink for each.
pub(super) const INKS: [[u8; 4]; 4] =
    [[255, 0, 0, 0], [0, 255, 0, 0], [0, 0, 255, 0], [0, 0, 0, 255]];

/// A print profile whose inks have just the colours of the scene, by an A2B0 table of two steps
/// (ICC.1:2001-04, section 6.5.9): whoever ignores it sees cyan, magenta, yellow and black.
pub(super) fn inks_of_the_scene() -> Vec<u8> {
    /// CIE L*a*b* under D50 of each ink alone, as 16-bit numbers.
    const LAB: [[u16; 3]; 4] = [
        [29_763, 46_250, 40_705],
        [36_189, 22_572, 40_059],
        [22_404, 39_057, 17_156],
        [48_091, 32_536, 45_022],
    ];
    const PAPER: [u16; 3] = [0xFF00, 0x8000, 0x8000];
    let mut table = b"mft2\0\0\0\0\x04\x03\x02\0".to_vec();
    for place in 0..9 {
        let one = if place % 4 == 0 { 0x0001_0000_u32 } else { 0 };
        table.extend(one.to_be_bytes());
    }
    table.extend([0, 2, 0, 2]);
    let straight = [0, 0, 0xFF, 0xFF];
    table.extend(straight.repeat(4));
    for corner in 0..16 {
        let alone = [8, 4, 2, 1].iter().position(|ink| *ink == corner);
        let lab = alone.map_or(PAPER, |ink| LAB[ink]);
        table.extend(lab.into_iter().flat_map(u16::to_be_bytes));
    }
    table.extend(straight.repeat(3));

    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let mut profile = vec![0; 128];
    profile[..4].copy_from_slice(&length(128 + 16 + table.len()));
    profile[8] = 2;
    profile[12..24].copy_from_slice(b"prtrCMYKLab ");
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&[0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D]);
    profile.extend(1_u32.to_be_bytes());
    profile.extend(b"A2B0");
    profile.extend(length(128 + 16));
    profile.extend(length(table.len()));
    profile.extend(table);
    profile
}
