//! Our fields, as pages, commands and configuration name them.

/// One thing that two administrators have to agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Our entity ID (B-093).
    EntityId,
    /// Our assertion consumer service (B-094).
    ReplyUrl,
    /// Our metadata (B-179, B-187).
    OurMetadata,
    /// Our single logout service.
    LogoutUrl,
    /// Our certificate, which their console asks for to check what we sign.
    OurCertificate,
    /// The address that a tile opens (B-095).
    SignOnUrl,
    /// Our address of return at an OpenID Provider.
    RedirectUri,
    /// Where they send people back to after a sign-out there.
    PostLogoutUri,
    /// Where they tell us that a session has ended (Back-Channel Logout 1.0).
    BackChannelUri,
    /// Their single sign-on address (B-098).
    SignInUrl,
    /// Their entity ID (B-099, B-117).
    IdpEntityId,
    /// Their signing certificates (B-097, B-116).
    Certificate,
    /// Their metadata, as a file (B-185).
    IdpMetadata,
    /// Their metadata, by its address (B-182).
    IdpMetadataUrl,
    /// Their single logout address.
    IdpLogoutUrl,
    /// Their issuer (OpenID Connect Discovery 3).
    Issuer,
    /// What we are called there (B-126).
    ClientId,
    /// What we prove it with.
    ClientSecret,
    /// What they put into the NameID.
    NameId,
    /// What they put into the attribute or claim with the e-mail address (B-186).
    Email,
    /// What they sign.
    Signature,
    /// What they sign with.
    Algorithm,
    /// Whether they encrypt.
    Encryption,
    /// Whether they ask for PKCE (RFC 7636).
    Pkce,
    /// Who may come (B-106).
    People,
}

/// Who copies a value, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From here to the provider.
    Give,
    /// From the provider to here.
    Take,
    /// Something to choose there.
    Choose,
}

impl Field {
    /// All of them, in the order in which people meet them.
    pub const ALL: [Self; 25] = [
        Self::EntityId, Self::ReplyUrl, Self::OurMetadata, Self::LogoutUrl, Self::OurCertificate, Self::SignOnUrl, Self::RedirectUri,
        Self::PostLogoutUri, Self::BackChannelUri, Self::SignInUrl, Self::IdpEntityId, Self::Certificate, Self::IdpMetadata, Self::IdpMetadataUrl, Self::IdpLogoutUrl, Self::Issuer, Self::ClientId, Self::ClientSecret,
        Self::NameId, Self::Email, Self::Signature, Self::Algorithm, Self::Encryption, Self::Pkce, Self::People,
    ];
    /// Who copies it.
    pub const fn side(self) -> Side {
        match self {
            Self::EntityId | Self::ReplyUrl | Self::OurMetadata | Self::LogoutUrl | Self::OurCertificate | Self::SignOnUrl => Side::Give,
            Self::RedirectUri | Self::PostLogoutUri | Self::BackChannelUri => Side::Give,
            Self::SignInUrl | Self::IdpEntityId | Self::Certificate | Self::IdpMetadata | Self::IdpMetadataUrl | Self::IdpLogoutUrl => Side::Take,
            Self::Issuer | Self::ClientId | Self::ClientSecret => Side::Take,
            Self::NameId | Self::Email | Self::Signature | Self::Algorithm | Self::Encryption | Self::Pkce | Self::People => Side::Choose,
        }
    }
    /// Ours: what `homeward connection show` calls a value to give, and the setting or command that a value to take goes to. Empty for
    /// what is only chosen there.
    pub const fn ours(self) -> &'static str {
        match self {
            Self::EntityId => "Identifier (Entity ID)",
            Self::ReplyUrl => "Reply URL (ACS)",
            Self::OurMetadata => "metadata",
            Self::LogoutUrl => "Logout URL (single logout)",
            Self::OurCertificate => "our signing certificate",
            Self::SignOnUrl => "sign-on URL",
            Self::RedirectUri => "redirect URI",
            Self::PostLogoutUri => "post-logout redirect URI",
            Self::BackChannelUri => "back-channel logout URI",
            Self::SignInUrl => "`sso_redirect`",
            Self::IdpEntityId => "`idp_entity_id`",
            Self::Certificate => "`certificates`",
            Self::IdpMetadata => "`homeward connection metadata`",
            Self::IdpMetadataUrl => "`metadata_url`",
            Self::IdpLogoutUrl => "`slo_redirect`",
            Self::Issuer => "`issuer`",
            Self::ClientId => "`client_id`",
            Self::ClientSecret => "`homeward connection secret`",
            Self::NameId | Self::Email | Self::Signature | Self::Algorithm | Self::Encryption | Self::Pkce | Self::People => "",
        }
    }
}
