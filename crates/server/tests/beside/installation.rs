//! An installation in a folder of its own: the real binary, its database, a mail server that takes everything.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use homeward_model::{SystemRandom, random_token};
use homeward_testkit::Browser;
use serde_json::Value;

pub const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
pub const BEN: (&str, &str) = ("ben@north.example", "Kranich7!");

/// Accounts and applications; the hash is another system's, of the same password for both.
pub const REGISTER: &str = r#"
[[application]]
client_id = "wiki"
name = "Wiki"
authentication = "none"
redirect_uris = ["https://wiki.example/cb"]
[[application]]
client_id = "intranet"
name = "Intranet"
authentication = "client_secret_post"
redirect_uris = ["https://intranet.example/cb"]
[[account]]
number = "40817"
name = "Northwind"
[[account.user]]
username = "ann@north.example"
email = "ann@north.example"
password_hash = "{SSHA512}zAIEb+v0PjQrwhHKBe8whJi2TKWyNCvF1guObAimBczpbeUXuuQ7sMVECwqslqFCvNDw9HEbK//Bjy7hyjDW1XNhbHRzYWx0"
[[account.user]]
username = "ben@north.example"
email = "ben@north.example"
password_hash = "{SSHA512}zAIEb+v0PjQrwhHKBe8whJi2TKWyNCvF1guObAimBczpbeUXuuQ7sMVECwqslqFCvNDw9HEbK//Bjy7hyjDW1XNhbHRzYWx0"
"#;

/// An installation in a folder of its own.
pub struct Installation {
    folder: PathBuf,
    pub address: SocketAddr,
    broker: Option<Child>,
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(mut broker) = self.broker.take() {
            let _ = broker.kill();
            let _ = broker.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An address that nobody listens on.
fn free() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

/// A mail server that takes everything.
fn mail_server() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
                let mut in_letter = false;
                while let Some(Ok(line)) = lines.next() {
                    let answer = match line.as_str() {
                        "." => "250 taken",
                        _ if in_letter => continue,
                        "DATA" => "354 go on",
                        _ => "250 ok",
                    };
                    in_letter = line == "DATA";
                    let _ = stream.write_all(format!("{answer}\r\n").as_bytes());
                }
            });
        }
    });
    port
}

impl Installation {
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("homeward-beside-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        let address = free();
        let text = format!(
            "[server]\nlisten = \"{address}\"\npublic_url = \"http://127.0.0.1:{0}\"\nallow_http_localhost = true\nworkers = 1\n\
             trusted_proxies = [\"127.0.0.0/8\"]\n[store]\npath = \"homeward.db\"\n\
             [secrets]\nroot_key_file = \"root.key\"\n[mail]\nhost = \"127.0.0.1\"\nport = {1}\ntls = \"none\"\nfrom = \"signin@north.example\"\n\
             [signin]\ndisclosure = \"open\"\n",
            address.port(),
            mail_server()
        );
        std::fs::write(folder.join("homeward.toml"), text).unwrap();
        std::fs::write(folder.join("register.toml"), REGISTER).unwrap();
        let mut made = Self { folder, address, broker: None };
        made.good(&["apply", made.path("register.toml").to_str().unwrap(), "--yes"]);
        made.serve();
        made
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
    fn homeward(&self) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_homeward")));
        command.arg("--config").arg(self.path("homeward.toml")).stdin(Stdio::null());
        command
    }
    /// Starts the broker and waits until it listens.
    pub fn serve(&mut self) {
        let mut broker = self.homeward().args(["serve", "--json"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(broker.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        loop {
            let line = lines.next().unwrap_or_else(|| panic!("the broker ended: {said:#?}")).unwrap();
            let listens = line.contains("\"listening\"");
            said.push(line);
            if listens {
                break;
            }
        }
        // Its log goes on; a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        self.broker = Some(broker);
    }
    /// Ends the broker as an operator's `systemctl stop` does.
    pub fn stop(&mut self) {
        let mut broker = self.broker.take().unwrap();
        let ended = Command::new("sh").args(["-c", &format!("kill {}", broker.id())]).status().unwrap();
        assert!(ended.success());
        assert!(broker.wait().unwrap().success(), "SIGTERM ends it cleanly");
    }
    /// Ends the broker in the middle of whatever it does.
    pub fn kill(&mut self) {
        let mut broker = self.broker.take().unwrap();
        broker.kill().unwrap();
        broker.wait().unwrap();
    }
    /// Runs a command, however it ends.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.homeward().args(arguments).output().unwrap()
    }
    /// Runs a command that succeeds; what it printed as JSON.
    pub fn good(&self, arguments: &[&str]) -> Value {
        let out = self.run(&[arguments, &["--json"]].concat());
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{arguments:?}: {text} {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
    /// Runs a command that is refused; the sentence on standard error.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let out = self.run(arguments);
        assert_eq!(out.status.code(), Some(1), "{arguments:?}: {}", String::from_utf8_lossy(&out.stdout));
        String::from_utf8(out.stderr).unwrap()
    }
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }
}

pub async fn tokens(browser: &mut Browser, person: (&str, &str)) -> Value {
    let address = browser.sign_in("wiki", person.0, person.1).await;
    let (status, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}
