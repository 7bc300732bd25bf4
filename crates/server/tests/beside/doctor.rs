//! What `doctor` finds: one thing after another is broken, and it says which it is and how to mend it, and ends with 2. It changes nothing itself.

use std::{collections::BTreeMap, net::TcpListener, os::unix::fs::PermissionsExt, path::Path};

use homeward_model::{SystemRandom, random_token};
use serde_json::Value;

use crate::installation::{Installation, text};

/// What is wrong, by what it is about; `None` when everything is well.
fn wrong(here: &Installation) -> BTreeMap<String, String> {
    let out = here.run(&["doctor", "--json"]);
    let findings: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let findings = findings.as_array().unwrap();
    let bad: BTreeMap<String, String> = findings.iter().filter(|one| one["good"] == false).map(|one| (text(one, "what").to_owned(), text(one, "says").to_owned())).collect();
    assert_eq!(out.status.code(), Some(if bad.is_empty() { 0 } else { 2 }), "{findings:#?}");
    bad
}

/// Everything in a folder, to the byte.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: std::fs::DirEntry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap_or_default());
    std::fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect()
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Asserts that these things are wrong and nothing else, and that each is said so.
fn says(found: &BTreeMap<String, String>, expected: &[(&str, &str)]) {
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let mut meant: Vec<&str> = expected.iter().map(|(what, _)| *what).collect();
    meant.sort_unstable();
    assert_eq!(names, meant, "{found:#?}");
    for (what, part) in expected {
        assert!(found[*what].contains(part), "{what}: {part:?} is not in {:?}", found[*what]);
    }
}

/// What the configuration names and how it is kept, beside a broker that runs. The twin of each: before and after it everything is well.
#[test]
fn doctor_says_what_is_wrong_with_the_files_and_with_what_they_name() {
    let here = Installation::new();
    let config = here.path("homeward.toml");
    let good = std::fs::read_to_string(&config).unwrap();
    says(&wrong(&here), &[]);
    for (file, broken, whole, expected) in [
        ("homeward.toml", 0o666, 0o644, &[("files", "run: chmod go-w ")][..]),
        ("homeward.db", 0o644, 0o600, &[("files", "run: chmod 640 ")]),
        ("root.key", 0o644, 0o600, &[("files", "run: chmod 600 "), ("root key", "run: chmod 600 ")]),
    ] {
        mode(&here.path(file), broken);
        says(&wrong(&here), expected);
        mode(&here.path(file), whole);
    }
    says(&wrong(&here), &[]);

    let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let mail = good.split("[mail]").nth(1).unwrap().split("port = ").nth(1).unwrap().lines().next().unwrap();
    std::fs::write(here.path("empty.db"), "").unwrap();
    std::fs::write(here.path("text.db"), "no database\n".repeat(500)).unwrap();
    std::fs::write(here.path("text"), "no key\n").unwrap();
    std::fs::write(here.path("other.key"), format!("1:{}=\n", random_token(&SystemRandom).replace(['-', '_'], "A"))).unwrap();
    for private in ["empty.db", "text.db", "other.key"] {
        mode(&here.path(private), 0o600);
    }
    mode(&here.path("text"), 0o644);
    let other = |from: &str, to: &str| { assert!(good.contains(from), "{from}"); good.replacen(from, to, 1) };
    let secure = other("http://127.0.0.1", "https://127.0.0.1") + "[server.tls]\ncertificate = \"none\"\nkey = \"none\"\n";
    for (text, expected) in [
        (format!("{good}[passwords]\nleaked_file = \"none\"\n"), &[("leaked passwords", "[passwords] leaked_file: ")][..]),
        (other(&format!("listen = \"{}\"", here.address), &format!("listen = \"{nobody}\"")), &[("broker", "start it: homeward serve")]),
        (other(&format!("http://127.0.0.1:{}", here.address.port()), &format!("http://{nobody}")), &[("address", "check the name, the certificate and the proxy in front")]),
        (other(&format!("http://127.0.0.1:{}", here.address.port()), &format!("http://localhost:{}", here.address.port())), &[("address", "is it another installation?")]),
        (other(&format!("port = {mail}"), &format!("port = {}", nobody.port())), &[("mail server", "check [mail] host, port, tls and the password")]),
        (secure, &[("address", "check the name, the certificate and the proxy in front"), ("broker", "/none: the certificate cannot be read"), ("certificate", "/none: the certificate cannot be read")]),
        (other("homeward.db", "elsewhere/homeward.db"), &[("database", "elsewhere/homeward.db is not there; the first start makes it: homeward serve. Where there was one")]),
        (other("homeward.db", "empty.db"), &[("database", "holds nothing that this version knows")]),
        (other("homeward.db", "text.db"), &[("database", "/text.db: the database cannot be opened")]),
        (other("root.key", "elsewhere/root.key"), &[("root key", "put its copy back")]),
        (other("root.key", "text"), &[("files", "run: chmod 600"), ("root key", "run: chmod 600")]),
        (other("root.key", "other.key"), &[("root key", "put the copy of this installation's root key back"), ("audit", "compare it with a backup")]),
    ] {
        std::fs::write(&config, &text).unwrap();
        let before: Vec<String> = everything(config.parent().unwrap()).into_keys().collect();
        says(&wrong(&here), expected);
        assert_eq!(everything(config.parent().unwrap()).into_keys().collect::<Vec<_>>(), before, "it has made nothing: {expected:?}");
    }
    assert_eq!(std::fs::metadata(here.path("empty.db")).unwrap().len(), 0, "nor filled anything");
    std::fs::write(&config, &good).unwrap();
    says(&wrong(&here), &[]);
}

/// What is in the database, while no broker runs. `doctor` leaves every byte as it is, also of a database that the next start brings to this version.
#[test]
fn doctor_says_what_is_wrong_with_the_database_and_leaves_it_as_it_is() {
    let mut here = Installation::new();
    here.stop();
    let database = here.path("homeward.db");
    let whole = std::fs::read(&database).unwrap();
    let put_back = || {
        for beside in ["homeward.db-wal", "homeward.db-shm"] {
            let _ = std::fs::remove_file(here.path(beside));
        }
        std::fs::write(&database, &whole).unwrap();
    };
    let stopped = [("address", "check the name"), ("broker", "start it: homeward serve")];
    says(&wrong(&here), &stopped);
    let last = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
    let changed = "DROP TRIGGER audit_record_is_fixed; UPDATE audit_record SET detail = 'something else' WHERE number = 1";
    for (statements, what, part) in [
        (last, "schema", "copy it with the version that it is of, then start this one (docs/upgrade.md): homeward serve"),
        ("UPDATE schema_bound SET least = 99", "database", "start the newer version"),
        ("DELETE FROM signing_key", "signing keys", "the first start makes them"),
        ("UPDATE signing_key SET signs_from = 1700000000", "signing keys", "By hand: homeward key rotate"),
        (changed, "audit", "compare it with a backup"),
        ("INSERT INTO outbox (recipient, doc, tries) VALUES ('ann@north.example', '{}', 9)", "outbox", "1 mails were given up; the log says why"),
        ("INSERT INTO logout_notice (client, person, session, tries) VALUES ('wiki', X'00', X'00', 9)", "outbox", "homeward audit list --event logout.notice"),
    ] {
        rusqlite::Connection::open(&database).unwrap().execute_batch(statements).unwrap();
        let before = everything(database.parent().unwrap());
        says(&wrong(&here), &[&stopped[..], &[(what, part)]].concat());
        assert!(everything(database.parent().unwrap()) == before, "nothing is changed, and nothing made: {statements}");
        put_back();
    }
    let mut damaged = whole.clone();
    let page = damaged.len() - 4096;
    damaged[page..].fill(0xa5);
    std::fs::write(&database, damaged).unwrap();
    let found = wrong(&here);
    assert!(found["database"].contains("restore the newest backup that is whole"), "{found:#?}");
    put_back();
    here.serve();
    says(&wrong(&here), &[]);
}
