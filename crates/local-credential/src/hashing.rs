//! The hashing service: argon2id on threads of its own, with memory that is used again, behind a bounded queue.
//!
//! Every attempt costs the same: one evaluation, whether the username is known or not, whatever its state, and however many
//! accounts it lives in. What is stored is HMAC(pepper, user ‖ H): a stolen table is useless without the root key (LP-09).

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::{Algorithm, Argon2, Params, Version};
use homeward_model::{Password, Random, Timestamp, UserId};
use homeward_sealing::Mac;
use homeward_trace::Effort;
use zeroize::Zeroizing;

use crate::{
    import::verify_foreign,
    stored::{HashParams, PasswordVerified, Scheme, StoredCredential},
    workers::{Memory, Overloaded, QueueLimits, QueueState, Workers},
};

/// The most evaluations one attempt can cause: more salts than this under one name do not arise.
const MOST_GROUPS: usize = 4;

/// The salt of the dummy that stands in for a credential that is not there.
const DUMMY_SALT: [u8; 16] = [0x5a; 16];

type Hash = Zeroizing<[u8; 32]>;
type Hashes = HashMap<(HashParams, [u8; 16]), Hash>;

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
    workers: Workers,
    evaluations: Arc<AtomicU64>,
    random: Arc<dyn Random>,
}

impl Passwords {
    /// Starts the threads. `peppers` are the keyed hashes by number of root key, the present one first.
    pub fn new(params: HashParams, peppers: Vec<(u8, Mac)>, limits: QueueLimits, random: Arc<dyn Random>) -> Self {
        Self { params, peppers, workers: Workers::start(limits), evaluations: Arc::default(), random }
    }

    /// Evaluations of argon2 since the start, imported hashes not counted.
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    /// How full the queue of evaluations is.
    pub fn queue(&self) -> QueueState {
        self.workers.state()
    }

    /// Tries one password against the credentials of one username. Peppered ones share an evaluation; with none of them a
    /// dummy is evaluated, so that an unknown name costs the same. A foreign hash is tried only when it is the only one:
    /// the account is known then. It is tried besides the dummy: a wrong password never costs less than elsewhere, and more
    /// only where the other system's hash was a slow one, until the first right password.
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
            self.evaluate(password, self.params, DUMMY_SALT).await?;
            return Ok(Checked::default());
        }
        let mut hashes = Hashes::new();
        for (params, salt) in groups {
            hashes.insert((params, salt), self.evaluate(password, params, salt).await?);
        }
        let right = |credential: &&StoredCredential| match &credential.scheme {
            Scheme::Peppered { params, salt, pepper, mac } => {
                hashes.get(&(*params, *salt)).is_some_and(|hash| self.fits(*pepper, credential.user, hash, mac))
            }
            Scheme::Foreign { .. } => false,
        };
        let right: Vec<&StoredCredential> = credentials.iter().filter(right).collect();
        let mut checked = Checked { verified: right.iter().map(|c| PasswordVerified::of(c)).collect(), rehashed: Vec::new() };
        for credential in right {
            // A full queue costs the renewal, which has time until the next sign-in, and not this one.
            checked.rehashed.extend(self.renewed(password, credential, &mut hashes).await.unwrap_or(None));
        }
        Ok(checked)
    }

    async fn verify_foreign(&self, password: &Password, credentials: &[StoredCredential], phc: &str) -> Result<Checked, Overloaded> {
        let fresh = self.fresh_salt();
        let ours = self.evaluate(password, self.params, fresh).await?;
        let (typed, text) = (password.clone(), phc.to_owned());
        let right = self.workers.run(move |_| Effort::Argon2.done(|| verify_foreign(&typed, &text))).await?;
        let Some(credential) = credentials.first().filter(|_| right) else { return Ok(Checked::default()) };
        let scheme = self.scheme(credential.user, fresh, &ours);
        let rehashed = scheme.map(|scheme| StoredCredential { scheme, ..credential.clone() }).into_iter().collect();
        Ok(Checked { verified: vec![PasswordVerified::of(credential)], rehashed })
    }

    /// The credential under present parameters and pepper, when it is under others (LP-06, LP-09).
    async fn renewed(
        &self,
        password: &Password,
        credential: &StoredCredential,
        hashes: &mut Hashes,
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

    /// Hashes a new password. `siblings` are the credentials of the same username in all accounts: their salt is used again,
    /// so that one evaluation goes on serving them all; best that of one under the present parameters. The others come to
    /// those at their next right password and keep their salt.
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
        let salts = siblings.iter().filter_map(|c| match &c.scheme {
            Scheme::Peppered { params, salt, .. } => Some((*params != self.params, *salt)),
            Scheme::Foreign { .. } => None,
        });
        let salt = salts.min_by_key(|(outdated, _)| *outdated).map_or_else(|| self.fresh_salt(), |(_, salt)| salt);
        let hash = self.evaluate(password, self.params, salt).await?;
        let scheme = self.scheme(user, salt, &hash).ok_or(Overloaded::after_seconds(1))?;
        Ok(StoredCredential { user, version, scheme, changed_at: now, must_change: false })
    }

    /// Whether the password is one of these: the current one and the history. At most ten are looked at (LP-10).
    ///
    /// # Errors
    /// `Overloaded` when the queue is full.
    pub async fn was_used(&self, password: &Password, earlier: &[StoredCredential]) -> Result<bool, Overloaded> {
        let mut hashes = Hashes::new();
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
                    if self.workers.run(move |_| Effort::Argon2.done(|| verify_foreign(&typed, &text))).await? {
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

    fn fresh_salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        salt
    }

    async fn evaluate(&self, password: &Password, params: HashParams, salt: [u8; 16]) -> Result<Hash, Overloaded> {
        let password = password.clone();
        let evaluations = Arc::clone(&self.evaluations);
        let evaluation = move |memory: &mut Memory| {
            evaluations.fetch_add(1, Ordering::Relaxed);
            Effort::Argon2.done(|| argon2id(&password, params, salt, memory))
        };
        self.workers.run(evaluation).await?.ok_or(Overloaded::after_seconds(1))
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passwords({:?})", self.params)
    }
}

fn argon2id(password: &Password, params: HashParams, salt: [u8; 16], memory: &mut Memory) -> Option<Hash> {
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(32)).ok()?;
    let memory = memory.blocks(params.block_count())?;
    let mut out = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password.reveal().as_bytes(), &salt, out.as_mut(), memory).ok()?;
    Some(out)
}

#[cfg(test)]
#[path = "hashing_tests.rs"]
mod tests;
