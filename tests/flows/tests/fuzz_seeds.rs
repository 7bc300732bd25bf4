//! What the fuzz targets begin with, `tests/fuzz/seeds`: each input is given to its target here too, whose own assertions are the test. So a fuzzer never
//! begins with something that fails, and an input that once failed stays a test of every run.

#![expect(unused_attributes, dead_code, reason = "each target says that it has no main function, and takes a part of what several have in common")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use homeward_model::Timestamp;
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    saml::{Asked, Encryption, Idp, NameId, Redirect, Scene, SignatureForm, mutation::case},
};

/// The targets ask for this macro of libFuzzer's crate; here it makes a function of each.
extern crate self as libfuzzer_sys;

#[macro_export]
macro_rules! fuzz_target {
    (|$data:ident: &[u8]| $body:block) => {
        pub fn run($data: &[u8]) $body
    };
    (|$text:ident: &str| $body:block) => {
        pub fn run(bytes: &[u8]) {
            if let Ok($text) = std::str::from_utf8(bytes) $body
        }
    };
}

#[path = "../../fuzz/src/bin/authorize.rs"]
mod authorize;
#[path = "../../fuzz/src/bin/imports.rs"]
mod imports;
#[path = "../../fuzz/src/bin/jose.rs"]
mod jose;
#[path = "../../fuzz/src/bin/names.rs"]
mod names;
#[path = "../../fuzz/src/bin/openid_callback.rs"]
mod openid_callback;
#[path = "../../fuzz/src/bin/openid_discovery.rs"]
mod openid_discovery;
#[path = "../../fuzz/src/bin/pictures.rs"]
mod pictures;
#[path = "../../fuzz/src/bin/saml_logout.rs"]
mod saml_logout;
#[path = "../../fuzz/src/bin/saml_metadata.rs"]
mod saml_metadata;
#[path = "../../fuzz/src/bin/saml_response.rs"]
mod saml_response;
#[path = "../../fuzz/src/bin/saml_signed.rs"]
mod saml_signed;
#[path = "../../fuzz/src/bin/saml_verifiers.rs"]
mod saml_verifiers;
#[path = "../../fuzz/src/bin/sealed.rs"]
mod sealed;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 13] = [
    ("authorize", authorize::run),
    ("imports", imports::run),
    ("jose", jose::run),
    ("names", names::run),
    ("openid_callback", openid_callback::run),
    ("openid_discovery", openid_discovery::run),
    ("pictures", pictures::run),
    ("saml_logout", saml_logout::run),
    ("saml_metadata", saml_metadata::run),
    ("saml_response", saml_response::run),
    ("saml_signed", saml_signed::run),
    ("saml_verifiers", saml_verifiers::run),
    ("sealed", sealed::run),
];

/// The most that all of them may weigh in the repository.
const MOST: usize = 400 * 1024;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_target_holds_for_what_it_begins_with() {
    let (mut weight, mut inputs) = (0, 0);
    for (name, run) in TARGETS {
        let seeds: Vec<PathBuf> = fs::read_dir(folder().join("seeds").join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(seeds.len() > 5, "{name} begins with {} inputs", seeds.len());
        for seed in seeds {
            println!("{}", seed.display());
            let bytes = fs::read(&seed).unwrap();
            weight += bytes.len();
            inputs += 1;
            run(&bytes);
        }
    }
    assert!(weight <= MOST && inputs > 250, "{inputs} inputs weigh {weight} bytes");
}

#[test]
fn every_target_is_built_run_and_has_something_to_begin_with() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names_in(&folder().join("src/bin")), known);
    assert_eq!(names_in(&folder().join("seeds")), known);
    let script = fs::read_to_string(folder().join("run")).unwrap();
    let line = script.lines().find_map(|line| line.strip_prefix("printf '%s\\n' ")).unwrap();
    assert_eq!(line.trim_end_matches(" |").split(' ').map(str::to_owned).collect::<BTreeSet<_>>(), known);
}

/// One case of each kind whose message is not too large, and whole messages for the targets that read them. With `HOMEWARD_WRITE_SEEDS=1` they are written
/// anew. Their keys are those of that run: nobody trusts them in any other, and no private one is written.
#[test]
fn whole_messages_are_the_simulators() {
    let recipient = SigningKey::new("Service provider", KeyKind::Rsa, Validity::default()).unwrap();
    let scene = Scene {
        idp: Idp::new("https://idp.a.example/metadata", KeyKind::Rsa).unwrap(),
        attacker: Idp::new("https://idp.a.example/metadata", KeyKind::Rsa).unwrap(),
        curve: Idp::new("https://idp.a.example/metadata", KeyKind::P256).unwrap(),
        asked: Asked {
            entity_id: "https://signin.example.com/saml/a".into(),
            acs: "https://signin.example.com/saml/a/acs".into(),
            request_id: Some("_6f1d2c3b4a5968778695a4b3c2d1e0f011223344".into()),
        },
        now: Timestamp::from_seconds(1_790_000_000),
        mallory: "mallory@a.example".into(),
        victim: "alice@a.example".into(),
        encryption: Encryption::to_public_key(&recipient.public_key()).unwrap(),
    };
    let cases = [
        "SW-01", "SW-03", "SW-06", "SW-13", "SW-16", "SW-22", "SX-02", "SX-08", "SX-12", "SK-05", "SK-11", "SC-01", "SC-05", "SC-09", "SC-17", "SC-22", "SC-25", "SP-01", "SP-14", "SF-09",
        "SF-17", "SF-29", "SE-03", "SE-07", "SE-11",
    ];
    let mut made: Vec<(String, Vec<u8>)> = cases.iter().map(|id| (format!("saml_response/{}.xml", id.to_lowercase()), (case(id).unwrap().make)(&scene).remove(0).message)).collect();
    let idp = &scene.idp;
    let slo = "https://signin.example.com/saml/a/slo";
    let ask = idp.logout_ask(slo, NameId::email("alice@a.example"), "_s", scene.now);
    let answer = idp.logout_answer(slo, "_request", scene.now);
    let with = |way: u8, text: &str| [&[way], text.as_bytes()].concat();
    made.push(("saml_logout/request.xml".into(), with(3, &idp.logout_request(&ask))));
    made.push(("saml_logout/response.xml".into(), with(3, &idp.logout_response(&answer))));
    made.push(("saml_logout/request-query".into(), with(2, &idp.redirect_query(&Redirect::new("SAMLRequest", idp.logout_request(&ask))))));
    made.push(("saml_logout/response-query".into(), with(2, &idp.redirect_query(&Redirect::new("SAMLResponse", idp.logout_response(&answer))))));
    let mut metadata = idp.metadata("https://idp.a.example/sso", "https://idp.a.example/slo");
    let plain = idp.metadata_xml(&metadata);
    metadata.signature = Some(SignatureForm::default());
    metadata.valid_until = Some("2030-01-01T00:00:00Z".into());
    let several = format!("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{plain}{}</md:EntitiesDescriptor>", plain.replace(" ID=\"", " ID=\"_2").replace("idp.a.", "idp.b."));
    made.push(("saml_metadata/signed.xml".into(), idp.metadata_xml(&metadata).into()));
    made.push(("saml_metadata/several.xml".into(), several.into()));
    made.push(("saml_metadata/declared.xml".into(), format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- x -->\r\n{plain}").into()));
    made.push(("saml_metadata/doctype.xml".into(), format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{plain}").into()));
    made.push(("saml_metadata/plain.xml".into(), plain.into()));
    let pem = idp.certificate_pem();
    made.push(("saml_metadata/certificates.pem".into(), format!("{pem}\r\n{}", scene.curve.certificate_pem()).into()));
    made.push(("saml_metadata/certificate".into(), pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>().into()));
    let seeds = folder().join("seeds");
    for (name, bytes) in made {
        assert!(bytes.len() < 12_000, "{name} has {} bytes", bytes.len());
        let file = seeds.join(&name);
        if std::env::var_os("HOMEWARD_WRITE_SEEDS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, bytes).unwrap();
        } else {
            assert!(file.is_file(), "{name} is missing: HOMEWARD_WRITE_SEEDS=1 writes it");
        }
    }
}
