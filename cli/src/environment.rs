//! Everything that comes from outside the command line: variables, folders, terminals.
//! No other file here reads the environment.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tui::Colors;

/// What surrounds this run, read once at the start.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Where `config.toml` lies.
    pub(crate) config_dir: Option<PathBuf>,
    /// Where `credentials.json` lies.
    pub(crate) state_dir: Option<PathBuf>,
    /// `STALL_TOKEN`: signs in without any file.
    pub(crate) token: Option<Secret>,
    /// Colours that the terminal shows; none where they are unwelcome.
    pub(crate) colors: Colors,
    /// Whether the terminal can do nothing but lines of text.
    pub(crate) dumb: bool,
    /// Whether a browser opened here would be seen by the person who types.
    pub(crate) display: bool,
    /// Name of this machine, for the list of devices.
    pub(crate) host: String,
    /// Which streams are terminals.
    pub(crate) terminal: Terminals,
}

/// Which standard streams a person holds the other end of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminals {
    /// Standard input.
    pub(crate) stdin: bool,
    /// Standard output.
    pub(crate) stdout: bool,
    /// Standard error.
    pub(crate) stderr: bool,
}

/// A token; never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// The token itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Environment {
    /// Reads it.
    pub(crate) fn read() -> Self {
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        Self {
            config_dir: folder("STALL_CONFIG_DIR", "XDG_CONFIG_HOME", ".config"),
            state_dir: folder("STALL_STATE_DIR", "XDG_STATE_HOME", ".local/state"),
            token: variable("STALL_TOKEN").and_then(|token| token.into_string().ok()).map(Secret),
            colors: colors(dumb),
            dumb,
            display: has_display(),
            host: host(),
            terminal: Terminals {
                stdin: std::io::stdin().is_terminal(),
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
            },
        }
    }
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Our own folder by its variable, or `stall` in the folder that XDG names; relative XDG folders
/// are ignored, as the XDG base directory specification asks.
fn folder(own: &str, xdg: &str, below_home: &str) -> Option<PathBuf> {
    if let Some(own) = variable(own) {
        return Some(PathBuf::from(own));
    }
    let named = variable(xdg).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = named.or_else(|| Some(std::env::home_dir()?.join(below_home)))?;
    Some(base.join("stall"))
}

/// `COLORTERM` says what there is; over SSH, where it does not travel, the terminal's name does.
fn colors(dumb: bool) -> Colors {
    if dumb || variable("NO_COLOR").is_some() {
        return Colors::None;
    }
    let said = variable("COLORTERM").is_some_and(|said| said == "truecolor" || said == "24bit");
    let name = variable("TERM").unwrap_or_default();
    let name = name.to_string_lossy();
    let known = ["alacritty", "direct", "foot", "ghostty", "kitty", "wezterm"];
    if said || known.iter().any(|known| name.contains(known)) {
        Colors::Any
    } else {
        Colors::Sixteen
    }
}

fn has_display() -> bool {
    let remote =
        ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"].iter().any(|name| variable(name).is_some());
    let screen = cfg!(any(target_os = "macos", windows))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| variable(name).is_some());
    screen && !remote
}

fn host() -> String {
    let file = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named =
        ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| variable(name)?.into_string().ok());
    let name = file.or(named).unwrap_or_default();
    let name: String = name.trim().chars().filter(|letter| !letter.is_control()).take(60).collect();
    if name.is_empty() { "terminal".to_owned() } else { name }
}
