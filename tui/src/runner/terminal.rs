//! The terminal as a whole: taken over at the start, given back on every way out.

use std::io::{self, BufWriter, Stdout, Write as _};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;

/// Bytes gathered before they are written: a whole first frame of a large terminal.
const FRAME_BYTES: usize = 64 << 10;

/// Whether the terminal is ours; whoever turns it off gives the terminal back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; dropping it gives it back.
pub(super) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Terminal {
    /// Takes the terminal over.
    pub(super) fn open() -> io::Result<Self> {
        restore_before_panicking();
        take()?;
        let out = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
        let inner = ratatui::Terminal::new(CrosstermBackend::new(out));
        inner.map(|inner| Self { inner }).inspect_err(|_| restore())
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        self.inner.size().map(|size| (size.width, size.height))
    }

    /// Draws a frame in one piece: terminals that can show no half of it.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(view)?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame is drawn whole.
    pub(super) fn repaint(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    /// Gives the terminal back, stops until the shell calls, and takes it over again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        restore();
        stop_process()?;
        take()?;
        self.repaint()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)
        .inspect_err(|_| restore())
}

/// Gives the terminal back, once. Errors are nobody's: the terminal may be gone.
pub(super) fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// A panic's message is only readable on the terminal that people know.
fn restore_before_panicking() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
}

/// Stops this process as the terminal's own ctrl-z would; returns when it is continued.
#[cfg(unix)]
fn stop_process() -> io::Result<()> {
    let own = std::process::id().to_string();
    let stop = ["-c", "kill -TSTP \"$1\"", "sh", own.as_str()];
    std::process::Command::new("sh").args(stop).status().map(drop)
}

/// There is nothing to stop for without job control.
#[cfg(not(unix))]
fn stop_process() -> io::Result<()> {
    Ok(())
}
