//! What `check-config` finds, `serve` refuses, in the same words: each fault of the file, and of what it names, is tried at both.

use std::{
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use homeward_model::{SystemRandom, random_token};
use serde_json::Value;

/// A folder with a configuration that holds; nothing was ever started there.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const STORE: &str = "path = \"homeward.db\"";
const ROOT_KEY: &str = "root_key_file = \"root.key\"";
const LISTEN: &str = "listen = \"127.0.0.1:0\"";

const GOOD: &str = "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://signin.example.com\"\n[store]\npath = \"homeward.db\"\n\
                    [secrets]\nroot_key_file = \"root.key\"\n[mail]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\nfrom = \"signin@example.com\"\n";

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("homeward-config-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("text"), "no certificate and no field\n").unwrap();
        Self(folder)
    }
    fn run(&self, config: &str, command: &[&str]) -> Output {
        std::fs::write(self.0.join("homeward.toml"), config).unwrap();
        // A broker that starts where it should refuse is ended.
        let mut homeward = Command::new("timeout");
        homeward.args(["60", env!("CARGO_BIN_EXE_homeward"), "--config"]).arg(self.0.join("homeward.toml")).args(command).arg("--json").stdin(Stdio::null()).output().unwrap()
    }
    /// What `check-config` finds wrong, and how it ends.
    fn checked(&self, config: &str) -> (Option<i32>, Vec<String>) {
        let out = self.run(config, &["check-config"]);
        let findings: Value = serde_json::from_slice(&out.stdout).unwrap_or(Value::Null);
        let Some(findings) = findings.as_array() else { return (out.status.code(), refusal(&out)) };
        let bad = findings.iter().filter(|finding| finding["good"] == false);
        (out.status.code(), bad.map(|finding| finding["says"].as_str().unwrap().to_owned()).collect())
    }
    /// Why `serve` refuses, and how it ends.
    fn served(&self, config: &str) -> (Option<i32>, Vec<String>) {
        let out = self.run(config, &["serve"]);
        (out.status.code(), refusal(&out))
    }
}

/// The last line on standard error; those before it are the log's.
fn refusal(out: &Output) -> Vec<String> {
    let said = String::from_utf8_lossy(&out.stderr);
    let last: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{said}"));
    last["error"].as_str().unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn check_config_and_serve_find_the_same_faults() {
    let here = Folder::new();
    assert_eq!(here.checked(GOOD), (Some(0), Vec::new()));
    let with = |section: &str| format!("{GOOD}{section}\n");
    let other = |from: &str, to: &str| GOOD.replacen(from, to, 1);
    let azure = "[azure]\nclient_id = \"11111111-2222-3333-4444-555555555555\"\nsecret_file = \"none\"";
    let traces = "[traces]\nendpoint = \"http://127.0.0.1:4318\"\nheaders_file";
    for (config, part) in [
        (with("[egress]\nnetworks = [\"10.20.0.0/99\"]"), "[egress] networks: \"10.20.0.0/99\" is no network"),
        (with("[egress]\nauthorities = [\"none.pem\"]"), "/none.pem: "),
        (with("[egress]\nauthorities = [\"text\"]"), "[egress] "),
        (with(azure), "[azure] secret_file: "),
        (with(&format!("{traces} = \"none\"")), "[traces] headers_file: "),
        (with(&format!("{traces} = \"text\"")), "[traces] headers_file: "),
        (with("username = \"signin\"\npassword_file = \"none\""), "[mail] password_file: "),
        (with("[passwords]\nleaked_file = \"none\""), "[passwords] leaked_file: "),
        (with("[server.tls]\ncertificate = \"none\"\nkey = \"none\""), "the certificate cannot be read"),
        (with("[metrics]\nlisten = \"192.0.2.1:9100\""), "[metrics] listen = "),
        (other(LISTEN, "listen = \"192.0.2.1:8080\""), "[server] listen = "),
        (other(STORE, "path = \"text/homeward.db\""), "text: is no folder"),
        (other(STORE, "path = \".\""), "[store] path: "),
        (other(STORE, "url = \"postgres://homeward@localhost/signin\"\npassword_file = \"none\""), "[store] password_file: "),
        (other(STORE, "url = \"postgres://homeward@localhost/signin\"\n[redis]\nurl = \"redis://localhost\"\npassword_file = \"none\""), "[redis] password_file: "),
        (other(ROOT_KEY, "root_key_env = \"HOMEWARD_TEST_UNSET\""), "HOMEWARD_TEST_UNSET is not set"),
        (other(ROOT_KEY, "root_key_env = \"PATH\""), "[secrets] root_key_env: PATH: "),
        (other(ROOT_KEY, "root_key_file = \"text/root.key\""), "text: is no folder"),
        (other(ROOT_KEY, "root_key_fil = \"root.key\""), "did you mean \"root_key_file\"?"),
        (other("from = \"signin@", "from = \"signin"), "is no e-mail address"),
    ] {
        let (code, found) = here.checked(&config);
        assert_eq!(code, Some(2), "{config}");
        assert!(matches!(found.as_slice(), [one] if one.contains(part)), "{part}: {found:?}");
        assert_eq!(here.served(&config), (Some(2), found), "{config}");
    }
    let both = with("[egress]\nnetworks = [\"10.20.0.0/99\"]\n[passwords]\nleaked_file = \"none\"");
    let (code, found) = here.checked(&both);
    assert_eq!(found.len(), 2, "everything that is wrong is said at once: {found:?}");
    assert_eq!(here.served(&both), (code, found));
    assert!(!here.0.join("homeward.db").exists() && !here.0.join("root.key").exists(), "neither has made anything");
}

/// KS-02: a database under which nothing was ever sealed, because its key could not be made, is no database that has lost it: the start makes one.
#[test]
fn ks_02_a_database_that_was_never_sealed_has_lost_no_key() {
    let here = Folder::new();
    assert!(!here.run(&GOOD.replacen(ROOT_KEY, "root_key_file = \"text/root.key\"", 1), &["account", "list"]).status.success());
    assert!(std::fs::metadata(here.0.join("homeward.db")).unwrap().len() > 0, "the database is there, and its key is not");
    assert_eq!(here.checked(GOOD), (Some(0), Vec::new()));
    assert!(!here.0.join("root.key").exists(), "it only looks");
    assert!(here.run(GOOD, &["account", "list"]).status.success(), "the key is made");
    assert!(here.0.join("root.key").exists());
    assert!(here.run(GOOD, &["backup", here.0.join("backup.db").to_str().unwrap()]).status.success(), "and what is written is sealed under it");
    std::fs::rename(here.0.join("root.key"), here.0.join("elsewhere")).unwrap();
    let (code, found) = here.checked(GOOD);
    assert!(code == Some(2) && matches!(found.as_slice(), [one] if one.contains("put its copy back")), "{found:?}");
}

/// KS-02: a key that others can read, and a database whose key is gone.
#[test]
fn ks_02_check_config_and_serve_say_the_same_of_a_root_key() {
    let here = Folder::new();
    let backup = here.0.join("backup.db");
    assert!(here.run(GOOD, &["backup", backup.to_str().unwrap()]).status.success(), "the first command makes database and root key, and leaves a record");
    assert_eq!(here.checked(GOOD), (Some(0), Vec::new()));
    let key = here.0.join("root.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (_, found) = here.checked(GOOD);
    assert!(matches!(found.as_slice(), [one] if one.contains("chmod 600")), "{found:?}");
    assert_eq!(here.served(GOOD), (Some(2), found));
    std::fs::rename(&key, here.0.join("elsewhere")).unwrap();
    let (code, found) = here.checked(GOOD);
    assert!(code == Some(2) && matches!(found.as_slice(), [one] if one.contains("put its copy back")), "{found:?}");
    assert_eq!(here.served(GOOD).1, found);
}
