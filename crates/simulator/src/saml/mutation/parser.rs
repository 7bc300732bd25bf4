//! SC-11 to SC-13, SC-19 to SC-21 and SP-01 to SP-17: what a parser must not do, and what must not exhaust it.

use super::{
    Case, Expected, Pair, Scene,
    surgery::{after, element, id_of, parts, replace},
};
use crate::saml::{Answer, DS, SignatureForm, Signed};

pub(super) const CASES: &[Case] = &[
    Case { id: "SC-11", title: "a DOCTYPE that two parsers read differently", make: doctype_differential },
    Case { id: "SC-12", title: "namespace declarations that do not survive a round trip", make: round_trip },
    Case { id: "SC-13", title: "an entity in an ID", make: entity_in_id },
    Case { id: "SC-19", title: "default attributes by an internal DTD", make: default_attributes },
    Case { id: "SC-20", title: "other encodings", make: encodings },
    Case { id: "SC-21", title: "characters that XML does not have", make: characters },
    Case { id: "SP-01", title: "external entities", make: external_entities },
    Case { id: "SP-02", title: "parameter entities", make: parameter_entities },
    Case { id: "SP-03", title: "entities that grow", make: billion_laughs },
    Case { id: "SP-04", title: "any DOCTYPE", make: any_doctype },
    Case { id: "SP-05", title: "100 000 levels", make: deep },
    Case { id: "SP-06", title: "100 000 attributes", make: attributes },
    Case { id: "SP-07", title: "100 000 namespaces", make: namespaces },
    Case { id: "SP-08", title: "100 000 elements", make: elements },
    Case { id: "SP-09", title: "a huge text", make: huge },
    Case { id: "SP-12", title: "1 000 signatures or references", make: many_signatures },
    Case { id: "SP-13", title: "a huge key in KeyInfo", make: huge_key },
    Case { id: "SP-14", title: "XSLT as a transform", make: xslt },
    Case { id: "SP-15", title: "other transforms", make: other_transforms },
    Case { id: "SP-16", title: "100 canonicalisations", make: many_transforms },
    Case { id: "SP-17", title: "canonicalisation before the signature is taken out", make: turned_transforms },
];

/// The genuine message with a DOCTYPE before it, and `with` as its subject.
fn with_doctype(scene: &Scene, variant: &str, doctype: &str, name: Option<&str>) -> Pair {
    let twin = scene.genuine(Signed::Assertion);
    let message = name.map_or(twin.clone(), |name| twin.replace(&scene.mallory, name));
    scene.refused(variant, &twin, doctype.to_owned() + &message)
}

fn doctype_differential(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Both);
    let evil = super::surgery::forged(scene, &twin);
    let first = format!("<!DOCTYPE response SYSTEM 'x\"><!--'>{evil}<![CDATA[-->{twin}<!--]]>-->");
    let second = format!("<!DOCTYPE response SYSTEM \"x'><!--\">{evil}<!-- ' -->{twin}");
    vec![scene.refused("system identifier", &twin, first), scene.refused("other quotes", &twin, second)]
}

fn round_trip(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let with = |attribute: &str| p.xml.replacen("<samlp:Response ", &format!("<samlp:Response {attribute} "), 1);
    let doctype = "<!DOCTYPE x [<!ATTLIST ds:Signature xmlns:ds CDATA #FIXED \"urn:evil\">]>";
    vec![
        scene.refused("bound to nothing", &p.xml, with("xmlns:=\"urn:x\"")),
        scene.refused("xml bound anew", &p.xml, with("xmlns:xml=\"urn:x\"")),
        scene.refused("xmlns bound", &p.xml, with("xmlns:xmlns=\"urn:x\"")),
        scene.refused("fixed by a DTD", &p.xml, doctype.to_owned() + &p.xml),
    ]
}

fn entity_in_id(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let id = id_of(&p.bare);
    let entity = p.xml.replace(&format!(" ID=\"{id}\""), " ID=\"&id;\"");
    vec![
        scene.refused("entity", &p.xml, format!("<!DOCTYPE r [<!ENTITY id \"{id}\">]>{entity}")),
        scene.refused("undeclared entity", &p.xml, entity),
    ]
}

fn default_attributes(scene: &Scene) -> Vec<Pair> {
    vec![with_doctype(scene, "ID", "<!DOCTYPE r [<!ATTLIST saml:Assertion ID ID #REQUIRED><!ATTLIST saml:NameID x CDATA \"y\">]>", None)]
}

fn encodings(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> { mark.into_iter().chain(twin.encode_utf16().flat_map(order)).collect() };
    let declared = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{twin}");
    let broken = [twin.as_bytes(), b"\xff\xfe"].concat();
    let overlong: Vec<u8> = [b"<!-- \xc0\xbc -->".as_slice(), twin.as_bytes()].concat();
    vec![
        scene.either("UTF-8 with a mark", &twin, format!("\u{feff}{twin}")),
        scene.refused("UTF-16, little end first", &twin, utf16(u16::to_le_bytes, [0xff, 0xfe])),
        scene.refused("UTF-16, big end first", &twin, utf16(u16::to_be_bytes, [0xfe, 0xff])),
        scene.refused("UTF-7 declared", &twin, declared("UTF-7")),
        scene.refused("ISO-8859-1 declared", &twin, declared("ISO-8859-1")),
        scene.refused("UTF-16 declared", &twin, declared("UTF-16")),
        scene.refused("not UTF-8 at the end", &twin, broken),
        scene.refused("overlong", &twin, overlong),
    ]
}

fn characters(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let odd = ["\0", "\u{1}", "\u{8}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}", "&#0;", "&#1;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#99999999999;", "&#x;", "&amp", "&nbsp;"];
    odd.iter().map(|text| scene.refused(format!("{text:?}"), &twin, twin.replace("<samlp:Status>", &format!("<samlp:Status>{text}")))).collect()
}

fn external_entities(scene: &Scene) -> Vec<Pair> {
    let from = ["file:///etc/passwd", "http://127.0.0.1:9/x", "https://outside.example/x", "ftp://127.0.0.1/x", "jar:file:///x!/y", "php://filter/x", "netdoc:/etc/passwd"];
    from.iter().map(|uri| with_doctype(scene, uri, &format!("<!DOCTYPE r [<!ENTITY x SYSTEM \"{uri}\">]>"), Some("&x;"))).collect()
}

fn parameter_entities(scene: &Scene) -> Vec<Pair> {
    let doctype = "<!DOCTYPE r [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x.dtd\">%x;]>";
    vec![with_doctype(scene, "outside", doctype, None), with_doctype(scene, "subset", "<!DOCTYPE r SYSTEM \"http://127.0.0.1:9/x.dtd\">", None)]
}

fn billion_laughs(scene: &Scene) -> Vec<Pair> {
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let quadratic = format!("<!DOCTYPE r [<!ENTITY a \"{}\">]>", "a".repeat(50_000));
    vec![
        with_doctype(scene, "nested", &format!("<!DOCTYPE r [<!ENTITY l0 \"ha\">{laughs}]>"), Some("&l9;")),
        with_doctype(scene, "quadratic", &quadratic, Some(&"&a;".repeat(5_000))),
        with_doctype(scene, "circle", "<!DOCTYPE r [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]>", Some("&a;")),
    ]
}

fn any_doctype(scene: &Scene) -> Vec<Pair> {
    let kinds = ["<!DOCTYPE samlp:Response>", "<!DOCTYPE samlp:Response []>", "<!doctype samlp:Response>", "<!DOCTYPE samlp:Response PUBLIC \"x\" \"y\">", "\n<!DOCTYPE samlp:Response>\n", "<!DOCTYPE"];
    kinds.iter().map(|doctype| with_doctype(scene, doctype, doctype, None)).collect()
}

/// The genuine message with a lot of something in an unsigned place.
fn stuffed(scene: &Scene, variant: &str, text: &str) -> Pair {
    let twin = scene.genuine(Signed::Assertion);
    scene.refused(variant, &twin, after(&twin, "saml:Issuer", &format!("<samlp:Extensions>{text}</samlp:Extensions>")))
}

fn deep(scene: &Scene) -> Vec<Pair> {
    vec![stuffed(scene, "closed", &("<a>".repeat(100_000) + &"</a>".repeat(100_000))), stuffed(scene, "open", &"<a>".repeat(100_000))]
}

fn attributes(scene: &Scene) -> Vec<Pair> {
    let list: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    vec![stuffed(scene, "attributes", &format!("<a{list}></a>"))]
}

fn namespaces(scene: &Scene) -> Vec<Pair> {
    let list: String = (0..100_000).map(|n| format!(" xmlns:a{n}=\"urn:{n}\"")).collect();
    vec![stuffed(scene, "namespaces", &format!("<a{list}></a>"))]
}

fn elements(scene: &Scene) -> Vec<Pair> {
    vec![stuffed(scene, "elements", &"<a></a>".repeat(100_000)), stuffed(scene, "empty-element tags", &"<a/>".repeat(100_000))]
}

fn huge(scene: &Scene) -> Vec<Pair> {
    vec![stuffed(scene, "text", &"a".repeat(2_000_000)), stuffed(scene, "comment", &format!("<!--{}-->", "a".repeat(2_000_000)))]
}

fn many_signatures(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let references = element(&p.xml, "ds:Reference").repeat(1_000);
    vec![
        scene.refused("signatures", &p.xml, after(&p.xml, "saml:Issuer", &p.signature.repeat(200))),
        scene.refused("references", &p.xml, replace(&p.xml, "ds:Reference", &references)),
    ]
}

fn huge_key(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let key = format!(
        "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>",
        "/".repeat(2_732),
        "/".repeat(1_366)
    );
    vec![scene.either("RSA 16384", &p.xml, replace(&p.xml, "ds:KeyInfo", &key))]
}

const EXCLUSIVE: &str = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";

fn enveloped() -> String {
    format!("<ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform>")
}

/// The provider's own message with other transforms.
fn transformed(scene: &Scene, variant: &str, transforms: String) -> Pair {
    let twin = scene.genuine(Signed::Assertion);
    let form = SignatureForm { transforms: Some(transforms), ..SignatureForm::default() };
    let answer = Answer { assertion_signature: form, ..scene.answer(Signed::Assertion) };
    scene.refused(variant, &twin, scene.idp.response(&answer))
}

fn xslt(scene: &Scene) -> Vec<Pair> {
    let sheet = |body: &str| {
        format!(
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"><xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\">\
             <xsl:template match=\"/\" name=\"t\">{body}</xsl:template></xsl:stylesheet></ds:Transform>"
        )
    };
    vec![
        transformed(scene, "document()", enveloped() + &sheet("<xsl:copy-of select=\"document('http://127.0.0.1:9/x')\"></xsl:copy-of>") + EXCLUSIVE),
        transformed(scene, "a file", enveloped() + &sheet("<xsl:copy-of select=\"document('file:///etc/passwd')\"></xsl:copy-of>") + EXCLUSIVE),
        transformed(scene, "for ever", enveloped() + &sheet("<xsl:call-template name=\"t\"></xsl:call-template>") + EXCLUSIVE),
    ]
}

fn other_transforms(scene: &Scene) -> Vec<Pair> {
    let kinds = [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2002/07/decrypt#XML",
        "http://schemas.openxmlformats.org/package/2006/RelationshipTransform",
        "urn:unknown",
        "",
    ];
    let mut pairs: Vec<Pair> = kinds
        .iter()
        .map(|uri| transformed(scene, uri, enveloped() + &format!("<ds:Transform Algorithm=\"{uri}\"><ds:XPath>true()</ds:XPath></ds:Transform>") + EXCLUSIVE))
        .collect();
    pairs.push(transformed(scene, "none", String::new()));
    pairs.push(transformed(scene, "enveloped only", enveloped()));
    pairs.push(transformed(scene, "canonicalisation only", EXCLUSIVE.to_owned()));
    pairs
}

fn many_transforms(scene: &Scene) -> Vec<Pair> {
    vec![transformed(scene, "100", enveloped() + &EXCLUSIVE.repeat(100)), transformed(scene, "3", enveloped() + &EXCLUSIVE.repeat(2))]
}

fn turned_transforms(scene: &Scene) -> Vec<Pair> {
    let pair = transformed(scene, "turned", EXCLUSIVE.to_owned() + &enveloped());
    vec![Pair { expected: Expected::Either(scene.mallory.clone()), ..pair }]
}
