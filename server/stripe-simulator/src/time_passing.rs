//! What happens as the clock moves, in the order of time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::store::{Action, Due, Tx};
use crate::{Simulator, charges, checkout, payouts, webhooks};

/// Real time between two looks at the agenda when nothing is announced.
const IDLE: Duration = Duration::from_secs(30);

/// Makes sure that the daily round of payouts is in the agenda.
pub(crate) async fn prepare(sim: &Simulator) -> Result<()> {
    let mut tx = sim.write().await?;
    if !tx.is_scheduled(Action::PayOut).await? {
        let at = payouts::next_round(tx.now);
        tx.schedule(at, Action::PayOut, "all").await?;
    }
    tx.commit().await
}

/// Lives with the real time until cancelled: does what is due, delivers, sleeps until the next.
pub(crate) async fn live(sim: &Simulator, cancel: &CancellationToken) {
    while !cancel.is_cancelled() {
        let wait = match tick(sim).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(error = ?error.cause, "the simulated time stumbled");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = sim.woken() => {}
            () = tokio::time::sleep(wait.min(IDLE)) => {}
        }
    }
}

async fn tick(sim: &Simulator) -> Result<Duration> {
    let _pace = sim.pace().await;
    catch_up(sim).await?;
    let next = sim.read().await?.next_due().await?;
    Ok(next.and_then(|at| sim.clock().until(at)).unwrap_or(IDLE))
}

/// Does everything that is due now and attempts every delivery that is due now.
pub(crate) async fn catch_up(sim: &Simulator) -> Result<()> {
    loop {
        let worked = do_next(sim).await?;
        let delivered = webhooks::deliver_due(sim).await? > 0;
        if !worked && !delivered {
            return Ok(());
        }
    }
}

/// Moves the clock to `target`, stopping wherever something is due. After each stop what was due
/// is done, its events are delivered, and whoever listens may react before time goes on.
pub(crate) async fn advance(sim: &Simulator, target: i64) -> Result<()> {
    let _pace = sim.pace().await;
    loop {
        catch_up(sim).await?;
        sim.let_others_react().await;
        // Reactions may have made something due at this very moment.
        catch_up(sim).await?;
        let now = sim.clock().now_micros();
        if now >= target {
            return Ok(());
        }
        let next = sim.read().await?.next_due().await?.unwrap_or(target);
        sim.move_clock(next.clamp(now, target)).await?;
    }
}

/// Does the earliest thing that is due, at the time it was due.
async fn do_next(sim: &Simulator) -> Result<bool> {
    let mut tx = sim.write().await?;
    let Some(due) = tx.take_due().await? else { return Ok(false) };
    tx.now = due.at;
    perform(&mut tx, &due).await?;
    tx.commit().await?;
    Ok(true)
}

async fn perform(tx: &mut Tx, due: &Due) -> Result<()> {
    match due.action {
        Action::SettleCharge => charges::settle(tx, &due.subject).await,
        Action::ExpireSession => expire(tx, &due.subject).await,
        Action::PayOut => payouts::round(tx).await,
        Action::PayoutArrives => payouts::arrive(tx, &due.subject).await,
        Action::PayoutReconciled => payouts::reconciled(tx, &due.subject).await,
    }
}

async fn expire(tx: &mut Tx, id: &str) -> Result<()> {
    let session = checkout::retrieve(tx, id).await?;
    if session.get("status").is_some_and(|status| status == "open") {
        checkout::expire(tx, session).await?;
    }
    Ok(())
}
