//! One request and its steps, kept until it ends.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{Caller, TraceId};

/// The most steps that are kept of one request; what comes after is part of the step around it.
const MOST_STEPS: usize = 64;

tokio::task_local! {
    static HERE: Here;
}

#[derive(Clone)]
struct Here {
    request: Arc<Request>,
    step: usize,
}

/// What is noted of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A word of ours.
    Word(&'static str),
    /// A number.
    Number(i64),
    /// An id that was drawn by chance.
    Id(String),
}

impl Note {
    /// An id that was drawn by chance: of a connection, of a refusal. Nothing that somebody typed, and nothing that stands for a person.
    pub fn id(id: impl Display) -> Self {
        Self::Id(id.to_string())
    }
}

impl From<&'static str> for Note {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<u16> for Note {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

/// One step: the request itself is the first.
#[derive(Clone, Debug)]
pub struct Step {
    /// A word of ours; empty for the request itself.
    pub name: &'static str,
    /// The place of the step around it.
    pub parent: usize,
    /// When it began, from the beginning of the request.
    pub from: Duration,
    /// When it ended; `None` when it was given up.
    pub until: Option<Duration>,
    /// What was noted.
    pub notes: Vec<(&'static str, Note)>,
}

/// A request under way.
pub struct Request {
    caller: Option<Caller>,
    follows: bool,
    drawn: TraceId,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    trace: Option<TraceId>,
    steps: Vec<Step>,
}

/// A request that has ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its trace.
    pub trace: TraceId,
    /// Whoever says to have called. Its trace is this one only where the operator trusts it.
    pub caller: Option<Caller>,
    /// Whether the caller decides that this trace is kept.
    pub follows: bool,
    /// How long it took.
    pub took: Duration,
    /// Its steps, itself first.
    pub steps: Vec<Step>,
}

impl Request {
    /// A request that begins now. `drawn` is the id of its trace when it belongs to no sign-in. `trusts`: the caller's trace counts, where
    /// the caller keeps it.
    pub fn begin(drawn: TraceId, caller: Option<Caller>, trusts: bool) -> Arc<Self> {
        let follows = trusts && caller.is_some_and(|caller| caller.is_kept);
        let own = Step { name: "", parent: 0, from: Duration::ZERO, until: None, notes: Vec::new() };
        Arc::new(Self { caller, follows, drawn, began: Instant::now(), state: Mutex::new(State { trace: None, steps: vec![own] }) })
    }
    /// Answers the request; whatever is done meanwhile in this task is a step of it.
    pub async fn during<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        HERE.scope(Here { request: self.clone(), step: 0 }, work).await
    }
    /// What it did.
    pub fn finish(&self) -> Finished {
        let took = self.began.elapsed();
        let mut state = self.state();
        let trace = state.trace.unwrap_or_else(|| self.unbound());
        let mut steps = std::mem::take(&mut state.steps);
        if let Some(own) = steps.first_mut() {
            own.until = Some(took);
        }
        Finished { trace, caller: self.caller, follows: self.follows && self.caller.is_some_and(|caller| caller.trace == trace), took, steps }
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Its trace when it belongs to no sign-in.
    fn unbound(&self) -> TraceId {
        self.caller.filter(|_| self.follows).map_or(self.drawn, |caller| caller.trace)
    }
    fn begin_step(&self, name: &'static str, parent: usize) -> Option<usize> {
        let from = self.began.elapsed();
        let mut state = self.state();
        let place = state.steps.len();
        if place == 0 || place > MOST_STEPS {
            return None;
        }
        state.steps.push(Step { name, parent, from, until: None, notes: Vec::new() });
        Some(place)
    }
    fn end_step(&self, place: usize) {
        let until = self.began.elapsed();
        if let Some(step) = self.state().steps.get_mut(place) {
            step.until = Some(until);
        }
    }
    fn note(&self, place: usize, name: &'static str, note: Note) {
        if let Some(step) = self.state().steps.get_mut(place) {
            step.notes.retain(|(known, _)| *known != name);
            step.notes.push((name, note));
        }
    }
}

fn here() -> Option<Here> {
    HERE.try_with(Clone::clone).ok()
}

/// Does a step of the request that is under way in this task; without one it is only done.
pub async fn step<F: Future>(name: &'static str, work: F) -> F::Output {
    let placed = here().and_then(|here| here.request.begin_step(name, here.step).map(|step| Here { step, ..here }));
    let Some(placed) = placed else { return work.await };
    let (request, place) = (placed.request.clone(), placed.step);
    let done = HERE.scope(placed, work).await;
    request.end_step(place);
    done
}

/// Notes something of the step that is under way.
pub fn note(name: &'static str, note: impl FnOnce() -> Note) {
    let _ = HERE.try_with(|here| here.request.note(here.step, name, note()));
}

/// The request belongs to this trace. The first word counts.
pub fn belongs_to(trace: impl FnOnce() -> TraceId) {
    let _ = HERE.try_with(|here| {
        let mut state = here.request.state();
        if state.trace.is_none() {
            state.trace = Some(trace());
        }
    });
}

/// The trace of the request that is under way, for what its next hop carries; it stays its trace from now on.
pub fn current() -> Option<TraceId> {
    HERE.try_with(|here| {
        let unbound = here.request.unbound();
        *here.request.state().trace.get_or_insert(unbound)
    })
    .ok()
}

/// The caller's trace, when the operator trusts the caller: a sign-in that begins now belongs to it.
pub fn followed() -> Option<TraceId> {
    HERE.try_with(|here| here.request.caller.filter(|_| here.request.follows).map(|caller| caller.trace)).ok().flatten()
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
