//! Tokens, key sets and JSON of strangers: read or refused, never a panic. A genuine token changed anywhere is no longer one.
#![no_main]

#[path = "../changed.rs"]
mod changed;

use homeward_federation::oidc::parsers;
use homeward_simulator::{KeyKind, SigningKey, Validity, oidc};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static GENUINE: std::sync::OnceLock<(String, Vec<u8>)> = std::sync::OnceLock::new();
    let (token, keys) = GENUINE.get_or_init(|| {
        let key = SigningKey::new("fuzz", KeyKind::P256, Validity::default()).expect("a key");
        let token = oidc::sign(&key, "JWT", &serde_json::json!({ "sub": "alice" }), &oidc::SignAs::Right);
        let keys = oidc::jwks(&[&key]).to_string().into_bytes();
        assert!(parsers::verifies(&token, &keys));
        (token, keys)
    });
    let _ = parsers::reads_keys(bytes);
    if parsers::reads_json(bytes) {
        assert!(serde_json::from_slice::<serde_json::Value>(bytes).is_ok(), "what is strict JSON is JSON");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(!parsers::verifies(text, keys), "nobody has signed this");
        if parsers::reads_jws(text) {
            assert_eq!(text.matches('.').count(), 2);
            assert!(!text.contains('='));
        }
    }
    if let Ok(text) = String::from_utf8(changed::by(token, bytes)) {
        let signed = |token: &str| token.rsplit_once('.').map(|(signed, _)| signed.to_owned());
        assert!(!parsers::verifies(&text, keys) || signed(&text) == signed(token), "{text}");
        let _ = parsers::verifies(token, &changed::by(&String::from_utf8_lossy(keys), bytes));
    }
});
