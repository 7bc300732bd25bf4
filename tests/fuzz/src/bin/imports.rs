//! Password hashes of other systems, and links of mails: nothing panics, nothing costly gets in.
#![no_main]

use homeward_local_credential::{import_foreign, reset};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = import_foreign(text);
    let _ = import_foreign(&format!("$argon2id$v=19${text}"));
    if let Some((selector, secret)) = reset::parse_link(text) {
        assert_eq!(format!("{selector}.{secret}"), text);
    }
});
