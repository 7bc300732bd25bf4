//! What we send: AuthnRequests by both bindings, their signatures, hints and limits.

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::{
    Departure, Hint, PendingProtocol, Wish,
    saml::{BeginError, EndpointUrl, KeyKind, NameIdFormat, NewKey, RequestSigning, ServiceProvider, SigningKey, begin},
};
use homeward_model::SystemRandom;

use crate::world::{ACS, NOW, SP, counted, with_settings, world};

fn wish() -> Wish {
    Wish { handle: "h".repeat(43), ..Wish::default() }
}

fn begun(connection: &homeward_federation::Connection, wish: &Wish) -> String {
    begin(connection, &world().sp, wish, NOW, &counted()).unwrap().0.address().to_owned()
}

fn parameter(url: &str, name: &str) -> Option<String> {
    url::Url::parse(url).unwrap().query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn message(url: &str) -> String {
    use std::io::Read;
    let deflated = STANDARD.decode(parameter(url, "SAMLRequest").unwrap()).unwrap();
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(deflated.as_slice()).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn b_099_a_request_by_redirect_is_signed_over_its_octets() {
    let (departure, pending) = begin(&world().connection, &world().sp, &wish(), NOW, &SystemRandom).unwrap();
    let url = departure.address().to_owned();
    let text = message(&url);
    let PendingProtocol::Saml { request_id } = &pending.protocol else { panic!("SAML") };
    assert!(request_id.len() == 41 && text.contains(&format!(" ID=\"{request_id}\"")));
    for part in [&format!("AssertionConsumerServiceURL=\"{ACS}\""), "Destination=\"https://idp.a.example/sso\"", "IssueInstant=\"2026-09-21T14:13:20Z\"", &format!("{SP}</saml:Issuer>"), "AllowCreate=\"true\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("ForceAuthn") && !text.contains("IsPassive") && !text.contains("<saml:Subject>") && !text.contains("RequestedAuthnContext"));
    assert_eq!(parameter(&url, "RelayState").as_deref(), Some(wish().handle.as_str()));
    assert_eq!((pending.connection, pending.sent_at), (world().connection.id, NOW));
    let (_, query) = url.split_once('?').unwrap();
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    let signature = STANDARD.decode(parameter(&format!("https://x/?s={signature}"), "s").unwrap()).unwrap();
    let certificate = homeward_federation::saml::certificate::Certificate::from_der(world().sp.signing[0].certificate()).unwrap();
    let key = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED, certificate.public_key().to_vec());
    assert!(key.verify(signed.as_bytes(), &signature).is_ok());
    assert!(key.verify(signed.replace("RelayState", "relayState").as_bytes(), &signature).is_err());
}

#[test]
fn ids_are_never_the_same_and_not_guessable() {
    let ids: std::collections::BTreeSet<String> = (0..200)
        .map(|_| match begin(&world().connection, &world().sp, &wish(), NOW, &SystemRandom).unwrap().1.protocol {
            PendingProtocol::Saml { request_id } => request_id,
            PendingProtocol::Oidc { .. } => String::new(),
        })
        .collect();
    assert_eq!(ids.len(), 200);
}

#[test]
fn what_a_wish_becomes() {
    let connection = with_settings(|s| {
        s.name_id_format = Some(NameIdFormat::Persistent);
        s.requested_authn_context = vec!["urn:x:strong&".to_owned()];
    });
    let strict = message(&begun(&connection, &Wish { fresh: true, silent: true, ..wish() }));
    for part in ["ForceAuthn=\"true\"", "IsPassive=\"true\"", "nameid-format:persistent", "Comparison=\"exact\"", "urn:x:strong&amp;</saml:AuthnContextClassRef>"] {
        assert!(strict.contains(part), "{part} in {strict}");
    }
    let aged = message(&begun(&connection, &Wish { max_age: Some(300), ..wish() }));
    assert!(aged.contains("ForceAuthn=\"true\"") && !aged.contains("IsPassive"), "OA-22: {aged}");
    let second = message(&begun(&connection, &Wish { second_factor: true, ..wish() }));
    assert!(second.contains("https://refeds.org/profile/mfa") && !second.contains("urn:x:strong"));
}

/// B-049 to B-059: the username goes in the provider's own dialect, escaped.
#[test]
fn hints_in_every_dialect() {
    let with = |hint, username: &str| {
        let mut connection = world().connection.clone();
        connection.settings.hint = hint;
        begun(&connection, &Wish { username: Some(username.to_owned()), ..wish() })
    };
    let subject = message(&with(Hint::Subject, "a<b>&\"'@x.example"));
    assert!(subject.contains("emailAddress\">a&lt;b&gt;&amp;\"'@x.example</saml:NameID></saml:Subject><samlp:NameIDPolicy"), "{subject}");
    assert_eq!(parameter(&with(Hint::LoginHint, "a+b&c=d@x.example"), "login_hint").as_deref(), Some("a+b&c=d@x.example"));
    assert_eq!(parameter(&with(Hint::UsernameParameter, "ann"), "username").as_deref(), Some("ann"));
    assert_eq!(parameter(&with(Hint::DomainHint, "a@b@x.example"), "domain_hint").as_deref(), Some("x.example"));
    assert_eq!(parameter(&with(Hint::HostedDomain, "a@x.example"), "hd").as_deref(), Some("x.example"));
    let none = with(Hint::None, "a@x.example");
    assert!(!none.contains("x.example") && !message(&none).contains("x.example"));
    assert_eq!(parameter(&with(Hint::DomainHint, "ann"), "domain_hint"), None);
}

#[test]
fn by_post_the_signature_is_inside_and_both_verifiers_accept_it() {
    let connection = with_settings(|s| {
        s.sso_redirect = None;
        s.sso_post = EndpointUrl::parse("https://idp.a.example/sso?tenant=1");
    });
    let rsa = NewKey::generate(KeyKind::Rsa, "signin.example.com", NOW).unwrap();
    let rsa = SigningKey::from_pkcs8(&rsa.pkcs8, &rsa.certificate).unwrap();
    for key in [rsa, world().sp.signing[0].clone()] {
        let sp = ServiceProvider { signing: vec![key.clone()], ..world().sp.clone() };
        let mut connection = connection.clone();
        connection.settings.hint = Hint::LoginHint;
        let (departure, _) = begin(&connection, &sp, &Wish { username: Some("ann@x.example".to_owned()), ..wish() }, NOW, &counted()).unwrap();
        let Departure::Post { action, fields } = departure else { panic!("by POST") };
        assert_eq!(action, "https://idp.a.example/sso?tenant=1&login_hint=ann%40x.example");
        assert_eq!(fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["SAMLRequest", "RelayState"]);
        let text = String::from_utf8(STANDARD.decode(&fields[0].1).unwrap()).unwrap();
        // xmlsec is the judge here: it digested the request without its signature.
        let signed = homeward_saml_xmlsec::signed_bytes(&text, &[key.certificate()], homeward_saml_xmlsec::Sha1::Refuse).unwrap();
        let signature = crate::world::part(&text, "<ds:Signature ", "</ds:Signature>");
        assert_eq!(signed, text.replace(signature, ""));
    }
}

#[test]
fn what_cannot_begin() {
    let error = |connection: &homeward_federation::Connection, sp: &ServiceProvider, wish: &Wish| begin(connection, sp, wish, NOW, &counted()).unwrap_err();
    let sp = &world().sp;
    assert_eq!(error(&with_settings(|s| s.sso_redirect = None), sp, &wish()), BeginError::NoAddress);
    assert_eq!(error(&world().connection, sp, &Wish { handle: "h".repeat(81), ..Wish::default() }), BeginError::Handle);
    for kind in [RequestSigning::RsaSha256, RequestSigning::EcdsaSha256] {
        let connection = with_settings(|s| s.request_signing = kind);
        assert_eq!(error(&connection, &ServiceProvider { signing: vec![], ..sp.clone() }, &wish()), BeginError::NoKey);
        assert!(begun(&connection, &wish()).contains("ecdsa-sha256"), "{kind:?}: the present key signs until it is replaced");
    }
    let loopback = with_settings(|s| s.sso_redirect = EndpointUrl::parse("http://localhost:8080/sso"));
    assert_eq!(error(&loopback, sp, &wish()), BeginError::NotHttps);
    assert!(begin(&loopback, &ServiceProvider { loopback_http: true, ..sp.clone() }, &wish(), NOW, &counted()).is_ok());
    let unsigned = with_settings(|s| s.request_signing = RequestSigning::Unsigned);
    assert!(!begun(&unsigned, &wish()).contains("Signature"));
    for bad in ["http://idp.example/", "javascript:alert(1)", "ftp://x/", "/sso", "https://", "https://x/#f", "https://a:b@x/", "https://x/ y"] {
        assert!(EndpointUrl::parse(bad).is_none(), "{bad}");
    }
    // A scheme in capitals is the same scheme (RFC 3986 3.1): kept as entered, and asked as what it is.
    let capitals = EndpointUrl::parse("HTTPS://idp.example/sso").unwrap();
    assert_eq!((capitals.as_str(), capitals.origin().as_str(), capitals.may_be_used(false)), ("HTTPS://idp.example/sso", "https://idp.example", true));
    assert!(EndpointUrl::parse("HTTP://idp.example/sso").is_none());
    assert!(!EndpointUrl::parse("HTTP://localhost:8080/sso").unwrap().may_be_used(false));
}

#[test]
fn a_key_and_its_certificate_belong_together() {
    let [one, other] = [(); 2].map(|()| NewKey::generate(KeyKind::EcdsaP256, "x", NOW).unwrap());
    assert!(SigningKey::from_pkcs8(&one.pkcs8, &one.certificate).is_ok());
    assert!(SigningKey::from_pkcs8(&one.pkcs8, &other.certificate).is_err());
    assert!(homeward_federation::saml::DecryptionKey::from_pkcs8(&one.pkcs8, &one.certificate).is_err());
    assert!(!format!("{:?}", world().sp).contains("pkcs8"));
}
