//! How far a long command has come: bars on a terminal, a line now and then elsewhere.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;
use crate::talk::Talk;

/// Between two lines where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(5);

/// The bars of one run.
pub(crate) struct Progress<'a> {
    talk: &'a Talk,
    bars: Option<MultiProgress>,
}

/// How far one kind of work has come; its bar goes when it is dropped.
pub(crate) struct Bar<'a> {
    talk: &'a Talk,
    name: &'static str,
    total: u64,
    done: AtomicU64,
    drawn: Option<ProgressBar>,
    said: Mutex<Instant>,
}

impl<'a> Progress<'a> {
    /// Bars when standard error is a terminal that can draw and nobody wants quiet.
    pub(crate) fn new(ctx: &'a Context) -> Self {
        let draws = ctx.environment.terminal.stderr && !ctx.environment.dumb && !ctx.globals.quiet;
        let bars = draws.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self { talk: &ctx.talk, bars }
    }

    /// A bar for so many pieces of work.
    pub(crate) fn bar(&self, name: &'static str, total: u64) -> Bar<'a> {
        let drawn = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new(total).with_prefix(format!("{name:<8}")));
            bar.set_style(style());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let said = Mutex::new(Instant::now());
        Bar { talk: self.talk, name, total, done: AtomicU64::new(0), drawn, said }
    }
}

impl Bar<'_> {
    /// So much more is done.
    pub(crate) fn add(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        self.show(done);
    }

    /// So much is done in all.
    pub(crate) fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.show(done);
    }

    /// How much is done.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    fn show(&self, done: u64) {
        match &self.drawn {
            Some(bar) => bar.set_position(done),
            None if self.is_time() => self.talk.note(self.line(done)),
            None => {}
        }
    }

    fn line(&self, done: u64) -> String {
        format!("{} {done}/{}", self.name, self.total)
    }

    fn is_time(&self) -> bool {
        let Ok(mut said) = self.said.lock() else { return false };
        let due = said.elapsed() >= INTERVAL;
        if due {
            *said = Instant::now();
        }
        due
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{prefix} {wide_bar} {human_pos}/{human_len}  {per_sec}  eta {eta}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
