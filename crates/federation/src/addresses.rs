//! Our addresses of one connection, as the provider's administrator enters them: the one place where they are put together. What
//! answers there, what commands show and what the portal offers to copy is therefore the same.

use homeward_model::ConnectionId;

use crate::{Protocol, oidc::{OWN_CALLBACK, OWN_SIGNED_OUT}, product::Field};

/// Our addresses for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurAddresses {
    /// Our entity ID (SAML Metadata 2.3.2), the connection's own where it was taken over (B-180).
    pub entity_id: String,
    /// Our assertion consumer service (SAML Metadata 2.4.4), under the path and origin that the provider knows (B-181).
    pub acs_url: String,
    /// Our single logout service (SAML Metadata 2.4.2), under the path and origin that the provider knows where it was taken over.
    pub slo_url: String,
    /// Our metadata (B-179, B-187).
    pub metadata_url: String,
    /// Our redirection endpoint (OpenID Connect Core 3.1.2.1), the installation's one for connections of its own registration.
    pub redirect_uri: String,
    /// Where an OpenID Provider sends people back who have signed out there (`post_logout_redirect_uri`), the installation's one for connections of its
    /// own registration.
    pub signed_out_uri: String,
    /// Where an OpenID Provider tells us that a session has ended (Back-Channel Logout 1.0).
    pub back_channel_uri: String,
    /// What a tile at the provider opens (B-095).
    pub sign_on_url: String,
    is_oidc: bool,
}

impl OurAddresses {
    /// The addresses of a connection under `base`, the public address of this installation. Without a protocol nothing was entered
    /// yet; then they are those of SAML.
    pub fn new(base: &str, id: ConnectionId, protocol: Option<&Protocol>) -> Self {
        let base = base.trim_end_matches('/');
        let at = |path: &str| format!("{base}{path}");
        let own = match protocol {
            Some(Protocol::Saml(saml)) => saml.own_identity.as_ref(),
            Some(Protocol::Oidc(_)) | None => None,
        };
        let metadata_url = at(&format!("/saml/{id}/metadata"));
        let (redirect_uri, signed_out_uri) = match protocol {
            Some(Protocol::Oidc(oidc)) if oidc.own_registration => (at(OWN_CALLBACK), at(OWN_SIGNED_OUT)),
            _ => (at(&format!("/oidc/{id}/callback")), at(&format!("/oidc/{id}/signedout"))),
        };
        Self {
            entity_id: own.and_then(|own| own.entity_id.clone()).unwrap_or_else(|| metadata_url.clone()),
            acs_url: own.and_then(|own| own.acs_url(base)).unwrap_or_else(|| at(&format!("/saml/{id}/acs"))),
            slo_url: own.and_then(|own| own.slo_url(base)).unwrap_or_else(|| at(&format!("/saml/{id}/slo"))),
            metadata_url,
            redirect_uri,
            signed_out_uri,
            back_channel_uri: at(&format!("/oidc/{id}/backchannel-logout")),
            sign_on_url: at(&format!("/signin/provider/{id}")),
            is_oidc: matches!(protocol, Some(Protocol::Oidc(_))),
        }
    }
    /// The address that stands in this field; `None` for fields of the other protocol, and for what is no address of ours.
    pub fn value(&self, field: Field) -> Option<&str> {
        let (saml, oidc) = (!self.is_oidc, self.is_oidc);
        match field {
            Field::EntityId => saml.then_some(self.entity_id.as_str()),
            Field::ReplyUrl => saml.then_some(self.acs_url.as_str()),
            Field::OurMetadata => saml.then_some(self.metadata_url.as_str()),
            Field::LogoutUrl => saml.then_some(self.slo_url.as_str()),
            Field::RedirectUri => oidc.then_some(self.redirect_uri.as_str()),
            Field::PostLogoutUri => oidc.then_some(self.signed_out_uri.as_str()),
            Field::BackChannelUri => oidc.then_some(self.back_channel_uri.as_str()),
            Field::SignOnUrl => Some(&self.sign_on_url),
            _ => None,
        }
    }
    /// What the provider's administrator enters, in the order in which people meet it.
    pub fn to_give(&self) -> impl Iterator<Item = (Field, &str)> {
        Field::ALL.into_iter().filter_map(|field| self.value(field).map(|value| (field, value)))
    }
}

#[cfg(test)]
mod tests {
    use homeward_model::SystemRandom;

    use super::*;
    use crate::{
        oidc::OidcSettings,
        saml::{EndpointUrl, OwnIdentity, SamlSettings, SettingsProblem},
    };

    fn named(ours: &OurAddresses) -> Vec<(&'static str, &str)> {
        ours.to_give().map(|(field, value)| (field.ours(), value)).collect()
    }

    /// B-180, B-181: a connection that was taken over has the identity, the path and the host that its provider knows.
    #[test]
    fn b_181_a_connection_that_was_taken_over_keeps_its_addresses() {
        let id = ConnectionId::generate(&SystemRandom);
        let mut settings = SamlSettings::new("https://idp.example", EndpointUrl::parse("https://idp.example/sso").unwrap(), Vec::new());
        let of = |settings: &SamlSettings| OurAddresses::new("https://signin.example/", id, Some(&Protocol::Saml(Box::new(settings.clone()))));
        let own = of(&settings);
        assert_eq!(own.entity_id, format!("https://signin.example/saml/{id}/metadata"));
        assert_eq!(own.acs_url, format!("https://signin.example/saml/{id}/acs"));
        assert_eq!(OurAddresses::new("https://signin.example", id, None), own, "before anything is entered");
        settings.own_identity = Some(OwnIdentity { entity_id: Some("https://sso.example.com".into()), acs_path: Some("/sp/ACS.saml2".into()), slo_path: Some("/sp/SLO.saml2".into()), acs_origin: EndpointUrl::parse("https://ssoeuro.example.com") });
        let taken = of(&settings);
        assert_eq!(named(&taken)[..2], [("Identifier (Entity ID)", "https://sso.example.com"), ("Reply URL (ACS)", "https://ssoeuro.example.com/sp/ACS.saml2")]);
        assert_eq!(taken.value(Field::LogoutUrl), Some("https://ssoeuro.example.com/sp/SLO.saml2"));
        settings.own_identity = Some(OwnIdentity { entity_id: None, acs_path: Some("/sp/ACS.saml2".into()), slo_path: None, acs_origin: None });
        assert_eq!((of(&settings).acs_url, of(&settings).entity_id), ("https://signin.example/sp/ACS.saml2".to_owned(), own.entity_id));
        assert_eq!(of(&settings).slo_url, own.slo_url, "left out, it is our usual one");
    }

    /// B-181: an address of sign-outs is a path of its own; what is none is named.
    #[test]
    fn b_181_an_address_of_sign_outs_is_a_path_of_its_own() {
        let own = |acs: Option<&str>, slo: &str| OwnIdentity { entity_id: None, acs_path: acs.map(str::to_owned), slo_path: Some(slo.to_owned()), acs_origin: EndpointUrl::parse("https://sso.example.com") };
        assert_eq!((own(None, "/sp/SLO.saml2").check(), own(Some("/sp/ACS.saml2"), "/sp/SLO.saml2").check()), (Ok(()), Ok(())));
        for wrong in ["", "sp", "//sp", "/sp?x", "/sp#x", "/s p", "/%41", "/sp/ACS.saml2"] {
            assert_eq!(own(Some("/sp/ACS.saml2"), wrong).check(), Err(SettingsProblem::SloPath), "{wrong}");
        }
    }

    /// OR-03: a connection of the installation's own registration comes back to its one callback, any other to its own.
    #[test]
    fn or_03_the_callback_is_the_one_that_is_registered() {
        let id = ConnectionId::generate(&SystemRandom);
        let of = |own_registration| {
            let settings = OidcSettings { own_registration, ..OidcSettings::new("https://idp.example", "homeward") };
            OurAddresses::new("https://signin.example", id, Some(&Protocol::Oidc(Box::new(settings))))
        };
        assert_eq!(of(true).redirect_uri, format!("https://signin.example{OWN_CALLBACK}"));
        assert_eq!(of(true).signed_out_uri, format!("https://signin.example{OWN_SIGNED_OUT}"));
        let own = of(false);
        assert_eq!(own.signed_out_uri, format!("https://signin.example/oidc/{id}/signedout"));
        assert_eq!(own.redirect_uri, format!("https://signin.example/oidc/{id}/callback"));
        assert_eq!(named(&own).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["sign-on URL", "redirect URI", "post-logout redirect URI", "back-channel logout URI"]);
        assert_eq!((own.value(Field::ReplyUrl), own.value(Field::ClientId)), (None, None));
    }
}
