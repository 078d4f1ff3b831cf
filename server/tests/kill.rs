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
use gate::{Deed, Gate, Tally};
use house::House;
use maker::Shop;
use people::chance;
use promises::{Promise, Promises, Told};

/// Kills at least, and how often at least each deed must have been answered, and been cut off; it
/// goes on killing until then.
const KILLS: usize = 24;
const ENOUGH_ANSWERED: usize = 3;
const ENOUGH_CUT: usize = 2;
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

async fn survives(mut house: House) {
    let seed = std::env::var("STALL_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random::<u64>);
    println!("STALL_TEST_SEED={seed}");
    house.opens().await;
    let (tell, mut told) = unbounded_channel();
    let world = World {
        gate: Gate::open(house.origin()).await,
        folder: house.folder.path().to_owned(),
        shops: Arc::default(),
        tell,
        closing: CancellationToken::new(),
    };
    people::opens_shops(world.clone(), 0..1).await;
    let mut people = everybody(&world, seed);
    let mut promises = Promises::default();

    let begun = Instant::now();
    let (kills, slowest) =
        kill_and_look(&mut house, &world, &mut people, &mut told, &mut promises, seed).await;
    world.closing.cancel();
    tokio::time::timeout(CLOSING, people.join_all()).await.expect("everybody comes to an end");
    promises.hears(&mut told);
    report(&world, &promises, kills, slowest);
    println!("killing took {:?}", begun.elapsed());

    let market = Browser::new(house.origin());
    promises.all_hold(&market).await;
    end::time_passes(&market, &promises.shops[0]).await;
    promises.all_hold(&market).await;
    end::is_settled(&promises);
    for shop in &promises.shops {
        end::adds_up(&market, shop).await;
    }
    assert!(house.ends("TERM").success());
    house.verifies();
    end::letters_are_sent(&house, &promises).await;
    println!("all of it took {:?}", begun.elapsed());
}

fn everybody(world: &World, seed: u64) -> JoinSet<()> {
    let mut people = JoinSet::new();
    people.spawn(people::opens_shops(world.clone(), 1..usize::MAX));
    people.spawn(people::guests(world.clone(), "guest", chance(seed, 1)));
    people.spawn(people::customers(world.clone(), "ana", chance(seed, 2)));
    people.spawn(people::packs(world.clone(), chance(seed, 3)));
    people.spawn(people::drafts(world.clone()));
    people.spawn(people::lives(world.clone(), chance(seed, 4)));
    people
}

/// Kills until enough has happened; how often, and how long the slowest restart took.
async fn kill_and_look(
    house: &mut House,
    world: &World,
    people: &mut JoinSet<()>,
    told: &mut UnboundedReceiver<Told>,
    promises: &mut Promises,
    seed: u64,
) -> (usize, Duration) {
    let mut random = chance(seed, 0);
    let market = Browser::new(house.origin());
    let (mut kills, mut slowest, mut took) = (0, Duration::ZERO, AIM / 5);
    while kills < KILLS || lacking(world).is_some() || !promises.are_enough() {
        if kills == MOST_KILLS {
            report(world, promises, kills, slowest);
            panic!("too little happens");
        }
        moment(world, kills, took, &mut random).await;
        house.ends("KILL");
        kills += 1;
        took = house.opens().await;
        assert!(took < RESTART, "the restart took {took:?}");
        slowest = slowest.max(took);
        promises.hears(told);
        promises.hold(&market, &mut random).await;
        if let Some(ended) = people.try_join_next() {
            ended.expect("nobody has a reason to leave");
        }
    }
    (kills, slowest)
}

/// Of the kills that there are at least, every other comes at any moment; the others are meant for
/// what was cut off least, and come at any moment of it.
async fn moment(world: &World, kills: usize, restart: Duration, random: &mut StdRng) {
    let deed = lacking(world).filter(|_| kills >= KILLS || random.random_bool(0.5));
    let Some(deed) = deed else {
        return tokio::time::sleep(restart / 10 * random.random_range(LIFE)).await;
    };
    world.gate.sees(deed, AIM).await;
    let usual = world.gate.tally(deed).usual().max(Duration::from_millis(2));
    tokio::time::sleep(random.random_range(Duration::ZERO..usual)).await;
}

/// What was not yet cut off, or answered, often enough.
fn lacking(world: &World) -> Option<Deed> {
    let lacks = |deed: &Deed| {
        let tally = world.gate.tally(*deed);
        tally.cut < ENOUGH_CUT || tally.answered < ENOUGH_ANSWERED
    };
    Deed::ALL.into_iter().filter(lacks).min_by_key(|deed| world.gate.tally(*deed).cut)
}

fn report(world: &World, promises: &Promises, kills: usize, slowest: Duration) {
    println!("{kills} kills; the slowest restart took {slowest:?}");
    for deed in Deed::ALL {
        let tally = world.gate.tally(deed);
        let Tally { answered, cut, .. } = tally;
        println!("{deed:?}: {answered} answered, {cut} cut off; {:?} each", tally.usual());
    }
    println!(
        "{} shops, {} purchases, {} paid, {} orders seen, {} payouts",
        promises.shops.len(),
        promises.purchases.len(),
        promises.reached(Promise::Paid),
        promises.orders.len(),
        promises.payouts.len()
    );
}
