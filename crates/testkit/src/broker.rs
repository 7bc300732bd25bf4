//! The broker and whom it knows.

use std::{
    collections::HashMap,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use homeward_discovery::{Disclosure, User};
use homeward_local_credential::HashParams;
use homeward_mail::{Carrier, Queued};
use homeward_model::{Clock, ConnectionId, Password, SystemRandom, Timestamp, UserId, Username};
use homeward_store::register::ConnectionEntry;
use homeward_server::{Overrides, Running, Settings, apply, start};

use crate::{
    behind::{Behind, Front},
    browser::Browser,
    names::NameServer,
    postgres,
};

/// A clock that moves only when it is told to.
pub struct TestClock(Mutex<i64>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(*self.0.lock().unwrap())
    }
}

impl TestClock {
    /// Sets the clock back, as somebody does whose clock ran ahead.
    pub fn set_back(&self, span: Duration) {
        *self.0.lock().unwrap() -= i64::try_from(span.as_secs()).unwrap();
    }
    /// Lets time pass.
    pub fn wait(&self, span: Duration) {
        *self.0.lock().unwrap() += i64::try_from(span.as_secs()).unwrap();
    }
}

/// Keeps mails instead of sending them.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<Vec<Queued>>>);

#[async_trait]
impl Carrier for Mailbox {
    async fn send(&self, mail: &Queued) -> Result<(), String> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl Mailbox {
    /// Everything that was sent: recipient, subject, text.
    pub fn all(&self) -> Vec<(String, String, String)> {
        self.0.lock().unwrap().iter().map(|m| (m.to.as_str().to_owned(), m.rendered.subject.clone(), m.rendered.text.clone())).collect()
    }
}

/// Somebody with a password.
pub struct Person {
    /// Username.
    pub username: &'static str,
    /// Account number.
    pub account: &'static str,
    /// Password.
    pub password: &'static str,
    /// Days since it was changed.
    pub days: u64,
}

/// A broker that runs.
pub struct TestBroker {
    /// What runs: the first node, and the only one in most tests. Its address is that of the proxy when there are more.
    pub running: Option<Running>,
    others: Vec<Running>,
    front: Option<Front>,
    nodes: usize,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Its mails.
    pub mailbox: Mailbox,
    /// What it was started with.
    pub settings: Settings,
    /// The name server that it asks.
    pub names: NameServer,
    folder: PathBuf,
    hash: HashParams,
    database: Option<String>,
}

/// Small, because tests make many; the default parameters have a test of their own.
const HASH: HashParams = HashParams { memory_kib: 64, passes: 1, lanes: 1 };

/// The accounts and applications that every test knows.
pub const REGISTER: &str = include_str!("register.toml");

const PEOPLE: [Person; 10] = [
    Person { username: "ann@north.example", account: "40817", password: "Kranich7!", days: 3 },
    Person { username: "eve@north.example", account: "40817", password: "Reiher-88", days: 3 },
    Person { username: "old@north.example", account: "40817", password: "Storch#66", days: 95 },
    Person { username: "soon@north.example", account: "40817", password: "Specht+55", days: 84 },
    Person { username: "gone@north.example", account: "40817", password: "Amsel_44!", days: 3 },
    Person { username: "sam@many.example", account: "40817", password: "Falke%33x", days: 3 },
    Person { username: "sam@many.example", account: "50210", password: "Falke%33x", days: 3 },
    Person { username: "sam@many.example", account: "60333", password: "Drossel=2", days: 3 },
    Person { username: "kim@tailspin.example", account: "70444", password: "Sprosser!4", days: 3 },
    Person { username: "ops@contoso.example", account: "50210", password: "Sperber&9", days: 3 },
];

impl TestBroker {
    /// A broker with the usual accounts.
    pub async fn start(disclosure: Disclosure) -> Self {
        Self::start_as(disclosure, "http://homeward.localhost").await
    }

    /// The same under another issuer.
    pub async fn start_as(disclosure: Disclosure, issuer: &str) -> Self {
        Self::build(disclosure, issuer, HASH, Behind::asked()).await
    }

    /// The same with hashing at its shipped cost, for benchmarks.
    pub async fn start_at_full_cost(disclosure: Disclosure) -> Self {
        Self::build(disclosure, "http://homeward.localhost", HashParams::default(), Behind::asked()).await
    }

    /// The same with what a test needs behind it, whatever the environment asks for.
    pub async fn start_behind(disclosure: Disclosure, behind: Behind) -> Self {
        Self::build(disclosure, "http://homeward.localhost", HASH, behind).await
    }

    async fn build(disclosure: Disclosure, issuer: &str, hash: HashParams, behind: Behind) -> Self {
        let begun = begun((disclosure, issuer, hash), behind.postgres).await;
        let database = begun.database.as_deref().map(|first| postgres::database(Some(first)));
        let mut broker = Self::over(disclosure, issuer, hash, (database.as_deref(), &behind)).await;
        for (name, content) in begun.files.iter() {
            std::fs::write(broker.folder.join(name), content).unwrap();
            std::fs::set_permissions(broker.folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        broker.resume().await;
        broker
    }

    /// A broker that has not started, over an empty folder and, where one is named, a database.
    async fn over(disclosure: Disclosure, issuer: &str, hash: HashParams, (database, behind): (Option<&str>, &Behind)) -> Self {
        let id = homeward_model::random_token(&SystemRandom);
        let folder = std::env::temp_dir().join(format!("homeward-test-{id}"));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Arc::new(TestClock(Mutex::new(1_800_000_000)));
        let (mailbox, names) = (Mailbox::default(), NameServer::start().await);
        let redis = behind.redis.as_ref().map_or_else(String::new, |(url, password)| {
            std::fs::write(folder.join("redis.password"), password).unwrap();
            format!("[redis]\nurl = \"{url}\"\npassword_file = \"redis.password\"\n")
        });
        let place = database.map_or_else(|| "path = \"homeward.db\"".to_owned(), |address| format!("url = \"{address}\""));
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"{issuer}\"\nallow_http_localhost = true\nworkers = 1\n\
             trusted_proxies = [\"127.0.0.0/8\"]\n[store]\n{place}\n{redis}[secrets]\nroot_key_file = \"root.key\"\n\
             [mail]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\nfrom = \"signin@north.example\"\n\
             [signin]\ndisclosure = \"{}\"\n[passwords]\nthreads = 2\nwaiting = 400\n[languages]\npseudo = true\n\
             [egress]\nname_server = \"{}\"\n",
            disclosure.word(),
            names.address()
        );
        std::fs::write(folder.join("homeward.toml"), text).unwrap();
        let settings = Settings::read(&folder.join("homeward.toml")).unwrap();
        Self { running: None, others: Vec::new(), front: None, nodes: behind.nodes, clock, mailbox, settings, names, folder, hash, database: database.map(str::to_owned) }
    }

    /// Starts again over the same data, as after a crash: nothing of the process is left.
    pub async fn restart(&mut self) {
        for running in self.running.take().into_iter().chain(self.others.drain(..)) {
            running.stop().await;
        }
        self.resume().await;
    }

    async fn resume(&mut self) {
        let overrides = || Overrides { clock: Some(self.clock.clone()), carrier: Some(Arc::new(self.mailbox.clone())), hash: Some(self.hash), no_worker: true, ..Overrides::default() };
        let mut first = start(&self.settings, overrides()).await.unwrap();
        for _ in 1..self.nodes {
            self.others.push(start(&self.settings, overrides()).await.unwrap());
        }
        if !self.others.is_empty() {
            let front = Front::before(std::iter::once(&first).chain(&self.others).map(|node| node.address).collect()).await;
            first.address = front.address;
            self.front = Some(front);
        }
        self.running = Some(first);
    }

    /// Every node.
    pub fn every_node(&self) -> impl Iterator<Item = &Running> {
        self.running.iter().chain(&self.others)
    }

    /// A browser that comes to this node alone.
    pub fn browser_at(&self, node: usize) -> Browser {
        Browser::new(self.front.as_ref().map_or(self.running().address, |front| front.nodes[node])).by(self.clock.clone())
    }

    /// One node ends, the last of them first; the others go on.
    pub async fn lose_a_node(&mut self) {
        self.others.pop().expect("the first node stays").stop().await;
    }

    /// How many passwords were evaluated, at whichever node.
    pub fn evaluations(&self) -> u64 {
        self.nodes().map(|node| node.context.passwords.evaluations()).sum()
    }

    /// Every node.
    pub fn nodes(&self) -> impl Iterator<Item = &Running> {
        self.running.iter().chain(&self.others)
    }

    /// What runs.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    async fn give_passwords(&self) {
        let ctx = &self.running().context;
        let mut earlier: Vec<(&str, homeward_local_credential::StoredCredential)> = Vec::new();
        for person in &PEOPLE {
            let user = self.user(person.username, person.account).await;
            let siblings: Vec<_> = earlier.iter().filter(|(name, _)| *name == person.username).map(|(_, c)| c.clone()).collect();
            let changed = ctx.now().minus(Duration::from_secs(person.days * 86_400));
            let password = Password::parse(person.password).unwrap();
            let credential = ctx.passwords.hash_new(user.id, &password, 1, &siblings, changed).await.unwrap();
            self.running().store.set_credential(&credential, ctx.now()).await.unwrap();
            earlier.push((person.username, credential));
        }
    }

    /// A registered user.
    pub async fn user(&self, username: &str, account: &str) -> User {
        let key = Username::parse(username).unwrap().key().to_owned();
        let register = self.running().store.register().await.unwrap();
        let id = register.accounts.iter().find(|e| e.account.number.as_str() == account).unwrap().account.id;
        register.users.into_iter().find(|u| u.account == id && u.username.key() == key).unwrap()
    }

    /// Changes a registered user.
    pub async fn change_user(&self, username: &str, account: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.user(username, account).await;
        change(&mut user);
        let register = homeward_store::register::Register { users: vec![user], ..Default::default() };
        self.running().store.put(&register, &[], self.clock.now()).await.unwrap();
    }

    /// Gives a connection of an account its settings, or another state.
    pub async fn change_connection(&self, account: &str, name: &str, change: impl FnOnce(&mut ConnectionEntry)) -> ConnectionId {
        let register = self.running().store.register().await.unwrap();
        let owner = register.accounts.iter().find(|e| e.account.number.as_str() == account).unwrap().account.id;
        let mut entry = register.connections.into_iter().find(|e| e.connection.account == owner && e.connection.name == name).unwrap();
        change(&mut entry);
        let id = entry.connection.id;
        let register = homeward_store::register::Register { connections: vec![entry], ..Default::default() };
        self.running().store.put(&register, &[], self.clock.now()).await.unwrap();
        id
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.running().address).by(self.clock.clone())
    }

    /// Ends every session of somebody, as an operator does; gives the number of sessions and grants.
    pub async fn end_all(&self, user: UserId) -> u64 {
        let ctx = &self.running().context;
        let line = homeward_signin::ports::AuditEvent {
            event: "operator.session", outcome: "ok".into(), user: Some(user), account: None, application: None, network: "command line".into(), case: None, at: ctx.now(),
            detail: "end all".into(),
        };
        ctx.sessions.end_all(user, "by an operator", &line).await.unwrap()
    }

    /// The audit's newest lines as `event outcome`, newest first.
    pub async fn audit(&self, limit: u32) -> Vec<(String, Option<UserId>)> {
        let lines = self.running().store.audit_lines(limit).await.unwrap();
        lines.into_iter().map(|(_, event, outcome, user, _)| (format!("{event} {outcome}"), user)).collect()
    }

    /// Whether the audit is whole; the number of records.
    pub async fn audit_records(&self) -> i64 {
        self.running().store.verify_audit(None).await.unwrap().unwrap().map_or(0, |end| end.number)
    }

    /// Resolves requests for mail, tells of steps in the portal, and sends what is due; gives everything that was ever sent.
    pub async fn mails(&self) -> Vec<(String, String, String)> {
        for node in self.nodes() {
            let ctx = &node.context;
            homeward_signin::usecase::mailroom::work(ctx, 100).await.unwrap();
            node.tell_of_steps().await.unwrap();
            while node.tell_people().await.unwrap() {}
            while homeward_mail::deliver_due(ctx.outbox.as_ref(), &self.mailbox, self.clock.as_ref()).await.unwrap().tried > 0 {}
        }
        self.mailbox.all()
    }

    /// The folder with database and key.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

/// What a broker begins with.
#[derive(Clone)]
struct Begun {
    /// Files of its data folder, by name.
    files: Arc<Vec<(String, Vec<u8>)>>,
    /// Its database, where the flows run on PostgreSQL.
    database: Option<String>,
}

/// By disclosure, issuer, the cost of hashing, and whether there is a database.
type Kinds = HashMap<(&'static str, String, HashParams, bool), Begun>;

/// What a broker with the usual accounts keeps after its first start: made once for each kind of broker, because a first start makes keys.
async fn begun((disclosure, issuer, hash): (Disclosure, &str, HashParams), postgres: bool) -> Begun {
    static BEGUN: LazyLock<tokio::sync::Mutex<Kinds>> = LazyLock::new(Default::default);
    let mut all = BEGUN.lock().await;
    let kind = (disclosure.word(), issuer.to_owned(), hash, postgres);
    if let Some(begun) = all.get(&kind) {
        return begun.clone();
    }
    let database = postgres.then(|| postgres::database(None));
    let alone = Behind { postgres, redis: None, nodes: 1 };
    let mut broker = TestBroker::over(disclosure, issuer, hash, (database.as_deref(), &alone)).await;
    broker.resume().await;
    let store = &broker.running().store;
    let plan = apply::plan_text(store, REGISTER, &broker.folder.join("x"), broker.clock.now(), &SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    broker.give_passwords().await;
    broker.running.take().unwrap().stop().await;
    if let Some(database) = database.as_deref().filter(|_| std::env::var_os("HOMEWARD_TEST_AHEAD").is_some()) {
        crate::ahead::step_ahead(database);
    }
    // The others are copies of it.
    broker.database = None;
    let kept = std::fs::read_dir(&broker.folder).unwrap().map(|f| f.unwrap()).filter(|f| f.file_name() != "homeward.toml");
    let files = Arc::new(kept.map(|f| (f.file_name().into_string().unwrap(), std::fs::read(f.path()).unwrap())).collect());
    let begun = Begun { files, database };
    all.insert(kind, begun.clone());
    begun
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some(database) = &self.database {
            postgres::drop_database(database);
        }
    }
}

/// Domains to write into a store.
pub fn register_of_domains(domains: Vec<homeward_discovery::DomainClaim>) -> homeward_store::register::Register {
    homeward_store::register::Register { domains, ..Default::default() }
}

/// Pairs of a form.
pub fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}
