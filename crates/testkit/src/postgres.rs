//! A PostgreSQL of the tests' own: started with the first test that asks for it, in a temporary folder, and stopped when this process ends,
//! however it does.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use homeward_model::{SystemRandom, random_token};

/// Standard input stays open as long as this process lives; its end is the sign to stop. The database sorts as people in one country do, not
/// by bytes: what the store relies on has to stand in its schema. It rests in memory where there is room: the store
/// refuses a server that does not wait for its disk, and a disk would be most of what the tests wait for.
const SCRIPT: &str = r#"
[ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null && export TMPDIR=/dev/shm
folder=$(mktemp -d) && cd "$folder" || exit 1
trap '"$1/pg_ctl" -D data -m immediate -w stop >>log 2>&1; cd / && rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
printf %s "$3" >password
"$1/initdb" -D data -U homeward -A "$2" --pwfile=password --no-sync -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en >log 2>&1 || { tail log; exit 1; }
listen="-c listen_addresses="
if [ -n "$4" ]; then
  { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem &&
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout data/server.key -out server.csr && echo subjectAltName=DNS:localhost >names &&
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out data/server.crt && chmod 600 data/server.key; } >>log 2>&1 || { tail log; exit 1; }
  listen="-c listen_addresses=127.0.0.1 -c port=$4 -c ssl=on"
fi
"$1/pg_ctl" -D data -w -l log -o "-k $folder $listen -c max_connections=400 -c shared_buffers=32MB" start >>log 2>&1 || { tail log; exit 1; }
echo "folder $folder"
cat >/dev/null
"#;

/// A server that runs.
pub struct Server {
    programs: PathBuf,
    /// Where its socket is and, when it is encrypted, the certificate of its authority, `ca.pem`.
    pub folder: String,
    /// Its standard input is the lifeline.
    _shell: Child,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// Where the newest version's programs are.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let newest = versions.map(|version| version.path().join("bin")).filter(|programs| programs.join("initdb").exists()).max();
    newest.expect("PostgreSQL is not installed here, and these tests need it: run `apt-get install postgresql`")
}

/// A shell of somebody as whom the server runs: never root.
fn shell() -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    let mut shell = if is_root { Command::new("setpriv") } else { Command::new("sh") };
    if is_root {
        shell.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    }
    shell
}

impl Server {
    fn run(&self, what: &str) {
        let script = format!(r#"cd "$2" && {{ {what}; }} >>log 2>&1 </dev/null"#);
        let done = shell().args(["-c", &script, "sh"]).arg(&self.programs).arg(&self.folder).current_dir("/").status();
        assert!(done.is_ok_and(|done| done.success()), "{what}: {}", std::fs::read_to_string(format!("{}/log", self.folder)).unwrap_or_default());
    }
    /// Starts it anew as one that only follows another, of which nothing is heard.
    ///
    /// # Panics
    /// When it does not start.
    pub fn follow(&self) {
        self.run(r#"touch data/standby.signal && "$1/pg_ctl" -D data -m fast -w restart"#);
    }
    /// Makes it the one that can be written again.
    ///
    /// # Panics
    /// When it does not lead.
    pub fn lead(&self) {
        self.run(r#""$1/pg_ctl" -D data -w promote"#);
    }
}

/// Starts a server: behind a socket, or with a password and TLS at a port of this machine.
fn start(encrypted: Option<(u16, &str)>) -> Server {
    let programs = programs();
    let mut shell = shell();
    let (port, password, way) = encrypted.map_or((String::new(), "unused", "trust"), |(port, password)| (port.to_string(), password, "scram-sha-256"));
    shell.args(["-c", SCRIPT, "sh"]).arg(&programs).args([way, password, &port]);
    let mut child = shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
    let said = BufReader::new(child.stdout.take().unwrap());
    let mut all = Vec::new();
    let folder = said.lines().map_while(Result::ok).find_map(|line| {
        all.push(line.clone());
        line.strip_prefix("folder ").map(str::to_owned)
    });
    if folder.is_none() {
        let _ = child.wait();
    }
    let folder = folder.unwrap_or_else(|| panic!("PostgreSQL does not start: {}", all.join("\n")));
    Server { programs, folder, _shell: child }
}

/// The address of a database that is new: empty, or a copy of one that nobody uses now.
///
/// # Panics
/// When PostgreSQL is not installed, or does not start.
pub fn database(first: Option<&str>) -> String {
    let server = SERVER.get_or_init(|| start(None));
    let name = format!("t{}", random_token(&SystemRandom));
    // postgres://homeward@localhost/NAME?host=…
    let first = first.map_or("template0", |address| address.split(['/', '?']).nth(3).unwrap());
    let made = Command::new(server.programs.join("createdb")).args(["-h", &server.folder, "-U", "homeward", "-T", first, &name]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://homeward@localhost/{name}?host={}", server.folder)
}

/// Drops a database, whoever uses it still.
pub fn drop_database(address: &str) {
    if let (Some(server), Some(name)) = (SERVER.get(), address.split(['/', '?']).nth(3)) {
        let _ = Command::new(server.programs.join("dropdb")).args(["-h", &server.folder, "-U", "homeward", "--force", "--if-exists", name]).output();
    }
}

/// A server that nobody else uses, behind a socket. Its database is `postgres`.
///
/// # Panics
/// When PostgreSQL is not installed, or does not start.
pub fn alone() -> Server {
    start(None)
}

/// A server that asks for a password and speaks TLS for the name `localhost`, at a free port of this machine. Its database is `postgres`.
///
/// # Panics
/// When PostgreSQL is not installed, or does not start.
pub fn encrypted(password: &str) -> (Server, u16) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port();
    (start(Some((port, password))), port)
}
