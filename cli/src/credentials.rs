//! Who is signed in where: `credentials.json` in the state folder, readable by its owner alone. It
//! holds the tokens, or says which of them lie in the keyring, so that only those are asked for there.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::environment::Secret;
use crate::exit::Failure;
use crate::keyring::{Keyring, Trouble};

/// The file; a server and its token belong together, so no token reaches another server.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Credentials {
    /// By name of the profile.
    profiles: BTreeMap<String, Login>,
}

/// One sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The market.
    pub(crate) server: String,
    /// Its token.
    #[serde(flatten)]
    pub(crate) token: Kept,
    /// Whose it is.
    pub(crate) email: String,
}

/// Where a token is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Kept {
    /// In this file.
    #[serde(rename = "token")]
    File(Secret),
    /// In the keyring, by this account.
    #[serde(rename = "keyring")]
    Keyring(String),
}

impl Kept {
    /// The token itself; asks the keyring if it lies there.
    pub(crate) fn token(&self, keyring: &Keyring) -> Result<Secret, Trouble> {
        match self {
            Self::File(token) => Ok(token.clone()),
            Self::Keyring(account) => keyring.token(account),
        }
    }

    /// Takes it out of the keyring if it lies there.
    pub(crate) fn forget(&self, keyring: &Keyring) -> Result<(), Trouble> {
        match self {
            Self::File(_) => Ok(()),
            Self::Keyring(account) => keyring.forget(account),
        }
    }
}

impl Credentials {
    /// Reads the file; no file is nobody signed in. One that others could read is made private, and
    /// `warn` is told.
    pub(crate) fn load(folder: &Path, warn: impl FnOnce(String)) -> anyhow::Result<Self> {
        let path = path(folder);
        let text = match read_private(&path, warn) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        serde_json::from_slice(&text).map_err(|error| {
            let message = format!("{} cannot be read: {error}", path.display());
            Failure::usage(message, "remove the file and run `stall login`").into()
        })
    }

    /// Writes it in one step, mode 0600 from the first byte.
    pub(crate) fn save(&self, folder: &Path, unique: u128) -> anyhow::Result<()> {
        let path = path(folder);
        create_folder(folder).with_context(|| format!("creating {}", folder.display()))?;
        let fresh = folder.join(format!(".credentials-{unique:032x}"));
        let written = write_private(&fresh, &serde_json::to_vec_pretty(self)?)
            .and_then(|()| fs::rename(&fresh, &path));
        if written.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(&fresh);
        }
        written.with_context(|| format!("writing {}", path.display()))
    }

    /// The sign-in of a profile.
    pub(crate) fn get(&self, profile: &str) -> Option<&Login> {
        self.profiles.get(profile)
    }

    /// Signs a profile in; gives the sign-in that it had.
    pub(crate) fn set(&mut self, profile: &str, login: Login) -> Option<Login> {
        self.profiles.insert(profile.to_owned(), login)
    }

    /// Signs a profile out; gives the sign-in that it had.
    pub(crate) fn remove(&mut self, profile: &str) -> Option<Login> {
        self.profiles.remove(profile)
    }
}

/// Where the file lies.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("credentials.json")
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn read_private(path: &Path, warn: impl FnOnce(String)) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    #[cfg(unix)]
    tighten(&file, path, warn)?;
    #[cfg(not(unix))]
    drop(warn);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Takes from everybody else what they may do with the open file. A file that is not ours to change,
/// such as one that a container is given, is used as it is.
#[cfg(unix)]
fn tighten(file: &fs::File, path: &Path, warn: impl FnOnce(String)) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    let is_private = mode & OTHERS == 0;
    if is_private {
        return Ok(());
    }
    let now = match file.set_permissions(fs::Permissions::from_mode(0o600)) {
        Ok(()) => "it is 0600 now. If somebody may have read it, end its token: \
                   `stall logout`, then `stall login`"
            .to_owned(),
        Err(error) => format!("it cannot be made private: {error}"),
    };
    warn(format!("{} could be read by others (mode {mode:04o}); {now}", path.display()));
    Ok(())
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::tests::working;

    fn login(token: Kept) -> Login {
        Login { server: "https://market.example".to_owned(), token, email: String::new() }
    }

    #[test]
    fn the_file_says_where_a_token_is_and_holds_it_only_if_the_keyring_does_not() {
        let keyring = working();
        let account = keyring.keep("https://market.example", "stall_kept", 1).unwrap();
        let mut credentials = Credentials::default();
        credentials.set("default", login(Kept::Keyring(account)));
        credentials.set("fair", login(Kept::File("stall_open".to_owned().into())));

        let text = serde_json::to_string(&credentials).unwrap();
        assert!(!text.contains("stall_kept") && text.contains(r#""token":"stall_open""#), "{text}");
        let read: Credentials = serde_json::from_str(&text).unwrap();
        let token = |profile| read.get(profile).unwrap().token.token(&keyring);
        assert_eq!(token("default").unwrap().expose(), "stall_kept");
        assert_eq!(token("fair").unwrap().expose(), "stall_open");

        read.get("default").unwrap().token.forget(&keyring).unwrap();
        assert_eq!(token("default"), Err(Trouble::Missing));
    }
}
