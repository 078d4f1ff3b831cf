//! Stripe's error envelope.

use serde_json::{Value, json};

/// What an API call comes to.
pub(crate) type Result<T = Value, E = ApiError> = std::result::Result<T, E>;

/// A failed API call, with the words Stripe's clients look for.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    /// Why, for the log; callers never see it.
    pub(crate) cause: Option<anyhow::Error>,
}

impl ApiError {
    /// A request that cannot be done as it is, status 400.
    pub(crate) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code: Some(code),
            param: None,
            message: message.into(),
            cause: None,
        }
    }

    /// Names the parameter that is to blame.
    pub(crate) fn param(mut self, name: impl Into<String>) -> Self {
        self.param = Some(name.into());
        self
    }

    pub(crate) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// No such object, or not one of this account.
    pub(crate) fn missing(kind: &str, id: &str) -> Self {
        let message = format!("No such {}: '{id}'", kind.replace(['.', '_'], " "));
        Self::invalid("resource_missing", message).param("id").status(404)
    }

    /// A parameter that the endpoint does not know.
    pub(crate) fn unknown_param(name: &str) -> Self {
        Self::invalid("parameter_unknown", format!("Received unknown parameter: {name}"))
            .param(name)
    }

    /// A parameter that the endpoint cannot do without.
    pub(crate) fn missing_param(name: &str) -> Self {
        Self::invalid("parameter_missing", format!("Missing required param: {name}.")).param(name)
    }

    /// An endpoint that does not exist.
    pub(crate) fn unknown_url(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self { code: None, ..Self::invalid("", message) }.status(404)
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self { code: None, ..Self::invalid("", message) }.status(401)
    }

    /// The same idempotency key with other parameters, or while its first request runs.
    pub(crate) fn idempotency(status: u16, message: &str) -> Self {
        let code = (status == 409).then_some("idempotency_key_in_use");
        Self { kind: "idempotency_error", code, ..Self::invalid("", message) }.status(status)
    }

    /// A failure on the simulator's side, status 500.
    pub(crate) fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self { cause: Some(cause.into()), ..Self::broken() }
    }

    /// A failure made on purpose.
    pub(crate) fn broken() -> Self {
        let message = "An error occurred inside the simulated Stripe.";
        Self { kind: "api_error", code: None, ..Self::invalid("", message) }.status(500)
    }

    /// Whether the request was refused before anything was attempted. Such answers are not
    /// remembered for the idempotency key.
    pub(crate) fn is_validation(&self) -> bool {
        self.kind == "idempotency_error"
            || self.status == 401
            || self.code.is_some_and(|code| code.starts_with("parameter_"))
    }

    /// The body Stripe would send.
    pub(crate) fn body(&self, request: &str) -> Value {
        let mut error = json!({
            "type": self.kind,
            "message": self.message,
            "request_log_url": format!("https://dashboard.stripe.com/test/logs/{request}"),
        });
        if let Some(code) = self.code {
            error["code"] = code.into();
            error["doc_url"] =
                format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")).into();
        }
        if let Some(param) = &self.param {
            error["param"] = param.as_str().into();
        }
        json!({ "error": error })
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(cause: sqlx::Error) -> Self {
        Self::internal(cause)
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(cause: serde_json::Error) -> Self {
        Self::internal(cause)
    }
}

impl From<std::num::TryFromIntError> for ApiError {
    fn from(cause: std::num::TryFromIntError) -> Self {
        Self::internal(cause)
    }
}

impl From<ApiError> for anyhow::Error {
    fn from(error: ApiError) -> Self {
        match error.cause {
            Some(cause) => cause,
            None => Self::msg(error.message),
        }
    }
}
