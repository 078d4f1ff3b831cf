//! What can go wrong between a client and a market.

use crate::Problem;

/// Why a request gave no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answered, or not in time. Every request may be repeated later.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// Address of the market.
        url: String,
        /// Why, in words.
        cause: String,
    },
    /// The market said no.
    #[error(transparent)]
    Problem(Problem),
    /// Something answered, but not as a market does.
    #[error("{0}")]
    Protocol(String),
    /// The address cannot be that of a market.
    #[error("“{given}” is no address of a market: {reason}")]
    Server {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// An error and its causes in one line, without address and error number.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let text = deepest.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
}
