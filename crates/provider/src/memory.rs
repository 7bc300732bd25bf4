//! In-memory ports for this crate's tests: one mutex, so that every step is atomic.

use std::{collections::{HashMap, HashSet}, sync::{Arc, Mutex, MutexGuard}, time::Duration};

use async_trait::async_trait;
use homeward_model::{AccountId, ClientId, Clock, GrantId, SessionId, SystemRandom, Timestamp, UserId};
use homeward_sealing::{Mac, RootKey, Sealer};

use crate::{
    Client, ClientGuesses, Clients, Codes, Concerned, GrantEnded, GrantRow, Grants, Issuer, KeyStore, Keys, LogoutNotices, NewCode, NewGrant, Notice, Ports, PushedRequests,
    Redeemed, RedirectUri, SecretHash, SignedIn, StoreFault, StoredKey, Subject, Subjects, Telling, Tellings, UsedAssertions, WaysIn,
};

#[derive(Default)]
pub struct Store {
    pub clients: HashMap<ClientId, Arc<Client>>,
    codes: HashMap<[u8; 32], (NewCode, Timestamp, Option<GrantId>)>,
    pub grants: HashMap<GrantId, GrantRow>,
    pub subjects: HashMap<UserId, Subject>,
    keys: Vec<StoredKey>,
    broken: bool,
    used: HashSet<(ClientId, [u8; 32])>,
    pushed: HashMap<[u8; 32], (ClientId, Vec<(String, String)>, Timestamp)>,
    wrong: HashMap<(ClientId, String), u32>,
    pub notices: Vec<(Notice, Option<Timestamp>)>,
    /// Numbers of accounts in which no password counts.
    pub sso_only: HashSet<String>,
    /// How long a change may be waited for.
    pub longest_wait: Duration,
    /// Mails that were kept, and how many of them were said to wait.
    pub told: Vec<Telling>,
    pub woken: usize,
    /// Records of grants that an application has ended.
    pub ended: Vec<GrantEnded>,
}

#[derive(Clone, Default)]
pub struct Memory(pub Arc<Mutex<Store>>);

impl Memory {
    fn work(&self) -> Result<MutexGuard<'_, Store>, StoreFault> {
        let store = self.0.lock().unwrap();
        if store.broken { Err(StoreFault("broken".into())) } else { Ok(store) }
    }
    pub fn put_keys(&self, keys: Vec<StoredKey>) {
        self.0.lock().unwrap().keys = keys;
    }
}

pub struct TestClock(pub Mutex<i64>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(*self.0.lock().unwrap())
    }
}

#[async_trait]
impl Clients for Memory {
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>, StoreFault> {
        Ok(self.work()?.clients.get(id).cloned())
    }
    async fn knows_origin(&self, origin: &str) -> Result<bool, StoreFault> {
        Ok(self.work()?.clients.values().any(|client| client.origins.contains(origin)))
    }
}

#[async_trait]
impl ClientGuesses for Memory {
    async fn paused(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault> {
        let wrong = self.work()?.wrong.get(&(client.clone(), network.to_owned())).copied().unwrap_or(0);
        Ok((wrong >= 10).then_some(Duration::from_secs(300)))
    }
    async fn failed(&self, client: &ClientId, network: &str) -> Result<(), StoreFault> {
        *self.work()?.wrong.entry((client.clone(), network.to_owned())).or_default() += 1;
        Ok(())
    }
    async fn pushes(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault> {
        let mut store = self.work()?;
        let pushed = store.wrong.entry((client.clone(), format!("pushed from {network}"))).or_default();
        *pushed += 1;
        Ok((*pushed > 3).then_some(Duration::from_secs(300)))
    }
}

#[async_trait]
impl UsedAssertions for Memory {
    async fn first_use(&self, client: &ClientId, jti: &[u8; 32], _: Timestamp) -> Result<bool, StoreFault> {
        Ok(self.work()?.used.insert((client.clone(), *jti)))
    }
}

#[async_trait]
impl PushedRequests for Memory {
    async fn keep(&self, hash: &[u8; 32], client: &ClientId, params: &[(String, String)], until: Timestamp) -> Result<(), StoreFault> {
        self.work()?.pushed.insert(*hash, (client.clone(), params.to_vec(), until));
        Ok(())
    }
    async fn take(&self, hash: &[u8; 32], client: &ClientId, now: Timestamp) -> Result<Option<Vec<(String, String)>>, StoreFault> {
        let mut store = self.work()?;
        if store.pushed.get(hash).is_none_or(|(owner, _, until)| owner != client || *until <= now) {
            return Ok(None);
        }
        Ok(store.pushed.remove(hash).map(|(_, params, _)| params))
    }
}

#[async_trait]
impl LogoutNotices for Memory {
    async fn due(&self, now: Timestamp, _: u32) -> Result<Vec<Notice>, StoreFault> {
        Ok(self.work()?.notices.iter().filter(|(_, due)| due.is_some_and(|at| at <= now)).map(|(notice, _)| notice.clone()).collect())
    }
    async fn delivered(&self, id: i64) -> Result<(), StoreFault> {
        self.work()?.notices.retain(|(notice, _)| notice.id != id);
        Ok(())
    }
    async fn failed(&self, id: i64, again: Option<Timestamp>, _: &str) -> Result<(), StoreFault> {
        for (notice, due) in self.work()?.notices.iter_mut().filter(|(notice, _)| notice.id == id) {
            (notice.tries, *due) = (notice.tries + 1, again);
        }
        Ok(())
    }
    async fn given_up(&self) -> Result<u64, StoreFault> {
        Ok(self.work()?.notices.iter().filter(|(_, due)| due.is_none()).count() as u64)
    }
}

#[async_trait]
impl Codes for Memory {
    async fn put(&self, hash: &[u8; 32], code: &NewCode, expires: Timestamp) -> Result<(), StoreFault> {
        self.work()?.codes.insert(*hash, (code.clone(), expires, None));
        Ok(())
    }
    async fn redeem(&self, hash: &[u8; 32], grant: &NewGrant, now: Timestamp) -> Result<Redeemed, StoreFault> {
        let mut store = self.work()?;
        let Some((code, expires, used)) = store.codes.get_mut(hash) else { return Ok(Redeemed::Unknown) };
        if let Some(used) = *used {
            let Some(row) = store.grants.get_mut(&used).filter(|row| row.client == grant.client) else { return Ok(Redeemed::Unknown) };
            let ended = (!std::mem::replace(&mut row.revoked, true)).then(|| GrantEnded::of(row, "code used again", &grant.network, now));
            store.ended.extend(ended.clone());
            return Ok(Redeemed::Again { grant: used, ended: ended.map(Box::new) });
        }
        if *expires <= now {
            return Ok(Redeemed::Unknown);
        }
        *used = Some(grant.id);
        let code = code.clone();
        let row = GrantRow {
            id: grant.id, client: code.client.clone(), who: code.who.clone(), scopes: code.scopes.clone(), generation: 0, rotated_at: now,
            expires_at: code.ends(grant), revoked: false, app_version: code.app_version.clone(), claims: code.claims.clone(),
        };
        store.grants.insert(grant.id, row);
        Ok(Redeemed::First(Box::new(code)))
    }
}

#[async_trait]
impl Grants for Memory {
    async fn find(&self, id: GrantId) -> Result<Option<GrantRow>, StoreFault> {
        Ok(self.work()?.grants.get(&id).cloned())
    }
    fn longest_wait(&self) -> Duration {
        self.work().map(|work| work.longest_wait).unwrap_or_default()
    }
    async fn rotate(&self, id: GrantId, from: u32, now: Timestamp) -> Result<bool, StoreFault> {
        let mut store = self.work()?;
        let Some(row) = store.grants.get_mut(&id).filter(|r| r.generation == from && !r.revoked) else { return Ok(false) };
        (row.generation, row.rotated_at) = (from + 1, now);
        Ok(true)
    }
    async fn revoke(&self, id: GrantId, _: &str, _: Timestamp) -> Result<bool, StoreFault> {
        Ok(self.work()?.grants.get_mut(&id).is_some_and(|row| !std::mem::replace(&mut row.revoked, true)))
    }
    async fn end_recorded(&self, ended: &GrantEnded) -> Result<bool, StoreFault> {
        let first = self.revoke(ended.id, ended.why, ended.at).await?;
        self.work()?.ended.extend(first.then(|| ended.clone()));
        Ok(first)
    }
    async fn revoke_copied(&self, ended: &GrantEnded, telling: Option<&Telling>) -> Result<bool, StoreFault> {
        let first = self.end_recorded(ended).await?;
        self.work()?.told.extend(telling.filter(|_| first).cloned());
        Ok(first)
    }
}

#[async_trait]
impl Tellings for Memory {
    async fn copied(&self, concerned: &Concerned) -> Option<Telling> {
        let subject = self.0.lock().unwrap().subjects.get(&concerned.user).cloned()?;
        Some(Telling { recipient: subject.email?.0, doc: concerned.client.as_str().to_owned() })
    }
    fn waits(&self) {
        self.0.lock().unwrap().woken += 1;
    }
}

#[async_trait]
impl Subjects for Memory {
    async fn subject(&self, user: UserId) -> Result<Option<Subject>, StoreFault> {
        Ok(self.work()?.subjects.get(&user).cloned())
    }
}

#[async_trait]
impl WaysIn for Memory {
    async fn still_opens(&self, _: &ClientId, who: &SignedIn, subject: &Subject) -> Result<bool, StoreFault> {
        Ok(who.federated || !self.work()?.sso_only.contains(&subject.account_number))
    }
}

#[async_trait]
impl KeyStore for Memory {
    async fn load(&self) -> Result<Vec<StoredKey>, StoreFault> {
        Ok(self.work()?.keys.clone())
    }
    async fn add(&self, key: &StoredKey) -> Result<(), StoreFault> {
        self.work()?.keys.push(key.clone());
        Ok(())
    }
    async fn put(&self, key: &StoredKey) -> Result<(), StoreFault> {
        self.work()?.keys.iter_mut().filter(|k| k.kid == key.kid).for_each(|k| *k = key.clone());
        Ok(())
    }
    async fn remove(&self, kid: &str) -> Result<(), StoreFault> {
        self.work()?.keys.retain(|k| k.kid != kid);
        Ok(())
    }
}

/// A provider with one client "app" (secret "s:%+ ü") and one person.
pub struct World {
    pub memory: Memory,
    pub ports: Ports,
    pub clock: Arc<TestClock>,
    pub who: SignedIn,
    pub sealer: Sealer,
}

pub const SECRET: &str = "s:%+ ü";

impl World {
    pub async fn new() -> Self {
        let memory = Memory::default();
        let clock = Arc::new(TestClock(Mutex::new(1_000_000)));
        let sealer = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]);
        let keys = Arc::new(Keys::load_or_create(&memory, &sealer, &SystemRandom, clock.as_ref()).await.unwrap());
        let shared = Arc::new(memory.clone());
        let ports = Ports {
            clients: shared.clone(), codes: shared.clone(), grants: shared.clone(), tellings: shared.clone(), subjects: shared.clone(), ways_in: shared.clone(), guesses: shared.clone(), assertions: shared.clone(),
            pushed: shared.clone(), notices: shared, keys, clock: clock.clone(),
            random: Arc::new(SystemRandom), issuer: Issuer::parse("https://signin.example", false).unwrap(), token_mac: Mac::new(&[7; 32]), count_ended: Arc::new(|_: &GrantEnded| {}),
        };
        let who = SignedIn {
            user: UserId::generate(&SystemRandom), account: AccountId::generate(&SystemRandom), session: SessionId::generate(&SystemRandom),
            auth_time: Timestamp::from_seconds(999_000), amr: vec!["pwd".into()], credential_version: 1, federated: false, connection: None, proof: 0, stopgap: None,
        };
        let subject = Subject {
            username: "ann@b.example".into(), email: Some(("ann@b.example".into(), true)), given_name: "Ann".into(), family_name: "Miller".into(),
            account_number: "40817".into(), account_name: "Northwind".into(), groups: ["staff".to_owned()].into(), roles: Default::default(), credential_version: 1,
        };
        memory.0.lock().unwrap().subjects.insert(who.user, subject);
        let world = Self { memory, ports, clock, who, sealer };
        world.client("app", |_| {});
        world
    }
    pub fn client(&self, id: &str, change: impl FnOnce(&mut Client)) {
        let id = ClientId::parse(id).unwrap();
        let mut client = Client::new(id.clone(), "App");
        client.redirect_uris = vec![RedirectUri::parse("https://app.example/cb").unwrap()];
        client.post_logout_redirect_uris = vec!["https://app.example/bye".into()];
        client.secrets = vec![SecretHash::of(SECRET)];
        change(&mut client);
        self.memory.0.lock().unwrap().clients.insert(id, Arc::new(client));
    }
    pub fn break_store(&self, broken: bool) {
        self.memory.0.lock().unwrap().broken = broken;
    }
    pub fn wait(&self, seconds: i64) {
        *self.clock.0.lock().unwrap() += seconds;
    }
}
