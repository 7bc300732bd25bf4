//! Who the claims name, and whether the connection lets such people in.

use std::{collections::BTreeMap, time::Duration};

use homeward_model::{EmailAddress, Timestamp};
use serde_json::Value;

use super::{SubjectClaim, claims, entra, finish::{Return, Signed}, json::Object};
use crate::{Called, Check, Failure, Preset, RemoteField, ReplayMark, Subject, VerifiedAssertion};

/// Longest subject (Core 2), in characters.
const LONGEST_SUBJECT: usize = 255;

/// Makes the assertion: the only place where OpenID Connect does.
pub(super) fn assertion(back: &Return<'_>, signed: Signed, more: Object, nonce: &str) -> Result<VerifiedAssertion, Failure> {
    let settings = back.settings;
    let microsoft = entra::applies(settings, back.connection.settings.preset);
    let name = name(&signed.claims, "sub")?.to_owned();
    let subject = subject(settings.known_by(back.connection.settings.preset), &signed)?;
    let guest = microsoft && entra::is_guest(&signed.claims, &signed.issuer);
    allowed(back, &signed.claims, guest)?;
    second_factor(back, &signed.claims)?;
    let expiry = claims::seconds(&signed.claims, "exp")?.unwrap_or_default().min(back.now.seconds().saturating_add(86_400));
    let authenticated_at = claims::seconds(&signed.claims, "auth_time")?.map(Timestamp::from_seconds);
    let session_index = claims::text(&signed.claims, "sid", Check::Names)?.filter(|sid| sid.len() <= 255).map(str::to_owned);
    let acr = claims::text(&signed.claims, "acr", Check::Names)?.map(str::to_owned);
    let texts = |name: &str| claims::texts(&signed.claims, name).unwrap_or_default().into_iter().map(str::to_owned).collect();
    let (amr, acrs) = (texts("amr"), texts("acrs"));
    let called = Called::by_claims(&signed.issuer, &name, session_index.as_deref());
    let farewell = super::logout::farewell(back.connection, &signed.claims, (&subject, session_index.as_deref()));
    let everything = merged(signed.claims, more);
    let (vouched, taken) = (email(&everything, microsoft)?, takes_email(back, &everything)?);
    let attributes = claims::attributes(&everything);
    let email_proved = !guest && vouched && taken && covers_match(back, &attributes, &name);
    Ok(VerifiedAssertion {
        connection: back.connection.id,
        called,
        farewell,
        subject,
        binds: true,
        name,
        attributes,
        email_proved,
        authenticated_at,
        session_index,
        session_until: None,
        acr,
        amr,
        acrs,
        replay: ReplayMark {
            key: format!("oidc|{}|{nonce}", back.connection.id),
            until: Timestamp::from_seconds(expiry).plus(Duration::from_secs(u64::from(crate::Skew::MOST))),
        },
    })
}

/// A name of a person: one line of text, not empty, not endless (OR-14).
fn name<'a>(token: &'a Object, claim: &str) -> Result<&'a str, Failure> {
    let value = claims::required_text(token, claim, Check::Names, "names.subject_missing")?;
    if value.chars().count() > LONGEST_SUBJECT || value.chars().any(char::is_control) || value.trim().is_empty() {
        return Err(Failure::of(Check::Names, "names.subject_malformed"));
    }
    Ok(value)
}

/// The name that never changes and never passes to somebody else (OE-03, OE-07).
fn subject(claim: &SubjectClaim, signed: &Signed) -> Result<Subject, Failure> {
    let value = match claim {
        SubjectClaim::Sub => name(&signed.claims, "sub")?.to_owned(),
        SubjectClaim::Named(claim) => name(&signed.claims, claim)?.to_owned(),
        SubjectClaim::TenantAndObject => {
            let (tenant, object) = (name(&signed.claims, "tid")?, name(&signed.claims, "oid")?);
            if !entra::is_tenant_id(object) {
                return Err(Failure::of(Check::Names, "names.object_malformed"));
            }
            format!("{tenant}/{object}")
        }
    };
    Ok(Subject { issuer: signed.issuer.clone(), kind: claim.word().to_owned(), value })
}

/// Whether the organisation's own people are meant: `hd` at Google (OE-09), no guests at Entra (OE-05), and no groups lost (OE-06).
fn allowed(back: &Return<'_>, token: &Object, guest: bool) -> Result<(), Failure> {
    let domains = &back.settings.hosted_domains;
    if !domains.is_empty() || back.connection.settings.preset == Preset::Google {
        let named = claims::required_text(token, "hd", Check::Allowed, "allowed.hosted_domain_missing")?;
        if !domains.iter().any(|domain| domain.eq_ignore_ascii_case(named)) {
            return Err(Failure::differs(Check::Allowed, "allowed.hosted_domain", named, &domains.join(" ")));
        }
    }
    if guest && !back.settings.guests {
        return Err(Failure::of(Check::Allowed, "allowed.guest"));
    }
    let elsewhere = |claim: &str| token.get("_claim_names").and_then(Value::as_object).is_some_and(|names| names.contains_key(claim));
    let mapping = &back.connection.settings.mapping;
    let lost = [&mapping.groups, &mapping.roles].into_iter().flatten().find(|claim| elsewhere(claim) || (*claim == "groups" && token.get("hasgroups").is_some()));
    match lost {
        Some(claim) => Err(Failure::differs(Check::Names, "names.groups_overage", claim, "")),
        None => Ok(()),
    }
}

/// A second factor that was required is proved by `acr`, `amr` or `acrs`, or it was not there.
fn second_factor(back: &Return<'_>, token: &Object) -> Result<(), Failure> {
    if !back.pending.second_factor {
        return Ok(());
    }
    let proof = &back.settings.second_factor;
    let acr = claims::text(token, "acr", Check::Allowed)?;
    let said = |name: &str| claims::texts(token, name).unwrap_or_default();
    let (methods, contexts) = (said("amr"), said("acrs"));
    if proof.is_proved(acr, &methods, &contexts) {
        return Ok(());
    }
    let wanted: Vec<&str> = proof.amr.iter().chain(&proof.acr_values).chain(&proof.authentication_context).map(String::as_str).collect();
    Err(Failure::differs(Check::Allowed, "allowed.second_factor", &[&methods[..], acr.as_slice(), &contexts[..]].concat().join(" "), &wanted.join(" ")))
}

/// The ID token's claims, filled up with those of userinfo. An address and the word that it is proved come from one source.
fn merged(mut token: Object, more: Object) -> Object {
    let own_address = token.contains_key("email");
    if !own_address && more.contains_key("email") {
        // The token's word is about an address that it does not have.
        token.remove("email_verified");
        token.remove("xms_edov");
    }
    for (name, value) in more {
        let borrowed_word = own_address && matches!(name.as_str(), "email_verified" | "xms_edov");
        if !borrowed_word {
            token.entry(name).or_insert(value);
        }
    }
    token
}

/// Whether a user's address comes from `email`, the only claim that the provider's word is about. Another claim may be taken for
/// the address, but it is not proved by it; and it has one reading, too.
fn takes_email(back: &Return<'_>, everything: &Object) -> Result<bool, Failure> {
    let Some(claim) = back.connection.settings.mapping.email.as_deref().filter(|claim| *claim != "email") else { return Ok(true) };
    match claims::text(everything, claim, Check::Names)? {
        Some(address) => one_reading(address).map(|()| false),
        None => Ok(false),
    }
}

/// Whether the address by which the person is looked for is the one that the provider's word is about. People can edit other claims
/// at many providers: with their own proved address they would vouch for somebody else's name (OE-04).
fn covers_match(back: &Return<'_>, attributes: &BTreeMap<String, Vec<String>>, name: &str) -> bool {
    let proved = attributes.get("email").and_then(|values| values.first());
    let covered = |value: &str| !value.contains(['@', '\u{ff20}', '\u{fe6b}']) || proved.is_some_and(|address| address.eq_ignore_ascii_case(value));
    match &back.connection.settings.matching.remote {
        RemoteField::Subject => covered(name),
        RemoteField::Named(claim) => attributes.get(claim).is_none_or(|values| values.iter().all(|value| covered(value))),
    }
}

/// An address that cannot be read in two ways (OE-11).
fn one_reading(address: &str) -> Result<(), Failure> {
    let malformed = || Failure::of(Check::Names, "names.email_malformed");
    let read = EmailAddress::parse(address).map_err(|_| malformed())?;
    let same = read.as_str().eq_ignore_ascii_case(address) || !address.is_ascii();
    if address.trim() == address && !address.ends_with('.') && same { Ok(()) } else { Err(malformed()) }
}

/// Whether the provider vouches for the e-mail address. An address that can be read in two ways refuses the sign-in (OE-11).
fn email(everything: &Object, microsoft: bool) -> Result<bool, Failure> {
    let verified = claims::flag(everything, "email_verified")?;
    let Some(address) = claims::text(everything, "email", Check::Names)? else { return Ok(false) };
    one_reading(address)?;
    // At Entra `email` is what an administrator typed; only `xms_edov` says that the domain's owner is meant (OE-04).
    let word = if microsoft { everything.get("xms_edov") == Some(&Value::Bool(true)) } else { verified == Some(true) };
    Ok(word)
}
