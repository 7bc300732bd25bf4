//! Tokens, key sets and JSON of strangers: read or refused, never a panic.
#![no_main]

use homeward_federation::oidc::parsers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = parsers::reads_keys(bytes);
    if parsers::reads_json(bytes) {
        assert!(serde_json::from_slice::<serde_json::Value>(bytes).is_ok(), "what is strict JSON is JSON");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if parsers::reads_jws(text) {
            assert_eq!(text.matches('.').count(), 2);
            assert!(!text.contains('='));
        }
    }
});
