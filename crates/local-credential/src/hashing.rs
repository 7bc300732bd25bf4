//! The hashing service: argon2id on threads of its own, with memory that is used again, behind a bounded queue.
//!
//! Every attempt costs the same: one evaluation, whether the username is known or not, whatever its state, and however many
//! accounts it lives in. What is stored is HMAC(pepper, user ‖ H): a stolen table is useless without the root key (LP-09).

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use homeward_model::{Password, Random, Timestamp, UserId};
use homeward_sealing::Mac;
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::{
    import::verify_foreign,
    stored::{HashParams, PasswordVerified, Scheme, StoredCredential},
};

/// The most evaluations one attempt can cause: more salts than this under one name do not arise.
const MOST_GROUPS: usize = 4;

type Hash = Zeroizing<[u8; 32]>;
type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

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

/// What came of an attempt.
#[derive(Debug, Default)]
pub struct Checked {
    /// The users whose password it is.
    pub verified: Vec<PasswordVerified>,
    /// Their credentials under the present parameters and pepper, where they were under others: same version, same date.
    pub rehashed: Vec<StoredCredential>,
}

/// The hashing service.
pub struct Passwords {
    params: HashParams,
    peppers: Vec<(u8, Mac)>,
    jobs: Mutex<mpsc::Sender<Job>>,
    places: Arc<Semaphore>,
    evaluations: Arc<AtomicU64>,
    random: Arc<dyn Random>,
}

impl Passwords {
    /// Starts the threads. `peppers` are the keyed hashes by number of root key, the present one first.
    pub fn new(params: HashParams, peppers: Vec<(u8, Mac)>, limits: QueueLimits, random: Arc<dyn Random>) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..limits.threads.max(1) {
            let queue = Arc::clone(&queue);
            // Without a single thread every attempt is answered "overloaded": closed, not open.
            let _ = std::thread::Builder::new().name(format!("argon2-{number}")).spawn(move || work(&queue));
        }
        let places = Arc::new(Semaphore::new(limits.threads.max(1).saturating_add(limits.waiting)));
        Self { params, peppers, jobs: Mutex::new(jobs), places, evaluations: Arc::default(), random }
    }

    /// Evaluations of argon2 since the start.
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    /// Tries one password against the credentials of one username. Peppered ones share an evaluation; with none of them a
    /// dummy is evaluated, so that an unknown name costs the same. A foreign hash is tried only when it is the only one:
    /// the account is known then.
    ///
    /// # Errors
    /// `Overloaded` when the queue is full.
    pub async fn verify(&self, password: &Password, credentials: &[StoredCredential]) -> Result<Checked, Overloaded> {
        if let [StoredCredential { scheme: Scheme::Foreign { phc }, .. }] = credentials {
            return self.verify_foreign(password, credentials, phc).await;
        }
        let mut groups: Vec<(HashParams, [u8; 16])> = Vec::new();
        for credential in credentials {
            if let Scheme::Peppered { params, salt, .. } = &credential.scheme
                && !groups.contains(&(*params, *salt))
            {
                groups.push((*params, *salt));
            }
        }
        groups.truncate(MOST_GROUPS);
        if groups.is_empty() {
            self.evaluate(password, self.params, [0x5a; 16]).await?;
            return Ok(Checked::default());
        }
        let mut hashes = HashMap::new();
        for (params, salt) in groups {
            hashes.insert((params, salt), self.evaluate(password, params, salt).await?);
        }
        let mut checked = Checked::default();
        for credential in credentials {
            let Scheme::Peppered { params, salt, pepper, mac } = &credential.scheme else { continue };
            let Some(hash) = hashes.get(&(*params, *salt)) else { continue };
            if self.fits(*pepper, credential.user, hash, mac) {
                checked.verified.push(PasswordVerified::of(credential));
            }
        }
        let right: Vec<UserId> = checked.verified.iter().map(PasswordVerified::user).collect();
        for credential in credentials.iter().filter(|c| right.contains(&c.user)) {
            checked.rehashed.extend(self.renewed(password, credential, &mut hashes).await?);
        }
        Ok(checked)
    }

    async fn verify_foreign(&self, password: &Password, credentials: &[StoredCredential], phc: &str) -> Result<Checked, Overloaded> {
        let (typed, text) = (password.clone(), phc.to_owned());
        let right = self.run(move |_| verify_foreign(&typed, &text)).await?;
        let Some(credential) = credentials.first().filter(|_| right) else { return Ok(Checked::default()) };
        let fresh = self.hash_new(credential.user, password, credential.version, &[], credential.changed_at).await?;
        let rehashed = StoredCredential { scheme: fresh.scheme, ..credential.clone() };
        Ok(Checked { verified: vec![PasswordVerified::of(credential)], rehashed: vec![rehashed] })
    }

    /// The credential under present parameters and pepper, when it is under others (LP-06, LP-09).
    async fn renewed(
        &self,
        password: &Password,
        credential: &StoredCredential,
        hashes: &mut HashMap<(HashParams, [u8; 16]), Hash>,
    ) -> Result<Option<StoredCredential>, Overloaded> {
        let Scheme::Peppered { params, salt, pepper, .. } = &credential.scheme else { return Ok(None) };
        if *params == self.params && self.peppers.first().is_some_and(|(number, _)| number == pepper) {
            return Ok(None);
        }
        let key = (self.params, *salt);
        if let Entry::Vacant(place) = hashes.entry(key) {
            place.insert(self.evaluate(password, self.params, *salt).await?);
        }
        let scheme = hashes.get(&key).and_then(|hash| self.scheme(credential.user, *salt, hash));
        Ok(scheme.map(|scheme| StoredCredential { scheme, ..credential.clone() }))
    }

    /// Hashes a new password. `siblings` are the credentials of the same username in all accounts: their salt is used again
    /// where the parameters are the present ones.
    ///
    /// # Errors
    /// `Overloaded` when the queue is full.
    pub async fn hash_new(
        &self,
        user: UserId,
        password: &Password,
        version: i64,
        siblings: &[StoredCredential],
        now: Timestamp,
    ) -> Result<StoredCredential, Overloaded> {
        let shared = siblings.iter().find_map(|c| match &c.scheme {
            Scheme::Peppered { params, salt, .. } if *params == self.params => Some(*salt),
            Scheme::Peppered { .. } | Scheme::Foreign { .. } => None,
        });
        let salt = shared.unwrap_or_else(|| {
            let mut fresh = [0; 16];
            self.random.fill(&mut fresh);
            fresh
        });
        let hash = self.evaluate(password, self.params, salt).await?;
        let scheme = self.scheme(user, salt, &hash).ok_or(Overloaded { retry_after: Duration::from_secs(1) })?;
        Ok(StoredCredential { user, version, scheme, changed_at: now, must_change: false })
    }

    /// Whether the password is one of these: the current one and the history. At most ten are looked at (LP-10).
    ///
    /// # Errors
    /// `Overloaded` when the queue is full.
    pub async fn was_used(&self, password: &Password, earlier: &[StoredCredential]) -> Result<bool, Overloaded> {
        let mut hashes: HashMap<(HashParams, [u8; 16]), Hash> = HashMap::new();
        for credential in earlier.iter().take(10) {
            match &credential.scheme {
                Scheme::Peppered { params, salt, pepper, mac } => {
                    let key = (*params, *salt);
                    if let Entry::Vacant(place) = hashes.entry(key) {
                        place.insert(self.evaluate(password, *params, *salt).await?);
                    }
                    if hashes.get(&key).is_some_and(|hash| self.fits(*pepper, credential.user, hash, mac)) {
                        return Ok(true);
                    }
                }
                Scheme::Foreign { phc } => {
                    let (typed, text) = (password.clone(), phc.clone());
                    if self.run(move |_| verify_foreign(&typed, &text)).await? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    fn scheme(&self, user: UserId, salt: [u8; 16], hash: &Hash) -> Option<Scheme> {
        let (pepper, key) = self.peppers.first()?;
        let mac = key.sign(&[user.as_uuid().as_bytes(), hash.as_slice()]);
        Some(Scheme::Peppered { params: self.params, salt, pepper: *pepper, mac })
    }

    fn fits(&self, pepper: u8, user: UserId, hash: &Hash, mac: &[u8; 32]) -> bool {
        let key = self.peppers.iter().find(|(number, _)| *number == pepper);
        key.is_some_and(|(_, key)| key.verify(&[user.as_uuid().as_bytes(), hash.as_slice()], mac))
    }

    async fn evaluate(&self, password: &Password, params: HashParams, salt: [u8; 16]) -> Result<Hash, Overloaded> {
        let password = password.clone();
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        let hash = self.run(move |memory| argon2id(&password, params, salt, memory)).await?;
        hash.ok_or(Overloaded { retry_after: Duration::from_secs(1) })
    }

    async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static) -> Result<T, Overloaded> {
        let full = Overloaded { retry_after: Duration::from_secs(2) };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| full)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // Nobody waits any more when the request was given up: the work is spared.
            if !answer.is_closed() {
                let _ = answer.send(job(memory));
            }
            drop(place);
        });
        self.jobs.lock().map_err(|_| full)?.send(job).map_err(|_| full)?;
        answered.await.map_err(|_| full)
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passwords({:?})", self.params)
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    let mut memory = Vec::new();
    loop {
        let next = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        match next {
            Ok(job) => job(&mut memory),
            Err(_) => return,
        }
    }
}

fn argon2id(password: &Password, params: HashParams, salt: [u8; 16], memory: &mut Vec<Block>) -> Option<Hash> {
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(32)).ok()?;
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut out = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let memory = memory.get_mut(..blocks)?;
    argon2.hash_password_into_with_memory(password.reveal().as_bytes(), &salt, out.as_mut(), memory).ok()?;
    Some(out)
}

#[cfg(test)]
#[path = "hashing_tests.rs"]
mod tests;
