use super::*;
use homeward_discovery::Disclosure;

const EXAMPLE: &str = include_str!("../../../deploy/homeward.example.toml");

fn read(text: &str) -> Result<Settings, String> {
    Settings::parse(Path::new("/etc/homeward/homeward.toml"), text).map_err(|e| e.to_string())
}

#[test]
fn the_example_parses_and_is_strict() {
    let settings = read(EXAMPLE).unwrap();
    assert_eq!(settings.signin.disclosure, Disclosure::Closed);
    assert!(!settings.server.allow_http_localhost && !settings.languages.pseudo);
    assert_eq!(settings.store.path.as_deref(), Some(Path::new("/etc/homeward/data/homeward.db")), "paths count from the file's folder");
}

/// The example shows every setting: what it sets and what it leaves in a comment, together, are all keys there are.
#[test]
fn the_example_names_every_setting() {
    let sections = [include_str!("settings/sections.rs"), include_str!("settings/store.rs"), include_str!("settings/redis.rs"), include_str!("settings/traces.rs")];
    let fields = sections.into_iter().flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": ").map(|(name, _)| name));
    let mut count = 0;
    for field in fields.filter(|name| !name.contains(' ')) {
        let shown = EXAMPLE.lines().map(|line| line.trim_start_matches(['#', ' ']));
        let found = shown.clone().any(|line| line.starts_with(&format!("{field} = "))) || EXAMPLE.contains(&format!("[server.{field}]")) || EXAMPLE.contains(&format!("[signin.{field}]"));
        assert!(found, "{field} is missing in deploy/homeward.example.toml");
        count += 1;
    }
    assert!(count > 25, "found {count}");
}

#[test]
fn what_is_left_out_has_a_safe_value() {
    let least = "[server]\nlisten = \"127.0.0.1:8080\"\npublic_url = \"https://s.example\"\n[store]\npath = \"a.db\"\n[secrets]\nroot_key_file = \"k\"\n\
                 [mail]\nhost = \"m.example\"\nport = 465\ntls = \"required\"\nfrom = \"a@s.example\"\n";
    let settings = read(least).unwrap();
    assert_eq!(settings.signin.disclosure, Disclosure::Closed);
    assert_eq!((settings.server.limits.header_seconds, settings.server.limits.body_seconds), (10, 15));
    assert_eq!((settings.passwords.memory_kib, settings.passwords.passes), (19_456, 2));
}

#[test]
fn unknown_keys_and_impossible_values_are_fatal_and_named_with_their_fix() {
    for (from, to, part) in [
        ("disclosure = \"closed\"", "disclosur = \"closed\"", "\"disclosur\" is no key here; did you mean \"disclosure\"?"),
        ("disclosure = \"closed\"", "disclosure = \"shut\"", "\"shut\" is no value here"),
        ("[languages]", "[language]", "did you mean \"languages\"?"),
        ("public_url = \"https://signin.example.com\"", "public_url = \"http://signin.example.com\"", "use an https address"),
        ("public_url = \"https://signin.example.com\"", "public_url = \"http://homeward.localhost:8080\"", "set allow_http_localhost = true"),
        ("tls = \"starttls\"", "tls = \"none\"", "is elsewhere"),
        ("memory_kib = 19456", "memory_kib = 1024", "use 7168 to 1048576"),
        ("passes = 2", "passes = 1", "cheap to guess"),
        ("header_seconds = 10", "header_seconds = 60", "use 1 to 10"),
        ("trusted_proxies = []", "trusted_proxies = [\"10.0.0.0/64\"]", "10.0.0.0/64"),
        ("security_contact = []", "security_contact = [\"mailto:security@example.com\", \"security@example.com\"]", "\"security@example.com\": write it like mailto:"),
        ("security_contact = []", "security_contact = [\"https://example.com/\\nCanonical: x\"]", "write it like mailto:"),
        ("[\"192.0.2.0/24\", \"2001:db8::/32\"]", "[\"192.0.2\"]", "[signin.zones] office"),
        ("root_key_file = \"data/root.key\"", "", "set one of root_key_file and root_key_env"),
        ("password_file = \"data/smtp.password\"", "", "[mail] username needs one of"),
        ("from = \"signin@example.com\"", "from = \"signin\"", "is no e-mail address"),
    ] {
        assert!(EXAMPLE.contains(from), "{from}");
        let error = read(&EXAMPLE.replace(from, to)).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
    let named = read(&EXAMPLE.replace("security_contact = []", "security_contact = [\"mailto:a@b.example\", \"https://b.example/security\", \"tel:+1\"]")).unwrap();
    assert_eq!(named.server.security_contact.len(), 3);
    let two = EXAMPLE.replace("passes = 2", "passes = 99").replace("header_seconds = 10", "header_seconds = 0");
    assert_eq!(read(&two).unwrap_err().lines().count(), 2, "everything that is wrong is said at once");
    let line = EXAMPLE.lines().position(|line| line.starts_with("disclosure")).unwrap() + 1;
    let error = read(&EXAMPLE.replace("disclosure = ", "disclosur = ")).unwrap_err();
    assert!(error.starts_with(&format!("/etc/homeward/homeward.toml:{line}: ")), "{error}");
}

/// A certificate of the broker's own, under an address that nobody reaches by it.
#[test]
fn tls_at_the_broker_goes_with_an_https_address() {
    let shown = EXAMPLE.replace("# [server.tls]\n", "[server.tls]\n").replace("# certificate = ", "certificate = ").replace("# key = ", "key = ");
    let tls = read(&shown).unwrap().server.tls.unwrap();
    assert_eq!((tls.certificate.as_path(), tls.key.as_path()), (Path::new("/etc/homeward/fullchain.pem"), Path::new("/etc/homeward/privkey.pem")));
    assert!(read(EXAMPLE).unwrap().server.tls.is_none());
    let local = shown.replace("https://signin.example.com", "http://homeward.localhost").replace("allow_http_localhost = false", "allow_http_localhost = true");
    let error = read(&local).unwrap_err();
    assert!(error.contains("[server.tls] serves https, and public_url = \"http://homeward.localhost\" does not begin with it"), "{error}");
}

/// http is for loopback names, and only with the switch.
#[test]
fn http_needs_the_development_switch_and_a_loopback_name() {
    let local = EXAMPLE.replace("https://signin.example.com", "http://homeward.localhost:8080");
    assert!(read(&local).is_err());
    assert!(read(&local.replace("allow_http_localhost = false", "allow_http_localhost = true")).is_ok());
    let elsewhere = EXAMPLE.replace("https://signin", "http://signin").replace("allow_http_localhost = false", "allow_http_localhost = true");
    assert!(read(&elsewhere).unwrap_err().contains("use an https address"));
}

/// KS-05: a password cannot stand in the configuration file itself.
#[test]
fn secrets_have_no_key_in_the_file() {
    for key in ["password = \"x\"", "root_key = \"x\""] {
        let section = if key.starts_with("password") { "[mail]" } else { "[secrets]" };
        assert!(read(&EXAMPLE.replace(section, &format!("{section}\n{key}"))).unwrap_err().contains("is no key here"), "{key}");
    }
}

/// Brokers count together in one Redis, beside one database; a file serves one broker, which counts by itself.
#[test]
fn several_brokers_count_in_redis_and_keep_nothing_in_a_file() {
    let with = |redis: &str, store: &str| read(&EXAMPLE.replacen("path = \"data/homeward.db\"", &format!("{store}\n[redis]\n{redis}"), 1));
    const SERVER: &str = "url = \"postgres://homeward@localhost/signin\"";
    let shown = |redis: &str| with(redis, SERVER).map(|settings| settings.redis.address().map(|address| address.unwrap().to_string()));
    assert_eq!(shown("url = \"redis://localhost\"").unwrap().unwrap(), "Redis at localhost:6379");
    assert_eq!(shown("url = \"rediss://redis.example.com:7000/2\"").unwrap().unwrap(), "Redis at redis.example.com:7000");
    assert!(read(EXAMPLE).unwrap().redis.address().unwrap().is_none(), "one broker counts by itself");
    for (redis, part) in [
        ("url = \"redis://redis.example.com\"", "the server is on another machine"),
        ("url = \"redis://:canary@localhost\"", "it holds a username or a password"),
        ("url = \"redis://localhost\"\nusername = \"h\"", "username needs one of"),
        ("url = \"redis://localhost\"\npassword_file = \"p\"\npassword_env = \"P\"", "set one of password_file and password_env"),
        ("url = \"redis://localhost\"\nauthority = \"a.pem\"", "authority is for rediss://"),
        ("username = \"homeward\"", "belong to one of url"),
    ] {
        let wrong = with(redis, SERVER).unwrap_err();
        assert!(wrong.contains(part) && !wrong.contains("canary"), "{redis}: {wrong}");
    }
    for (redis, shows) in [
        ("sentinels = [\"redis://localhost\"]\nmaster = \"counters\"", "Redis counters, watched by the sentinels at localhost:26379"),
        ("cluster = [\"rediss://a.example.com\", \"rediss://b.example.com:7000\"]", "Redis Cluster with nodes at a.example.com:6379, b.example.com:7000"),
    ] {
        assert_eq!(shown(redis).unwrap().unwrap(), shows);
    }
    for (redis, part) in [
        ("sentinels = [\"redis://localhost\"]", "sentinels needs master"),
        ("url = \"redis://localhost\"\nmaster = \"counters\"", "belong to sentinels"),
        ("cluster = [\"redis://localhost\"]\nsentinel_password_file = \"p\"", "belong to sentinels"),
        ("url = \"redis://localhost\"\ncluster = [\"redis://localhost\"]", "set one of url, sentinels and cluster"),
        ("sentinels = [\"redis://10.0.0.7\"]\nmaster = \"counters\"", "[redis] sentinels: the server is on another machine"),
        ("sentinels = [\"redis://localhost\"]\nmaster = \"my counters\"", "[redis] sentinels: master is the name"),
        ("sentinels = [\"redis://localhost\"]\nmaster = \"counters\"\nsentinel_username = \"h\"", "sentinel_username needs one of"),
        ("cluster = [\"redis://localhost/1\"]", "without a number of a database"),
        ("master = \"counters\"", "and none is set"),
    ] {
        let wrong = with(redis, SERVER).unwrap_err();
        assert!(wrong.contains(part), "{redis}: {wrong}");
    }
    let embedded = with("url = \"redis://localhost\"", "path = \"a.db\"").unwrap_err();
    assert!(embedded.contains("a file of SQLite serves one alone"), "{embedded}");
    let named = shown("url = \"rediss://redis.example.com\"\nauthority = \"/nowhere\"").unwrap().unwrap_err();
    assert!(named.contains("[redis] authority: /nowhere"), "{named}");
}

/// The store is in one place, and its password is in none that is shown.
#[test]
fn a_store_is_in_one_place() {
    let with = |store: &str| read(&EXAMPLE.replacen("path = \"data/homeward.db\"", store, 1)).map(|settings| settings.store.place().map(|place| place.to_string()));
    assert_eq!(with("url = \"postgres://homeward@localhost/signin?host=/run/postgresql\"").unwrap().unwrap(), "PostgreSQL database signin at /run/postgresql");
    assert!(with("url = \"postgres://homeward@localhost/signin\"\nanswer_seconds = 5").unwrap().is_ok());
    for (store, part) in [
        ("", "set path (a file of SQLite) or url"),
        ("path = \"a.db\"\nurl = \"postgres://homeward@localhost/signin\"", "path and url are both set"),
        ("path = \"a.db\"\npassword_file = \"p\"", "belong to url"),
        ("path = \"a.db\"\nanswer_seconds = 5", "answer_seconds belongs to url"),
        ("url = \"postgres://homeward@localhost/signin\"\nanswer_seconds = 0", "goes from 1 to 60"),
        ("url = \"postgres://homeward@localhost/signin\"\nanswer_seconds = 61", "goes from 1 to 60"),
        ("url = \"postgres://homeward@localhost/signin\"\npassword_file = \"p\"\npassword_env = \"P\"", "set one of password_file and password_env"),
        ("url = \"postgres://homeward:canary@localhost/signin\"", "it holds a password"),
        ("url = \"postgres://homeward@db.example/signin?sslmode=disable\"", "the server is on another machine"),
        ("url = \"mysql://homeward@localhost/signin\"", "[store] url: it is no address"),
    ] {
        let wrong = with(store).unwrap_err();
        assert!(wrong.contains(part) && !wrong.contains("canary"), "{store}: {wrong}");
    }
    let named = with("url = \"postgres://homeward@localhost/signin\"\npassword_file = \"/nowhere\"").unwrap().unwrap_err();
    assert!(named.contains("[store] password_file: /nowhere"), "{named}");
}
