//! Discovery documents: read or refused; one that is read names the issuer that was asked for.
#![no_main]

use homeward_federation::oidc::parsers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if parsers::reads_discovery(bytes, "https://idp.example") {
        let document: serde_json::Value = serde_json::from_slice(bytes).expect("a document is JSON");
        assert_eq!(document["issuer"], "https://idp.example");
    }
});
