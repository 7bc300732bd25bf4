//! SX-01 to SX-14: signatures that are missing, partial or of somebody else.

use super::{
    Case, Pair, Scene,
    surgery::{append, element, forged, parts, replace},
};
use crate::saml::{Answer, Attribute, DS, NameId, SAMLP, Signed};

pub(super) const CASES: &[Case] = &[
    Case { id: "SX-01", title: "all signatures taken away", make: exclusion },
    Case { id: "SX-02", title: "an empty signature", make: empty },
    Case { id: "SX-03", title: "the signature in another namespace", make: namespace },
    Case { id: "SX-04", title: "a signed assertion of another sign-in in an answer to this one", make: other_sign_in },
    Case { id: "SX-06", title: "an unsigned assertion, encrypted by the attacker", make: encrypted_by_attacker },
    Case { id: "SX-07", title: "forged encrypted first, signed plain second", make: encrypted_first },
    Case { id: "SX-08", title: "signed plain first, forged encrypted second", make: encrypted_second },
    Case { id: "SX-09", title: "one character changed, everywhere that is signed", make: flips },
    Case { id: "SX-10", title: "one character of digest or signature changed", make: flipped_values },
    Case { id: "SX-11", title: "signature values cut, lengthened, not base64, or with white space", make: values },
    Case { id: "SX-12", title: "white space outside of what is signed", make: whitespace },
    Case { id: "SX-14", title: "another kind of message at the assertion consumer service", make: other_root },
];

const WAYS: [Signed; 3] = [Signed::Assertion, Signed::Response, Signed::Both];

fn bare(xml: &str) -> String {
    replace(&replace(xml, "ds:Signature", ""), "ds:Signature", "")
}

fn exclusion(scene: &Scene) -> Vec<Pair> {
    let mut pairs = scene.each(&WAYS, |xml| bare(xml).replace(&scene.mallory, &scene.victim));
    pairs.extend(scene.each(&WAYS, bare).into_iter().map(|pair| Pair { variant: format!("{}, nothing else changed", pair.variant), ..pair }));
    pairs
}

fn empty(scene: &Scene) -> Vec<Pair> {
    scene.each(&WAYS, |xml| {
        let emptied = replace(&bare_inner(xml), "ds:Signature", &format!("<ds:Signature xmlns:ds=\"{DS}\"></ds:Signature>"));
        emptied.replace(&scene.mallory, &scene.victim)
    })
}

/// Without the assertion's signature when the response has one, too.
fn bare_inner(xml: &str) -> String {
    let assertion = element(xml, "saml:Assertion");
    if xml.matches("<ds:Signature ").count() < 2 { xml.to_owned() } else { replace(xml, "saml:Assertion", &bare(&assertion)) }
}

fn namespace(scene: &Scene) -> Vec<Pair> {
    let declared = format!(" xmlns:ds=\"{DS}\"");
    let kinds = [
        ("no #", " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig\""),
        ("upper case", " xmlns:ds=\"http://www.w3.org/2000/09/XMLDSIG#\""),
        ("none", ""),
    ];
    let mut pairs = Vec::new();
    for (variant, to) in kinds {
        let changed = scene.each(&WAYS, |xml| {
            let text = xml.replace(&declared, to).replace(&scene.mallory, &scene.victim);
            if to.is_empty() { text.replace("<ds:", "<").replace("</ds:", "</") } else { text }
        });
        pairs.extend(changed.into_iter().map(|pair| Pair { variant: format!("{variant}, {}", pair.variant), ..pair }));
    }
    pairs
}

fn other_sign_in(scene: &Scene) -> Vec<Pair> {
    let good = scene.answer(Signed::Assertion);
    let twin = scene.idp.response(&good);
    let other = |id: Option<&str>| {
        let answer = good.clone().assertion(|a| a.confirmations.iter_mut().for_each(|c| c.in_response_to = id.map(str::to_owned)));
        scene.idp.response(&answer)
    };
    vec![scene.refused("another request", &twin, other(Some("_attackers-own"))), scene.refused("no request", &twin, other(None))]
}

/// The attacker's assertion, encrypted with the key that everybody knows.
fn encrypted_evil(scene: &Scene) -> String {
    scene.encryption.assertion(&parts(scene).evil)
}

/// The provider's own encrypted message.
fn encrypted_twin(scene: &Scene) -> String {
    scene.idp.response(&Answer { encrypted: Some(scene.encryption.clone()), ..scene.answer(Signed::Assertion) })
}

fn encrypted_by_attacker(scene: &Scene) -> Vec<Pair> {
    let twin = encrypted_twin(scene);
    let own = forged(scene, &element(&scene.attacker.response(&scene.answer(Signed::Assertion)), "saml:Assertion"));
    let signed_by_attacker = element(&scene.attacker.response(&victims_answer(scene)), "saml:Assertion");
    vec![
        scene.refused("unsigned", &twin, replace(&twin, "saml:EncryptedAssertion", &encrypted_evil(scene))),
        scene.refused("signature cut", &twin, replace(&twin, "saml:EncryptedAssertion", &scene.encryption.assertion(&own))),
        scene.refused("signed by the attacker", &twin, replace(&twin, "saml:EncryptedAssertion", &scene.encryption.assertion(&signed_by_attacker))),
    ]
}

fn victims_answer(scene: &Scene) -> Answer {
    scene.answer(Signed::Assertion).assertion(|a| a.name_id = Some(NameId::email(&scene.victim)))
}

fn encrypted_first(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    vec![scene.refused("mixed", &p.xml, replace(&p.xml, "saml:Assertion", &(encrypted_evil(scene) + &p.assertion)))]
}

fn encrypted_second(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    vec![scene.refused("mixed", &p.xml, append(&p.xml, &encrypted_evil(scene)))]
}

/// Where the values are: the first character of each text and of each attribute's value.
fn value_positions(xml: &str) -> Vec<usize> {
    let bytes = xml.as_bytes();
    let starts = |(at, pair): (usize, &[u8])| match pair {
        [b'>', next] | [b'"', next] if next.is_ascii_alphanumeric() || *next == b'_' => Some(at + 1),
        _ => None,
    };
    bytes.windows(2).enumerate().filter_map(starts).collect()
}

fn flipped(xml: &str, at: usize) -> String {
    let change = |(index, c): (usize, char)| match c {
        _ if index != at => c,
        'x' | 'X' => 'y',
        '0'..='8' => char::from_digit(c.to_digit(10).unwrap_or_default() + 1, 10).unwrap_or('0'),
        '9' => '8',
        _ => 'x',
    };
    xml.char_indices().map(change).collect()
}

/// The element whose text begins there, or the attribute whose value does.
fn place(xml: &str, at: usize) -> String {
    let before = xml.get(..at).unwrap_or_default();
    let tag = before.rsplit_once('<').map_or("", |(_, tag)| tag);
    let element = tag.split([' ', '>']).next().unwrap_or_default();
    match tag.strip_suffix("=\"").and_then(|tag| tag.rsplit_once(' ')) {
        Some((_, attribute)) => format!("{element}@{attribute}"),
        None => element.to_owned(),
    }
}

fn flips(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (way, name) in [(Signed::Assertion, "saml:Assertion"), (Signed::Response, "samlp:Response")] {
        let twin = scene.idp.response(&scene.answer(way).assertion(|assertion| assertion.attributes.push(Attribute::new("department", "Research"))));
        let signed = element(&twin, name);
        let signature = super::surgery::find(&signed, "ds:Signature").unwrap_or_default();
        let mut places: Vec<String> = Vec::new();
        for at in value_positions(&signed).into_iter().filter(|at| !signature.contains(at)) {
            let place = place(&signed, at);
            let before = places.iter().filter(|known| **known == place).count();
            let which = if before == 0 { String::new() } else { format!(" {}", before + 1) };
            pairs.push(scene.refused(format!("{way:?}, {place}{which}"), &twin, replace(&twin, name, &flipped(&signed, at))));
            places.push(place);
        }
    }
    pairs
}

fn flipped_values(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let mut pairs = Vec::new();
    for name in ["ds:SignatureValue", "ds:DigestValue"] {
        let whole = element(&p.xml, name);
        let start = name.len() + 2;
        let length = whole.len().saturating_sub(2 * start + 1);
        // The last characters carry bits that base64 ignores: they are left alone.
        for at in [0, 1, length / 3, length / 2, length.saturating_sub(4)] {
            let changed = flipped_base64(&whole, start + at);
            pairs.push(scene.refused(format!("{name} at {at}"), &p.xml, replace(&p.xml, name, &changed)));
        }
    }
    pairs
}

fn flipped_base64(text: &str, at: usize) -> String {
    text.char_indices().map(|(index, c)| if index != at { c } else if c == 'Q' { 'g' } else { 'Q' }).collect()
}

fn values(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let value = element(&p.xml, "ds:SignatureValue").replace("<ds:SignatureValue>", "").replace("</ds:SignatureValue>", "");
    let with = |text: &str| replace(&p.xml, "ds:SignatureValue", &format!("<ds:SignatureValue>{text}</ds:SignatureValue>"));
    let half = value.get(..value.len() / 2).unwrap_or_default();
    let lines: String = value.as_bytes().chunks(76).filter_map(|l| std::str::from_utf8(l).ok()).map(|l| format!("\n{l}")).collect();
    vec![
        scene.refused("half", &p.xml, with(half)),
        scene.refused("empty", &p.xml, with("")),
        scene.refused("twice", &p.xml, with(&value.replace('=', "").repeat(2))),
        scene.refused("not base64", &p.xml, with("!!!! not base64 !!!!")),
        scene.refused("zeroes", &p.xml, with(&"A".repeat(342)) ),
        scene.accepted("line breaks", &p.xml, with(&(lines + "\n"))),
    ]
}

fn whitespace(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let spaced = p.xml.replace("<samlp:Status>", "\n  <samlp:Status>\n    ").replace("</samlp:Status>", "\n  </samlp:Status>\n  ").replace("</samlp:Response>", "\n</samlp:Response>\n");
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", p.xml);
    vec![scene.accepted("between elements", &p.xml, spaced), scene.accepted("after a declaration", &p.xml, declared)]
}

fn other_root(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let idp = &scene.idp;
    let logout = idp.logout_request(&idp.logout_ask(&scene.asked.acs, NameId::email(&scene.mallory), "_session", scene.now));
    let answer = idp.logout_response(&idp.logout_answer(&scene.asked.acs, "_request", scene.now));
    let request = format!("<samlp:AuthnRequest xmlns:samlp=\"{SAMLP}\" ID=\"_a\" Version=\"2.0\"></samlp:AuthnRequest>");
    let renamed = p.xml.replace("samlp:Response", "samlp:ArtifactResponse");
    vec![
        scene.refused("LogoutRequest", &p.xml, logout),
        scene.refused("LogoutResponse", &p.xml, answer),
        scene.refused("AuthnRequest", &p.xml, request),
        scene.refused("ArtifactResponse", &p.xml, renamed),
        scene.refused("a bare assertion", &p.xml, p.assertion.clone()),
        scene.refused("empty", &p.xml, ""),
        scene.refused("no XML", &p.xml, "Response"),
    ]
}
