//! What a running simulator remembers: keys, sessions, codes and tokens. In memory, and not much of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64},
    },
    time::Duration,
};

use homeward_model::{Clock, Random, SystemRandom, Timestamp, random_token};

use crate::{
    Brand, KeyKind, Person, Profile, SigningKey, SimulatorError, Validity,
    saml::{Encryption, NameId},
};

/// What a simulator is told when it starts.
#[derive(Clone)]
pub struct Settings {
    /// Its own address, without a slash at the end.
    pub base: String,
    /// The people on the sign-in page. Others may type any name.
    pub people: Vec<Person>,
    /// OpenID Connect clients. Empty: any client, any secret, any address of return.
    pub clients: Vec<Client>,
    /// SAML service providers, for tiles, encryption and single logout. Others are answered, too.
    pub service_providers: Vec<ServiceProvider>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// An OpenID Connect client.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`
    pub id: String,
    /// Its secret; `None`: a public client.
    pub secret: Option<String>,
    /// Where it may be answered, and where people come back who have signed out, exact.
    pub redirect_uris: Vec<String>,
    /// Where logout tokens go; `http:` only, because this is for one machine.
    pub backchannel_logout: Option<String>,
}

/// A SAML service provider.
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    /// What the tile says.
    pub name: String,
    /// Whose tile it is.
    pub brand: Brand,
    /// Its entity ID.
    pub entity_id: String,
    /// Its assertion consumer service.
    pub acs: String,
    /// Its single logout service.
    pub logout: Option<String>,
    /// Assertions may be encrypted to this key.
    pub encryption: Option<Encryption>,
}

/// The keys of all brands.
pub struct Keys {
    /// In use and published.
    pub current: SigningKey,
    /// The same key with a certificate that has expired.
    pub expired: SigningKey,
    rolled: OnceLock<SigningKey>,
    strange: OnceLock<SigningKey>,
}

impl Keys {
    /// Published after its first use.
    pub fn rolled(&self) -> Result<&SigningKey, SimulatorError> {
        made(&self.rolled, OURS)
    }
    /// Published nowhere.
    pub fn strange(&self) -> Result<&SigningKey, SimulatorError> {
        made(&self.strange, "Somebody else")
    }
}

/// The name in our certificates.
const OURS: &str = "Simulated identity provider";

/// A key that is made when it is asked for: few simulators need all of theirs, and RSA takes its time.
fn made<'a>(place: &'a OnceLock<SigningKey>, name: &str) -> Result<&'a SigningKey, SimulatorError> {
    if let Some(key) = place.get() {
        return Ok(key);
    }
    let key = SigningKey::new(name, KeyKind::Rsa, Validity::default())?;
    Ok(place.get_or_init(|| key))
}

/// A session at one brand.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Where.
    pub brand: Brand,
    /// Since when.
    pub since: Timestamp,
    /// A code was asked for, too, and it was the right one.
    pub second_factor: bool,
    /// `SessionIndex`, `sid`.
    pub sid: String,
    /// Service providers that were told, with the name they were told.
    pub saml: Vec<(String, NameId)>,
    /// Clients that were told.
    pub clients: Vec<String>,
}

/// What a code or token stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Whose client.
    pub client_id: String,
    /// Who gave it.
    pub issuer: String,
    /// Where the code went.
    pub redirect_uri: String,
    /// `nonce`
    pub nonce: Option<String>,
    /// `code_challenge`, S256
    pub challenge: Option<String>,
    /// The scope.
    pub scope: String,
    /// The authentication context of Conditional Access that is asked for.
    pub context: Option<String>,
    /// The session.
    pub session: Session,
    /// How to answer.
    pub profile: Profile,
    /// Until when.
    pub until: Timestamp,
}

#[derive(Default)]
pub(super) struct Memory {
    pub sessions: BTreeMap<String, Session>,
    pub codes: BTreeMap<String, Grant>,
    pub tokens: BTreeMap<String, Grant>,
}

/// The most of each that is remembered.
const MOST: usize = 10_000;

/// A running simulator.
pub struct Play {
    /// What it was told.
    pub settings: Settings,
    /// Its keys.
    pub keys: Keys,
    /// How many refresh tokens were brought.
    pub refreshes: AtomicU64,
    /// Whether access tokens allow everything that was granted for their interface, as Entra's do.
    pub widens: AtomicBool,
    clients: RwLock<Vec<Client>>,
    service_providers: RwLock<Vec<ServiceProvider>>,
    memory: Mutex<Memory>,
}

impl Play {
    /// With new keys.
    pub fn new(settings: Settings) -> Result<Self, SimulatorError> {
        let current = SigningKey::new(OURS, KeyKind::Rsa, Validity::default())?;
        let past = Validity { from: Timestamp::from_seconds(1_577_836_800), until: settings.clock.now().minus(Duration::from_secs(86_400)) };
        let expired = current.certified_again(OURS, past)?;
        let keys = Keys { current, expired, rolled: OnceLock::new(), strange: OnceLock::new() };
        let (clients, service_providers) = (RwLock::new(settings.clients.clone()), RwLock::new(settings.service_providers.clone()));
        Ok(Self { settings, keys, refreshes: AtomicU64::new(0), widens: AtomicBool::new(false), clients, service_providers, memory: Mutex::new(Memory::default()) })
    }

    /// The keys that are published now.
    pub fn published(&self) -> Vec<&SigningKey> {
        let mut keys = vec![&self.keys.current];
        keys.extend(self.keys.rolled.get());
        keys
    }

    /// The key that a profile signs with.
    pub fn key_for(&self, profile: &Profile) -> Result<&SigningKey, SimulatorError> {
        match profile {
            Profile::RolledKey => self.keys.rolled(),
            Profile::StrangeKey | Profile::BorrowedKeyId => self.keys.strange(),
            Profile::ExpiredCertificate => Ok(&self.keys.expired),
            _ => Ok(&self.keys.current),
        }
    }

    /// The time on the provider's clock.
    pub fn now(&self, profile: &Profile) -> Timestamp {
        let now = self.settings.clock.now();
        match profile {
            Profile::Ahead => now.plus(Duration::from_secs(600)),
            Profile::Behind => now.minus(Duration::from_secs(600)),
            Profile::LittleAhead => now.plus(Duration::from_secs(30)),
            _ => now,
        }
    }

    /// The person of this name; one that is made up when nobody has it.
    pub fn person(&self, username: &str) -> Person {
        let known = self.settings.people.iter().find(|p| p.username.eq_ignore_ascii_case(username));
        known.cloned().unwrap_or_else(|| Person::unlisted(username))
    }

    /// The client with this id; `Err` when only registered ones may come and this is none.
    pub fn client(&self, id: &str) -> Result<Option<Client>, &'static str> {
        let clients = self.clients();
        if clients.is_empty() {
            return Ok(None);
        }
        clients.into_iter().find(|c| c.id == id).map(Some).ok_or("no client of this client_id is registered here")
    }

    /// Every registered client.
    pub fn clients(&self) -> Vec<Client> {
        self.clients.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every registered service provider.
    pub fn service_providers(&self) -> Vec<ServiceProvider> {
        self.service_providers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The service provider of this entity ID.
    pub fn service_provider(&self, entity_id: &str) -> Option<ServiceProvider> {
        self.service_providers().into_iter().find(|sp| sp.entity_id == entity_id)
    }

    /// Registers a client; one of the same id is replaced.
    pub fn register_client(&self, client: Client) {
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|known| known.id != client.id);
        clients.push(client);
    }

    /// Registers a service provider; one of the same entity ID is replaced.
    pub fn register_service_provider(&self, sp: ServiceProvider) {
        let mut all = self.service_providers.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.entity_id != sp.entity_id);
        all.push(sp);
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new session, and the cookie's value for it.
    pub fn begin(&self, brand: Brand, person: Person, second_factor: bool) -> (String, Session) {
        let session = Session { person, brand, since: self.settings.clock.now(), second_factor, sid: secret(), saml: Vec::new(), clients: Vec::new() };
        let key = secret();
        keep(&mut self.memory().sessions, key.clone(), session.clone());
        (key, session)
    }

    /// The session of this brand that the cookie names.
    pub fn session(&self, brand: Brand, cookie: Option<&str>) -> Option<Session> {
        self.memory().sessions.get(cookie?).filter(|s| s.brand == brand).cloned()
    }

    /// Notes whom the session was told to.
    pub fn told(&self, sid: &str, saml: Option<(String, NameId)>, client: Option<&str>) {
        let mut memory = self.memory();
        if let Some(session) = memory.sessions.values_mut().find(|s| s.sid == sid) {
            session.saml.extend(saml.filter(|told| !session.saml.iter().any(|(entity, _)| *entity == told.0)));
            session.clients.extend(client.filter(|id| !session.clients.iter().any(|known| known == id)).map(str::to_owned));
        }
    }

    /// Ends the sessions that this is true of, with their tokens.
    pub fn end(&self, ends: impl Fn(&str, &Session) -> bool) -> Vec<Session> {
        let mut memory = self.memory();
        let keys: Vec<String> = memory.sessions.iter().filter(|(key, session)| ends(key, session)).map(|(key, _)| key.clone()).collect();
        let ended: Vec<Session> = keys.iter().filter_map(|key| memory.sessions.remove(key)).collect();
        memory.tokens.retain(|_, grant| !ended.iter().any(|s| s.sid == grant.session.sid));
        ended
    }
}

/// Keeps a value; when there are too many, the memory begins anew.
pub(super) fn keep<T>(map: &mut BTreeMap<String, T>, key: String, value: T) {
    if map.len() >= MOST {
        map.clear();
    }
    map.insert(key, value);
}

/// An unguessable name.
pub(super) fn secret() -> String {
    let random: &dyn Random = &SystemRandom;
    random_token(random)
}
