//! Why an upload is not taken, in words for the artisan.

use crate::error::Error;

/// What is wrong with an upload and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// Some other file.
    #[error("this is no JPEG, PNG or WebP picture; save it as one of these and send it again")]
    NoPicture,
    /// What some phones write.
    #[error("this is a HEIC picture, which browsers cannot show; export it as JPEG and send that")]
    Heic,
    /// Ends before its end.
    #[error(
        "this picture is cut off; it was probably not copied whole, so copy it again from the camera"
    )]
    CutOff,
    /// Four inks.
    #[error("this picture has the colours of print (CMYK); export it with the colour space sRGB")]
    Print,
    /// Unreadable in some other way.
    #[error("this picture is damaged; open it in an image program, save it anew and send that")]
    Damaged,
    /// Larger than a decoder should try.
    #[error(
        "this picture is {width} × {height} pixels; at most 12,000 on a side and 50 million in all, so save it smaller"
    )]
    TooManyPixels {
        /// What it claims.
        width: u32,
        /// What it claims.
        height: u32,
    },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::invalid("image", refusal.to_string())
    }
}
