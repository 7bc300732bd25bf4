//! Why values of a provider cannot be used, in words, and the field that it is about.

use homeward_language::Text;
use homeward_portal::sign_on::{CertificateProblem, IdField, MetadataProblem, PasteProblem, Pasted, SettingsError, enter::Problem};

use crate::form::Form;

/// The field that a problem is about.
pub(super) fn field(form: &Form, problem: &Problem) -> &'static str {
    match (form.get("how"), problem) {
        _ if form.get("fix") == "answer" => "certificate",
        _ if is_of_test(form) => if *problem == Problem::Thumbprint { "thumbprint" } else { "test" },
        ("metadata", _) => "metadata",
        ("address", _) => "address",
        ("mapping", _) => "person",
        ("begun-there", _) => "begun-there",
        (_, Problem::EntityId) => "entity_id",
        (_, Problem::Certificates(_) | Problem::NoCertificate) => "certificates",
        (_, Problem::Application(_) | Problem::OpenId(SettingsError::ClientId)) => "client_id",
        (_, Problem::Secret) => "secret",
        (_, Problem::Proof) => "proof",
        (_, Problem::OpenId(SettingsError::HostedDomains)) => "domains",
        ("openid", _) => "issuer",
        _ => "sign_in_url",
    }
}

/// Whether a form takes something from the last test.
pub(super) fn is_of_test(form: &Form) -> bool {
    form.optional("fix").is_some()
}

/// What is wrong, and what to do.
pub(crate) fn says(t: Text, problem: &Problem) -> String {
    match problem {
        Problem::Empty => t.s("setup-problem-empty").to_owned(),
        Problem::Metadata(problem) => metadata(t, problem),
        Problem::Certificates(problem) => certificates(t, problem),
        Problem::Address => t.s("setup-problem-address").to_owned(),
        Problem::Unreachable(why) | Problem::Documents(why) => t.f("setup-problem-unreachable", &[("why", why.as_str().into())]),
        Problem::EntityId => t.s("setup-problem-entity").to_owned(),
        Problem::NoCertificate => t.s("setup-problem-no-certificate").to_owned(),
        Problem::Application(pasted) | Problem::Tenant(pasted) => t.s(pasted_key(pasted)).to_owned(),
        Problem::OpenId(problem) => t.s(openid(*problem)).to_owned(),
        Problem::Secret => t.s("setup-problem-secret").to_owned(),
        Problem::Proof => t.s("setup-problem-proof").to_owned(),
        Problem::Mapping => t.s("setup-problem-mapping").to_owned(),
        Problem::Same => t.s("setup-problem-same").to_owned(),
        Problem::NoTest => t.s("mend-problem-no-test").to_owned(),
        Problem::Thumbprint => t.s("mend-problem-thumbprint").to_owned(),
        Problem::OtherCertificate => t.s("compare-problem-other").to_owned(),
        Problem::NoAnswer => t.s("compare-problem-none").to_owned(),
        Problem::OthersWait => t.s("setup-problem-others-wait").to_owned(),
    }
}

fn metadata(t: Text, problem: &MetadataProblem) -> String {
    match problem {
        MetadataProblem::Unreadable(code) => t.f("setup-metadata-unreadable", &[("code", (*code).into())]),
        MetadataProblem::NotMetadata => t.s("setup-metadata-none").to_owned(),
        MetadataProblem::Several(_) => t.s("setup-metadata-several").to_owned(),
        MetadataProblem::NoProvider => t.s("setup-metadata-no-provider").to_owned(),
        MetadataProblem::NoEntityId => t.s("setup-problem-entity").to_owned(),
        MetadataProblem::Expired(until) => t.f("setup-metadata-expired", &[("until", until.as_str().into())]),
        MetadataProblem::Address(_) | MetadataProblem::NoSignInAddress => t.s("setup-problem-address").to_owned(),
        MetadataProblem::NoCertificate => t.s("setup-problem-no-certificate").to_owned(),
    }
}

fn certificates(t: Text, problem: &PasteProblem) -> String {
    match problem {
        PasteProblem::Empty | PasteProblem::TooLong => t.s("setup-problem-no-certificate").to_owned(),
        PasteProblem::Xml => t.s("setup-paste-xml").to_owned(),
        PasteProblem::CutOff => t.s("setup-paste-cut-off").to_owned(),
        PasteProblem::Certificate { number, problem } => {
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            let why = match problem {
                CertificateProblem::PrivateKey => return t.s("setup-paste-private-key").to_owned(),
                CertificateProblem::Unreadable | CertificateProblem::OtherKind => t.s("setup-paste-unreadable"),
                CertificateProblem::SmallKey => t.s("setup-paste-small-key"),
                CertificateProblem::OddKey | CertificateProblem::OtherKey => t.s("setup-paste-other-key"),
            };
            t.f("setup-paste-one", &[("number", number.into()), ("why", why.into())])
        }
    }
}

/// Ids that look alike, told apart (B-196).
pub(in crate::screens::portal) const fn pasted_key(pasted: &Pasted) -> &'static str {
    match pasted {
        Pasted::ObjectId => "setup-id-object",
        Pasted::ApplicationUri => "setup-id-uri",
        Pasted::Other(IdField::Tenant) => "setup-id-tenant-here",
        Pasted::Other(IdField::Application) => "setup-id-application-here",
        Pasted::NoOrganisation => "setup-id-no-organisation",
        Pasted::NoId | Pasted::Value(_) => "setup-id-none",
    }
}

const fn openid(problem: SettingsError) -> &'static str {
    match problem {
        SettingsError::VersionOne => "setup-openid-version-one",
        SettingsError::Tenants | SettingsError::TenantId | SettingsError::OwnRegistration => "setup-openid-tenants",
        SettingsError::ClientId => "setup-openid-client",
        SettingsError::HostedDomains => "setup-openid-domains",
        SettingsError::Issuer | SettingsError::Scopes | SettingsError::Algorithms | SettingsError::Subject | SettingsError::AuthenticationContext => "setup-openid-issuer",
    }
}
