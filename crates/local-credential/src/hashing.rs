//! The hashing service: argon2id on threads of its own, with memory that is used again, behind a bounded queue.
//!
//! Every attempt costs the same: one evaluation, whether the username is known or not, whatever its state, and however many
//! accounts it lives in. What is stored is HMAC(pepper, user ‖ H): a stolen table is useless without the root key (LP-09).
//! Where the accounts of a name have come to different salts, or still have hashes of other systems, an attempt costs more, up to a
//! bound, until the first right password has brought those that it fits under one salt (decision 0001).

use std::{
    cmp::Reverse,
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
    import::{argon2_work, foreign_work, verify_foreign},
    stored::{HashParams, PasswordVerified, Scheme, StoredCredential},
    workers::{Memory, Overloaded, QueueLimits, QueueState, Workers},
};

/// The most salts and hashes of other systems that a password is tried against while it fits none.
const MOST_WHILE_WRONG: usize = 16;

/// The most work that goes on while it fits none, in thousandths of the most that one imported hash may cost, which is about a second. Sixteen
/// hashes of bcrypt at cost 12 are within it.
const MOST_WORK_WHILE_WRONG: u64 = 4_000;

/// The most once it fits one: a stranger cannot cause that, and the next attempt finds those that it fits under one salt.
const MOST_ONCE_RIGHT: usize = 64;

type Hash = Zeroizing<[u8; 32]>;
type Hashes = HashMap<(HashParams, [u8; 16]), Hash>;

/// What came of an attempt.
#[derive(Debug, Default)]
pub struct Checked {
    /// The users whose password it is.
    pub verified: Vec<PasswordVerified>,
    /// Their credentials under the present parameters and pepper, where they were under others: same version, same date.
    pub rehashed: Vec<StoredCredential>,
    /// There were more salts and hashes than one attempt is tried against: with the account said first there are fewer.
    pub untried: bool,
}

/// The hashing service.
pub struct Passwords {
    params: HashParams,
    peppers: Vec<(u8, Mac)>,
    workers: Workers,
    evaluations: Arc<AtomicU64>,
    imports: Arc<AtomicU64>,
    random: Arc<dyn Random>,
}

impl Passwords {
    /// Starts the threads. `peppers` are the keyed hashes by number of root key, the present one first.
    pub fn new(params: HashParams, peppers: Vec<(u8, Mac)>, limits: QueueLimits, random: Arc<dyn Random>) -> Self {
        Self { params, peppers, workers: Workers::start(limits), evaluations: Arc::default(), imports: Arc::default(), random }
    }

    /// Evaluations of argon2 since the start, imported hashes not counted.
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    /// Evaluations of other systems' hashes since the start.
    pub fn imported_evaluations(&self) -> u64 {
        self.imports.load(Ordering::Relaxed)
    }

    /// How full the queue of evaluations is.
    pub fn queue(&self) -> QueueState {
        self.workers.state()
    }

    /// Tries one password against credentials of one username. Those under one salt share an evaluation; with none under a salt one is
    /// made all the same, and with salts under cheaper parameters what they are short of, so that an unknown name costs the same. Hashes of
    /// other systems are tried besides that: a wrong password never
    /// costs less than elsewhere, and more only until the first right one, after which all that it fits are under one salt. `siblings`
    /// are the credentials of the name in all its accounts, where not all of them are tried: their salt is taken, and while the password
    /// is wrong their hashes of other systems are evaluated all the same, so that the time does not tell which of them count here.
    ///
    /// # Errors
    /// `Overloaded` when the queue is full.
    pub async fn verify(&self, password: &Password, tried: &[StoredCredential], siblings: &[StoredCredential]) -> Result<Checked, Overloaded> {
        let salt = self.common_salt(siblings).unwrap_or_else(|| self.fresh_salt());
        let groups = groups(tried);
        let mut hashes = Hashes::new();
        let (mut right, mut asked, mut work) = (Vec::new(), 0, 0);
        for group in &groups {
            let may_go_on = if right.is_empty() { asked < MOST_WHILE_WRONG && work < MOST_WORK_WHILE_WRONG } else { asked < MOST_ONCE_RIGHT };
            if !may_go_on {
                break;
            }
            match self.right_of(password, group, &mut hashes).await {
                Ok(found) => right.extend(found),
                // What is right already is not turned away because there is no room to look for more.
                Err(_) if !right.is_empty() => break,
                Err(full) => return Err(full),
            }
            asked += 1;
            work += group.first().map_or(0, |first| work_of(&first.scheme));
        }
        let untried = asked < groups.len();
        if right.is_empty() {
            self.as_if_tried(password, (tried, siblings), (asked, work)).await?;
        }
        if right.is_empty()
            && let Some(params) = self.short_of_present(hashes.keys().map(|(params, _)| *params))
        {
            self.hash_once(password, (params, salt), &mut hashes).await?;
        }
        right.sort_by_key(|found| tried.iter().position(|credential| credential.user == found.user));
        let verified = right.iter().map(|credential| PasswordVerified::of(credential)).collect();
        let mut checked = Checked { verified, rehashed: Vec::new(), untried };
        for credential in right {
            // A full queue costs the renewal, which has time until the next sign-in, and not this one.
            checked.rehashed.extend(self.renewed(password, credential, salt, &mut hashes).await.unwrap_or(None));
        }
        Ok(checked)
    }

    /// Evaluates the imported hashes of those of the name who are not tried, within what is left of the bound, and forgets the results.
    async fn as_if_tried(&self, password: &Password, (tried, siblings): (&[StoredCredential], &[StoredCredential]), (mut asked, mut work): (usize, u64)) -> Result<(), Overloaded> {
        let is_more = |sibling: &StoredCredential| matches!(sibling.scheme, Scheme::Foreign { .. }) && !tried.iter().any(|one| is_alike(&one.scheme, &sibling.scheme));
        let rest: Vec<StoredCredential> = siblings.iter().filter(|sibling| is_more(sibling)).cloned().collect();
        for first in groups(&rest).iter().filter_map(|group| group.first()) {
            if asked >= MOST_WHILE_WRONG || work >= MOST_WORK_WHILE_WRONG {
                break;
            }
            if let Scheme::Foreign { phc } = &first.scheme {
                self.fits_import(password, phc).await?;
            }
            asked += 1;
            work += work_of(&first.scheme);
        }
        Ok(())
    }

    /// Whether another system's hash is this password's.
    async fn fits_import(&self, password: &Password, phc: &str) -> Result<bool, Overloaded> {
        let (typed, text, imports) = (password.clone(), phc.to_owned(), Arc::clone(&self.imports));
        let evaluation = move |_: &mut Memory| {
            imports.fetch_add(1, Ordering::Relaxed);
            Effort::Argon2.done(|| verify_foreign(&typed, &text))
        };
        self.workers.run(evaluation).await
    }

    /// What a wrong password has to cost besides evaluations under these parameters, to cost what it costs at a name that nobody has: all of the
    /// present ones where there were none, and what is missing to them where those were cheaper. An evaluation costs what it writes, memory
    /// times passes.
    fn short_of_present(&self, evaluated: impl Iterator<Item = HashParams>) -> Option<HashParams> {
        let written = |params: HashParams| u64::from(params.memory_kib) * u64::from(params.passes);
        let done = evaluated.map(written).reduce(u64::saturating_add);
        let Some(done) = done else { return Some(self.params) };
        let short = written(self.params).saturating_sub(done) / u64::from(self.params.passes.max(1));
        let least = Params::MIN_M_COST * self.params.lanes;
        u32::try_from(short).ok().filter(|short| *short >= least).map(|memory_kib| HashParams { memory_kib, ..self.params })
    }

    /// Those of a group whose password it is.
    async fn right_of<'c>(&self, password: &Password, group: &[&'c StoredCredential], hashes: &mut Hashes) -> Result<Vec<&'c StoredCredential>, Overloaded> {
        match group.first().map(|first| &first.scheme) {
            Some(Scheme::Peppered { params, salt, .. }) => {
                let hash = self.hash_once(password, (*params, *salt), hashes).await?;
                Ok(group.iter().copied().filter(|credential| self.fits(credential, &hash)).collect())
            }
            Some(Scheme::Foreign { phc }) => {
                let right = self.fits_import(password, phc).await?;
                Ok(if right { group.to_vec() } else { Vec::new() })
            }
            None => Ok(Vec::new()),
        }
    }

    /// The credential under present parameters and pepper and the salt of its name, when it is under others (LP-06, LP-09).
    async fn renewed(
        &self,
        password: &Password,
        credential: &StoredCredential,
        common: [u8; 16],
        hashes: &mut Hashes,
    ) -> Result<Option<StoredCredential>, Overloaded> {
        if let Scheme::Peppered { params, salt, pepper, .. } = &credential.scheme
            && (*params, *salt) == (self.params, common)
            && self.peppers.first().is_some_and(|(number, _)| number == pepper)
        {
            return Ok(None);
        }
        let hash = self.hash_once(password, (self.params, common), hashes).await?;
        let scheme = self.scheme(credential.user, common, &hash);
        Ok(scheme.map(|scheme| StoredCredential { scheme, ..credential.clone() }))
    }

    /// The salt that the credentials of one name come to: the one of most of them, those under the present parameters first. Everybody who
    /// sees the same credentials takes the same one.
    fn common_salt(&self, siblings: &[StoredCredential]) -> Option<[u8; 16]> {
        let mut salts: HashMap<[u8; 16], (usize, usize)> = HashMap::new();
        for credential in siblings {
            if let Scheme::Peppered { params, salt, .. } = &credential.scheme {
                let (present, all) = salts.entry(*salt).or_default();
                *present += usize::from(*params == self.params);
                *all += 1;
            }
        }
        salts.into_iter().max_by_key(|(salt, counts)| (*counts, Reverse(*salt))).map(|(salt, _)| salt)
    }

    /// Hashes a new password. `siblings` are the credentials of the same username in all accounts: their salt is used again,
    /// so that one evaluation goes on serving them all. Whoever is under others comes to it at the next right password.
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
        let salt = self.common_salt(siblings).unwrap_or_else(|| self.fresh_salt());
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
            if !self.right_of(password, &[credential], &mut hashes).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn scheme(&self, user: UserId, salt: [u8; 16], hash: &Hash) -> Option<Scheme> {
        let (pepper, key) = self.peppers.first()?;
        let mac = key.sign(&[user.as_uuid().as_bytes(), hash.as_slice()]);
        Some(Scheme::Peppered { params: self.params, salt, pepper: *pepper, mac })
    }

    /// Whether this is the hash of the credential's password, where it is one of ours.
    fn fits(&self, credential: &StoredCredential, hash: &Hash) -> bool {
        let Scheme::Peppered { pepper, mac, .. } = &credential.scheme else { return false };
        let key = self.peppers.iter().find(|(number, _)| number == pepper);
        key.is_some_and(|(_, key)| key.verify(&[credential.user.as_uuid().as_bytes(), hash.as_slice()], mac))
    }

    /// Evaluates a password under a salt, unless this attempt has done so.
    async fn hash_once(&self, password: &Password, key: (HashParams, [u8; 16]), hashes: &mut Hashes) -> Result<Hash, Overloaded> {
        match hashes.entry(key) {
            Entry::Occupied(found) => Ok(found.get().clone()),
            Entry::Vacant(place) => Ok(place.insert(self.evaluate(password, key.0, key.1).await?).clone()),
        }
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

/// The credentials by what one evaluation answers: a salt of ours, the largest group first, then the hashes of other systems.
fn groups(credentials: &[StoredCredential]) -> Vec<Vec<&StoredCredential>> {
    let mut groups: Vec<Vec<&StoredCredential>> = Vec::new();
    for credential in credentials {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| is_alike(&first.scheme, &credential.scheme))) {
            Some(group) => group.push(credential),
            None => groups.push(vec![credential]),
        }
    }
    let is_foreign = |group: &[&StoredCredential]| group.first().is_some_and(|first| matches!(first.scheme, Scheme::Foreign { .. }));
    groups.sort_by_key(|group| (is_foreign(group), Reverse(group.len())));
    groups
}

/// What it costs to try a password against this, in thousandths of the most that an imported hash may cost.
fn work_of(scheme: &Scheme) -> u64 {
    match scheme {
        Scheme::Peppered { params, .. } => argon2_work(params.memory_kib, params.passes),
        Scheme::Foreign { phc } => foreign_work(phc),
    }
}

fn is_alike(one: &Scheme, other: &Scheme) -> bool {
    match (one, other) {
        (Scheme::Peppered { params: p, salt: s, .. }, Scheme::Peppered { params, salt, .. }) => (p, s) == (params, salt),
        (Scheme::Foreign { phc: one }, Scheme::Foreign { phc: other }) => one == other,
        _ => false,
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
