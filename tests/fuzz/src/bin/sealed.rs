//! Sealed values of pages and secrets at rest: only what was sealed opens.
#![no_main]

use homeward_model::{Random, Timestamp};
use homeward_sealing::{RootKey, Sealer};

struct Fixed;
impl Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let sealer = Sealer::new(RootKey::generate(1, &Fixed), vec![]);
    assert!(sealer.open("key/1", data).is_none());
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(sealer.pages().open::<serde_json::Value>(&["stage"], text, Timestamp::from_seconds(0)).is_err());
        let _ = RootKey::parse(text);
    }
});
