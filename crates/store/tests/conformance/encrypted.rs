//! The way to a server: its certificate and the password.

use homeward_store::{Address, Store};

use super::server;

/// KS-01: a server is spoken to when its certificate is its authority's and names it, and when the password is right; no refusal shows one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_01_a_server_is_the_one_that_is_meant() {
    let (server, port) = server::encrypted("canary-right");
    let ca = format!("{}/ca.pem", server.folder);
    let address = |host: &str, parameters: &str, password: &str| Address::parse(&format!("postgres://homeward@{host}:{port}/postgres?sslmode={parameters}"), Some(password)).unwrap();
    let store = Store::connect(&address("localhost", &format!("verify-full&sslrootcert={ca}"), "canary-right")).await.unwrap();
    assert!(store.server_state().await.unwrap().unwrap().tls);
    store.check().await.unwrap();
    store.close().await;
    for (host, parameters, password, what) in [
        ("localhost", format!("verify-full&sslrootcert={ca}"), "canary-wrong", "the password"),
        ("localhost", "verify-full".into(), "canary-right", "an authority that nobody named"),
        ("127.0.0.1", format!("verify-full&sslrootcert={ca}"), "canary-right", "another name"),
    ] {
        let refused = Store::connect(&address(host, &parameters, password)).await.err().unwrap_or_else(|| panic!("{what}")).to_string();
        assert!(!refused.contains("canary"), "{refused}");
    }
}
