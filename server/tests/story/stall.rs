//! `stall` as an artisan runs it.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::Value;

use crate::house::{House, SERVER};

pub(crate) const PASSWORD: &str = "seven wet herons dancing";
/// How long the console may take to show something.
const PATIENCE: Duration = Duration::from_secs(30);
const COLUMNS: u16 = 80;
const ROWS: u16 = 24;

/// An artisan at a terminal, with settings of her own.
pub(crate) struct Artisan {
    pub(crate) email: String,
    program: PathBuf,
    folder: PathBuf,
    server: String,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Artisan {
    pub(crate) fn new(house: &House, name: &str) -> Self {
        let name = name.to_lowercase();
        let folder = house.folder.path().join(&name);
        std::fs::create_dir(&folder).expect("a folder");
        let email = format!("{name}@example.org");
        Self { email, program: program(), folder, server: house.origin() }
    }

    /// Where her files are.
    pub(crate) fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub(crate) fn runs(&self, args: &[&str]) -> Ended {
        self.types(args, "")
    }

    /// Runs a command that must succeed and answers with one JSON value.
    #[track_caller]
    pub(crate) fn reads(&self, args: &[&str]) -> Value {
        let ended = self.runs(&[args, &["-o", "json"]].concat());
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("stall {args:?}: {error} in {}", ended.stdout))
    }

    /// Runs a command that must succeed, with something on standard input.
    #[track_caller]
    pub(crate) fn types(&self, args: &[&str], input: &str) -> Ended {
        let mut command = Command::new(&self.program);
        command.args(args).env_clear().envs(self.environment());
        command.env("STALL_NO_INPUT", "1").current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("stall starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("stall ends");
        let ended = Ended {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        };
        assert_eq!(ended.code, 0, "stall {args:?}\n{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    fn environment(&self) -> [(&'static str, String); 5] {
        let below = |name: &str| self.folder.join(name).display().to_string();
        [
            ("STALL_SERVER", self.server.clone()),
            ("STALL_CONFIG_DIR", below("config")),
            ("STALL_STATE_DIR", below("state")),
            ("STALL_INSECURE_STORAGE", "1".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
        ]
    }

    /// Opens the console in a terminal of 80 columns and 24 lines.
    pub(crate) fn opens_console(&self) -> Console {
        let size = PtySize { rows: ROWS, cols: COLUMNS, ..PtySize::default() };
        let pty = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(&self.program);
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.cwd(&self.folder);
        let child = pty.slave.spawn_command(command).expect("stall starts");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("its screen");
        let keys = pty.master.take_writer().expect("its keys");
        let (send, drawn) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = reader.read(&mut bytes) {
                if count == 0 || send.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let size = |lines: u16| std::num::NonZeroU16::new(lines).expect("not zero");
        let screen = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        Console { child, keys, drawn, screen, _terminal: pty.master }
    }
}

/// The console on a terminal.
pub(crate) struct Console {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    drawn: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    /// Presses keys.
    pub(crate) fn presses(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Waits until words stand on the screen.
    #[track_caller]
    pub(crate) fn shows(&mut self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(words) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.drawn.recv_timeout(left) else {
                panic!("no “{words}” on\n{}", self.screen.screen().contents())
            };
            self.screen.process(&bytes);
        }
    }

    /// Leaves it; the terminal must be as it was before.
    pub(crate) fn quits(mut self) {
        self.presses("q");
        let status = self.child.wait().expect("stall ends");
        assert!(status.success(), "{status:?}");
        while let Ok(bytes) = self.drawn.recv_timeout(Duration::from_secs(1)) {
            self.screen.process(&bytes);
        }
        let screen = self.screen.screen();
        assert!(
            !screen.alternate_screen() && !screen.hide_cursor(),
            "the terminal is itself again"
        );
    }
}

/// `stall`, as it was built beside the server.
fn program() -> PathBuf {
    let path = Path::new(SERVER).with_file_name("stall");
    let remedy = "run scripts/test, or cargo build -p cli first";
    assert!(path.is_file(), "{} is missing: {remedy}", path.display());
    path
}
