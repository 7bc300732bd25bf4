//! What an answer must be to count, each condition on its own line with its source. Our own clock; nothing is skipped because it is absent.

use homeward_model::Timestamp;

use super::{
    instant,
    message::{Assertion, Authn, Conditions, Confirmation, Name, ResponseHead},
    provider::ServiceProvider,
    request::asked_contexts,
    settings::SamlSettings,
};
use crate::{Check, Failure, proof};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// Attribute of Microsoft's providers that says how a person proved themselves.
pub const METHODS: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";

/// How long after it was made an answer may arrive, in seconds. Also what bounds how long a replay mark is kept (SF-16).
pub const LONGEST_AGE: i64 = 600;

/// What the answer is compared with.
pub struct Expected<'a> {
    pub settings: &'a SamlSettings,
    pub sp: &'a ServiceProvider,
    /// `ID` of our request; `None` when nobody asked.
    pub request_id: Option<&'a str>,
    pub sent_at: Option<Timestamp>,
    pub fresh: bool,
    pub max_age: Option<u64>,
    pub second_factor: bool,
    pub skew: i64,
    pub now: Timestamp,
}

fn fails<T>(check: Check, code: &'static str) -> Result<T, Failure> {
    Err(Failure::of(check, code))
}

/// The codes of the standard (Core 3.2.2.2) among these. Anybody may have written them, and they are shown: no other words.
fn stated(codes: &[String]) -> String {
    let is_standard = |code: &&String| {
        code.strip_prefix("urn:oasis:names:tc:SAML:2.0:status:").is_some_and(|word| (1..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    codes.iter().filter(is_standard).map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl Expected<'_> {
    /// The status (Core 3.2.2.2). Read before any signature, from bytes that anybody could have made: only to refuse.
    pub fn status(&self, head: &ResponseHead) -> Result<(), Failure> {
        match head.status.first().map(String::as_str) {
            Some(SUCCESS) => Ok(()),
            None => fails(Check::Answered, "status.missing"),
            Some(_) if head.status.iter().any(|code| code.ends_with(":NoPassive")) => fails(Check::Answered, "status.no_passive"),
            Some(_) => match stated(&head.status) {
                codes if codes.is_empty() => fails(Check::Answered, "status.not_success"),
                codes => Err(Failure::differs(Check::Answered, "status.not_success", &codes, SUCCESS)),
            },
        }
    }

    /// The response around the assertion. `signed`: whether these values are from signed bytes.
    pub fn response(&self, head: &ResponseHead, signed: bool) -> Result<(), Failure> {
        self.version(head.version.as_deref())?; // Core 3.2.2
        self.identifier(head.id.as_deref())?; // Core 3.2.2
        self.issued(head.issue_instant.as_deref())?; // Core 3.2.2
        self.issuer(head.issuer.as_ref())?; // Profiles 4.1.4.2
        self.destination(head.destination.as_deref(), &self.sp.acs_url, signed)?; // Bindings 3.5.5.2
        self.in_response_to(head.in_response_to.as_deref()) // Profiles 4.1.4.3
    }

    /// The assertion, except who it names.
    pub fn assertion(&self, assertion: &Assertion) -> Result<(), Failure> {
        self.version(assertion.version.as_deref())?; // Core 2.3.3
        self.identifier(assertion.id.as_deref())?; // Core 2.3.3
        self.issued(assertion.issue_instant.as_deref())?; // Core 2.3.3
        self.issuer(assertion.issuer.as_ref())?; // Profiles 4.1.4.2
        self.conditions(assertion.conditions.as_ref())?; // Core 2.5.1
        self.confirmations(&assertion.confirmations)?; // Profiles 4.1.4.2
        self.statement(assertion) // Core 2.7.2, Profiles 4.1.4.3
    }

    pub fn version(&self, version: Option<&str>) -> Result<(), Failure> {
        if version == Some("2.0") { Ok(()) } else { fails(Check::Answered, "saml.version") }
    }

    pub fn identifier(&self, id: Option<&str>) -> Result<(), Failure> {
        if id.is_some_and(|id| !id.is_empty()) { Ok(()) } else { fails(Check::Answered, "saml.id_missing") }
    }

    pub fn issued(&self, at: Option<&str>) -> Result<(), Failure> {
        let at = self.instant(at, "time.issue_instant")?;
        if at.seconds() > self.now.seconds() + self.skew {
            return self.late("time.issued_in_future", at);
        }
        if self.now.seconds() - self.skew > at.seconds() + LONGEST_AGE {
            return self.late("time.issued_long_ago", at);
        }
        Ok(())
    }

    pub fn issuer(&self, issuer: Option<&Name>) -> Result<(), Failure> {
        let Some(issuer) = issuer else { return fails(Check::MeantForUs, "issuer.missing") };
        if issuer.format.as_deref().is_some_and(|format| format != ENTITY) {
            return fails(Check::MeantForUs, "issuer.format");
        }
        if issuer.value == self.settings.idp_entity_id {
            Ok(())
        } else {
            Err(Failure::differs(Check::MeantForUs, "issuer.unexpected", &issuer.value, &self.settings.idp_entity_id))
        }
    }

    /// `ours`: our address that the message was sent to. Exact: no port added, no query taken off (SF-06).
    pub fn destination(&self, destination: Option<&str>, ours: &str, signed: bool) -> Result<(), Failure> {
        match destination {
            Some(destination) if destination == ours => Ok(()),
            Some(other) => Err(Failure::differs(Check::MeantForUs, "destination.unexpected", other, ours)),
            None if signed => fails(Check::MeantForUs, "destination.missing"),
            None => Ok(()),
        }
    }

    pub fn in_response_to(&self, named: Option<&str>) -> Result<(), Failure> {
        match (self.request_id, named) {
            (Some(ours), Some(named)) if ours == named => Ok(()),
            (Some(ours), Some(named)) => Err(Failure::differs(Check::MeantForUs, "in_response_to.unexpected", named, ours)),
            (Some(_), None) => fails(Check::MeantForUs, "in_response_to.missing"),
            (None, None) => Ok(()),
            // An answer that was asked for by somebody must not pass as one that nobody asked for.
            (None, Some(_)) => fails(Check::MeantForUs, "in_response_to.unsolicited"),
        }
    }

    fn conditions(&self, conditions: Option<&Conditions>) -> Result<(), Failure> {
        let Some(conditions) = conditions else { return fails(Check::Fresh, "conditions.missing") };
        if let Some(from) = conditions.not_before.as_deref() {
            let from = self.instant(Some(from), "time.conditions_format")?;
            if self.now.seconds() + self.skew < from.seconds() {
                return self.late("time.not_yet", from); // Core 2.5.1.2
            }
        }
        let until = self.instant(conditions.not_on_or_after.as_deref(), "time.conditions_format")?;
        self.not_over(until, "time.over")?; // Core 2.5.1.2
        if conditions.unknown {
            return fails(Check::MeantForUs, "conditions.unknown"); // Core 2.5.1: indeterminate
        }
        // We speak for the person towards applications; `Count="0"` forbids that (Core 2.5.1.6).
        if conditions.proxy_counts.iter().any(|count| count.parse::<u32>().unwrap_or(0) == 0) {
            return fails(Check::MeantForUs, "conditions.proxy");
        }
        self.audience(&conditions.audiences)
    }

    /// Every restriction must name us, by any of its audiences (Core 2.5.1.4).
    fn audience(&self, restrictions: &[Vec<String>]) -> Result<(), Failure> {
        if restrictions.is_empty() {
            return fails(Check::MeantForUs, "audience.missing");
        }
        for audiences in restrictions {
            if !audiences.contains(&self.sp.entity_id) {
                return Err(Failure::differs(Check::MeantForUs, "audience.unexpected", &audiences.join(" "), &self.sp.entity_id));
            }
        }
        Ok(())
    }

    /// One bearer confirmation must be good; others do not count (Profiles 4.1.4.2).
    fn confirmations(&self, confirmations: &[Confirmation]) -> Result<(), Failure> {
        let mut first = None;
        for confirmation in confirmations.iter().filter(|c| c.method.as_deref() == Some(BEARER)) {
            match self.confirmation(confirmation) {
                Ok(()) => return Ok(()),
                Err(failure) => first = first.or(Some(failure)),
            }
        }
        Err(first.unwrap_or(Failure::of(Check::MeantForUs, "subject.no_bearer")))
    }

    fn confirmation(&self, confirmation: &Confirmation) -> Result<(), Failure> {
        if !confirmation.has_data {
            return fails(Check::MeantForUs, "subject.no_confirmation_data");
        }
        match confirmation.recipient.as_deref() {
            Some(recipient) if recipient == self.sp.acs_url => {}
            Some(other) => return Err(Failure::differs(Check::MeantForUs, "recipient.unexpected", other, &self.sp.acs_url)),
            None => return fails(Check::MeantForUs, "recipient.missing"),
        }
        if confirmation.not_before.is_some() {
            return fails(Check::Fresh, "subject.not_before");
        }
        self.in_response_to(confirmation.in_response_to.as_deref())?;
        let until = self.instant(confirmation.not_on_or_after.as_deref(), "time.confirmation_format")?;
        self.not_over(until, "time.confirmation_over")
    }

    fn statement(&self, assertion: &Assertion) -> Result<(), Failure> {
        let authn = match assertion.authn.as_slice() {
            [] => return fails(Check::Names, "authn.missing"),
            [only] => only,
            _ => return fails(Check::Names, "authn.several"),
        };
        if let Some(until) = authn.session_not_on_or_after.as_deref() {
            let until = self.instant(Some(until), "time.session_format")?;
            self.not_over(until, "time.session_over")?; // Core 2.7.2
        }
        self.authenticated(authn, assertion.issue_instant.as_deref())?;
        self.context(assertion, authn)
    }

    /// When the person proved themselves: `ForceAuthn` and `max_age` (Core 3.4.1), by our clock within the tolerance and by the provider's without.
    fn authenticated(&self, authn: &Authn, issued: Option<&str>) -> Result<(), Failure> {
        let at = self.instant(authn.instant.as_deref(), "time.authn_instant")?;
        if at.seconds() > self.now.seconds() + self.skew {
            return self.late("time.authn_in_future", at);
        }
        let Some(sent_at) = self.sent_at else { return Ok(()) };
        let old = |than: Timestamp| Err(Failure::differs(Check::Fresh, if self.fresh { "authn.not_anew" } else { "authn.too_old" }, &instant::write(at), &instant::write(than)));
        if self.fresh && at.seconds() + self.skew < sent_at.seconds() {
            return old(sent_at);
        }
        let age = self.now.seconds() - self.skew - at.seconds();
        if self.max_age.is_some_and(|most| age > i64::try_from(most).unwrap_or(i64::MAX)) {
            return self.late("authn.too_old", at);
        }
        let issued = self.instant(issued, "time.issue_instant")?;
        let under_way = self.now.seconds() - sent_at.seconds();
        if proof::is_older((self.fresh, self.max_age), issued.seconds() - at.seconds(), under_way) {
            return old(issued);
        }
        Ok(())
    }

    /// What we asked for must be what was done (Core 3.3.2.2.1).
    fn context(&self, assertion: &Assertion, authn: &Authn) -> Result<(), Failure> {
        let asked = asked_contexts(self.settings, self.second_factor);
        let methods = assertion.attributes.get(METHODS).map_or(&[][..], Vec::as_slice);
        let done = authn.class.as_deref().unwrap_or_default();
        let by_method = self.second_factor && methods.iter().any(|method| asked.contains(&method.as_str()));
        if (asked.is_empty() && !self.second_factor) || asked.contains(&done) || by_method {
            return Ok(());
        }
        let code = if self.second_factor { "context.second_factor" } else { "context.unmet" };
        Err(Failure::differs(Check::Allowed, code, done, &asked.join(" ")))
    }

    pub fn instant(&self, text: Option<&str>, code: &'static str) -> Result<Timestamp, Failure> {
        text.and_then(instant::parse).ok_or(Failure::of(Check::Fresh, code))
    }

    /// Good until, and not at, `until` and the tolerance.
    pub fn not_over(&self, until: Timestamp, code: &'static str) -> Result<(), Failure> {
        if self.now.seconds() - self.skew < until.seconds() { Ok(()) } else { self.late(code, until) }
    }

    fn late<T>(&self, code: &'static str, seen: Timestamp) -> Result<T, Failure> {
        Err(Failure::differs(Check::Fresh, code, &instant::write(seen), &instant::write(self.now)))
    }
}
