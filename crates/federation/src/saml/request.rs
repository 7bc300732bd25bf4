//! The AuthnRequest (SAML Core 3.4.1) and how a person takes it to the provider.

use homeward_model::{Random, Timestamp};

use super::{
    algorithm::POST,
    binding::{Kind, Outgoing},
    instant,
    provider::{ServiceProvider, SigningKey},
    settings::{RequestSigning, SamlSettings},
    xml::{Element, element},
};
use crate::{Connection, Departure, Hint, Pending, PendingProtocol, Protocol, Wish};

/// Why no request can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// The connection speaks another protocol.
    #[error("the connection is not a SAML connection")]
    OtherProtocol,
    /// It has no address to go to.
    #[error("the provider's sign-in address is missing")]
    NoAddress,
    /// Its address is `http` outside development.
    #[error("the provider's sign-in address must begin with https://")]
    NotHttps,
    /// Requests shall be signed with a kind of key that we do not have, or the key refused.
    #[error("there is no key of ours that can sign the request as the connection demands")]
    NoKey,
    /// RelayState has at most 80 bytes (SAML Bindings 3.4.3).
    #[error("the handle of the transaction is longer than 80 bytes")]
    Handle,
}

/// Makes an AuthnRequest, and what must be remembered of it.
///
/// # Errors
/// When the connection cannot be used.
pub fn begin(connection: &Connection, sp: &ServiceProvider, wish: &Wish, now: Timestamp, random: &dyn Random) -> Result<(Departure, Pending), BeginError> {
    let Protocol::Saml(settings) = &connection.settings.protocol else { return Err(BeginError::OtherProtocol) };
    let to = settings.sso_redirect.as_ref().or(settings.sso_post.as_ref()).ok_or(BeginError::NoAddress)?;
    if !to.may_be_used(sp.loopback_http) {
        return Err(BeginError::NotHttps);
    }
    if wish.handle.len() > 80 {
        return Err(BeginError::Handle);
    }
    let id = new_id(random);
    let hint = connection.settings.hint;
    let outgoing = Outgoing {
        kind: Kind::Request,
        message: authn_request(settings, sp, wish, hint, (to.as_str(), &id, now)),
        id: &id,
        relay_state: &wish.handle,
        key: signing_key(settings, sp)?,
        extra: hint_parameters(hint, wish),
    };
    let departure = if settings.sso_redirect.is_some() { outgoing.redirect(to) } else { outgoing.post(to) };
    let pending = Pending {
        connection: connection.id,
        sent_at: now,
        fresh: wish.fresh,
        max_age: wish.max_age,
        second_factor: wish.second_factor,
        protocol: PendingProtocol::Saml { request_id: id.clone() },
    };
    Ok((departure.ok_or(BeginError::NoKey)?, pending))
}

/// A new `ID`: 160 random bits; begins with a letter or `_`, as `xs:ID` must (SAML Core 1.3.4).
pub(super) fn new_id(random: &dyn Random) -> String {
    let mut bytes = [0u8; 20];
    random.fill(&mut bytes);
    let mut id = String::from("_");
    for byte in bytes {
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

/// The key that signs, where requests are signed: the present one, which the provider has. One that succeeds it, and one that was replaced, sign nothing,
/// whichever kind the settings ask for: a key of another kind comes by a change of keys (KS-12).
pub(super) fn signing_key<'a>(settings: &SamlSettings, sp: &'a ServiceProvider) -> Result<Option<&'a SigningKey>, BeginError> {
    match settings.request_signing {
        RequestSigning::Unsigned => Ok(None),
        RequestSigning::WithOurKey => Ok(sp.signing.first()),
        RequestSigning::RsaSha256 | RequestSigning::EcdsaSha256 => sp.signing.first().map(Some).ok_or(BeginError::NoKey),
    }
}

fn authn_request(settings: &SamlSettings, sp: &ServiceProvider, wish: &Wish, hint: Hint, (to, id, now): (&str, &str, Timestamp)) -> Element {
    let subject = wish.username.as_deref().filter(|_| hint == Hint::Subject).map(|username| {
        let format = if username.contains('@') { "emailAddress" } else { "unspecified" };
        let name = element("saml:NameID").with("Format", format!("urn:oasis:names:tc:SAML:1.1:nameid-format:{format}")).text(username);
        element("saml:Subject").child(name)
    });
    let policy = element("samlp:NameIDPolicy").with("AllowCreate", "true").with_some("Format", settings.name_id_format.map(|f| f.urn()));
    element("samlp:AuthnRequest")
        .with("ID", id)
        .with("Version", "2.0")
        .with("IssueInstant", instant::write(now))
        .with("Destination", to)
        .with("AssertionConsumerServiceURL", sp.acs_url.as_str())
        .with("ProtocolBinding", POST)
        // Nothing here was young enough, and the protocol has no word for an age: without this the provider would answer from its own session,
        // as old as it is, again and again (OA-22).
        .with_some("ForceAuthn", (wish.fresh || wish.max_age.is_some()).then_some("true"))
        .with_some("IsPassive", wish.silent.then_some("true"))
        .child(element("saml:Issuer").text(sp.entity_id.as_str()))
        .children(subject)
        .child(policy)
        .children(requested_context(&asked_contexts(settings, wish.second_factor)))
}

/// Context classes that the request names, and that the answer must then have.
pub(super) fn asked_contexts(settings: &SamlSettings, second_factor: bool) -> Vec<&str> {
    let asked = if second_factor { &settings.second_factor_contexts } else { &settings.requested_authn_context };
    asked.iter().map(String::as_str).collect()
}

fn requested_context(classes: &[&str]) -> Option<Element> {
    let classes = classes.iter().map(|class| element("saml:AuthnContextClassRef").text(*class));
    let context = element("samlp:RequestedAuthnContext").with("Comparison", "exact").children(classes.clone());
    (classes.len() > 0).then_some(context)
}

/// The username or its domain, in the words of the provider.
fn hint_parameters(hint: Hint, wish: &Wish) -> Vec<(&'static str, String)> {
    let Some(username) = wish.username.as_deref() else { return Vec::new() };
    let domain = username.rsplit_once('@').map(|(_, domain)| domain.to_owned());
    match hint {
        Hint::None | Hint::Subject => Vec::new(),
        Hint::LoginHint => vec![("login_hint", username.to_owned())],
        Hint::UsernameParameter => vec![("username", username.to_owned())],
        Hint::DomainHint => domain.map(|d| ("domain_hint", d)).into_iter().collect(),
        Hint::HostedDomain => domain.map(|d| ("hd", d)).into_iter().collect(),
    }
}
