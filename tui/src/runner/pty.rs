//! The real console in a real terminal, against a market of this file: what users would notice.
//!
//! The console runs as a second process, which is this test binary told to run [`child`] only.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::event::{Event, EventKind};
use api::order::OrderStatus;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde::Serialize;

use crate::fixtures;

/// How long a state may take to appear; a busy machine is slow, a broken console never gets there.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the children read; tests wait for states, never for times.
const SERVER: &str = "STALL_TEST_SERVER";

/// A market that answers what the fixtures say.
#[derive(Default)]
struct Market {
    address: String,
    listeners: Mutex<Vec<TcpStream>>,
    shipped: Mutex<BTreeSet<String>>,
    deaf: AtomicBool,
    strange: AtomicBool,
}

impl Market {
    fn open() -> Arc<Self> {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", door.local_addr().unwrap());
        let market = Arc::new(Self { address, ..Self::default() });
        let inside = Arc::clone(&market);
        std::thread::spawn(move || {
            for guest in door.incoming().flatten() {
                let market = Arc::clone(&inside);
                std::thread::spawn(move || market.serve(guest));
            }
        });
        market
    }

    fn serve(&self, mut guest: TcpStream) {
        let mut reader = BufReader::new(guest.try_clone().unwrap());
        let mut request = String::new();
        let mut length = 0;
        while reader.read_line(&mut request).is_ok_and(|read| read > 2) {
            let last = request.lines().last().unwrap_or_default().to_lowercase();
            if let Some(value) = last.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
        let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let path = target.split('?').next().unwrap_or_default().trim_start_matches("/api/v1/");
        if self.deaf.load(Ordering::SeqCst) {
            return;
        }
        if self.strange.load(Ordering::SeqCst) {
            let body = r#"{"status":401,"code":"unauthenticated","detail":"sign in first"}"#;
            let head = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/problem+json\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = guest.write_all(answer.as_bytes());
            return;
        }
        if path == "events" {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hello\n\n";
            guest.write_all(head.as_bytes()).unwrap();
            return self.listeners.lock().unwrap().push(guest);
        }
        let body = self.answer(path);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let _ = guest.write_all((head + &body).as_bytes());
    }

    fn answer(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').collect();
        match parts[..] {
            ["me"] => json(&fixtures::me()),
            ["today"] => json(&fixtures::today()),
            ["orders"] => json(&self.orders()),
            ["orders", number] => json(&self.order(number)),
            ["orders", number, "ship"] => {
                self.shipped.lock().unwrap().insert(number.to_owned());
                json(&self.order(number))
            }
            ["listings"] => json(&fixtures::listings()),
            ["listings", id, ..] => {
                let rows = fixtures::listings().items;
                json(&fixtures::listing(rows.iter().find(|row| row.id.to_string() == id).unwrap()))
            }
            ["payouts"] => json(&fixtures::payouts()),
            ["payouts", id] => {
                let rows = fixtures::payouts().items;
                json(&fixtures::payout(rows.iter().find(|row| row.stripe_id == id).unwrap()))
            }
            _ => panic!("the console asked for {path}"),
        }
    }

    fn orders(&self) -> api::Page<api::order::OrderSummary> {
        let mut page = fixtures::orders();
        let shipped = self.shipped.lock().unwrap();
        for row in page.items.iter_mut().filter(|row| shipped.contains(&row.number)) {
            row.status = OrderStatus::Shipped;
        }
        page
    }

    fn order(&self, number: &str) -> api::order::Order {
        let rows = self.orders().items;
        fixtures::order(rows.iter().find(|row| row.number == number).unwrap())
    }

    fn announce(&self, event: &Event) {
        let message =
            format!("id: {}\nevent: {}\ndata: {}\n\n", event.seq, event.kind, json(event));
        for listener in self.listeners.lock().unwrap().iter_mut() {
            listener.write_all(message.as_bytes()).unwrap();
        }
    }

    /// Cuts every line and answers nobody, until [`Market::come_back`].
    fn go_away(&self) {
        self.deaf.store(true, Ordering::SeqCst);
        self.hang_up();
    }

    /// Knows nobody any more.
    fn sign_everybody_out(&self) {
        self.strange.store(true, Ordering::SeqCst);
        self.hang_up();
    }

    fn hang_up(&self) {
        for listener in self.listeners.lock().unwrap().drain(..) {
            let _ = listener.shutdown(Shutdown::Both);
        }
    }

    fn come_back(&self) {
        self.deaf.store(false, Ordering::SeqCst);
    }
}

fn json(thing: &impl Serialize) -> String {
    serde_json::to_string(thing).unwrap()
}

/// A console in a terminal, and somebody at its keys.
struct Seat {
    screen: Arc<Mutex<vt100::Parser>>,
    keys: Box<dyn std::io::Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Seat {
    fn take(test: &str, server: &str) -> Self {
        let size = PtySize { rows: 24, cols: 80, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--ignored", "--nocapture", "--quiet"]);
        command.env(SERVER, server);
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        let child = pair.slave.spawn_command(command).unwrap();
        let rows = |count: u16| NonZero::new(count).unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(rows(24), rows(80), 0)));
        let mut output = pair.master.try_clone_reader().unwrap();
        let painter = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                painter.lock().unwrap().process(&bytes[..count]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { screen, keys, master: pair.master, child }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn wait(&self, what: &str, state: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !state(self.screen.lock().unwrap().screen()) {
            assert!(
                Instant::now() < deadline,
                "waited for {what}; the screen shows\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn sees(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// The exit code, once the terminal is as it was before.
    fn leaves(&mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        self.wait("a terminal given back", |screen| {
            !screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor()
        });
        code
    }
}

const CONSOLE: &str = "runner::pty::child";

#[test]
fn the_first_frame_comes_without_a_server_and_q_leaves() {
    let mut seat = Seat::take(CONSOLE, "http://127.0.0.1:9");
    seat.sees("[1 Today]");
    seat.sees("reconnecting");
    seat.press("q");
    assert_eq!(seat.leaves(), 0);
}

/// The clock ticks once a second; a console that sees its keys only then needs ten seconds here.
#[test]
fn keys_are_answered_at_once() {
    let market = Market::open();
    let mut seat = Seat::take(CONSOLE, &market.address);
    seat.sees("● live");
    let began = Instant::now();
    for _ in 0..10 {
        seat.press("2");
        seat.sees("[2 Orders]");
        seat.press("1");
        seat.sees("[1 Today]");
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "twenty keys took {took:?}");
    seat.press("q");
    assert_eq!(seat.leaves(), 0);
}

#[test]
fn an_order_is_found_and_shipped_with_a_scanned_number() {
    let market = Market::open();
    let mut seat = Seat::take(CONSOLE, &market.address);
    seat.sees("● live");
    seat.sees("SIMULATED MONEY");
    seat.press("2");
    seat.sees("Sample Street");
    seat.press("/");
    seat.press("weber");
    seat.sees("Orders · 1 of 12");
    seat.press("\r");
    seat.press("s");
    seat.sees("Ship B51C0KXE-1");
    seat.press("\x1b[200~00340434161094021501\n\x1b[201~");
    seat.sees("guessed from the number");
    assert!(market.shipped.lock().unwrap().is_empty(), "pasting ships nothing");
    seat.press("\r");
    seat.sees("▶ shipped");
    seat.sees("is shipped; the customer is told");
    assert!(market.shipped.lock().unwrap().contains("B51C0KXE-1"));
    seat.press("q");
    assert_eq!(seat.leaves(), 0);
}

#[test]
fn a_lost_server_is_said_and_comes_back_by_itself() {
    let market = Market::open();
    let mut seat = Seat::take(CONSOLE, &market.address);
    seat.sees("● live");
    market.go_away();
    seat.sees(" · data ");
    seat.press("3");
    seat.sees("[3 Listings]");
    market.come_back();
    seat.press("r");
    seat.sees("● live");
    market.announce(&fixtures::event(EventKind::OnboardingChanged, "", "Stripe is content"));
    seat.press("1");
    seat.sees("Stripe is content");
    seat.press("\x03");
    seat.sees("ctrl-c again quits");
    seat.press("\x03");
    assert_eq!(seat.leaves(), 0);
}

#[test]
fn a_session_that_has_ended_is_said_without_a_key() {
    let market = Market::open();
    let mut seat = Seat::take(CONSOLE, &market.address);
    seat.sees("● live");
    market.sign_everybody_out();
    seat.sees("○ signed out");
    seat.sees("Signed out. Quit with q and run: stall login");
    seat.press("q");
    assert_eq!(seat.leaves(), 0);
}

#[test]
fn a_terminal_that_shrinks_says_so_and_grows_again() {
    let market = Market::open();
    let mut seat = Seat::take(CONSOLE, &market.address);
    seat.sees("● live");
    let resize = |seat: &Seat, rows: u16, cols: u16| {
        let size = (NonZero::new(rows).unwrap(), NonZero::new(cols).unwrap());
        seat.screen.lock().unwrap().screen_mut().set_size(size.0, size.1);
        seat.master.resize(PtySize { rows, cols, ..PtySize::default() }).unwrap();
    };
    resize(&seat, 20, 70);
    seat.sees("needs 80x24, this is 70x20, q quits");
    resize(&seat, 40, 120);
    seat.sees("Sales by day");
    seat.press("q");
    assert_eq!(seat.leaves(), 0);
}

#[test]
#[cfg(unix)]
fn sigterm_and_sighup_give_the_terminal_back() {
    for (signal, code) in [("-TERM", 143), ("-HUP", 129)] {
        let market = Market::open();
        let mut seat = Seat::take(CONSOLE, &market.address);
        seat.sees("● live");
        let process = seat.child.process_id().unwrap().to_string();
        assert!(
            std::process::Command::new("kill").args([signal, &process]).status().unwrap().success()
        );
        assert_eq!(seat.leaves(), code);
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_can_be_read() {
    let mut seat = Seat::take("runner::pty::panicking_child", "");
    assert_ne!(seat.leaves(), 0);
    seat.sees("the wheel came off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is the second process of the tests above"]
async fn child() {
    let options = crate::Options {
        server: std::env::var(SERVER).unwrap(),
        token: "stall_test".to_owned(),
        theme: None,
        ascii: false,
        read_only: false,
        screen: None,
        colors: crate::Colors::Any,
    };
    match crate::run(options).await {
        Ok(()) => {}
        Err(error) => {
            let signalled = error.downcast_ref::<crate::Signalled>();
            std::process::exit(signalled.map_or(1, |signalled| i32::from(signalled.exit_code)));
        }
    }
}

#[test]
#[ignore = "is the second process of a test above"]
fn panicking_child() {
    let _terminal = super::terminal::Terminal::open().unwrap();
    panic!("the wheel came off");
}
