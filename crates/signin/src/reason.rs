//! Reasons for a refusal: one list for page, log, audit and metrics (architecture, idea 7).

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $status:literal;)+) => {
        /// Why something was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $variant),+ }
        impl Reason {
            /// Every reason, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The code in log, audit and metrics. The sentence for the person is the message `reason-CODE` (dots and underscores as hyphens).
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The HTTP status of the page.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status),+ } }
        }
    };
}

impl Reason {
    /// Whether it is about a request and nobody in particular: anybody can bring it about as often as they like.
    pub const fn is_about_nobody(self) -> bool {
        match self {
            Self::UnknownApplication | Self::RedirectUri | Self::MalformedRequest | Self::RequestUri | Self::ReturnTo | Self::SignOutReturn => true,
            Self::ForeignOrigin | Self::AddressTooLong | Self::BodyTooLong | Self::TooSlow | Self::NotAForm | Self::Malformed => true,
            Self::DelegatedOver | Self::DelegatedOff | Self::DelegatedSignedOut | Self::LinkOver => true,
            Self::PasswordChangedMeanwhile | Self::ApplicationNotInRegion | Self::AccountSuspended | Self::NoConnection | Self::NotEntitled | Self::SecondFactor => false,
            Self::ConnectionNotReady | Self::ProviderAway | Self::ReturnOver => false,
            Self::DelegatedDeclined | Self::DelegatedAdministrator => false,
            Self::DelegatedOtherPerson | Self::DelegatedRegistration | Self::DelegatedNoTokens => false,
            Self::AzureDeclined | Self::AzureTenant | Self::AzureConnected | Self::AzureSoleWay => false,
            Self::PortalNotSignedIn | Self::PortalNoRole | Self::PortalNotAllowed | Self::PortalNoAccount | Self::PortalForm | Self::PortalSetupOver => false,
            Self::PortalToken | Self::PortalScope => false,
        }
    }
}

reasons! {
    /// `client_id` is missing, unknown or switched off.
    UnknownApplication = "authorize.unknown_application", 400;
    /// `redirect_uri` is missing or not registered, to the letter.
    RedirectUri = "authorize.redirect_uri", 400;
    /// A parameter of the request stands twice, or is too long.
    MalformedRequest = "authorize.malformed", 400;
    /// A pushed request is unknown, over or used, or the application must push its requests and did not (RFC 9126).
    RequestUri = "authorize.request_uri", 400;
    /// `return_to` is not a registered address of the application.
    ReturnTo = "change.return_to", 400;
    /// After a sign-out the application wants the person back at an address that is not registered, or does not prove which application it is.
    SignOutReturn = "logout.redirect_uri", 200;
    /// The password was set somewhere else after the one that was proved here: what was set there stays.
    PasswordChangedMeanwhile = "password.changed_meanwhile", 409;
    /// The application is not available in the account's region.
    ApplicationNotInRegion = "discovery.application_not_in_region", 403;
    /// The account is suspended.
    AccountSuspended = "discovery.account_suspended", 403;
    /// Single Sign-On is the only way, and no connection is on.
    NoConnection = "discovery.no_connection", 403;
    /// The contract does not include Single Sign-On, and passwords are off.
    NotEntitled = "discovery.not_entitled", 403;
    /// The application asks for a second factor, which nobody has verified.
    SecondFactor = "discovery.second_factor", 403;
    /// The connection's protocol is not in place.
    ConnectionNotReady = "sso.not_ready", 503;
    /// The identity provider does not answer.
    ProviderAway = "sso.provider_away", 503;
    /// The answer of the identity provider is over, used, or another browser's.
    ReturnOver = "sso.return_over", 400;
    /// The connection has no delegated access, is off, or the application may not use it.
    DelegatedOff = "delegated.off", 403;
    /// The answer belongs to no request of this browser, or to one that is over.
    DelegatedOver = "delegated.over", 400;
    /// The person is not signed in here any more.
    DelegatedSignedOut = "delegated.signed_out", 403;
    /// The person or the organisation said no.
    DelegatedDeclined = "delegated.declined", 403;
    /// An administrator must consent first.
    DelegatedAdministrator = "delegated.administrator_needed", 403;
    /// Somebody else than the person who is signed in has consented.
    DelegatedOtherPerson = "delegated.other_person", 403;
    /// What was entered of the registration does not fit it: an id or the redirect URI.
    DelegatedRegistration = "delegated.registration", 403;
    /// The provider's token endpoint gave no tokens, or no proof of who consented.
    DelegatedNoTokens = "delegated.no_tokens", 503;
    /// The one-time link for an administrator is over or used.
    LinkOver = "azure.link_over", 400;
    /// The administrator did not accept.
    AzureDeclined = "azure.declined", 403;
    /// The tenant could not be proved, or is another one.
    AzureTenant = "azure.tenant", 403;
    /// The tenant is connected already.
    AzureConnected = "azure.connected_already", 409;
    /// Once the connection is on, nobody could administer the account without it.
    AzureSoleWay = "azure.sole_way", 409;
    /// The sign-in brought nobody to the account portal.
    PortalNotSignedIn = "portal.not_signed_in", 403;
    /// Nobody has given the person a role in the account portal.
    PortalNoRole = "portal.no_role", 403;
    /// The role does not include it.
    PortalNotAllowed = "portal.not_allowed", 403;
    /// There is no such account, or none that the person may know of.
    PortalNoAccount = "portal.no_account", 404;
    /// The form is another session's, another site's, or was open for too long.
    PortalForm = "portal.form", 403;
    /// The setup link, or the session that began by it, is over.
    PortalSetupOver = "portal.setup_over", 403;
    /// The token of a call of the API is unknown, ended or over, or its maker may do nothing any more.
    PortalToken = "portal.token", 401;
    /// The token of a call of the API was not made for this.
    PortalScope = "portal.scope", 403;
    /// The request did not come from our own page (`Origin`, `Sec-Fetch-Site`).
    ForeignOrigin = "request.foreign_origin", 403;
    /// The address of the request is longer than any of ours.
    AddressTooLong = "request.address_too_long", 414;
    /// The body is longer than any of ours.
    BodyTooLong = "request.body_too_long", 413;
    /// The body did not come in its time.
    TooSlow = "request.too_slow", 408;
    /// The body is no ordinary form, or is packed.
    NotAForm = "request.not_a_form", 415;
    /// The body cannot be read, or a field stands in it twice.
    Malformed = "request.malformed", 400;
}
