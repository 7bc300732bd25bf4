//! Single logout (SAML Core 3.7, Profiles 4.4), both ways and by both bindings. Only signed messages count: an unsigned request would let
//! anybody sign others out.

use homeward_model::{Random, Timestamp};

use super::{
    algorithm::{SAML, SAMLP},
    binding::{Kind, Outgoing},
    expected::Expected,
    guard::{self, Root},
    instant, message, read, redirect,
    provider::ServiceProvider,
    request::{new_id, signing_key},
    settings::{EndpointUrl, SamlSettings},
    signature::{TrustedKeys, verified_bytes},
    verify::{decode, refused},
    xml::{Element, element},
};
use crate::{Check, Connection, Departure, Failure, Protocol, ReplayMark, Subject, signout::MOST_READ};

/// Longest RelayState of a provider that is sent back, in bytes.
const MOST_RELAY_STATE: usize = 1024;

/// Why no message of logout can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoutError {
    /// The connection speaks another protocol.
    #[error("the connection is not a SAML connection")]
    OtherProtocol,
    /// The provider has no single logout service that may be used.
    #[error("the provider has no address for single logout")]
    NoAddress,
    /// These messages are always signed, and there is no key.
    #[error("there is no key of ours that can sign")]
    NoKey,
    /// RelayState has at most 80 bytes (SAML Bindings 3.4.3).
    #[error("the handle of the sign-out is longer than 80 bytes")]
    Handle,
}

/// How a message came.
#[derive(Clone, Copy, Debug)]
pub enum Incoming<'a> {
    /// HTTP-POST: the value of the form's field.
    Post(&'a str),
    /// HTTP-Redirect: the raw query of the address.
    Redirect(&'a str),
}

/// A logout request of a provider, verified. The caller ends the sessions of this connection and subject: those of the named session
/// indexes, or all when none is named (SL-04); an id that was seen before is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its `ID`, for the answer.
    pub id: String,
    /// Who.
    pub subject: Subject,
    /// Which of their sessions; all when empty.
    pub session_indexes: Vec<String>,
    /// RelayState to send back, when it came in a signed query.
    pub relay_state: Option<String>,
    /// What must not be accepted twice.
    pub replay: ReplayMark,
}

/// How the provider's logout went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// Signed out there.
    Success,
    /// Signed out there, but not everywhere.
    Partial,
    /// Not signed out there.
    Failed,
}

/// Who signs out at the provider.
#[derive(Clone, Copy, Debug)]
pub struct Leaver<'a> {
    /// As in the assertion.
    pub subject: &'a Subject,
    /// The provider's own session; without it all of this person's.
    pub session_index: Option<&'a str>,
    /// RelayState: a random handle of at most 80 bytes.
    pub handle: &'a str,
}

/// Makes a request that ends the provider's session. Returns its `ID` too, which the answer must name.
///
/// # Errors
/// When the connection has no logout service, or we have no key.
pub fn begin_logout(connection: &Connection, sp: &ServiceProvider, who: Leaver<'_>, now: Timestamp, random: &dyn Random) -> Result<(Departure, String), LogoutError> {
    let settings = settings_of(connection)?;
    let Leaver { subject, session_index, handle } = who;
    if handle.len() > 80 {
        return Err(LogoutError::Handle);
    }
    let (to, post) = address(settings, sp, false)?;
    let id = new_id(random);
    let mut parts = subject.kind.split('\u{1f}');
    let format = parts.next().unwrap_or_default();
    let mut qualifier = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    let (name_qualifier, sp_qualifier) = (qualifier(), qualifier());
    let name = element("saml:NameID")
        .with("Format", format)
        .with_some("NameQualifier", name_qualifier)
        .with_some("SPNameQualifier", sp_qualifier)
        .text(subject.value.as_str());
    let until = now.plus(std::time::Duration::from_secs(300));
    let message = head("samlp:LogoutRequest", sp, (to.as_str(), &id, now))
        .with("NotOnOrAfter", instant::write(until))
        .child(name)
        .children(session_index.map(|index| element("samlp:SessionIndex").text(index)));
    let departure = send(settings, sp, Sending { kind: Kind::Request, message, id: &id, relay_state: handle, to, post })?;
    Ok((departure, id))
}

/// Answers a provider's request.
///
/// # Errors
/// When the connection has no logout service, or we have no key.
pub fn answer_logout(connection: &Connection, sp: &ServiceProvider, request: &LogoutRequest, now: Timestamp, random: &dyn Random) -> Result<Departure, LogoutError> {
    let settings = settings_of(connection)?;
    let (to, post) = address(settings, sp, true)?;
    let id = new_id(random);
    let code = element("samlp:StatusCode").with("Value", "urn:oasis:names:tc:SAML:2.0:status:Success");
    let message = head("samlp:LogoutResponse", sp, (to.as_str(), &id, now))
        .with("InResponseTo", request.id.as_str())
        .child(element("samlp:Status").child(code));
    // It goes back to where it came from. Some providers need more than the 80 bytes of the specification.
    let relay_state = request.relay_state.as_deref().filter(|state| state.len() <= MOST_RELAY_STATE).unwrap_or_default();
    send(settings, sp, Sending { kind: Kind::Response, message, id: &id, relay_state, to, post })
}

/// The issuer that a provider's request names, unverified. It chooses among connections that share an address; the keys of the chosen one then verify the
/// request, its issuer included.
pub fn unverified_issuer(incoming: Incoming<'_>) -> Option<String> {
    let bytes = match incoming {
        Incoming::Post(value) => decode(value).ok()?,
        Incoming::Redirect(query) => redirect::unverified(query, Kind::Request).filter(|bytes| bytes.len() <= MOST_READ)?,
    };
    let request = guard::check(&bytes, Root::LogoutRequest, true).ok()?;
    message::response_head(request.document.root_element()).ok()?.issuer.map(|issuer| issuer.value)
}

/// Verifies a provider's request.
///
/// # Errors
/// The first check that failed.
pub fn read_request(incoming: Incoming<'_>, connection: &Connection, sp: &ServiceProvider, now: Timestamp) -> Result<LogoutRequest, Failure> {
    let arrival = Arrival::open(connection, sp, now)?;
    let (text, relay_state) = arrival.verified(incoming, Kind::Request, Root::LogoutRequest)?;
    let document = guard::parse(&text).map_err(refused)?;
    let root = document.root_element();
    let id = arrival.head(root)?;
    let over = match root.attribute("NotOnOrAfter") {
        Some(until) => arrival.expected.instant(Some(until), "time.logout_format")?,
        None => now.plus(std::time::Duration::from_secs(600)),
    };
    arrival.expected.not_over(over, "time.logout_over")?;
    if read::only_child(root, SAML, "EncryptedID").map_err(refused)?.is_some() {
        return Err(refused("name.encrypted"));
    }
    let name = read::only_child(root, SAML, "NameID").map_err(refused)?.ok_or(refused("name.missing"))?;
    let name = message::name(name).map_err(refused)?;
    if name.value.trim().is_empty() {
        return Err(refused("name.missing"));
    }
    let indexes = root.children().filter(|n| n.has_tag_name((SAMLP, "SessionIndex"))).map(read::text);
    let issuer = arrival.expected.settings.idp_entity_id.clone();
    let until = Timestamp::from_seconds(over.seconds().min(now.seconds() + 1200) + arrival.expected.skew + 1);
    Ok(LogoutRequest {
        subject: super::take::subject(&name, &issuer, sp),
        session_indexes: indexes.collect::<Result<_, _>>().map_err(refused)?,
        relay_state,
        replay: ReplayMark { key: format!("{issuer}\u{1f}logout\u{1f}{id}"), until },
        id,
    })
}

/// Verifies the answer to a request of ours, whose `ID` is `request_id`. Our own session has ended before, whatever it says (SL-05, SL-07).
///
/// # Errors
/// The first check that failed.
pub fn read_response(incoming: Incoming<'_>, connection: &Connection, sp: &ServiceProvider, request_id: &str, now: Timestamp) -> Result<LogoutOutcome, Failure> {
    let mut arrival = Arrival::open(connection, sp, now)?;
    arrival.expected.request_id = Some(request_id);
    let (text, _) = arrival.verified(incoming, Kind::Response, Root::LogoutResponse)?;
    let document = guard::parse(&text).map_err(refused)?;
    let root = document.root_element();
    arrival.head(root)?;
    arrival.expected.in_response_to(root.attribute("InResponseTo"))?;
    let head = message::response_head(root).map_err(refused)?;
    Ok(match head.status.as_slice() {
        [outer, inner, ..] if outer.ends_with(":Success") && inner.ends_with(":PartialLogout") => LogoutOutcome::Partial,
        [outer, ..] if outer == "urn:oasis:names:tc:SAML:2.0:status:Success" => LogoutOutcome::Success,
        _ => LogoutOutcome::Failed,
    })
}

struct Arrival<'a> {
    expected: Expected<'a>,
    keys: TrustedKeys,
    ours: &'a str,
}

impl<'a> Arrival<'a> {
    fn open(connection: &'a Connection, sp: &'a ServiceProvider, now: Timestamp) -> Result<Self, Failure> {
        let settings = settings_of(connection).map_err(|_| Failure::of(Check::MeantForUs, "transaction.other_protocol"))?;
        let ours = sp.slo_url.as_deref().ok_or(Failure::of(Check::MeantForUs, "logout.no_service"))?;
        let expected = Expected {
            settings,
            sp,
            request_id: None,
            sent_at: None,
            fresh: false,
            max_age: None,
            second_factor: false,
            skew: connection.settings.skew.seconds(),
            now,
        };
        Ok(Self { expected, keys: TrustedKeys::of(settings, now)?, ours })
    }

    /// The signed text of the message, and RelayState when it was signed with it.
    fn verified(&self, incoming: Incoming<'_>, kind: Kind, root: Root) -> Result<(String, Option<String>), Failure> {
        match incoming {
            Incoming::Post(value) => {
                let bytes = decode(value)?;
                let guarded = guard::check(&bytes, root, self.keys.sha1()).map_err(refused)?;
                Ok((verified_bytes(&guarded, &self.keys)?, None))
            }
            Incoming::Redirect(query) => {
                let message = redirect::read(query, kind, &self.keys).map_err(refused)?;
                let guarded = guard::check(&message.bytes, root, self.keys.sha1()).map_err(refused)?;
                // The binding takes signatures out of the message (Bindings 3.4.4.1); one that is there would be unchecked.
                if guarded.over_root.is_some() {
                    return Err(refused("sig.misplaced"));
                }
                Ok((guarded.text.to_owned(), message.relay_state))
            }
        }
    }

    /// What every message has; returns its `ID`.
    fn head(&self, root: roxmltree::Node<'_, '_>) -> Result<String, Failure> {
        let head = message::response_head(root).map_err(refused)?;
        self.expected.version(head.version.as_deref())?; // Core 3.2.1
        self.expected.identifier(head.id.as_deref())?; // Core 3.2.1
        self.expected.issued(head.issue_instant.as_deref())?; // Core 3.2.1
        self.expected.issuer(head.issuer.as_ref())?; // Profiles 4.4.4
        self.expected.destination(head.destination.as_deref(), self.ours, true)?; // Bindings 3.4.5.2, 3.5.5.2
        Ok(head.id.unwrap_or_default())
    }
}

fn settings_of(connection: &Connection) -> Result<&SamlSettings, LogoutError> {
    match &connection.settings.protocol {
        Protocol::Saml(settings) => Ok(settings),
        Protocol::Oidc(_) => Err(LogoutError::OtherProtocol),
    }
}

/// Where to, and whether by POST.
fn address<'a>(settings: &'a SamlSettings, sp: &ServiceProvider, answer: bool) -> Result<(&'a EndpointUrl, bool), LogoutError> {
    let own = settings.slo_redirect.as_ref().map(|url| (url, false)).or(settings.slo_post.as_ref().map(|url| (url, true))).ok_or(LogoutError::NoAddress)?;
    let to = settings.slo_response.as_ref().filter(|_| answer).map_or(own, |url| (url, own.1));
    if to.0.may_be_used(sp.loopback_http) { Ok(to) } else { Err(LogoutError::NoAddress) }
}

fn head(name: &'static str, sp: &ServiceProvider, (to, id, now): (&str, &str, Timestamp)) -> Element {
    element(name)
        .with("ID", id)
        .with("Version", "2.0")
        .with("IssueInstant", instant::write(now))
        .with("Destination", to)
        .child(element("saml:Issuer").text(sp.entity_id.as_str()))
}

struct Sending<'a> {
    kind: Kind,
    message: Element,
    id: &'a str,
    relay_state: &'a str,
    to: &'a EndpointUrl,
    post: bool,
}

fn send(settings: &SamlSettings, sp: &ServiceProvider, sending: Sending<'_>) -> Result<Departure, LogoutError> {
    let key = match signing_key(settings, sp) {
        Ok(Some(key)) => key,
        // Requests for sign-in may go unsigned; these never do.
        Ok(None) | Err(_) => sp.signing.first().ok_or(LogoutError::NoKey)?,
    };
    let Sending { kind, message, id, relay_state, to, post } = sending;
    let outgoing = Outgoing { kind, message, id, relay_state, key: Some(key), extra: Vec::new() };
    let departure = if post { outgoing.post(to) } else { outgoing.redirect(to) };
    departure.ok_or(LogoutError::NoKey)
}
