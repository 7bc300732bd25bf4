//! Authorization requests: nothing panics, and nothing leads to an address that is not registered.
#![no_main]

use homeward_model::ClientId;
use homeward_provider::{Client, Issuer, RedirectUri, Refusal, ResponseMode, authorize};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let params: Vec<(String, String)> = text.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let mut client = Client::new(ClientId::parse("app").expect("an id"), "App");
    client.kind = homeward_provider::ClientKind::Native;
    client.response_modes = [ResponseMode::Query, ResponseMode::FormPost].into();
    client.redirect_uris = ["https://app.example/cb", "http://127.0.0.1/cb"].map(|u| RedirectUri::parse(u).expect("a URI")).to_vec();
    let issuer = Issuer::parse("https://signin.example", false).expect("an issuer");
    let _ = authorize::client_id(&params);
    let to = match authorize::parse(&params, &client, &issuer) {
        Ok(request) => request.success_url(&issuer, "code"),
        Err(Refusal::Redirect(url)) => url,
        Err(Refusal::Post(form)) => form.to,
        Err(Refusal::Page(_)) => return,
    };
    assert!(to.starts_with("https://app.example/cb") || to.starts_with("http://127.0.0.1"), "{to}");
    if let Ok(uri) = RedirectUri::parse(text) {
        assert!(uri.matches(text));
    }
});
