//! The crates' imports are those of the table in `docs/architecture.md`, and files stay small.

use std::{collections::{BTreeMap, BTreeSet}, path::{Path, PathBuf}, process::Command};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// crate → (layer, allowed imports), read from the table.
fn table() -> BTreeMap<String, (u32, BTreeSet<String>)> {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains("| `homeward-"));
    let table: BTreeMap<_, _> = rows
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let allowed = cells[3].split_whitespace().map(|name| format!("homeward-{name}")).collect();
            (cells[1].trim_matches('`').to_owned(), (cells[0].parse().unwrap(), allowed))
        })
        .collect();
    assert!(table.len() >= 11, "the table has {} rows", table.len());
    table
}

/// crate → direct dependencies that end up in the product (not for tests).
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let out = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(root()).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null());
            let names = dependencies.map(|d| d["name"].as_str().unwrap().to_owned()).collect();
            (package["name"].as_str().unwrap().to_owned(), names)
        })
        .collect()
}

#[test]
fn imports_point_down_and_only_as_the_table_says() {
    let (table, edges) = (table(), edges());
    for (name, (layer, allowed)) in &table {
        let imports: BTreeSet<String> = edges[name].iter().filter(|d| d.starts_with("homeward-")).cloned().collect();
        assert_eq!(imports, *allowed, "{name} imports the first; the table says the second");
        for import in &imports {
            assert!(table[import].0 < *layer, "{name} (layer {layer}) imports {import}, which is not below it");
        }
    }
    for folder in std::fs::read_dir(root().join("crates")).unwrap() {
        let name = format!("homeward-{}", folder.unwrap().file_name().to_str().unwrap());
        assert!(table.contains_key(&name) || name == "homeward-testkit", "{name} is not in the table");
    }
}

/// What `docs/architecture.md` says below its table.
#[test]
fn outside_crates_stay_where_they_are_confined() {
    let confined: [(&str, &[&str]); 28] = [
        ("sqlx", &["homeward-store"]),
        ("rusqlite", &["homeward-store", "homeward-bench"]),
        ("redis", &["homeward-shared-state"]),
        ("mimalloc", &["homeward-server"]),
        ("argon2", &["homeward-local-credential", "homeward-bench"]),
        ("bcrypt", &["homeward-local-credential"]),
        ("scrypt", &["homeward-local-credential"]),
        ("pbkdf2", &["homeward-local-credential"]),
        ("zxcvbn", &["homeward-local-credential"]),
        ("fluent-bundle", &["homeward-language"]),
        ("lettre", &["homeward-server"]),
        ("clap", &["homeward-server"]),
        ("openidconnect", &["homeward-provider", "homeward-federation", "homeward-server"]),
        ("jsonwebtoken", &["homeward-provider", "homeward-federation"]),
        ("oauth2", &["homeward-federation"]),
        ("bergshamra", &["homeward-federation", "homeward-bench"]),
        ("roxmltree", &["homeward-federation"]),
        ("samael", &["homeward-saml-xmlsec", "homeward-bench"]),
        ("reqwest", &["homeward-egress", "homeward-server", "homeward-testkit", "homeward-bench"]),
        ("hickory-resolver", &["homeward-egress"]),
        ("opentelemetry-proto", &["homeward-server"]),
        ("prost", &["homeward-server"]),
        ("psl", &["homeward-portal"]),
        ("image", &["homeward-portal"]),
        ("multer", &["homeward-web"]),
        ("rcgen", &["homeward-federation", "homeward-simulator"]),
        ("maud", &["homeward-web", "homeward-mail", "homeward-server"]),
        ("actix-web", &["homeward-web", "homeward-server", "homeward-simulator", "homeward-testkit", "homeward-bench"]),
    ];
    for (package, dependencies) in edges() {
        for (outside, homes) in confined {
            assert!(!dependencies.contains(outside) || homes.contains(&package.as_str()), "{package} uses {outside}");
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap();
        if entry.is_dir() && !matches!(name, "target" | "node_modules" | ".git" | ".run") {
            sources(&entry, found);
        } else if name.ends_with(".rs") {
            found.push(entry);
        }
    }
}

#[test]
fn files_are_small_and_say_why_they_exist() {
    let mut found = Vec::new();
    for folder in ["crates", "web", "tests"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 60, "found {}", found.len());
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        let is_test_part = path.to_str().unwrap().ends_with("tests.rs") || path.to_str().unwrap().contains("/tests/");
        assert!(is_test_part || text.starts_with("//!") || text.starts_with("#![") , "{} does not say why it exists", path.display());
        for name in ["utils", "common", "helpers", "prelude"] {
            assert!(path.file_stem().unwrap() != name, "{} is no name", path.display());
        }
    }
}

/// DS-07: no crate of ours reads anything with a regular expression; names and messages are parsed by hand or by their own libraries.
#[test]
fn ds_07_nothing_of_ours_is_read_by_a_regular_expression() {
    let edges = edges();
    assert!(edges.values().any(|dependencies| dependencies.contains("serde")), "the dependencies are read");
    for (package, dependencies) in edges {
        for engine in ["regex", "regex-lite", "fancy-regex", "onig", "pcre2"] {
            assert!(!dependencies.contains(engine), "{package} uses {engine}");
        }
    }
}

/// SI-15: no code that could read memory which was never written.
#[test]
fn unsafe_code_is_forbidden_but_for_xmlsec() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for (package, _) in table() {
        let folder = package.strip_prefix("homeward-").unwrap();
        let folder = if folder == "web" { "web".to_owned() } else { format!("crates/{folder}") };
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        if package == "homeward-saml-xmlsec" {
            // The one that speaks to xmlsec, which is C.
            assert!(manifest.contains("undocumented_unsafe_blocks = \"deny\""));
            continue;
        }
        assert!(manifest.contains("[lints]\nworkspace = true"), "{package} does not take the workspace's lints");
    }
}

/// KS-03: whoever seals something at rest is known to the change of the root key, or it could not be opened after one.
#[test]
fn ks_03_whoever_seals_is_known_to_the_change_of_the_root_key() {
    const KNOWN: [&str; 11] = [
        "crates/provider/src/rotation.rs",
        "crates/signin/src/own_keys.rs",
        "crates/signin/src/there.rs",
        "crates/store/src/adapters/outbox.rs",
        // Secrets in documents of a connection, wherever they stand in it.
        "crates/federation/src/oidc/secret.rs",
        "crates/federation/src/oidc/client_key.rs",
        "crates/federation/src/delegated/",
        "crates/server/src/commands/connection_client.rs",
        "crates/server/src/commands/delegated.rs",
        "crates/server/src/portal.rs",
        "crates/signin/src/usecase/delegated/azure.rs",
    ];
    let mut found = Vec::new();
    for folder in ["crates", "web"] {
        sources(&root().join(folder), &mut found);
    }
    let seals = |text: &str| text.split("#[cfg(test)]").next().is_some_and(|code| code.contains("sealer.seal(") || code.contains("SealedSecret::seal("));
    let mut known = 0;
    for path in found {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if name.contains("/tests/") || name.ends_with("tests.rs") || !seals(&std::fs::read_to_string(&path).unwrap()) {
            continue;
        }
        assert!(KNOWN.iter().any(|place| name.starts_with(place)), "{name} seals something: add it to crates/store/src/adapters/resealing.rs, and here");
        known += 1;
    }
    assert!(known >= 5, "the test looks for the right words: {known}");
}
