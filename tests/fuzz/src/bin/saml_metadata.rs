//! A provider's metadata, and certificates as pasted: read or refused; what was read is read again the same, and nothing passes for
//! signed by a key that is new in every run.
#![no_main]

#[path = "../saml_world.rs"]
#[expect(dead_code, reason = "the world of the messages; here only its settings")]
mod saml_world;

use homeward_federation::{
    Protocol,
    saml::{
        certificate::read_paste,
        metadata::{read, signed_text},
    },
};
use homeward_model::Timestamp;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let now = Timestamp::from_seconds(1_790_000_000);
    if let Ok(metadata) = read(data, None, now) {
        assert!(!metadata.entity_id.is_empty() && !metadata.certificates.is_empty());
        // A scheme is the same in capitals (RFC 3986 3.1), so the origin is asked, where it is written small.
        let web = |origin: &str| origin.starts_with("https://") || origin.starts_with("http://");
        assert!(metadata.sso_redirect.iter().chain(&metadata.sso_post).all(|url| web(&url.origin())));
        assert_eq!(read(data, Some(&metadata.entity_id), now).map(|m| m.certificates), Ok(metadata.certificates));
    }
    if let Protocol::Saml(settings) = &saml_world::world::world().connection.settings.protocol {
        assert!(signed_text(data, settings, now).is_none());
    }
    if let Ok(certificates) = read_paste(data) {
        let pems: String = certificates.iter().map(|c| c.pem()).collect();
        assert_eq!(read_paste(pems.as_bytes()).unwrap(), certificates);
    }
});
