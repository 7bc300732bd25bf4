//! Threads of their own for hashing, behind a bounded queue (LP-07).
//!
//! An evaluation fills many megabytes of memory and a whole core for some 20 ms. On the threads that answer requests it would
//! hold up every other page; without a bound on the queue, memory and waiting would grow with the attack. Each thread keeps
//! one piece of memory and uses it again, which is faster than asking the system for it each time. Where the system can do it, these
//! threads stand behind all others of the process: a page of 0.1 ms does not wait until one of them has had its turn.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use argon2::Block;
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroize;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// How much may run and wait at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Threads that evaluate; each holds the memory of one evaluation.
    pub threads: usize,
    /// Attempts that may wait for a thread.
    pub waiting: usize,
}

impl QueueLimits {
    /// One thread less than there are cores, at least one, and sixty-four waiting.
    pub fn for_cores(cores: usize) -> Self {
        Self { threads: cores.saturating_sub(1).max(1), waiting: 64 }
    }
}

/// The queue is full: the answer is 503 with `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password queue is full")]
pub struct Overloaded {
    /// When to come again.
    pub retry_after: Duration,
}

impl Overloaded {
    pub(crate) const fn after_seconds(seconds: u64) -> Self {
        Self { retry_after: Duration::from_secs(seconds) }
    }
}

/// By how much these threads are nicer than the process. All the time of a processor that others leave is theirs, and next to one that
/// wants all of it they keep a tenth.
const NICER: i32 = 10;
/// The nicest that there is.
const NICEST: i32 = 19;
/// How long a thread without a job keeps what the last one left: where people come one after another, the next evaluation writes over it, and wiping would
/// cost a fifteenth of one.
const BLINK: Duration = Duration::from_millis(50);

/// Puts this thread behind the others of the process. To step back needs no right; where a filter of system calls refuses it all the same, passwords are
/// hashed as pages are answered.
#[cfg(target_os = "linux")]
fn step_back() {
    use rustix::process::{getpriority_process, setpriority_process};
    // Of the thread that asks, and of no other: on Linux each thread has a priority of its own.
    let _ = getpriority_process(None).and_then(|own| setpriority_process(None, own.saturating_add(NICER).min(NICEST)));
}

/// Elsewhere the priority is the whole process'.
#[cfg(not(target_os = "linux"))]
fn step_back() {}

/// The memory of one thread. Between evaluations it holds what the last one left.
#[derive(Default)]
pub(crate) struct Memory(Vec<Block>);

impl Memory {
    /// So many blocks of it. Their content is of no account: argon2 1.3 writes each block before it reads it.
    pub(crate) fn blocks(&mut self, count: usize) -> Option<&mut [Block]> {
        if self.0.len() < count {
            self.0.resize(count, Block::default());
        }
        self.0.get_mut(..count)
    }
    /// From the first blocks a password could be tried at the price of a single fast hash: none stays when a thread rests.
    fn wipe(&mut self) {
        self.0.iter_mut().for_each(|block| block.as_mut().zeroize());
    }
}

/// How full the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// Attempts that are evaluated or wait for it.
    pub taken: u64,
    /// How many there can be; one more is refused.
    pub places: u64,
}

/// The threads.
pub(crate) struct Workers {
    jobs: mpsc::Sender<Job>,
    places: Arc<Semaphore>,
    most: usize,
}

impl Workers {
    /// Starts them. They end with the last sender.
    pub(crate) fn start(limits: QueueLimits) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let threads = limits.threads.max(1);
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            // Without a single thread every attempt is answered "overloaded": closed, not open.
            let _ = std::thread::Builder::new().name(format!("argon2-{number}")).spawn(move || work(&queue));
        }
        let most = threads.saturating_add(limits.waiting);
        Self { jobs, places: Arc::new(Semaphore::new(most)), most }
    }

    /// How full the queue is now.
    pub(crate) fn state(&self) -> QueueState {
        let whole = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        QueueState { taken: whole(self.most.saturating_sub(self.places.available_permits())), places: whole(self.most) }
    }

    /// Runs a job on one of the threads and waits for its answer.
    ///
    /// # Errors
    /// `Overloaded` when the queue is full, or when the job came to grief.
    pub(crate) async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T, Overloaded> {
        let full = Overloaded::after_seconds(2);
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| full)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // Nobody waits any more when the request was given up: the work is spared.
            if answer.is_closed() {
                return;
            }
            let result = job(memory);
            drop(place);
            let _ = answer.send(result);
        });
        self.jobs.send(job).map_err(|_| full)?;
        answered.await.map_err(|_| full)
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    step_back();
    let mut memory = Memory::default();
    while let Some(job) = next(queue, &mut memory, BLINK) {
        // A job that panics costs its own attempt, not the thread.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

/// The next job. Nothing of the last one is left when this thread has waited longer than a blink, and when another one waits already: that one
/// holds the queue. `None` at the end of all jobs.
fn next(queue: &Mutex<mpsc::Receiver<Job>>, memory: &mut Memory, blink: Duration) -> Option<Job> {
    if let Ok(queue) = queue.try_lock()
        && let Ok(job) = queue.recv_timeout(blink)
    {
        return Some(job);
    }
    memory.wipe();
    queue.lock().ok()?.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LP-16: nothing of a password stays in the memory of a thread that rests.
    #[test]
    fn lp_16_memory_is_wiped_when_a_thread_rests() {
        let mut memory = Memory::default();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, argon2::Params::new(64, 1, 1, None).unwrap());
        argon2.hash_password_into_with_memory(b"Kranich7!", b"saltsaltsaltsalt", &mut [0; 32], memory.blocks(64).unwrap()).unwrap();
        let dirty = |memory: &Memory| memory.0.iter().any(|block| block.as_ref().iter().any(|word| *word != 0));
        assert!(dirty(&memory));
        memory.wipe();
        assert!(!dirty(&memory));
    }

    /// Whoever answers a page goes before whoever hashes.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn threads_that_hash_stand_behind_the_others() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let workers = Workers::start(QueueLimits { threads: 1, waiting: 0 });
        let theirs = workers.run(move |_| nice()).await.unwrap();
        assert_eq!(theirs, (nice() + NICER).min(NICEST));
        // The kernel says the same of the thread by its name, and everybody else is where they were.
        let mut seen = std::collections::BTreeSet::new();
        for task in std::fs::read_dir("/proc/self/task").unwrap() {
            // One of another test may have ended meanwhile.
            let Ok(stat) = std::fs::read_to_string(task.unwrap().path().join("stat")) else { continue };
            let (name, rest) = stat.rsplit_once(')').unwrap();
            let value: i32 = rest.split_whitespace().nth(16).unwrap().parse().unwrap();
            seen.insert((name.contains("(argon2-"), value));
        }
        assert!(seen.contains(&(true, theirs)), "{seen:?}");
        assert!(seen.iter().all(|(hashes, value)| *hashes || *value == nice()), "{seen:?}");
    }

    /// LP-16: a thread that finds no job is wiped before it waits for one; one that has its next job writes over what is there.
    #[test]
    fn lp_16_a_thread_without_a_job_is_wiped() {
        let dirty = || {
            let mut memory = Memory::default();
            memory.blocks(2).unwrap().iter_mut().for_each(|block| block.as_mut().fill(7));
            memory
        };
        let clean = |memory: &Memory| memory.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0));
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Mutex::new(queue);

        let mut memory = dirty();
        jobs.send(Box::new(|_| {})).unwrap();
        assert!(next(&queue, &mut memory, Duration::ZERO).is_some());
        assert!(!clean(&memory), "it is written over");

        // Nobody can send another one, so it need not be waited for.
        drop(jobs);
        let mut memory = dirty();
        assert!(next(&queue, &mut memory, Duration::from_secs(3_600)).is_none(), "the end");
        assert!(clean(&memory));
    }

    /// LP-07: a job that panics takes no thread with it.
    #[tokio::test]
    async fn lp_07_a_panic_costs_one_attempt() {
        let workers = Workers::start(QueueLimits { threads: 1, waiting: 0 });
        let broken = workers.run::<()>(|_| std::panic::resume_unwind(Box::new("for the test"))).await;
        assert_eq!(broken, Err(Overloaded::after_seconds(2)));
        // Its place is given back by the unwinding, which may be a moment after the answer.
        let mut answer = workers.run(|_| 2).await;
        while answer.is_err() {
            tokio::task::yield_now().await;
            answer = workers.run(|_| 2).await;
        }
        assert_eq!(answer, Ok(2));
    }

    /// What runs and what waits is counted, and given back.
    #[tokio::test]
    async fn the_queue_says_how_full_it_is() {
        let workers = Arc::new(Workers::start(QueueLimits { threads: 1, waiting: 2 }));
        assert_eq!(workers.state(), QueueState { taken: 0, places: 3 });
        let (go, held) = mpsc::channel::<()>();
        let busy = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(move |_| held.recv().is_ok()).await }
        });
        while workers.state().taken == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(workers.state().taken, 1);
        go.send(()).unwrap();
        assert_eq!(busy.await.unwrap(), Ok(true));
        while workers.state().taken > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn one_core_stays_free_where_there_are_several() {
        assert_eq!([1, 2, 8].map(|cores| QueueLimits::for_cores(cores).threads), [1, 1, 7]);
    }
}
