//! The brokers of a run: one installation, one database, one configuration each; and what they say of themselves.

use std::{net::SocketAddr, ops::Sub, os::unix::fs::PermissionsExt, sync::Arc, time::Duration};

use homeward_bench::{
    http::{self, Connection},
    openid,
    openid_provider::Provider as OpenIdProvider,
    process::{Server, free_port},
    saml_provider::{self, Provider as SamlProvider},
    scene::Scene,
};
use homeward_testkit::{postgres, redis};

use crate::{
    World,
    options::{Kept, Options},
};

/// How long they are left alone.
const REST: Duration = Duration::from_secs(3);

/// The brokers.
pub(crate) struct Nodes {
    servers: Vec<Server>,
    figures: Vec<SocketAddr>,
    database: Option<String>,
    // Its folder is there as long as the brokers.
    _scene: Scene,
}

/// Memory, in MiB.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memory {
    /// Everything that is in memory for them (RSS), pages of the program and of the database file too, which the system takes away when it needs the room.
    pub all: f64,
    /// Of it what is theirs alone (RssAnon).
    pub own: f64,
}

/// What the brokers have used since their start.
#[derive(Clone, Copy, Default)]
pub(crate) struct Used {
    /// Processor time.
    pub cpu: Duration,
    /// Of it for passwords. A broker from before these figures has none.
    pub argon2: f64,
    /// Of it for signatures.
    pub signature: f64,
    /// Waited for the database, in seconds.
    pub database: f64,
}

impl Sub for Used {
    type Output = Self;
    fn sub(self, before: Self) -> Self {
        Self { cpu: self.cpu - before.cpu, argon2: self.argon2 - before.argon2, signature: self.signature - before.signature, database: self.database - before.database }
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.servers.clear();
        if let Some(database) = &self.database {
            postgres::drop_database(database);
        }
    }
}

impl Nodes {
    /// Makes the installation and starts so many. On PostgreSQL they count in Redis, one broker too: what is compared has the same parts.
    pub async fn start(options: &Options, count: usize) -> Result<(Self, Arc<World>), String> {
        let provider = OpenIdProvider::start().await?;
        let database = (options.kept == Kept::Postgres).then(|| postgres::database(None));
        let store = database.as_ref().map_or_else(|| "path = \"homeward.db\"".to_owned(), |url| format!("url = \"{url}\""));
        let more = openid::register(&provider.issuer) + &saml_provider::register();
        let scene = Scene::over(&options.binary, "load", &store, &more)?;
        scene.apply()?;
        let saml = SamlProvider::of(&scene)?;
        let uri = scene.redirect_uri(openid::ACCOUNT, "OpenID")?;
        let callback = uri.strip_prefix("http://homeward.localhost").ok_or("another public address")?.to_owned();
        let shared = if database.is_some() && !options.more.contains("[redis]") { counters(&scene)? } else { String::new() };
        let (mut servers, mut figures) = (Vec::new(), Vec::new());
        for number in 0..count {
            let (file, address, own) = (format!("node-{number}.toml"), free_port(), free_port());
            scene.configure(&file, address, &format!("[metrics]\nlisten = \"{own}\"\n{shared}{}", options.more))?;
            servers.push(scene.serve_as(&file, address)?);
            listens(own).await?;
            figures.push(own);
        }
        Ok((Self { servers, figures, database, _scene: scene }, Arc::new(World::new(saml, callback, provider))))
    }
    /// How many there are.
    pub fn count(&self) -> usize {
        self.servers.len()
    }
    /// A driver's connections: to each of them, one after the other.
    pub async fn connection(&self, place: usize) -> Result<Connection, String> {
        let mut addresses: Vec<SocketAddr> = self.servers.iter().map(|server| server.address).collect();
        let first = place % addresses.len();
        addresses.rotate_left(first);
        Connection::open_all(&addresses).await.map_err(|e| e.to_string())
    }
    /// What they have used.
    pub async fn used(&self) -> Result<Used, String> {
        let mut all = Used::default();
        for (server, figures) in self.servers.iter().zip(&self.figures) {
            let page = Connection::open(*figures).await.map_err(|e| e.to_string())?.ask(&http::get("/metrics", "10.0.0.1", "")).await.map_err(|e| e.to_string())?;
            let text = page.text();
            let of = |work: &str| {
                let line = format!("homeward_work_seconds_total{{work=\"{work}\"}} ");
                text.lines().find_map(|found| found.strip_prefix(&line)?.parse::<f64>().ok()).unwrap_or(f64::NAN)
            };
            all.cpu += server.cpu();
            all.argon2 += of("argon2");
            all.signature += of("signature");
            all.database += of("database");
        }
        Ok(all)
    }
    /// What they use when nobody asks anything, as a share of one processor.
    pub async fn at_rest(&self) -> Result<f64, String> {
        let (before, began) = (self.used().await?, homeward_bench::now());
        tokio::time::sleep(REST).await;
        let took = began.elapsed();
        Ok((self.used().await? - before).cpu.as_secs_f64() / took.as_secs_f64())
    }
    /// Memory of all of them together.
    pub fn memory(&self) -> Memory {
        let all = |name: &str| self.servers.iter().map(|server| server.memory_kib(name)).sum::<u64>() as f64 / 1024.0;
        Memory { all: all("VmRSS"), own: all("RssAnon") }
    }
}

/// Waits until the address of the figures takes connections: a broker that is slow to start has it a moment later than its own.
async fn listens(address: SocketAddr) -> Result<(), String> {
    let until = homeward_bench::now() + Duration::from_secs(10);
    while let Err(error) = Connection::open(address).await {
        if homeward_bench::now() > until {
            return Err(format!("{address}: {error}"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// A database of Redis for this run, as a section of the configuration.
fn counters(scene: &Scene) -> Result<String, String> {
    let (url, password) = redis::database();
    let file = scene.file("redis.password");
    std::fs::write(&file, password).map_err(|e| e.to_string())?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).map_err(|e| e.to_string())?;
    Ok(format!("[redis]\nurl = \"{url}\"\npassword_file = \"redis.password\"\n"))
}
