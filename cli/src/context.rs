//! What every command is given: settings, output, talk and the market.

use std::path::Path;
use std::sync::{Arc, Once};

use api::Code;
use api::client::{Attempt, Client, ClientError, Observer, Options};

use crate::credentials::{Credentials, Login};
use crate::environment::{Environment, Secret};
use crate::exit::{Exit, Failure};
use crate::keyring::{self, Keyring, Trouble};
use crate::output::Output;
use crate::settings::Globals;
use crate::talk::Talk;

/// Where the demo market listens; used when nobody names a market.
const SERVER: &str = "http://127.0.0.1:8080";

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Context {
    /// Standard output.
    pub(crate) out: Output,
    /// Standard error.
    pub(crate) talk: Arc<Talk>,
    /// Options for the whole run.
    pub(crate) globals: Globals,
    /// What surrounds the run.
    pub(crate) environment: Environment,
    /// Where tokens are kept if the system offers it.
    pub(crate) keyring: Keyring,
    /// The file of sign-ins is read more than once, what is wrong with it is said once.
    warned_of_file: Once,
}

impl Context {
    /// Puts options, file and environment together.
    pub(crate) fn new(globals: Globals, environment: Environment, talk: Arc<Talk>) -> Self {
        let out = Output {
            format: globals.output.unwrap_or_default(),
            fields: globals.fields.clone(),
            terminal: environment.terminal.stdout,
            colors: globals.color.wanted(&environment, environment.terminal.stdout),
        };
        let keyring = Keyring::of_system();
        Self { out, talk, globals, environment, keyring, warned_of_file: Once::new() }
    }

    /// The market on behalf of whoever is signed in.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let guest = self.guest()?;
        Ok(guest.with_token(self.token()?.expose()))
    }

    /// The token in use: `STALL_TOKEN`, or that of the profile if it is for the same market.
    pub(crate) fn token(&self) -> anyhow::Result<Secret> {
        if let Some(token) = &self.environment.token {
            return Ok(token.clone());
        }
        let login = self.login()?;
        login.token.token(&self.keyring).map_err(|trouble| out_of_reach(&login, &trouble).into())
    }

    /// The sign-in of the profile, if it is for the same market.
    pub(crate) fn login(&self) -> anyhow::Result<Login> {
        let server = self.server()?;
        let profile = self.globals.profile();
        let credentials = self.credentials()?;
        match credentials.get(profile) {
            Some(login) if same_market(&login.server, &server) => Ok(login.clone()),
            Some(login) => Err(Failure::new(
                Exit::SignIn,
                format!("profile {profile} is signed in to {}, not to {server}", login.server),
                format!("run `stall login --server {server} --profile NAME`"),
            )
            .into()),
            None => Err(Failure::new(
                Exit::SignIn,
                format!("not signed in to {server}"),
                "run `stall login`, or set STALL_TOKEN",
            )
            .into()),
        }
    }

    /// Says of a refused sign-in that the token of the variable was refused: to sign in would not help
    /// as long as it stands. Other errors pass unchanged.
    pub(crate) fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        match error.downcast_ref() {
            Some(ClientError::Problem(problem))
                if problem.code == Code::Unauthenticated && self.environment.token.is_some() =>
            {
                Failure::new(
                    Exit::SignIn,
                    "STALL_TOKEN holds a token that is not valid any more, or it is of another market",
                    "unset it, or give it another: `stall token create` makes one",
                )
                .into()
            }
            _ => error,
        }
    }

    /// Address of the market: flag, variable, the profile's sign-in, `config.toml`, the demo.
    pub(crate) fn server(&self) -> anyhow::Result<String> {
        if let Some(server) = self.globals.named_server() {
            return Ok(with_scheme(server));
        }
        let credentials = self.credentials()?;
        let stored = credentials.get(self.globals.profile()).map(|login| login.server.clone());
        let named = stored.or_else(|| self.globals.file_server.clone());
        Ok(with_scheme(named.as_deref().unwrap_or(SERVER)))
    }

    /// The file of sign-ins; empty where there is no home folder.
    pub(crate) fn credentials(&self) -> anyhow::Result<Credentials> {
        let warn = |text: String| self.warned_of_file.call_once(|| self.talk.warn(text));
        self.environment
            .state_dir
            .as_deref()
            .map_or_else(|| Ok(Credentials::default()), |folder| Credentials::load(folder, warn))
    }

    /// Removes the sign-in of the profile from this machine.
    pub(crate) fn forget_login(&self) -> anyhow::Result<()> {
        let mut credentials = self.credentials()?;
        if let Some(login) = credentials.remove(self.globals.profile()) {
            credentials.save(self.state_dir()?, rand::random())?;
            self.forget_token(&login);
        }
        Ok(())
    }

    /// Takes the token of a sign-in that is gone out of the keyring, if it lies there.
    pub(crate) fn forget_token(&self, login: &Login) {
        if let Err(trouble) = login.token.forget(&self.keyring) {
            self.talk.warn(format!(
                "the token for {} stays in the keyring under “{}”: {trouble}",
                login.server,
                keyring::SERVICE
            ));
        }
    }

    /// Where sign-ins are kept.
    pub(crate) fn state_dir(&self) -> anyhow::Result<&Path> {
        let missing = || {
            Failure::usage(
                "there is no folder to keep the sign-in in",
                "set HOME or STALL_STATE_DIR",
            )
        };
        Ok(self.environment.state_dir.as_deref().ok_or_else(missing)?)
    }

    /// Whether a person may be asked.
    pub(crate) const fn may_ask(&self) -> bool {
        self.environment.terminal.stdin
            && self.environment.terminal.stderr
            && !self.globals.no_input
    }

    /// The market on behalf of nobody.
    pub(crate) fn guest(&self) -> anyhow::Result<Client> {
        Ok(Client::new(Options {
            server: self.server()?,
            token: None,
            timeout: self.globals.timeout,
            random: Arc::new(rand::random::<u128>),
            observer: self.globals.verbose.then(|| observer(&self.talk)),
        })?)
    }
}

/// Says of a sign-in why its token cannot be used, and what helps.
fn out_of_reach(login: &Login, trouble: &Trouble) -> Failure {
    let help = match trouble {
        Trouble::Locked => {
            "unlock the keyring, or run `stall login` again; scripts use STALL_TOKEN"
        }
        _ => "run `stall login` again; scripts use STALL_TOKEN",
    };
    let message = format!("the token for {} is in the keyring, but {trouble}", login.server);
    Failure::new(Exit::SignIn, message, help)
}

fn observer(talk: &Arc<Talk>) -> Observer {
    let talk = Arc::clone(talk);
    Arc::new(move |attempt: &Attempt<'_>| {
        talk.note(format!("{} {}  {}", attempt.method, attempt.path, attempt.outcome));
    })
}

/// An address without a scheme is plain HTTP on this machine and encrypted elsewhere.
fn with_scheme(server: &str) -> String {
    if server.contains("://") {
        return server.to_owned();
    }
    let plain = format!("http://{server}");
    let is_here = url::Url::parse(&plain).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    });
    if is_here { plain } else { format!("https://{server}") }
}

/// Whether two addresses name one market, however they are written.
pub(crate) fn same_market(one: &str, other: &str) -> bool {
    let normal =
        |text: &str| url::Url::parse(text).map(|url| url.as_str().trim_end_matches('/').to_owned());
    matches!((normal(one), normal(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::{same_market, with_scheme};

    #[test]
    fn an_address_without_a_scheme_is_encrypted_unless_it_is_this_machine() {
        let both = [
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("market.example/shop", "https://market.example/shop"),
            ("127.0.0.1.example.org", "https://127.0.0.1.example.org"),
            ("ftp://market.example", "ftp://market.example"),
        ];
        for (given, meant) in both {
            assert_eq!(with_scheme(given), meant);
        }
    }

    #[test]
    fn one_market_may_be_written_in_many_ways() {
        assert!(same_market("http://Market.Example:80/", "http://market.example"));
        assert!(!same_market("http://market.example", "https://market.example"));
        assert!(!same_market("http://market.example", "http://market.example.evil.org"));
    }
}
