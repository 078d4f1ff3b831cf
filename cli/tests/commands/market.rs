//! A market that answers what it was told to, and a `stall` that talks to it.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `POST /api/v1/orders/…`, with the query.
    pub(crate) line: String,
    /// Header names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// The body.
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, VecDeque<String>>,
    requests: Vec<Request>,
}

/// Answers on an ephemeral port; each test has its own, with its own folder for sign-ins.
pub(crate) struct Market {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    state: Arc<Mutex<State>>,
}

impl Market {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                // A client that goes away in the middle is part of some tests.
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { url, folder: TempDir::new().unwrap(), state }
    }

    /// The next answer to a request such as `GET /me`; the last one is given again and again.
    pub(crate) fn answers(&self, request: &str, status: u16, body: &Value) -> &Self {
        self.answers_with(request, status, "", &body.to_string())
    }

    /// The same with more header lines and any body.
    pub(crate) fn answers_with(
        &self,
        request: &str,
        status: u16,
        headers: &str,
        body: &str,
    ) -> &Self {
        let (method, path) = request.split_once(' ').unwrap();
        let mut answer = format!("HTTP/1.1 {status} Canned\r\nconnection: close\r\n{headers}");
        if !headers.contains("text/event-stream") {
            let _ = write!(answer, "content-length: {}\r\n", body.len());
        }
        let _ = write!(answer, "\r\n{body}");
        let mut state = self.state.lock().unwrap();
        state.answers.entry(format!("{method} /api/v1{path}")).or_default().push_back(answer);
        drop(state);
        self
    }

    /// Refuses a request with a problem document.
    pub(crate) fn refuses(&self, request: &str, status: u16, code: &str, detail: &str) -> &Self {
        self.answers(
            request,
            status,
            &serde_json::json!({"status": status, "code": code, "detail": detail}),
        )
    }

    /// Everything that was asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// `stall`, signed in by `STALL_TOKEN`, with nothing of this machine's environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.stranger(args);
        command.env("STALL_TOKEN", "stall_test");
        command
    }

    /// The same, signed in only by what lies in the folder. No test asks this machine's own keyring.
    pub(crate) fn stranger(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stall"));
        command.args(args).env_clear().stdin(Stdio::null());
        command.env("STALL_SERVER", &self.url).env("HOME", self.folder.path());
        command.env("TERM", "dumb").env("NO_COLOR", "1").env("STALL_INSECURE_STORAGE", "1");
        command
    }

    /// Runs it to the end.
    pub(crate) fn stall(&self, args: &[&str]) -> Run {
        Run::from(&mut self.command(args))
    }

    /// Runs it to the end with something on standard input.
    pub(crate) fn fed(&self, args: &[&str], input: &str) -> Run {
        Run::fed(&mut self.stranger(args), input)
    }

    /// The same, signed in by `STALL_TOKEN`.
    pub(crate) fn stall_fed(&self, args: &[&str], input: &str) -> Run {
        Run::fed(&mut self.command(args), input)
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<&mut Command> for Run {
    fn from(command: &mut Command) -> Self {
        Self::of(&command.output().unwrap())
    }
}

impl Run {
    pub(crate) fn fed(command: &mut Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Self::of(&child.wait_with_output().unwrap())
    }

    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let request = read(&stream)?;
    let route = request.line.split('?').next().unwrap_or_default().to_owned();
    let answer = {
        let mut state = state.lock().ok()?;
        state.requests.push(request);
        let answers = state.answers.entry(route.clone()).or_default();
        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
    };
    let missing = format!("HTTP/1.1 599 No canned answer for {route}\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(answer.unwrap_or(missing).as_bytes()).ok()
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: HashMap<String, String> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = lines.first()?.rsplit_once(' ')?.0.to_owned();
    Some(Request { line, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
