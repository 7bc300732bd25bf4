//! What waits for an administrator's word: metadata of a SAML provider, endpoints of an OpenID Provider. Command and portal show it as now
//! and new, and take over what has the digest that was seen (SM-06, OR-19).

use homeward_model::Timestamp;

use crate::{
    Protocol,
    oidc::OidcSettings,
    refresh::{Refreshed, Staged, StagedEndpoints, preview},
};

/// What waits for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Metadata of a SAML provider.
    Metadata(Staged),
    /// Endpoints of an OpenID Provider.
    Endpoints(StagedEndpoints),
}

/// One thing that would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub field: String,
    /// What is there now.
    pub now: Option<String>,
    /// What would be there.
    pub new: Option<String>,
}

impl Waiting {
    /// Of what is kept, what a connection of this protocol could take over.
    pub fn of(kept: Refreshed, protocol: &Protocol) -> Option<Self> {
        match protocol {
            Protocol::Saml(_) => kept.staged.map(Self::Metadata),
            Protocol::Oidc(_) => kept.endpoints.map(Self::Endpoints),
        }
    }
    /// When it came.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Metadata(staged) => staged.at,
            Self::Endpoints(staged) => staged.at,
        }
    }
    /// What names it: SHA-256, in hexadecimal.
    pub fn digest(&self) -> String {
        match self {
            Self::Metadata(staged) => staged.digest.clone(),
            Self::Endpoints(staged) => staged.endpoints.digest(),
        }
    }
    /// Whether a key that is trusted already has signed it.
    pub const fn is_signed(&self) -> bool {
        matches!(self, Self::Metadata(Staged { signed: true, .. }))
    }
    /// Whether it lists a key that was taken out here (SK-20).
    pub const fn brings_back(&self) -> bool {
        matches!(self, Self::Metadata(Staged { brings_back: true, .. }))
    }
    /// What would change in a connection, and its protocol with it.
    ///
    /// # Errors
    /// Why it cannot be used any more.
    pub fn preview(&self, protocol: &Protocol, now: Timestamp) -> Result<(Vec<Difference>, Protocol), String> {
        match (self, protocol) {
            (Self::Metadata(staged), Protocol::Saml(saml)) => {
                let (changes, taken) = preview(saml, staged, now)?;
                let changes = changes.into_iter().map(|one| Difference { field: format!("{:?}", one.field), now: one.now, new: one.new });
                Ok((changes.collect(), Protocol::Saml(Box::new(taken))))
            }
            (Self::Endpoints(staged), Protocol::Oidc(oidc)) if staged.endpoints.issuer == oidc.issuer => {
                let moves = oidc.accepted().map(|accepted| accepted.moves(&staged.endpoints)).unwrap_or_default();
                let taken = OidcSettings { endpoints: Some(Box::new(staged.endpoints.clone())), ..(**oidc).clone() };
                let changes = moves.into_iter().map(|one| Difference { field: one.field.to_owned(), now: one.now, new: one.new });
                Ok((changes.collect(), Protocol::Oidc(Box::new(taken))))
            }
            (Self::Metadata(_) | Self::Endpoints(_), Protocol::Saml(_) | Protocol::Oidc(_)) => Err("what waits is another provider's; read it anew".to_owned()),
        }
    }
    /// What is kept once it waits no more; `refused`: the very same is not shown again.
    pub fn settled(&self, mut kept: Refreshed, refused: bool) -> Refreshed {
        let digest = self.digest();
        kept.staged = kept.staged.filter(|staged| staged.digest != digest);
        kept.endpoints = kept.endpoints.filter(|staged| staged.endpoints.digest() != digest);
        if refused {
            let says = match self {
                Self::Metadata(staged) => Some(staged.says.clone()),
                Self::Endpoints(_) => None,
            };
            kept.refuse(digest, says);
        }
        kept
    }
}
