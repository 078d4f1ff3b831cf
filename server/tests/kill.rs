//! The server is killed at random moments of the whole story, again and again: while shops are
//! opened and filled, while people buy, while parcels leave and while time brings payouts.
//! Whatever it had acknowledged is there when it comes back, what was cut off can be done again,
//! and in the end every cent, piece, picture and letter is where it belongs.

#![expect(clippy::print_stdout, reason = "the seed and the counts belong to the result")]

#[path = "kill/browser.rs"]
mod browser;
#[path = "kill/end.rs"]
mod end;
#[path = "kill/gate.rs"]
mod gate;
#[path = "kill/goods.rs"]
mod goods;
#[path = "story/house.rs"]
mod house;
#[path = "kill/maker.rs"]
mod maker;
#[path = "kill/people.rs"]
mod people;
#[path = "it/postgres.rs"]
mod postgres;
#[path = "kill/promises.rs"]
mod promises;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use browser::Browser;
use gate::{Deed, Gate};
use house::House;
use maker::Shop;
use people::chance;
use promises::{Promises, Told};

/// There are so many kills at least, and they go on until every deed was answered so often, and was
/// cut off so often: then they came at any moment of the story.
const KILLS: usize = 24;
const ENOUGH_ANSWERED: usize = 3;
const ENOUGH_CUT: usize = 1;
/// More would mean that too little happens between them.
const MOST_KILLS: usize = 150;
/// Between a restart and the next kill, in tenths of what a restart takes: a machine that is busy
/// is slow at everything.
const LIFE: std::ops::RangeInclusive<u32> = 1..=30;
/// How long a kill waits for the deed that it is meant for.
const AIM: Duration = Duration::from_millis(1500);
/// How long a restart may take.
const RESTART: Duration = Duration::from_secs(10);
/// How long people may take to come to an end once nothing is killed any more.
const CLOSING: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_acknowledged_is_lost_on_sqlite() {
    survives(House::new(None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_acknowledged_is_lost_on_postgres() {
    survives(House::new(Some(postgres::new_database().await))).await;
}

async fn survives(house: House) {
    let mut trial = Trial::begins(house).await;
    while trial.lacks_something() {
        trial.kills_and_looks().await;
    }
    trial.settles().await;
}

/// What everybody shares.
#[derive(Clone)]
struct World {
    gate: Gate,
    folder: PathBuf,
    shops: Arc<Mutex<Vec<Shop>>>,
    tell: UnboundedSender<Told>,
    closing: CancellationToken,
}

impl World {
    fn shops(&self) -> MutexGuard<'_, Vec<Shop>> {
        self.shops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tells(&self, told: Told) {
        let _gone = self.tell.send(told);
    }

    fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }
}

/// One market, its people, and what they were promised.
struct Trial {
    house: House,
    world: World,
    people: JoinSet<()>,
    told: UnboundedReceiver<Told>,
    promises: Promises,
    /// Looks at the market from the street, past the gate.
    visitor: Browser,
    random: StdRng,
    begun: Instant,
    kills: usize,
    restart: Duration,
}

impl Trial {
    /// Opens the market and its first shop, and lets everybody in.
    async fn begins(mut house: House) -> Self {
        let seed = std::env::var("STALL_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(rand::random::<u64>);
        println!("STALL_TEST_SEED={seed}");
        let begun = Instant::now();
        let restart = house.opens().await;
        let (tell, told) = unbounded_channel();
        let world = World {
            gate: Gate::open(house.origin()).await,
            folder: house.folder.path().to_owned(),
            shops: Arc::default(),
            tell,
            closing: CancellationToken::new(),
        };
        people::opens_shops(world.clone(), 0..1).await;
        let people = everybody(&world, seed);
        let visitor = Browser::new(house.origin());
        let (promises, random) = (Promises::default(), chance(seed, 0));
        Self { house, world, people, told, promises, visitor, random, begun, kills: 0, restart }
    }

    /// Whether there were too few kills, or too little was done or cut off by them.
    fn lacks_something(&self) -> bool {
        let lacks = self.kills < KILLS || !self.lacking().is_empty() || !self.promises.are_enough();
        if lacks && self.kills >= MOST_KILLS {
            self.report();
            panic!("too little happens");
        }
        lacks
    }

    /// Kills the server, looks whether the books hold as they lie there, starts it again, and looks
    /// whether what people were told still holds.
    async fn kills_and_looks(&mut self) {
        self.awaits_a_moment().await;
        let mut server = self.house.server.take().expect("it runs");
        server.kill().expect("it can be killed");
        server.wait().expect("its end");
        self.kills += 1;
        self.house.verifies();
        self.restart = self.house.opens().await;
        assert!(self.restart < RESTART, "the restart took {:?}", self.restart);
        self.promises.hears(&mut self.told);
        self.promises.hold(&self.visitor, &mut self.random).await;
        if let Some(ended) = self.people.try_join_next() {
            ended.expect("nobody has a reason to leave");
        }
    }

    /// Of the kills that there are at least, every other comes at any moment; the others are meant
    /// for what was not cut off yet, and come at any moment of it.
    async fn awaits_a_moment(&mut self) {
        let lacking = self.lacking();
        let aims = self.kills >= KILLS || self.random.random_bool(0.5);
        if lacking.is_empty() || !aims {
            return tokio::time::sleep(self.restart / 10 * self.random.random_range(LIFE)).await;
        }
        if let Some(deed) = self.world.gate.sees_one_of(&lacking, AIM).await {
            let usual = self.world.gate.tally(deed).usual().max(Duration::from_millis(2));
            tokio::time::sleep(self.random.random_range(Duration::ZERO..usual)).await;
        }
    }

    /// What was not yet cut off, or answered, often enough.
    fn lacking(&self) -> Vec<Deed> {
        let lacks = |deed: &Deed| {
            let tally = self.world.gate.tally(*deed);
            tally.cut < ENOUGH_CUT || tally.answered < ENOUGH_ANSWERED
        };
        Deed::ALL.into_iter().filter(lacks).collect()
    }

    /// Lets everybody finish and everything come due: all that was promised is there, every shop
    /// adds up, and the books hold.
    async fn settles(mut self) {
        self.world.closing.cancel();
        let people = std::mem::take(&mut self.people);
        let ended = tokio::time::timeout(CLOSING, people.join_all()).await;
        ended.expect("everybody comes to an end");
        self.promises.hears(&mut self.told);
        self.report();
        let (market, promises) = (&self.visitor, &mut self.promises);
        promises.all_hold(market).await;
        end::time_passes(market, &promises.shops[0]).await;
        promises.all_hold(market).await;
        end::is_settled(promises);
        for shop in &promises.shops {
            end::adds_up(market, shop).await;
        }
        assert!(self.house.stops().success());
        self.house.verifies();
        end::letters_are_sent(&self.house, &self.promises).await;
        println!("all of it took {:?}", self.begun.elapsed());
    }

    fn report(&self) {
        println!("{} kills in {:?}", self.kills, self.begun.elapsed());
        for deed in Deed::ALL {
            println!("{deed:?}: {}", self.world.gate.tally(deed));
        }
        println!("{}", self.promises);
    }
}

fn everybody(world: &World, seed: u64) -> JoinSet<()> {
    let mut people = JoinSet::new();
    people.spawn(people::opens_shops(world.clone(), 1..usize::MAX));
    people.spawn(people::guests(world.clone(), chance(seed, 1)));
    people.spawn(people::customers(world.clone(), chance(seed, 2)));
    people.spawn(people::packs(world.clone(), chance(seed, 3)));
    people.spawn(people::drafts(world.clone()));
    people.spawn(people::lives(world.clone(), chance(seed, 4)));
    people
}
