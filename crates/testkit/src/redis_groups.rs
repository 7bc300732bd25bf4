//! Several servers that stand in for each other: one that counts, others that follow it and sentinels that watch them; or the nodes of a cluster.

use std::{path::PathBuf, process::Command, time::Duration};

use homeward_model::{SystemRandom, random_token};

use super::{Redis, certificates, free_port};

/// What the sentinels of the tests call the server.
pub const MASTER: &str = "counters";

/// Nothing here takes longer than this many looks, a twentieth of a second apart.
const LOOKS: u32 = 1_200;

const COUNTS: &str = "appendonly yes\nappendfsync always\nsave \"\"\nmaxmemory 256mb\nmaxmemory-policy volatile-ttl\nrepl-diskless-sync-delay 0\n";

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not come to pass that {what}");
}

impl Redis {
    /// What it answers; nothing when it is away.
    fn says(&self, words: &[&str]) -> String {
        let mut cli = Command::new("redis-cli");
        cli.env("REDISCLI_AUTH", &self.password).args(["--no-auth-warning", "-p", &self.port.to_string()]);
        if self.tls {
            cli.args(["-h", "localhost", "--tls", "--cacert"]).arg(self.folder.join("ca.pem"));
        }
        let said = cli.args(words).output().expect("redis-cli, of the Debian package redis-tools");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    fn is(&self, section: &str, line: &str) -> bool {
        self.says(&["INFO", section]).lines().any(|said| said.trim() == line)
    }

    /// Changes a setting while it runs.
    ///
    /// # Panics
    /// When it does not take it.
    pub fn set(&self, [setting, value]: [&str; 2]) {
        assert_eq!(self.says(&["CONFIG", "SET", setting, value]), "OK");
    }

    /// What it says of those that follow it, for people who look for a fault.
    pub fn followers(&self) -> String {
        self.says(&["INFO", "replication"])
    }

    fn runs(&self) -> bool {
        self.running.lock().unwrap().is_some()
    }

    /// Waits until what was written here so far is at a server that follows this one: what is not goes with this one.
    pub fn settle(&self) {
        let number = |line: &str, key: &str| -> Option<u64> { line.split(',').find_map(|part| part.strip_prefix(key)).and_then(|value| value.trim().parse().ok()) };
        let written = self.says(&["INFO", "replication"]).lines().find_map(|line| number(line, "master_repl_offset:"));
        assert!(written.is_some(), "it does not say how much it has written");
        until("it is written elsewhere", || self.says(&["INFO", "replication"]).lines().filter(|line| line.starts_with("slave")).any(|line| number(line, "offset=") >= written));
    }
}

/// A server that counts, others that follow it, and the sentinels that watch them.
pub struct Watched {
    /// The servers; at first the first one counts.
    pub servers: Vec<Redis>,
    /// Those that watch.
    pub sentinels: Vec<Redis>,
    folder: PathBuf,
    is_tls: bool,
}

impl Watched {
    /// So many servers besides the first, and so many sentinels.
    ///
    /// # Panics
    /// When Redis is not installed, or they do not find each other.
    pub fn start(followers: usize, sentinels: usize) -> Self {
        Self::with((followers, sentinels), false)
    }

    /// The same with TLS alone, for the name `localhost`; the authority of all is in `ca.pem` of the folder.
    ///
    /// # Panics
    /// When Redis or openssl is not installed, or they do not find each other.
    pub fn encrypted(followers: usize, sentinels: usize) -> Self {
        Self::with((followers, sentinels), true)
    }

    fn with((followers, sentinels): (usize, usize), is_tls: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("homeward-watched-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        let (host, names) = if is_tls { ("localhost", "tls-replication yes\nreplica-announce-ip localhost\n") } else { ("127.0.0.1", "") };
        if is_tls {
            certificates(&folder);
        }
        let shared = folder.clone();
        let tls = is_tls.then_some(Some(shared.as_path()));
        let (password, watchword) = (random_token(&SystemRandom), random_token(&SystemRandom));
        let counts = format!("{COUNTS}{names}masterauth {password}\n");
        let mut servers = vec![Redis::set_up(&password, &counts, tls, false)];
        let port = servers[0].port;
        servers.extend((0..followers).map(|_| Redis::set_up(&password, &format!("{counts}replicaof {host} {port}\n"), tls, false)));
        let votes = sentinels / 2 + 1;
        let resolved = if is_tls { "tls-replication yes\nsentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n" } else { "" };
        let watch = format!(
            "{resolved}sentinel monitor {MASTER} {host} {port} {votes}\nsentinel auth-pass {MASTER} {password}\nsentinel sentinel-pass {watchword}\n\
             sentinel down-after-milliseconds {MASTER} 500\nsentinel failover-timeout {MASTER} 1500\n"
        );
        let mut group = Self { servers, sentinels: Vec::new(), folder, is_tls };
        if is_tls {
            group.servers.iter().for_each(|server| group.trust(server));
        }
        until("they follow", || group.servers.iter().skip(1).all(|server| server.is("replication", "master_link_status:up")));
        group.sentinels = (0..sentinels).map(|_| Redis::set_up(&watchword, &watch, tls, true)).collect();
        if is_tls {
            group.sentinels.iter().for_each(|sentinel| group.trust(sentinel));
        }
        until("the sentinels know each other and the servers", || {
            let wanted = format!("status=ok,address={host}:{port},slaves={followers},sentinels={}", group.sentinels.len());
            group.sentinels.iter().all(|sentinel| sentinel.says(&["INFO", "sentinel"]).contains(&wanted) || sentinel.says(&["INFO", "sentinel"]).contains(&wanted.replace("localhost", "127.0.0.1")))
        });
        group
    }

    /// Puts the authority where the client of the tests looks for it.
    fn trust(&self, server: &Redis) {
        std::fs::copy(self.folder.join("ca.pem"), server.folder.join("ca.pem")).unwrap();
    }

    /// The authority of all of them.
    pub fn authority(&self) -> Option<Vec<u8>> {
        self.is_tls.then(|| std::fs::read(self.folder.join("ca.pem")).unwrap())
    }

    /// The addresses of the sentinels, as the configuration names them.
    pub fn urls(&self) -> Vec<String> {
        self.sentinels.iter().map(Redis::url).collect()
    }

    /// The one that the sentinels name.
    ///
    /// # Panics
    /// When they name none of ours.
    pub fn counts(&self) -> &Redis {
        let named = self.named();
        self.servers.iter().find(|server| named == Some(server.port)).expect("a server of ours")
    }

    /// The port that every sentinel names that answers; `None` while they do not agree.
    fn named(&self) -> Option<u16> {
        let said = self.sentinels.iter().map(|sentinel| sentinel.says(&["SENTINEL", "get-master-addr-by-name", MASTER])).filter(|said| !said.is_empty());
        let mut ports = said.map(|said| said.lines().nth(1).and_then(|port| port.trim().parse::<u16>().ok()));
        let first = ports.next()??;
        ports.all(|port| port == Some(first)).then_some(first)
    }

    /// Asks for another server to count, while everything is well.
    pub fn change(&self) {
        until("the sentinels change the server", || self.sentinels[0].says(&["SENTINEL", "FAILOVER", MASTER]).starts_with("OK"));
    }

    /// Kills the server that counts, and gives it; nothing is waited for.
    pub fn kill(&self) -> &Redis {
        let counts = self.counts();
        counts.kill();
        counts
    }

    /// Waits until every sentinel that answers names a server that counts, and it is another one.
    pub fn another_counts(&self, before: &Redis) {
        until("another server counts", || {
            let named = self.named().filter(|port| *port != before.port);
            named.is_some_and(|port| self.servers.iter().any(|server| server.port == port && server.is("replication", "role:master")))
        });
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A cluster of three nodes, each with one that follows it, or without.
pub struct Cluster {
    /// The nodes.
    pub nodes: Vec<Redis>,
}

impl Cluster {
    /// Three nodes, each with so many that follow it.
    ///
    /// # Panics
    /// When Redis is not installed, or they make no cluster.
    pub fn start(followers: usize) -> Self {
        let password = random_token(&SystemRandom);
        let nodes: Vec<Redis> = (0..3 * (1 + followers))
            .map(|_| {
                let own = format!("{COUNTS}masterauth {password}\ncluster-enabled yes\ncluster-config-file nodes.conf\ncluster-node-timeout 1500\ncluster-port {}\n", free_port());
                Redis::set_up(&password, &own, None, false)
            })
            .collect();
        let places: Vec<String> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        let mut words: Vec<&str> = vec!["--cluster", "create"];
        words.extend(places.iter().map(String::as_str));
        let each = followers.to_string();
        words.extend(["--cluster-replicas", &each, "--cluster-yes"]);
        let said = nodes[0].says(&words);
        assert!(said.contains("All 16384 slots covered"), "{said}");
        let cluster = Self { nodes };
        cluster.is_whole();
        cluster
    }

    /// The addresses of the nodes, as the configuration names them.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::url).collect()
    }

    /// Waits until every node that runs takes questions, and those that follow are up to date.
    pub fn is_whole(&self) {
        until("the cluster is whole", || {
            self.nodes.iter().filter(|node| node.runs()).all(|node| {
                let followed = node.says(&["INFO", "replication"]);
                node.says(&["CLUSTER", "INFO"]).contains("cluster_state:ok") && (followed.contains("role:master") || followed.contains("master_link_status:up"))
            })
        });
    }

    /// The node that has the slot of this key.
    ///
    /// # Panics
    /// When none has it.
    pub fn holder(&self, key: &str) -> &Redis {
        self.nodes.iter().find(|node| node.runs() && node.is("replication", "role:master") && !node.says(&["GET", key]).starts_with("MOVED")).expect("a node that has the slot")
    }
}
