//! The simulator's own switches under `/_sim/`: the clock and the faults.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Simulator;
use crate::error::{ApiError, Result};
use crate::faults::Switches;
use crate::http::authenticate;
use crate::ids;

/// The longest leap of the clock in one request: ten years.
const LONGEST_LEAP: u64 = 10 * 366 * 86_400;

/// How far to move the clock.
#[derive(Deserialize)]
pub(crate) struct Leap {
    seconds: u64,
}

pub(crate) async fn clock(State(sim): State<Simulator>, headers: HeaderMap) -> Response {
    respond(authenticate(&sim, &headers).map(|()| time_of(&sim)))
}

pub(crate) async fn advance(
    State(sim): State<Simulator>,
    headers: HeaderMap,
    Json(leap): Json<Leap>,
) -> Response {
    respond(leap_by(&sim, &headers, leap.seconds).await)
}

async fn leap_by(sim: &Simulator, headers: &HeaderMap, seconds: u64) -> Result {
    authenticate(sim, headers)?;
    if seconds > LONGEST_LEAP {
        let message = "The clock moves by ten years at most.";
        return Err(ApiError::invalid("parameter_invalid", message).param("seconds"));
    }
    sim.advance(Duration::from_secs(seconds)).await.map_err(ApiError::internal)?;
    Ok(time_of(sim))
}

pub(crate) async fn faults(State(sim): State<Simulator>, headers: HeaderMap) -> Response {
    respond(authenticate(&sim, &headers).map(|()| json!(sim.faults().show())))
}

pub(crate) async fn set_faults(
    State(sim): State<Simulator>,
    headers: HeaderMap,
    Json(switches): Json<Switches>,
) -> Response {
    respond(authenticate(&sim, &headers).map(|()| switch(&sim, switches)))
}

pub(crate) async fn clear_faults(State(sim): State<Simulator>, headers: HeaderMap) -> Response {
    respond(authenticate(&sim, &headers).map(|()| switch(&sim, Switches::default())))
}

fn switch(sim: &Simulator, switches: Switches) -> Value {
    sim.faults().replace(switches);
    json!(sim.faults().show())
}

fn time_of(sim: &Simulator) -> Value {
    let clock = sim.clock();
    json!({ "now_micros": clock.now_micros(), "offset_micros": clock.offset_micros() })
}

fn respond(result: Result) -> Response {
    match result {
        Ok(body) => Json(body).into_response(),
        Err(error) => {
            let status =
                StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(error.body(&ids::new("req")))).into_response()
        }
    }
}
