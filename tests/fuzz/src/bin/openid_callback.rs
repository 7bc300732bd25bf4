//! What comes to a callback address, and the answer of an administrator's consent: read or refused.
#![no_main]

use homeward_federation::oidc::{CLOUDS, CallbackParams, azure::AzureApplication};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(callback) = CallbackParams::parse(text) {
        assert!(!callback.state().is_empty());
    }
    let application = AzureApplication { cloud: CLOUDS[0], client_id: "homeward".to_owned(), redirect_uri: "https://homeward.example/azure".to_owned() };
    let _ = application.draft(text, "state");
});
