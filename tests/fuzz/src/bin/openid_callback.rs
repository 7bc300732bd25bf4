//! What comes to a callback address, the answer of an administrator's consent, and ids pasted from an app registration: read or refused.
#![no_main]

use homeward_federation::{
    delegated::ids::{Field, Overview, Pasted, overview, recognise},
    oidc::{CLOUDS, CallbackParams, azure::AzureApplication, is_tenant_id},
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(callback) = CallbackParams::parse(text) {
        assert!(!callback.state().is_empty());
    }
    let host = CLOUDS[0].host.to_owned();
    let application = AzureApplication { host, client_id: "homeward".to_owned(), redirect_uri: "https://homeward.example/azure".to_owned() };
    let _ = application.draft(text, "state");
    let known: Overview = overview(text);
    for field in [Field::Application, Field::Tenant] {
        if let Pasted::Value(value) = recognise(field, text, &known) {
            assert!(is_tenant_id(&value));
        }
    }
});
