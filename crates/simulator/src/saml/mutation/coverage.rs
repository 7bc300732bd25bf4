//! SW-09 to SW-31: what the signature really covers, and which value of it is read.

use super::{
    Case, Pair, Scene,
    surgery::{METHODS, after, append, before, element, forged, hash, id_of, parts, prepend, reference, replace, sign_info, with_signature},
};
use crate::saml::{DS, NameId, SignatureForm, Signed, signature::Reference};

pub(super) const CASES: &[Case] = &[
    Case { id: "SW-09", title: "two SignedInfo elements", make: two_signed_infos },
    Case { id: "SW-10", title: "SignedInfo inside another element", make: wrapped_signed_info },
    Case { id: "SW-11", title: "a digest that is not plain text", make: digest_comment },
    Case { id: "SW-12", title: "two digests, two values, two references", make: doubled },
    Case { id: "SW-13", title: "another DigestValue earlier in the message", make: smuggled_digest },
    Case { id: "SW-14", title: "forged before signed, with a copy of the signature", make: evil_before },
    Case { id: "SW-15", title: "forged after signed", make: evil_after },
    Case { id: "SW-16", title: "two signed assertions about two people", make: two_signed },
    Case { id: "SW-17", title: "the signed assertion where nobody looks", make: concealed },
    Case { id: "SW-18", title: "the signed assertion in the Advice of a forged one", make: advice },
    Case { id: "SW-19", title: "a reference to another assertion", make: reference_to_other },
    Case { id: "SW-20", title: "a reference to an embedded assertion", make: reference_to_embedded },
    Case { id: "SW-21", title: "the signature is not a child of what it signs", make: uncle },
    Case { id: "SW-22", title: "a reference with an empty URI", make: empty_uri },
    Case { id: "SW-23", title: "a reference without a URI", make: missing_uri },
    Case { id: "SW-24", title: "a reference by XPointer", make: xpointer },
    Case { id: "SW-25", title: "a reference to something outside", make: external },
    Case { id: "SW-27", title: "several references, only the last is right", make: last_reference },
    Case { id: "SW-28", title: "a good signature on something else", make: unrelated },
    Case { id: "SW-29", title: "another signed message around or beside it", make: other_signed_message },
    Case { id: "SW-30", title: "two documents in one", make: two_roots },
    Case { id: "SW-31", title: "a signature on the status only", make: status_only },
];

/// The signed message with its assertion about the victim, ID and signature kept.
fn tampered(scene: &Scene, xml: &str) -> String {
    xml.replace(&scene.mallory, &scene.victim)
}

/// What the digest of the tampered assertion would be.
fn tampered_digest(scene: &Scene) -> (super::surgery::Parts, String) {
    let p = parts(scene);
    let digest = hash(&tampered(scene, &p.bare));
    (p, digest)
}

fn two_signed_infos(scene: &Scene) -> Vec<Pair> {
    let (p, digest) = tampered_digest(scene);
    let info = element(&p.signature, "ds:SignedInfo");
    let second = replace(&info, "ds:DigestValue", &format!("<ds:DigestValue>{digest}</ds:DigestValue>"));
    let with = |infos: String| tampered(scene, &replace(&p.xml, "ds:SignedInfo", &infos));
    let wrapper = format!("<samlp:Extensions>{}</samlp:Extensions>", p.bare.replace(&id_of(&p.bare), "_original"));
    vec![
        scene.refused("good first", &p.xml, with(info.clone() + &second)),
        scene.refused("good last", &p.xml, with(second.clone() + &info)),
        scene.refused("with the original", &p.xml, after(&with(info + &second), "saml:Issuer", &wrapper)),
    ]
}

fn wrapped_signed_info(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let info = element(&p.signature, "ds:SignedInfo");
    let wrap = |name: &str| replace(&p.xml, "ds:SignedInfo", &format!("<{name}>{info}</{name}>"));
    vec![scene.refused("Object", &p.xml, wrap("ds:Object")), scene.refused("KeyInfo", &p.xml, wrap("ds:KeyInfo")), scene.refused("Wrapper", &p.xml, wrap("ds:Wrapper"))]
}

fn digest_comment(scene: &Scene) -> Vec<Pair> {
    let (p, evil) = tampered_digest(scene);
    let real = hash(&p.bare);
    let (head, tail) = real.split_at(10);
    let values = [
        ("comment before", format!("<!--{evil}-->{real}")),
        ("comment after", format!("{real}<!--{evil}-->")),
        ("two texts", format!("{head}<!---->{tail}")),
        ("evil before", format!("{evil}<!---->{real}")),
        ("CDATA", format!("<![CDATA[{evil}]]>{real}")),
        ("child", format!("<ds:DigestValue>{evil}</ds:DigestValue>{real}")),
    ];
    let change = |(variant, value): (&str, String)| {
        let message = replace(&tampered(scene, &p.xml), "ds:DigestValue", &format!("<ds:DigestValue>{value}</ds:DigestValue>"));
        scene.refused(variant, &p.xml, message)
    };
    values.into_iter().map(change).collect()
}

fn doubled(scene: &Scene) -> Vec<Pair> {
    let (p, digest) = tampered_digest(scene);
    let changed = tampered(scene, &p.xml);
    let (reference, value) = (element(&p.xml, "ds:Reference"), element(&p.xml, "ds:SignatureValue"));
    let evil = format!("<ds:DigestValue>{digest}</ds:DigestValue>");
    let evil_reference = replace(&reference, "ds:DigestValue", &evil);
    vec![
        scene.refused("digest, forged first", &p.xml, before(&changed, "ds:DigestValue", &evil)),
        scene.refused("digest, forged last", &p.xml, after(&changed, "ds:DigestValue", &evil)),
        scene.refused("reference, forged first", &p.xml, before(&changed, "ds:Reference", &evil_reference)),
        scene.refused("reference, forged last", &p.xml, after(&changed, "ds:Reference", &evil_reference)),
        scene.refused("signature value", &p.xml, after(&p.xml, "ds:SignatureValue", &value)),
        scene.refused("signature", &p.xml, after(&p.xml, "ds:Signature", &p.signature)),
    ]
}

fn smuggled_digest(scene: &Scene) -> Vec<Pair> {
    let (p, digest) = tampered_digest(scene);
    let smuggled = format!("<ds:DigestValue xmlns:ds=\"{DS}\">{digest}</ds:DigestValue>");
    let changed = tampered(scene, &p.xml);
    let status = append(&element(&changed, "samlp:Status"), &format!("<samlp:StatusDetail>{smuggled}</samlp:StatusDetail>"));
    vec![
        scene.refused("StatusDetail", &p.xml, replace(&changed, "samlp:Status", &status)),
        scene.refused("Extensions", &p.xml, after(&changed, "saml:Issuer", &format!("<samlp:Extensions>{smuggled}</samlp:Extensions>"))),
    ]
}

fn evil_before(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let copied = with_signature(&p.evil, &p.signature);
    vec![
        scene.refused("copied signature", &p.xml, before(&p.xml, "saml:Assertion", &copied)),
        scene.refused("no signature", &p.xml, before(&p.xml, "saml:Assertion", &p.evil)),
    ]
}

fn evil_after(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let copied = with_signature(&p.evil, &p.signature);
    vec![scene.refused("no signature", &p.xml, append(&p.xml, &p.evil)), scene.refused("copied signature", &p.xml, append(&p.xml, &copied))]
}

fn two_signed(scene: &Scene) -> Vec<Pair> {
    let mut answer = scene.answer(Signed::Assertion);
    let twin = scene.idp.response(&answer);
    let mut second = answer.assertion.clone();
    for assertion in second.iter_mut() {
        assertion.id = Some("_second".into());
        assertion.name_id = Some(NameId::email(&scene.victim));
        assertion.confirmations.iter_mut().for_each(|c| c.in_response_to = Some("_earlier".into()));
    }
    answer.more_assertions.extend(second);
    let after = scene.idp.response(&answer);
    let mut turned = answer.clone();
    turned.assertion = answer.more_assertions.first().cloned();
    turned.more_assertions = answer.assertion.into_iter().collect();
    vec![scene.refused("other last", &twin, after), scene.refused("other first", &twin, scene.idp.response(&turned))]
}

fn concealed(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = replace(&p.xml, "saml:Assertion", &p.evil);
    let status = append(&element(&evil, "samlp:Status"), &format!("<samlp:StatusDetail>{}</samlp:StatusDetail>", p.assertion));
    let in_data = format!("<saml:SubjectConfirmationData>{}</saml:SubjectConfirmationData>", p.assertion);
    let attribute = format!("<saml:AttributeStatement><saml:Attribute Name=\"x\"><saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>", p.assertion);
    let key_info = format!("<ds:KeyInfo xmlns:ds=\"{DS}\">{}</ds:KeyInfo>", p.assertion);
    vec![
        scene.refused("StatusDetail", &p.xml, replace(&evil, "samlp:Status", &status)),
        scene.refused("SubjectConfirmationData", &p.xml, replace(&evil, "saml:SubjectConfirmationData", &in_data)),
        scene.refused("AttributeValue", &p.xml, after(&evil, "saml:AuthnStatement", &attribute)),
        scene.refused("KeyInfo", &p.xml, after(&evil, "saml:Issuer", &key_info)),
        scene.refused("Extensions", &p.xml, after(&evil, "saml:Issuer", &format!("<samlp:Extensions>{}</samlp:Extensions>", p.assertion))),
    ]
}

fn advice(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = after(&p.evil, "saml:Conditions", &format!("<saml:Advice>{}</saml:Advice>", p.assertion));
    vec![scene.refused("unsigned outside", &p.xml, replace(&p.xml, "saml:Assertion", &evil))]
}

fn reference_to_other(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = with_signature(&p.evil, &p.signature);
    vec![scene.refused("sibling", &p.xml, replace(&p.xml, "saml:Assertion", &(p.bare.clone() + &evil)))]
}

fn reference_to_embedded(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = after(&with_signature(&p.evil, &p.signature), "saml:Conditions", &format!("<saml:Advice>{}</saml:Advice>", p.bare));
    vec![scene.refused("Advice", &p.xml, replace(&p.xml, "saml:Assertion", &evil))]
}

fn uncle(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let bare = replace(&p.xml, "saml:Assertion", &p.bare);
    let below = replace(&p.xml, "saml:Assertion", &replace(&p.bare, "saml:Subject", &append(&element(&p.bare, "saml:Subject"), &p.signature)));
    vec![
        scene.refused("before", &p.xml, before(&bare, "saml:Assertion", &p.signature)),
        scene.refused("after", &p.xml, append(&bare, &p.signature)),
        scene.refused("of the response", &p.xml, after(&bare, "saml:Issuer", &p.signature)),
        scene.refused("below", &p.xml, below),
    ]
}

/// The provider's own message with another reference.
fn referring(scene: &Scene, variant: &str, signed: Signed, reference: Reference) -> Pair {
    let mut answer = scene.answer(signed);
    let twin = scene.idp.response(&answer);
    let form = SignatureForm { reference, ..SignatureForm::default() };
    (answer.assertion_signature, answer.response_signature) = (form.clone(), form);
    scene.refused(format!("{variant}, {signed:?}"), &twin, scene.idp.response(&answer))
}

fn empty_uri(scene: &Scene) -> Vec<Pair> {
    [Signed::Assertion, Signed::Response].map(|way| referring(scene, "empty", way, Reference::Uri(String::new()))).into()
}

fn missing_uri(scene: &Scene) -> Vec<Pair> {
    [Signed::Assertion, Signed::Response].map(|way| referring(scene, "missing", way, Reference::Missing)).into()
}

fn xpointer(scene: &Scene) -> Vec<Pair> {
    let mut answer = scene.answer(Signed::Assertion);
    let id = answer.assertion.as_ref().and_then(|a| a.id.clone()).unwrap_or_default();
    let uri = format!("#xpointer(id('{id}'))");
    let twin = scene.idp.response(&answer);
    answer.assertion_signature.reference = Reference::Uri(uri);
    vec![
        scene.refused("by id", &twin, scene.idp.response(&answer)),
        referring(scene, "root", Signed::Response, Reference::Uri("#xpointer(/)".into())),
    ]
}

fn external(scene: &Scene) -> Vec<Pair> {
    let outside = ["https://outside.example/assertion", "http://127.0.0.1:9/", "file:///etc/passwd", "ftp://127.0.0.1/x", "cid:assertion", "assertion.xml"];
    outside.iter().map(|uri| referring(scene, uri, Signed::Assertion, Reference::Uri((*uri).to_owned()))).collect()
}

fn last_reference(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let other = "<samlp:Extensions xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_other\"></samlp:Extensions>";
    let info = METHODS.to_owned() + &reference(&id_of(&p.bare), &p.bare) + &reference("_other", other);
    let signed = replace(&p.xml, "ds:Signature", &sign_info(&scene.idp, &info));
    let placed = after(&signed, "saml:Issuer", "<samlp:Extensions ID=\"_other\"></samlp:Extensions>");
    vec![scene.refused("first forged", &p.xml, tampered(scene, &placed)), scene.refused("both right", &p.xml, placed)]
}

fn unrelated(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let thing = "<x:Thing xmlns:x=\"urn:x\" ID=\"_thing\"></x:Thing>";
    let signed = prepend(thing, &sign_info(&scene.idp, &(METHODS.to_owned() + &reference("_thing", thing))));
    let evil = replace(&p.xml, "saml:Assertion", &p.evil);
    let copied = replace(&p.xml, "saml:Assertion", &with_signature(&p.evil, &p.signature));
    let extensions = format!("<samlp:Extensions>{signed}</samlp:Extensions>");
    vec![
        scene.refused("in Extensions", &p.xml, after(&evil, "saml:Issuer", &extensions)),
        scene.refused("beside a broken one", &p.xml, after(&copied, "saml:Issuer", &extensions)),
    ]
}

fn other_signed_message(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = replace(&p.xml, "saml:Assertion", &p.evil);
    let logout = scene.idp.logout_response(&scene.idp.logout_answer(&scene.asked.acs, "_ask", scene.now));
    let mut metadata = scene.idp.metadata("https://idp.example/sso", "https://idp.example/slo");
    metadata.signature = Some(SignatureForm::default());
    let metadata = scene.idp.metadata_xml(&metadata);
    let inside = |text: &str| after(&evil, "saml:Issuer", &format!("<samlp:Extensions>{text}</samlp:Extensions>"));
    vec![
        scene.refused("logout inside", &p.xml, inside(&logout)),
        scene.refused("metadata inside", &p.xml, inside(&metadata)),
        scene.refused("logout around", &p.xml, append(&logout, &p.evil)),
        scene.refused("metadata around", &p.xml, append(&metadata, &evil)),
    ]
}

fn two_roots(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Both);
    let evil = forged(scene, &twin).replace("ds:Signature", "ds:Nothing");
    vec![
        scene.refused("forged first", &twin, evil.clone() + &twin),
        scene.refused("forged last", &twin, twin.clone() + &evil),
        scene.refused("the same twice", &twin, twin.clone() + &twin),
    ]
}

fn status_only(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let evil = replace(&p.xml, "saml:Assertion", &p.evil);
    let status = element(&evil, "samlp:Status").replacen("<samlp:Status", "<samlp:Status ID=\"_status\"", 1);
    let canonical = status.replacen("<samlp:Status", "<samlp:Status xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", 1);
    let signature = sign_info(&scene.idp, &(METHODS.to_owned() + &reference("_status", &canonical)));
    let inside = replace(&evil, "samlp:Status", &append(&status, &signature));
    let response = after(&replace(&evil, "samlp:Status", &status), "saml:Issuer", &signature);
    vec![scene.refused("in the status", &p.xml, inside), scene.refused("in the response", &p.xml, response)]
}
