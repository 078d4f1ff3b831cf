//! Why an upload is not taken, in words for the artisan.

use api::picture::Unfit;

use crate::error::Error;

/// What is wrong with an upload and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// None of the kinds that are taken.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Ends before its end.
    #[error(
        "this picture is cut off; it was probably not copied whole, so copy it again from the camera"
    )]
    CutOff,
    /// Unreadable in some other way.
    #[error(
        "this picture is damaged or of a rare kind; open it in an image program, save it anew and send that"
    )]
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
    /// Few pixels, but each of so many bits that a decoder would take too much memory.
    #[error("this picture takes more than 256 MB to read; save it with 8 bits for each colour")]
    TooDeep,
    /// A progressive JPEG that would be worked on for minutes.
    #[error(
        "this picture is stored in {0} passes or more, which would take minutes to read; save it anew as an ordinary JPEG"
    )]
    TooManyPasses(u64),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unfit(Unfit::TooLarge) => Self::TooLarge(refusal.to_string()),
            _ => Self::invalid("image", refusal.to_string()),
        }
    }
}
