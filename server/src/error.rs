//! The one error of the server.

use std::fmt::Display;

use api::MoneyError;
use api::problem::Code;

/// What can go wrong. Expected errors carry words for the person who asked; unexpected ones
/// carry a cause for the log and show nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such object, or none of the asker's: the same answer for both.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// Signed in, but not for this.
    #[error("{0}")]
    Forbidden(String),
    /// Signed in, but the password has to be given again before this.
    #[error("enter your password again first")]
    PasswordNeeded,
    /// The password was right, but the code of the second step is missing.
    #[error("the code of your authenticator app is needed as well")]
    CodeNeeded,
    /// Signed in, but without the shop that this is about.
    #[error("open a shop first")]
    ShopNeeded,
    /// The second step of signing in has to be turned on before this.
    #[error("{0}")]
    FactorNeeded(String),
    /// The shop is suspended; the words hold the reason.
    #[error("{0}")]
    ShopSuspended(String),
    /// A field holds something that cannot be used.
    #[error("{message}")]
    Invalid {
        /// The field, in dotted form.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// Several fields hold something that cannot be used, each with its words; the first stands for
    /// all where there is room for one only.
    #[error("{}", .0.first().map_or("", |(_, message)| message))]
    Several(Vec<(&'static str, String)>),
    /// Changed elsewhere, or already done.
    #[error("{0}")]
    Conflict(String),
    /// Larger than allowed.
    #[error("{0}")]
    TooLarge(String),
    /// Asked too often; come back after so many seconds.
    #[error("too many attempts; try again in {retry_after} second{}", if *retry_after == 1 { "" } else { "s" })]
    RateLimited {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// Cannot be done right now; nothing was changed.
    #[error("{0}")]
    Unavailable(String),
    /// The device login's own answers.
    #[error("{message}")]
    Device {
        /// `device.pending`, `device.denied` or `device.expired`.
        code: Code,
        /// For the person.
        message: &'static str,
    },
    /// Our fault.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Seconds after which a person may try again when the server is only busy.
pub const RETRY_SOON: u32 = 2;

impl Error {
    /// A field that cannot be used.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    /// Changed elsewhere, or already done.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict(message.into())
    }

    /// Not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden(message.into())
    }

    /// Our fault, in words for the log.
    pub fn internal(message: impl Display) -> Self {
        Self::Internal(anyhow::anyhow!("{message}"))
    }

    /// The closed code of this error.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::Forbidden(_) => Code::Forbidden,
            Self::PasswordNeeded => Code::PasswordNeeded,
            Self::CodeNeeded => Code::CodeNeeded,
            Self::FactorNeeded(_) => Code::FactorNeeded,
            Self::ShopNeeded => Code::ShopNeeded,
            Self::ShopSuspended(_) => Code::ShopSuspended,
            Self::Invalid { .. } | Self::Several(_) => Code::Invalid,
            Self::Conflict(_) => Code::Conflict,
            Self::TooLarge(_) => Code::TooLarge,
            Self::RateLimited { .. } => Code::RateLimited,
            Self::Unavailable(_) => Code::Unavailable,
            Self::Device { code, .. } => *code,
            Self::Internal(_) => Code::Internal,
        }
    }
}

/// Gathers what is wrong with what somebody sent, so that all of it is told at once.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Vec<(&'static str, String)>);

impl Refusals {
    /// What was found good. A field that cannot be used is noted, any other error goes on at once.
    pub(crate) fn take<T>(&mut self, checked: Result<T, Error>) -> Result<Option<T>, Error> {
        match checked {
            Ok(good) => return Ok(Some(good)),
            Err(Error::Invalid { field, message }) => self.0.push((field, message)),
            Err(Error::Several(all)) => self.0.extend(all),
            Err(other) => return Err(other),
        }
        Ok(None)
    }

    /// The same, and puts what was found good in its place.
    pub(crate) fn put<T>(
        &mut self,
        place: &mut T,
        checked: Option<Result<T, Error>>,
    ) -> Result<(), Error> {
        if let Some(checked) = checked
            && let Some(good) = self.take(checked)?
        {
            *place = good;
        }
        Ok(())
    }

    /// All that was noted.
    pub(crate) fn all(self) -> Vec<(&'static str, String)> {
        self.0
    }

    /// That nothing is wrong, or all that is.
    pub(crate) fn told(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Several(self.0)) }
    }
}

/// PostgreSQL's codes for "another transaction was in the way; try again": serialization failure
/// and deadlock.
const TRY_AGAIN: [&str; 2] = ["40001", "40P01"];

/// PostgreSQL's codes for a text that it cannot keep, such as one with U+0000 in it: character not
/// in repertoire, and the same inside of JSON.
const NO_TEXT: [&str; 2] = ["22021", "22P05"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| NO_TEXT.contains(&code.as_ref())) {
            return Self::invalid("text", "a text holds U+0000, which nothing here can hold");
        }
        let busy = match &error {
            sqlx::Error::PoolTimedOut => true,
            sqlx::Error::Database(cause) => {
                cause.code().is_some_and(|code| TRY_AGAIN.contains(&code.as_ref()))
            }
            _ => false,
        };
        if busy {
            tracing::warn!(%error, "the database is busy");
            return Self::Unavailable("the market is busy; nothing was changed, try again".into());
        }
        Self::Internal(anyhow::Error::new(error).context("database"))
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Self {
        Self::invalid("price", error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("JSON of our own"))
    }
}
