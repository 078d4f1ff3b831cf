//! The loop between terminal, clock, server and state; the only part that waits for anything.

mod network;
mod picture;
#[cfg(test)]
mod pty;
mod terminal;

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use anyhow::Context as _;
use api::Timestamp;
use api::client::{Client, TIMEOUT};
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt as _;
use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
use time::OffsetDateTime;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::{Instant, MissedTickBehavior};

use crate::action::{Action, Key};
use crate::app::{App, Screen, Setup};
use crate::effect::Effect;
use crate::theme::Theme;
use crate::update::{start, update};
use crate::view::view;
use crate::{Colors, Options};
use network::Network;
use terminal::Terminal;

/// Answers and events that may wait; a server that is faster than the eye is held back.
const CHANNEL: usize = 256;
/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// How long the terminal may take to say what its background is.
const BACKGROUND: Duration = Duration::from_millis(100);
/// Inputs and answers taken in before the next frame, at most.
const BATCH: usize = 1_000;

/// The console ended because a signal asked it to; the terminal has been given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signalled {
    /// What a shell expects as exit code: 128 and the number of the signal.
    pub exit_code: u8,
}

impl fmt::Display for Signalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended by a signal")
    }
}

impl std::error::Error for Signalled {}

/// Runs the console until the artisan leaves.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let setup = setup(&options)?;
    let client = Client::new(api::client::Options {
        server: options.server,
        token: Some(options.token),
        timeout: TIMEOUT,
        random: Arc::new(rand::random::<u128>),
        observer: None,
    })?;
    let terminal = Terminal::open().context("the console needs a terminal")?;
    let (sender, actions) = mpsc::channel(CHANNEL);
    let console = Console {
        app: App::new(setup),
        terminal,
        network: Network::new(client, sender),
        dirty: true,
        drawn: None,
    };
    console.run(actions).await
}

fn setup(options: &Options) -> anyhow::Result<Setup> {
    let name = match (options.colors, &options.theme) {
        (Colors::None, _) => "mono",
        (_, Some(name)) => name,
        (Colors::Sixteen, None) => "ansi16",
        (Colors::Any, None) => on_this_background(),
    };
    let theme = Theme::named(name).with_context(|| {
        format!("there is no theme “{name}”; use one of: {}", Theme::NAMES.join(", "))
    })?;
    let screen = options.screen.as_deref().unwrap_or("today");
    let screen = Screen::named(screen).with_context(|| {
        format!(
            "there is no screen “{screen}”; use one of: today, orders, listings, payouts, settings"
        )
    })?;
    let Options { ascii, read_only, .. } = *options;
    Ok(Setup { server: options.server.clone(), theme, ascii, read_only, screen })
}

/// The theme for the terminal's own background; dark where the terminal does not tell.
fn on_this_background() -> &'static str {
    let mut question = QueryOptions::default();
    question.timeout = BACKGROUND;
    match theme_mode(question) {
        Ok(ThemeMode::Light) => "light",
        Ok(ThemeMode::Dark) | Err(_) => "default",
    }
}

struct Console {
    app: App,
    terminal: Terminal,
    network: Network,
    dirty: bool,
    drawn: Option<Instant>,
}

/// What the loop woke up for.
enum Woken {
    Input(Event),
    Action(Action),
    Time,
    Signal(u8),
}

impl Console {
    /// The first frame is drawn before anything is asked of the network.
    async fn run(mut self, mut actions: Receiver<Action>) -> anyhow::Result<()> {
        let (columns, rows) = self.terminal.size()?;
        self.take(Action::Resize(columns, rows))?;
        self.take(Action::Tick(now()))?;
        self.draw()?;
        self.network.listen();
        for effect in start() {
            self.network.perform(effect);
        }
        let mut input = EventStream::new();
        let mut signals = Signals::new()?;
        let mut clock = tokio::time::interval(Duration::from_secs(1));
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            let due = self.frame_due();
            let woken = tokio::select! {
                biased;
                code = signals.next() => Woken::Signal(code),
                event = input.next() => match event {
                    Some(event) => Woken::Input(event?),
                    None => return Ok(()),
                },
                Some(action) = actions.recv() => Woken::Action(action),
                _ = clock.tick() => Woken::Time,
                () = tokio::time::sleep_until(due), if self.dirty => {
                    self.draw()?;
                    continue;
                }
            };
            if !self.batch(woken, &mut input, &mut actions).await? {
                return Ok(());
            }
        }
    }

    /// Takes in what woke the loop and all that waits behind it; whether to go on.
    async fn batch(
        &mut self,
        first: Woken,
        input: &mut EventStream,
        actions: &mut Receiver<Action>,
    ) -> anyhow::Result<bool> {
        self.take(Action::Tick(now()))?;
        if !self.wake(first)? {
            return Ok(false);
        }
        for _ in 0..BATCH {
            let waiting = waiting(input).await.transpose()?.map(Woken::Input);
            let waiting = waiting.or_else(|| actions.try_recv().ok().map(Woken::Action));
            let Some(next) = waiting else { break };
            if !self.wake(next)? {
                return Ok(false);
            }
        }
        if Instant::now() >= self.frame_due() {
            self.draw()?;
        }
        Ok(true)
    }

    fn wake(&mut self, woken: Woken) -> anyhow::Result<bool> {
        match woken {
            Woken::Signal(exit_code) => Err(Signalled { exit_code }.into()),
            Woken::Action(action) => self.take(action),
            Woken::Input(Event::Key(event)) => match key(event) {
                Some(key) => self.take(Action::Key(key)),
                None => Ok(true),
            },
            Woken::Input(Event::Paste(text)) => self.take(Action::Paste(text)),
            Woken::Input(Event::Resize(columns, rows)) => self.take(Action::Resize(columns, rows)),
            Woken::Input(Event::FocusGained) => {
                self.network.hurry();
                Ok(true)
            }
            Woken::Time | Woken::Input(Event::FocusLost | Event::Mouse(_)) => Ok(true),
        }
    }

    /// Changes the state and begins the work that it asks for; whether to go on.
    fn take(&mut self, action: Action) -> anyhow::Result<bool> {
        self.dirty = true;
        for effect in update(&mut self.app, action) {
            match effect {
                Effect::Quit => return Ok(false),
                Effect::Repaint => self.terminal.repaint()?,
                Effect::Suspend => self.terminal.suspend()?,
                other => self.network.perform(other),
            }
        }
        Ok(true)
    }

    fn frame_due(&self) -> Instant {
        self.drawn.map_or_else(Instant::now, |drawn| drawn + FRAME)
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        if self.dirty {
            self.terminal.draw(|frame| view(&self.app, frame))?;
            self.dirty = false;
            self.drawn = Some(Instant::now());
        }
        Ok(())
    }
}

/// The input that is there already. It is asked for with this task's own waker: the stream wakes
/// whoever found it empty first, and nobody else.
async fn waiting(input: &mut EventStream) -> Option<io::Result<Event>> {
    poll_fn(|task| match input.poll_next_unpin(task) {
        Poll::Ready(event) => Poll::Ready(event),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// The console's one clock.
#[expect(clippy::disallowed_methods, reason = "the runner brings the time into the state")]
fn now() -> Timestamp {
    let micros = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000;
    Timestamp::from_micros(i64::try_from(micros).unwrap_or_default())
}

/// A key of the terminal library as one of ours; releases and unknown keys are nothing.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    Some(match event.code {
        KeyCode::Char(letter) if event.modifiers.contains(KeyModifiers::CONTROL) => {
            Key::Ctrl(letter.to_ascii_lowercase())
        }
        KeyCode::Char(letter) if !event.modifiers.contains(KeyModifiers::ALT) => Key::Char(letter),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    })
}

/// The signals that end the console.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The exit code that the next signal asks for.
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 143,
            _ = self.hang_up.recv() => 129,
        }
    }
}

/// Only ctrl-c, which arrives as a key.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> u8 {
        std::future::pending().await
    }
}
