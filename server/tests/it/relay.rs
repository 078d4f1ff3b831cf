//! A mail relay that takes its time: it greets nobody before it is told to, so that a job can be
//! held at a chosen moment.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

const PATIENCE: Duration = Duration::from_secs(30);

/// A relay on a port of its own.
pub(crate) struct Relay {
    port: u16,
    desk: Arc<Desk>,
}

struct Desk {
    /// Everybody who has called, in order: told when it is their turn.
    callers: watch::Sender<Vec<Arc<Notify>>>,
    /// Whole letters, as they came in.
    letters: watch::Sender<Vec<String>>,
}

impl Relay {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let desk = Arc::new(Desk {
            callers: watch::Sender::new(Vec::new()),
            letters: watch::Sender::new(Vec::new()),
        });
        let serving = Arc::clone(&desk);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let turn = Arc::new(Notify::new());
                serving.callers.send_modify(|callers| callers.push(Arc::clone(&turn)));
                let desk = Arc::clone(&serving);
                tokio::spawn(async move { desk.takes_letters(stream, turn).await });
            }
        });
        Self { port, desk }
    }

    /// For `STALL_MAIL_URL`.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?from=market@example.org", self.port)
    }

    /// Waits until so many callers have come, all in all.
    pub(crate) async fn has_callers(&self, count: usize) {
        let mut callers = self.desk.callers.subscribe();
        let came = tokio::time::timeout(PATIENCE, callers.wait_for(|all| all.len() >= count)).await;
        came.expect("somebody calls").expect("the relay is open");
    }

    /// Callers so far.
    pub(crate) fn callers(&self) -> usize {
        self.desk.callers.borrow().len()
    }

    /// Greets a caller, counted from zero, and takes the letter.
    pub(crate) fn greets(&self, caller: usize) {
        self.desk.callers.borrow()[caller].notify_one();
    }

    /// Waits until so many letters have come in, all in all; gives them back.
    pub(crate) async fn has_letters(&self, count: usize) -> Vec<String> {
        let mut letters = self.desk.letters.subscribe();
        let came = tokio::time::timeout(PATIENCE, letters.wait_for(|all| all.len() >= count)).await;
        came.expect("a letter comes").expect("the relay is open").clone()
    }
}

impl Desk {
    /// The relay's half of RFC 5321, as far as one letter needs it.
    async fn takes_letters(&self, stream: TcpStream, turn: Arc<Notify>) -> Option<()> {
        turn.notified().await;
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 relay\r\n").await.ok()?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let command = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            let answer = match command.as_str() {
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    let letter = letter(&mut stream).await?;
                    self.letters.send_modify(|letters| letters.push(letter));
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 well",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

/// Everything up to the line with only a full stop.
async fn letter(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut letter = String::new();
    while !letter.ends_with("\r\n.\r\n") {
        if stream.read_line(&mut letter).await.ok()? == 0 {
            return None;
        }
    }
    Some(letter)
}
