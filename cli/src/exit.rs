//! Exit codes: an interface that scripts rely on, with the one table from errors to codes.

use std::io;
use std::process::ExitCode;

use api::client::ClientError;
use api::{Code, Problem};

/// How a run ended. The numbers are documented in `stall help exit-codes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All of it was done.
    Done,
    /// Failed in a way not listed below.
    Failed,
    /// Wrong usage or configuration.
    Usage,
    /// The server cannot be reached or is not well; the same command may be repeated later.
    Unreachable,
    /// Not signed in, or not allowed.
    SignIn,
    /// Input is needed, but none may be asked for.
    InputNeeded,
    /// Some of it was done.
    Partly,
    /// Changed elsewhere, or already done differently.
    Conflict,
    /// `--check` found differences.
    Differences,
    /// SIGHUP: the terminal went away.
    HungUp,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Exit {
    /// The number that the shell sees; 128 and the signal's number for signals.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::SignIn => 4,
            Self::InputNeeded => 5,
            Self::Partly => 6,
            Self::Conflict => 7,
            Self::Differences => 8,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The code that an error ends with.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return failure.exit;
        }
        if is_closed_pipe(error) {
            return Self::Done;
        }
        error.downcast_ref::<ClientError>().map_or(Self::Failed, Self::of_client)
    }

    /// The code that an error of the client ends with.
    pub(crate) const fn of_client(error: &ClientError) -> Self {
        match error {
            ClientError::Unreachable { .. } => Self::Unreachable,
            ClientError::Server { .. } => Self::Usage,
            ClientError::Protocol(_) => Self::Failed,
            ClientError::Problem(problem) => Self::of_code(problem.code),
        }
    }

    const fn of_code(code: Code) -> Self {
        match code {
            Code::NotFound | Code::TooLarge => Self::Failed,
            Code::Invalid => Self::Usage,
            Code::Unauthenticated
            | Code::Forbidden
            | Code::PasswordNeeded
            | Code::CodeNeeded
            | Code::FactorNeeded
            | Code::ShopNeeded
            | Code::ShopSuspended
            | Code::DevicePending
            | Code::DeviceDenied
            | Code::DeviceExpired => Self::SignIn,
            Code::Conflict => Self::Conflict,
            Code::RateLimited | Code::Unavailable | Code::Internal => Self::Unreachable,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// Whether the reader of our output went away, as `| head` does; that is no error.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(is_broken)
}

fn is_broken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// An error with its remedy and its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// What the shell sees.
    pub(crate) exit: Exit,
    /// What happened.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

impl Failure {
    /// An error with its remedy.
    pub(crate) fn new(exit: Exit, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit, message: message.into(), help: help.into() }
    }

    /// The command was used wrongly.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, help)
    }
}

/// Says of “not found” what is not there and where its name can be looked up; other errors pass
/// unchanged.
pub(crate) fn lookup(error: ClientError, what: impl Into<String>, help: &str) -> anyhow::Error {
    match error {
        ClientError::Problem(problem) if problem.code == Code::NotFound => {
            Failure::new(Exit::Failed, what, help).into()
        }
        other => other.into(),
    }
}

/// Gives the remedy for one code where the general one would lead astray; other errors pass
/// unchanged.
pub(crate) fn advise(error: anyhow::Error, code: Code, help: impl Into<String>) -> anyhow::Error {
    match error.downcast_ref::<ClientError>() {
        Some(ClientError::Problem(problem)) if problem.code == code => {
            Failure::new(Exit::of_code(code), problem.detail.clone(), help).into()
        }
        _ => error,
    }
}

/// What to do without a shop.
pub(crate) const OPEN_A_SHOP: &str = "open one: `stall shop create --name NAME`";

/// What to do about an error, if there is anything to say.
pub(crate) fn remedy(error: &anyhow::Error) -> Option<String> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return Some(failure.help.clone());
    }
    match error.downcast_ref::<ClientError>()? {
        ClientError::Unreachable { .. } => {
            Some("try again in a moment, or name another market with --server URL".to_owned())
        }
        ClientError::Server { .. } => {
            Some("give an address such as https://market.example".to_owned())
        }
        ClientError::Protocol(_) => {
            Some("check the address; `stall whoami` shows which one is used".to_owned())
        }
        ClientError::Problem(problem) => Some(remedy_of(problem)),
    }
}

fn remedy_of(problem: &Problem) -> String {
    let text = match problem.code {
        Code::NotFound => "the list commands show what is there",
        Code::Unauthenticated => "run `stall login`",
        Code::Forbidden => {
            "`stall whoami` shows who is signed in, what this terminal may do and what is missing"
        }
        Code::PasswordNeeded => "sign in on the web and give your password once more",
        Code::CodeNeeded => "repeat the command with the code of your app",
        Code::FactorNeeded => "turn the second step on in the browser, then repeat the command",
        Code::ShopNeeded => OPEN_A_SHOP,
        Code::ShopSuspended => {
            "orders, payouts and your data stay open; to object, answer the letter that told you"
        }
        Code::Conflict => "look at it again, then repeat the command",
        Code::RateLimited => "wait a minute, then repeat the command",
        Code::Unavailable => "nothing was changed; repeat the command in a moment",
        Code::TooLarge => "send less at once",
        Code::DevicePending | Code::DeviceDenied | Code::DeviceExpired => "run `stall login` again",
        Code::Invalid => {
            return match problem.field.as_deref() {
                Some("current_password") => {
                    "nothing was changed; repeat the command with the password that you sign in with, \
                     or choose a new one: `stall profile password reset ADDRESS`"
                        .to_owned()
                }
                Some(field) => format!("repeat the command with another {}", typed(field)),
                None => "correct it and repeat the command".to_owned(),
            };
        }
        Code::Internal => {
            let report =
                problem.request_id.as_ref().map(|id| format!("; if it stays, report request {id}"));
            return format!("repeat the command in a moment{}", report.unwrap_or_default());
        }
    };
    text.to_owned()
}

/// What people type for a field of the interface.
fn typed(field: &str) -> String {
    if let Some(part) = field.strip_prefix("policies.") {
        return format!("--{}", part.replace('_', "-"));
    }
    if let Some(part) = field.strip_prefix("seller.") {
        return format!("--seller-{part}");
    }
    let words = match field {
        "filter.text" => "--where",
        "filter.tags" => "--where tag:…",
        "filter.sku" => "--where sku:…",
        "filter.price_from" | "filter.price_to" => "--where price:…",
        "change" => "--set",
        "change.price_percent" | "change.price_add" | "change.price_set" => "--set price=…",
        "change.stock_add" | "change.stock_set" => "--set stock=…",
        "change.tags_add" | "change.tags_remove" => "--set tag=…",
        "change.status" => "--set status=…",
        "title" => "--title",
        "description" => "--description",
        "variants.price" => "--price",
        "variants.stock" => "--stock",
        "variants.sku" => "--sku",
        "links" => "--link",
        "from" => "--from",
        "until" => "--until",
        "image" => "picture",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: Code) -> anyhow::Error {
        let problem =
            Problem { status: 400, code, detail: "no".to_owned(), field: None, request_id: None };
        ClientError::Problem(problem).into()
    }

    #[test]
    fn every_code_of_the_market_has_an_exit_code() {
        let table: Vec<String> = Code::ALL
            .iter()
            .map(|code| format!("{code} {}", Exit::of(&problem(*code)).number()))
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        not_found 1
        unauthenticated 4
        forbidden 4
        password_needed 4
        code_needed 4
        factor_needed 4
        shop.needed 4
        shop.suspended 4
        invalid 2
        conflict 7
        too_large 1
        rate_limited 3
        unavailable 3
        internal 3
        device.pending 4
        device.denied 4
        device.expired 4
        ");
    }

    #[test]
    fn fields_are_called_as_they_are_typed() {
        for (field, said) in [
            ("policies.returns_days", "--returns-days"),
            ("seller.phone", "--seller-phone"),
            ("links", "--link"),
            ("new_password", "new password"),
            ("slug", "slug"),
        ] {
            assert_eq!(typed(field), said);
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_even_when_wrapped() {
        let error =
            anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert_eq!(Exit::of(&error), Exit::Done);
    }
}
