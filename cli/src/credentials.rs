//! Who is signed in where: `credentials.json` in the state folder, readable by its owner alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

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
    pub(crate) token: String,
    /// Whose it is.
    pub(crate) email: String,
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

    /// Signs a profile out; whether it was signed in.
    pub(crate) fn remove(&mut self, profile: &str) -> bool {
        self.profiles.remove(profile).is_some()
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
