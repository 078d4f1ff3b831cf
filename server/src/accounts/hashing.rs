//! Threads that do nothing but hash passwords, after everybody else.
//!
//! A hash is the heaviest thing that a stranger can ask of the server, so it runs on threads of its
//! own: half as many as there are cores, with the lowest priority that the system has, so that a
//! storm of logins leaves the cores, and most of their caches, to those who look at pages. Each
//! keeps the blocks of its last hash; allocated anew each time they would fragment the heap.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, available_parallelism};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use crate::error::Error;

/// One hash that is asked for.
pub(super) struct Order {
    pub(super) password: String,
    pub(super) salt: Vec<u8>,
    pub(super) params: Params,
    pub(super) length: usize,
}

struct Task {
    order: Order,
    reply: oneshot::Sender<Result<Vec<u8>, Error>>,
}

/// What the threads have done so far.
#[derive(Default)]
struct Tally {
    hashes: AtomicU64,
    bytes: AtomicUsize,
}

/// The threads; they end when this is dropped.
pub(super) struct Threads {
    desk: Sender<Task>,
    tally: Arc<Tally>,
    many: usize,
}

impl Threads {
    /// Starts them.
    pub(super) fn start() -> std::io::Result<Self> {
        let many = available_parallelism().map_or(1, usize::from).div_ceil(2);
        let (desk, tasks) = channel();
        let (tasks, tally) = (Arc::new(Mutex::new(tasks)), Arc::new(Tally::default()));
        for number in 0..many {
            let (tasks, tally) = (Arc::clone(&tasks), Arc::clone(&tally));
            Builder::new().name(format!("hash-{number}")).spawn(move || work(&tasks, &tally))?;
        }
        Ok(Self { desk, tally, many })
    }

    /// How many there are.
    pub(super) const fn many(&self) -> usize {
        self.many
    }

    /// Hashes that were computed.
    pub(super) fn hashes(&self) -> u64 {
        self.tally.hashes.load(Ordering::Relaxed)
    }

    /// Bytes that the threads keep.
    pub(super) fn bytes(&self) -> usize {
        self.tally.bytes.load(Ordering::Relaxed)
    }

    /// Computes a hash when a thread is free.
    pub(super) async fn compute(&self, order: Order) -> Result<Vec<u8>, Error> {
        let (reply, answer) = oneshot::channel();
        self.desk.send(Task { order, reply }).map_err(Error::internal)?;
        answer.await.map_err(Error::internal)?
    }
}

fn work(tasks: &Mutex<Receiver<Task>>, tally: &Tally) {
    give_way();
    let mut blocks = Vec::new();
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Task { order, reply }) = next else { return };
        // Whoever asked may have gone meanwhile.
        if reply.is_closed() {
            continue;
        }
        let size = blocks.len();
        let done = catch_unwind(AssertUnwindSafe(|| hash(&order, &mut blocks)));
        tally.hashes.fetch_add(1, Ordering::Relaxed);
        tally.bytes.fetch_add((blocks.len() - size) * size_of::<Block>(), Ordering::Relaxed);
        let done = done.unwrap_or_else(|_| Err(Error::internal("hashing a password panicked")));
        let _nobody_waits = reply.send(done);
    }
}

fn hash(order: &Order, blocks: &mut Vec<Block>) -> Result<Vec<u8>, Error> {
    let Order { password, salt, params, length } = order;
    if blocks.len() < params.block_count() {
        blocks.resize(params.block_count(), Block::new());
    }
    let mut hash = vec![0; *length];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, blocks)
        .map_err(Error::internal)?;
    Ok(hash)
}

/// Lets every other thread of the machine go first. On Linux each thread has a priority of its own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::warn!(%error, "hashing passwords runs with the priority of everything else");
    }
}
