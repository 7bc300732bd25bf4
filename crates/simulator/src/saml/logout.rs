//! Single logout messages (SAML Core 3.7).

use homeward_model::Timestamp;

use super::{
    Idp, SAMLP, SUCCESS,
    answer::{NameId, issuer},
    signature::SignatureForm,
    text::{attribute, escape_text, fresh_id, instant},
};

/// A LogoutRequest. `None` leaves the attribute or element out.
#[derive(Clone, Debug)]
pub struct LogoutAsk {
    /// `ID`
    pub id: Option<String>,
    /// `Version`
    pub version: Option<String>,
    /// `IssueInstant`
    pub issue_instant: Option<String>,
    /// `Destination`
    pub destination: Option<String>,
    /// `NotOnOrAfter`
    pub not_on_or_after: Option<String>,
    /// `Reason`
    pub reason: Option<String>,
    /// `Issuer`
    pub issuer: Option<String>,
    /// Whose session ends.
    pub name_id: Option<NameId>,
    /// Which sessions; empty: all of the person.
    pub session_indexes: Vec<String>,
    /// An enveloped signature; the redirect binding signs the query instead.
    pub signature: Option<SignatureForm>,
}

/// A LogoutResponse. `None` leaves the attribute or element out.
#[derive(Clone, Debug)]
pub struct LogoutAnswer {
    /// `ID`
    pub id: Option<String>,
    /// `Version`
    pub version: Option<String>,
    /// `IssueInstant`
    pub issue_instant: Option<String>,
    /// `Destination`
    pub destination: Option<String>,
    /// `InResponseTo`
    pub in_response_to: Option<String>,
    /// `Issuer`
    pub issuer: Option<String>,
    /// `StatusCode` values, each nested in the one before.
    pub status: Vec<String>,
    /// An enveloped signature; the redirect binding signs the query instead.
    pub signature: Option<SignatureForm>,
}

impl Idp {
    /// A good, signed request to end the person's session at `destination`.
    pub fn logout_ask(&self, destination: &str, name_id: NameId, session_index: &str, now: Timestamp) -> LogoutAsk {
        LogoutAsk {
            id: Some(fresh_id()),
            version: Some("2.0".into()),
            issue_instant: Some(instant(now)),
            destination: Some(destination.to_owned()),
            not_on_or_after: Some(instant(now.plus(std::time::Duration::from_secs(300)))),
            reason: None,
            issuer: Some(self.entity_id.clone()),
            name_id: Some(name_id),
            session_indexes: vec![session_index.to_owned()],
            signature: Some(SignatureForm::default()),
        }
    }

    /// A good, signed answer to the request with this id.
    pub fn logout_answer(&self, destination: &str, in_response_to: &str, now: Timestamp) -> LogoutAnswer {
        LogoutAnswer {
            id: Some(fresh_id()),
            version: Some("2.0".into()),
            issue_instant: Some(instant(now)),
            destination: Some(destination.to_owned()),
            in_response_to: Some(in_response_to.to_owned()),
            issuer: Some(self.entity_id.clone()),
            status: vec![SUCCESS.to_owned()],
            signature: Some(SignatureForm::default()),
        }
    }

    /// The LogoutRequest as XML.
    pub fn logout_request(&self, ask: &LogoutAsk) -> String {
        let attributes = attribute("Destination", ask.destination.as_deref())
            + &attribute("ID", ask.id.as_deref())
            + &attribute("IssueInstant", ask.issue_instant.as_deref())
            + &attribute("NotOnOrAfter", ask.not_on_or_after.as_deref())
            + &attribute("Reason", ask.reason.as_deref())
            + &attribute("Version", ask.version.as_deref());
        let opening = format!("<samlp:LogoutRequest xmlns:samlp=\"{SAMLP}\"{attributes}>{}", issuer(ask.issuer.as_deref(), true));
        let namespace = format!(" xmlns:saml=\"{}\"", super::SAML);
        let name_id = ask.name_id.as_ref().map(|id| id.text(&namespace)).unwrap_or_default();
        let indexes: String = ask.session_indexes.iter().map(|i| format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape_text(i))).collect();
        self.finish(ask.signature.as_ref(), ask.id.as_deref(), opening, format!("{name_id}{indexes}</samlp:LogoutRequest>"))
    }

    /// The LogoutResponse as XML.
    pub fn logout_response(&self, answer: &LogoutAnswer) -> String {
        let attributes = attribute("Destination", answer.destination.as_deref())
            + &attribute("ID", answer.id.as_deref())
            + &attribute("InResponseTo", answer.in_response_to.as_deref())
            + &attribute("IssueInstant", answer.issue_instant.as_deref())
            + &attribute("Version", answer.version.as_deref());
        let opening = format!("<samlp:LogoutResponse xmlns:samlp=\"{SAMLP}\"{attributes}>{}", issuer(answer.issuer.as_deref(), true));
        let nested = answer.status.iter().rev().fold(String::new(), |inner, code| {
            format!("<samlp:StatusCode{}>{inner}</samlp:StatusCode>", attribute("Value", Some(code)))
        });
        let rest = format!("<samlp:Status>{nested}</samlp:Status></samlp:LogoutResponse>");
        self.finish(answer.signature.as_ref(), answer.id.as_deref(), opening, rest)
    }

    fn finish(&self, form: Option<&SignatureForm>, id: Option<&str>, opening: String, rest: String) -> String {
        match form {
            Some(form) => self.envelop(form, id.unwrap_or_default(), &opening, &rest),
            None => opening + &rest,
        }
    }
}
