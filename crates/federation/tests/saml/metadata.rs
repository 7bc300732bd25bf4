//! 1.J, metadata: a provider's read, our own written.

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::saml::{
    self, EndpointUrl, NewKey, SamlSettings,
    metadata::{Field, MetadataProblem, changes, read, settings_with, write},
};
use homeward_federation::Protocol;
use homeward_simulator::{KeyKind, SigningKey, Validity};

use crate::world::{ACS, IDP, NOW, SLO, SP, counted, part, swap, world};

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap()
}

fn metadata() -> String {
    let idp = world().idp();
    idp.metadata_xml(&idp.metadata("https://idp.a.example/sso", "https://idp.a.example/slo"))
}

fn settings() -> SamlSettings {
    match &world().connection.settings.protocol {
        Protocol::Saml(settings) => (**settings).clone(),
        Protocol::Oidc(_) => unreachable!(),
    }
}

#[test]
fn metadata_of_a_provider() {
    let good = metadata();
    for text in [good.clone(), format!("\u{feff}{good}"), format!("\n<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- made by x -->{good}\r\n")] {
        let text = text.trim_start_matches('\n');
        let read = read(text.as_bytes(), None, NOW).unwrap();
        assert_eq!((read.entity_id.as_str(), read.certificates.len()), (IDP, 1));
        assert_eq!(read.certificates[0].der(), world().idp().key.certificate());
        assert_eq!(read.sso_redirect, EndpointUrl::parse("https://idp.a.example/sso"));
    }
}

/// Metadata 2.2.2: an address for answers belongs to its binding. That of POST is none of the Redirect service that we answer at.
#[test]
fn an_address_for_answers_belongs_to_its_binding() {
    let service = |binding: &str, more: &str| format!("<md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{binding}\" Location=\"https://idp.a.example/slo/{binding}\"{more}/>");
    let at = |address: &str| EndpointUrl::parse(address);
    let (own, answers) = (" ResponseLocation=\"https://idp.a.example/done/own\"", " ResponseLocation=\"https://idp.a.example/done/post\"");
    let good = metadata();
    let start = good.find("<md:SingleLogoutService").unwrap();
    let close = "</md:SingleLogoutService>";
    let end = good.rfind(close).unwrap() + close.len();
    for (services, expected) in [
        (service("Redirect", "") + &service("POST", answers), None),
        (service("Redirect", own) + &service("POST", answers), at("https://idp.a.example/done/own")),
        (service("POST", answers), at("https://idp.a.example/done/post")),
    ] {
        let read = read(format!("{}{services}{}", &good[..start], &good[end..]).as_bytes(), None, NOW).unwrap();
        assert_eq!(read.slo_response, expected, "{services}");
        assert_eq!(read.slo_post, at("https://idp.a.example/slo/POST"));
    }
}

/// SM-02: entities, other encodings, bombs, other documents.
#[test]
fn sm_02_metadata_is_read_strictly() {
    let good = metadata();
    assert!(read(good.as_bytes(), None, NOW).is_ok());
    let problem = |text: &str| read(text.as_bytes(), None, NOW).unwrap_err();
    assert_eq!(problem(&format!("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{good}")), MetadataProblem::Unreadable("xml.doctype"));
    assert_eq!(problem(&format!("<!DOCTYPE x>{good}")), MetadataProblem::Unreadable("xml.doctype"));
    assert_eq!(problem(&format!("<!--{}-->{good}", "x".repeat(1024 * 1024))), MetadataProblem::Unreadable("xml.too_large"));
    assert_eq!(problem(&format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{good}")), MetadataProblem::Unreadable("xml.encoding"));
    assert_eq!(problem("<x/>"), MetadataProblem::NotMetadata);
    assert_eq!(problem(""), MetadataProblem::Unreadable("xml.leading_bytes"));
    let nested = format!("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:EntitiesDescriptor>{good}</md:EntitiesDescriptor></md:EntitiesDescriptor>");
    assert_eq!(problem(&nested), MetadataProblem::NoProvider);
}

#[test]
fn of_several_providers_one_is_chosen() {
    let good = metadata();
    let other = good.replace(IDP, "https://idp.other.example/");
    let both = format!("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{good}{}</md:EntitiesDescriptor>", other.replace(" ID=\"", " ID=\"_2"));
    assert_eq!(read(both.as_bytes(), None, NOW).unwrap_err(), MetadataProblem::Several(vec![IDP.to_owned(), "https://idp.other.example/".to_owned()]));
    assert_eq!(read(both.as_bytes(), Some(IDP), NOW).unwrap().entity_id, IDP);
    assert!(read(both.as_bytes(), Some("https://idp.third.example/"), NOW).is_err());
}

/// SM-04: metadata that is over is not taken.
#[test]
fn sm_04_metadata_that_is_over() {
    let good = metadata();
    let until = |at: &str| read(swap(&good, "entityID=", &format!("validUntil=\"{at}\" entityID=")).as_bytes(), None, NOW);
    assert!(until("2026-12-01T00:00:00Z").is_ok());
    assert_eq!(until("2026-09-21T14:13:20Z").unwrap_err(), MetadataProblem::Expired("2026-09-21T14:13:20Z".to_owned()));
    assert_eq!(until("tomorrow").unwrap_err(), MetadataProblem::Unreadable("time.valid_until"));
    // To the second, and the earlier of two counts, wherever it stands.
    assert_eq!(until("2026-09-21T14:13:21Z").unwrap().valid_until, Some(NOW.plus(std::time::Duration::from_secs(1))));
    let in_two = |outer: &str, inner: &str| {
        let inner = swap(&good, "entityID=", &format!("validUntil=\"{inner}\" entityID="));
        read(format!("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" validUntil=\"{outer}\">{inner}</md:EntitiesDescriptor>").as_bytes(), None, NOW)
    };
    let (past, soon, later) = ("2026-09-21T14:13:20Z", "2026-09-21T14:13:21Z", "2026-12-01T00:00:00Z");
    for (outer, inner) in [(past, later), (later, past)] {
        assert_eq!(in_two(outer, inner).unwrap_err(), MetadataProblem::Expired(past.to_owned()));
    }
    for (outer, inner) in [(soon, later), (later, soon)] {
        let read = in_two(outer, inner).unwrap();
        assert_eq!((read.entity_id.as_str(), read.valid_until), (IDP, Some(NOW.plus(std::time::Duration::from_secs(1)))));
    }
}

/// SM-04: how long a provider wishes its metadata to be kept says nothing of what it is: huge, negative or no duration, it is read as without it,
/// and what is over is over all the same.
#[test]
fn sm_04_how_long_metadata_may_be_kept_changes_nothing() {
    let good = metadata();
    let plain = read(good.as_bytes(), None, NOW).unwrap();
    for wish in ["P1000Y", "P99999999999999999999D", "-P1D", "PT0S", "soon", ""] {
        let wishing = swap(&good, "entityID=", &format!("cacheDuration=\"{wish}\" entityID="));
        let found = read(wishing.as_bytes(), None, NOW).unwrap();
        assert_eq!((changes(&settings(), &found), found.valid_until), (changes(&settings(), &plain), plain.valid_until), "{wish}");
        let over = swap(&wishing, "entityID=", "validUntil=\"2026-09-21T14:13:20Z\" entityID=");
        assert_eq!(read(over.as_bytes(), None, NOW).unwrap_err(), MetadataProblem::Expired("2026-09-21T14:13:20Z".to_owned()), "{wish}");
    }
}

/// SM-05: another entity ID at the same address is refused.
#[test]
fn sm_05_the_entity_id_is_pinned() {
    let read_as = |text: &str| read(text.as_bytes(), None, NOW).unwrap();
    assert!(changes(&settings(), &read_as(&metadata())).is_ok());
    let other = read_as(&metadata().replace(IDP, "https://idp.evil.example/"));
    assert!(changes(&settings(), &other).is_err() && settings_with(&settings(), &other).is_err());
}

/// SM-06: what a refresh would change is said before it happens; a new key is marked as such.
#[test]
fn sm_06_changes_are_shown() {
    let same = changes(&settings(), &read(metadata().as_bytes(), None, NOW).unwrap()).unwrap();
    assert!(same.iter().all(|c| c.field != Field::Certificate && c.field != Field::SsoRedirect), "{same:?}");
    let new = homeward_simulator::saml::Idp::with_key(IDP, SigningKey::new("new", KeyKind::Rsa, Validity::default()).unwrap());
    let moved = new.metadata_xml(&new.metadata("https://idp.a.example/sso2", "https://idp.a.example/slo"));
    let moved = read(moved.as_bytes(), None, NOW).unwrap();
    let all = changes(&settings(), &moved).unwrap();
    let keys: Vec<bool> = all.iter().filter(|c| c.field == Field::Certificate).map(homeward_federation::saml::metadata::Change::adds_key).collect();
    assert_eq!(keys, [false, true]);
    assert!(all.iter().any(|c| c.field == Field::SsoRedirect && c.new.as_deref() == Some("https://idp.a.example/sso2")));
    let after = settings_with(&settings(), &moved).unwrap();
    assert_eq!(after.certificates.len(), 1);
    assert!(changes(&after, &moved).unwrap().is_empty());
}

/// SM-07, SB-09, SK-17: addresses are https, and a key for encryption signs nothing.
#[test]
fn sm_07_sb_09_sk_17_addresses_and_uses() {
    let good = metadata();
    for bad in ["javascript:alert(1)", "http://idp.a.example/sso", "//idp.a.example", "https://u:p@idp.a.example/", "https://idp.a.example/#x", "data:text/html,x"] {
        let text = good.replace("https://idp.a.example/sso", bad);
        assert_eq!(read(text.as_bytes(), None, NOW).unwrap_err(), MetadataProblem::Address(bad.to_owned()));
    }
    let with_query = good.replace("https://idp.a.example/sso", "https://idp.a.example/sso?tenant=1");
    assert!(read(with_query.as_bytes(), None, NOW).is_ok());
    let only_encryption = good.replace("use=\"signing\"", "use=\"encryption\"");
    assert_ne!(only_encryption, good);
    assert_eq!(read(only_encryption.as_bytes(), None, NOW).unwrap_err(), MetadataProblem::NoCertificate);
}

/// SM-08: our own metadata: order of the schema, all keys during a rollover, addresses; signed by our key.
#[test]
fn sm_08_our_metadata() {
    let mut sp = world().sp.clone();
    sp.decryption.push(world().old_decryption.clone());
    let next = NewKey::generate(saml::KeyKind::EcdsaP256, "signin.example.com", NOW).unwrap();
    sp.signing.push(saml::SigningKey::from_pkcs8(&next.pkcs8, &next.certificate).unwrap());
    let text = write(&sp, &counted());
    let certificates: Vec<Vec<u8>> = text.split("<ds:X509Certificate>").skip(1).map(|rest| base64(rest.split('<').next().unwrap())).collect();
    assert!([sp.signing[0].certificate(), &next.certificate].iter().all(|key| certificates.iter().any(|one| one == key)), "both keys that sign are shown");
    for (what, times) in [("use=\"signing\"", 2), ("use=\"encryption\"", 2), (&format!("entityID=\"{SP}\""), 1), (&format!("\"{ACS}\""), 1), (&format!("\"{SLO}\""), 2), ("<ds:Signature ", 1), ("md:AssertionConsumerService ", 1)] {
        assert_eq!(text.matches(what).count(), times, "{what} in {text}");
    }
    let order: Vec<usize> = ["<ds:Signature ", "<md:SPSSODescriptor", "use=\"signing\"", "use=\"encryption\"", "<md:SingleLogoutService", "<md:NameIDFormat", "<md:AssertionConsumerService"]
        .iter()
        .map(|part| text.find(part).unwrap())
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    // xmlsec is the judge of the signature.
    let signed = homeward_saml_xmlsec::signed_bytes(&text, &[sp.signing[0].certificate()], homeward_saml_xmlsec::Sha1::Refuse).unwrap();
    assert_eq!(signed, text.replace(part(&text, "<ds:Signature ", "</ds:Signature>"), ""));
}

/// What a service provider publishes, a line for each tag, with names in place of what is new in every run: keys, ID and values of the signature.
fn shown(sp: &saml::ServiceProvider) -> String {
    let mut text = write(sp, &counted());
    let id = crate::world::id_of(&text).to_owned();
    text = text.replace(&id, "ID");
    let signing = sp.signing.iter().map(|key| key.certificate().to_vec()).enumerate().map(|(at, key)| (format!("signing {}", at + 1), key));
    let decryption = sp.decryption.iter().map(|key| key.certificate().to_vec()).enumerate().map(|(at, key)| (format!("encryption {}", at + 1), key));
    for (name, key) in signing.chain(decryption) {
        text = text.replace(&STANDARD.encode(key), &name);
    }
    for tag in ["ds:DigestValue", "ds:SignatureValue"] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        text = text.replace(part(&text, &open, &close), &format!("{open}{close}"));
    }
    text.replace("><", ">\n<") + "\n"
}

/// SM-08: our own metadata word for word: of one connection, of another, and of one whose keys are being replaced. They differ in the addresses alone, and
/// in the keys: during the change both are there for each use, the one that signs first, and it alone has signed.
#[test]
fn sm_08_our_metadata_is_the_same_word_for_word() {
    let golden = include_str!("metadata.golden.xml");
    let sp = world().sp.clone();
    assert_eq!(shown(&sp), golden);
    let moved = |address: &str| address.replace("/saml/a", "/saml/b");
    let other = saml::ServiceProvider { entity_id: moved(SP), acs_url: moved(ACS), slo_url: Some(moved(SLO)), ..sp.clone() };
    assert_ne!(moved(golden), golden);
    assert_eq!(shown(&other), moved(golden));
    let mut rolling = sp;
    let next = NewKey::generate(saml::KeyKind::EcdsaP256, "signin.example.com", NOW).unwrap();
    rolling.signing.push(saml::SigningKey::from_pkcs8(&next.pkcs8, &next.certificate).unwrap());
    rolling.decryption.push(world().old_decryption.clone());
    let twice = |text: &str, purpose: &str| {
        let one = part(text, &format!("<md:KeyDescriptor use=\"{purpose}\">"), "</md:KeyDescriptor>\n").to_owned();
        text.replace(&one, &(one.clone() + &one.replace(&format!("{purpose} 1"), &format!("{purpose} 2"))))
    };
    assert_eq!(shown(&rolling), twice(&twice(golden, "signing"), "encryption"));
    assert_eq!(shown(&rolling).matches("signing 1").count(), 2, "in its place, and in the signature");
    let by = |key: &saml::SigningKey| homeward_saml_xmlsec::signed_bytes(&write(&rolling, &counted()), &[key.certificate()], homeward_saml_xmlsec::Sha1::Refuse).is_ok();
    assert_eq!([by(&rolling.signing[0]), by(&rolling.signing[1])], [true, false]);
}
