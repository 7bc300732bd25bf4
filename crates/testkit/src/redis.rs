//! A Redis of the tests' own: on a free port, with a folder of its own, stopped when its value or this process ends. It can be killed, paused and
//! started again, as in a night in which things go wrong.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use homeward_model::{SystemRandom, random_token};

#[path = "redis_groups.rs"]
pub mod groups;

/// Standard input stays open as long as this process lives; its end is the sign to stop. `HOMEWARD_TEST_REDIS` names another program that speaks as Redis does.
const SCRIPT: &str = r#"
folder=$1; shift
"${HOMEWARD_TEST_REDIS:-redis-server}" "$@" >"$folder/log" 2>&1 &
server=$!
echo "pid $server"
ends() { kill -CONT $server 2>/dev/null; kill -9 $server 2>/dev/null; wait $server 2>/dev/null; }
trap 'ends; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
# Whoever wants to start it again says so.
read -r word && [ "$word" = keep ] && { ends; trap - EXIT; }
"#;

/// A server that runs, or that was killed.
pub struct Redis {
    port: u16,
    folder: PathBuf,
    password: String,
    tls: bool,
    watches: bool,
    running: Mutex<Option<(Child, u32)>>,
}

impl Redis {
    /// A server on this machine that asks for a password.
    ///
    /// # Panics
    /// When Redis is not installed, or does not start.
    pub fn start() -> Self {
        Self::with(false)
    }

    /// The same with TLS alone, for the name `localhost`; its authority is in `ca.pem` of its folder.
    ///
    /// # Panics
    /// When Redis or openssl is not installed, or does not start.
    pub fn encrypted() -> Self {
        Self::with(true)
    }

    fn with(tls: bool) -> Self {
        let counts = "appendonly yes\nappendfsync always\nsave \"\"\ndatabases 4096\nmaxmemory 256mb\nmaxmemory-policy volatile-ttl\n";
        Self::set_up(&random_token(&SystemRandom), counts, tls.then_some(None), false)
    }

    /// A server with these settings. `tls`: with TLS alone, by the certificates of a folder, or by its own. `watches`: it is a sentinel.
    fn set_up(password: &str, more: &str, tls: Option<Option<&Path>>, watches: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("homeward-redis-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        let port = free_port();
        let way = match tls {
            None => format!("port {port}\n"),
            Some(None) => {
                certificates(&folder);
                encrypted(&folder, port)
            }
            Some(Some(shared)) => encrypted(shared, port),
        };
        // The password does not stand among the arguments, as it would not on a real machine.
        let text = format!("{way}bind 127.0.0.1\nrequirepass {password}\ndir {}\n{more}", folder.display());
        std::fs::write(folder.join("redis.conf"), text).unwrap();
        let redis = Self { port, folder, password: password.to_owned(), tls: tls.is_some(), watches, running: Mutex::default() };
        redis.resume();
        redis
    }

    /// Starts it over the same data, as after a crash.
    ///
    /// # Panics
    /// When it does not start.
    pub fn resume(&self) {
        let config = self.folder.join("redis.conf");
        let mut child = Command::new("sh").args(["-c", SCRIPT, "sh"]).arg(&self.folder).arg(&config).args(self.watches.then_some("--sentinel")).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let pid = line.trim().strip_prefix("pid ").and_then(|pid| pid.parse().ok()).expect("the process of the server");
        *self.running.lock().unwrap() = Some((child, pid));
        for _ in 0..600 {
            if self.answers() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("Redis does not start, and these tests need it: run `apt-get install redis-server`. {}", std::fs::read_to_string(self.folder.join("log")).unwrap_or_default());
    }

    /// Whether it takes connections and has read its data.
    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        if self.tls {
            return true;
        }
        let _ = stream.set_read_timeout(Some(std::time::Duration::from_secs(1)));
        let mut answer = [0; 5];
        stream.write_all(format!("AUTH {}\r\n", self.password).as_bytes()).is_ok() && stream.read_exact(&mut answer).is_ok() && answer.starts_with(b"+OK")
    }

    fn signal(&self, signal: &str) {
        if let Some((_, pid)) = &*self.running.lock().unwrap() {
            assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
        }
    }

    /// Ends it at once, with nothing said to anybody.
    pub fn kill(&self) {
        self.end("keep\n");
    }

    fn end(&self, word: &str) {
        if let Some((mut child, _)) = self.running.lock().unwrap().take() {
            let mut lifeline = child.stdin.take().unwrap();
            let _ = lifeline.write_all(word.as_bytes());
            drop(lifeline);
            let _ = child.wait();
        }
    }

    /// It stays where it is and does not answer.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// It goes on.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Its address as the configuration names it.
    pub fn url(&self) -> String {
        format!("{}://{}:{}", if self.tls { "rediss" } else { "redis" }, if self.tls { "localhost" } else { "127.0.0.1" }, self.port)
    }

    /// Its password.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The address and the password of a database that is new, in a server that all tests of this process share.
///
/// # Panics
/// When Redis is not installed, or does not start.
pub fn database() -> (String, String) {
    static SERVER: OnceLock<Redis> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Redis::start);
    (format!("{}/{}", server.url(), NEXT.fetch_add(1, Ordering::Relaxed)), server.password().to_owned())
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.end("");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port()
}

/// Makes an authority and a certificate of its.
fn certificates(folder: &Path) {
    let made = Command::new("sh")
        .args(["-c", "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem && openssl req -newkey rsa:2048 -nodes -subj /CN=localhost \
            -keyout server.key -out server.csr && echo subjectAltName=DNS:localhost >names && openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Settings that speak TLS alone, with the certificates of a folder.
fn encrypted(folder: &Path, port: u16) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    format!("port 0\ntls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\n", file("server.crt"), file("server.key"), file("ca.pem"))
}
