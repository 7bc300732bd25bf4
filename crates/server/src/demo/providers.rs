//! The demo's identity providers: the simulator as a fourth place, and the settings that point the example connections to it.

use std::net::{SocketAddr, TcpListener};

use homeward_federation::OurAddresses;
use homeward_signin::usecase::federated::metadata;
use homeward_simulator::{
    Brand, Person,
    server::{self, Client, Running, ServiceProvider, Settings},
};

use super::Places;
use crate::wiring::Running as Broker;

/// Connection in the register, the brand that plays it, and whether it speaks OpenID Connect.
const CONNECTIONS: [(&str, Brand, bool); 3] = [("Microsoft Entra ID", Brand::Entra, false), ("Okta", Brand::Okta, false), ("Keycloak", Brand::Generic, true)];
/// The people on the provider's sign-in page.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("dana@contoso.example", "Dana", "Cole"),
    ("both@fabrikam.example", "Bo", "Thorn"),
    ("sam@consultants.example", "Sam", "Reed"),
    ("kim@tailspin.example", "Kim", "Berg"),
];
/// What Homeward is called at the OpenID Provider.
const CLIENT: &str = "homeward-demo";

/// Starts the providers.
pub(super) fn start(listen: SocketAddr, places: &Places) -> Result<Running, String> {
    let listener = TcpListener::bind(listen).map_err(|e| format!("cannot listen on {listen}: {e}, for example: homeward demo --port 9000"))?;
    let people = PEOPLE.into_iter().map(|(username, given, family)| Person::new(username, given, family)).collect();
    server::start(listener, Settings { people, ..Settings::at(&places.providers) }).map_err(|e| e.to_string())
}

/// The register with the settings of its connections: addresses and the certificate, which is new at every start.
pub(super) fn with_settings(register: &str, places: &Places, certificate: &str) -> String {
    CONNECTIONS.into_iter().fold(register.to_owned(), |text, (name, brand, oidc)| {
        let head = format!("name = \"{name}\"\nstate = \"enforced\"\n");
        let settings = if oidc { of_oidc(brand, &places.providers) } else { of_saml(brand, &places.providers, certificate) };
        text.replace(&head, &format!("{head}\n{settings}"))
    })
}

fn of_saml(brand: Brand, base: &str, certificate: &str) -> String {
    let (path, entity_id) = (brand.path(), brand.entity_id(base));
    // One that signs out there at once, and one that offers it.
    let (signed, there) = if brand == Brand::Okta { ("both", "always") } else { ("assertion", "offer") };
    format!(
        "[account.connection.settings]\npreset = \"{path}\"\nhint = \"login_hint\"\nidp_initiated = \"convert\"\nsign_out_there = \"{there}\"\n\n\
         [account.connection.settings.protocol.saml]\nidp_entity_id = \"{entity_id}\"\nsso_redirect = \"{base}/{path}/saml/sso\"\n\
         slo_redirect = \"{base}/{path}/saml/slo\"\nsigned = \"{signed}\"\ncertificates = [\"\"\"\n{certificate}\"\"\"]\n"
    )
}

fn of_oidc(brand: Brand, base: &str) -> String {
    let issuer = brand.issuer(base);
    format!(
        "[account.connection.settings]\npreset = \"generic\"\nhint = \"login_hint\"\nsign_out_there = \"always\"\nmatching = {{ local = \"username\", remote = {{ named = \"preferred_username\" }} }}\n\n\
         [account.connection.settings.protocol.oidc]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\n"
    )
}

/// Tells the providers where the connections answer: our metadata for SAML, the address of return for OpenID Connect.
pub(super) async fn introduce(running: &Running, broker: &Broker, places: &Places) -> Result<(), String> {
    let register = broker.store.register().await.map_err(|e| e.to_string())?;
    for (name, brand, oidc) in CONNECTIONS {
        let Some(entry) = register.connections.iter().find(|entry| entry.connection.name == name) else { continue };
        let connection = &entry.connection;
        if oidc {
            let ours = OurAddresses::new(&places.issuer, connection.id, entry.settings.as_ref().map(|settings| &settings.protocol));
            let (redirect_uris, backchannel_logout) = (vec![ours.redirect_uri, ours.signed_out_uri], Some(ours.back_channel_uri));
            running.play().register_client(Client { id: CLIENT.to_owned(), secret: None, redirect_uris, backchannel_logout });
            continue;
        }
        let xml = metadata::of(&broker.context, connection.id).await.map_err(|e| e.to_string())?.unwrap_or_default();
        let sp = ServiceProvider::from_metadata("Teamwork", brand, &xml);
        running.play().register_service_provider(sp.ok_or("our own metadata cannot be read")?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use homeward_federation::Protocol;

    use super::*;
    use crate::register_file::RegisterFile;

    #[test]
    fn the_register_with_settings_parses_and_every_connection_has_some() {
        let places = Places::of(8080);
        let text = with_settings(super::super::REGISTER, &places, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        let file: RegisterFile = toml::from_str(&text).unwrap();
        let connections: Vec<_> = file.account.iter().flat_map(|account| &account.connection).collect();
        assert_eq!(connections.len(), CONNECTIONS.len());
        for part in connections {
            let (_, _, oidc) = CONNECTIONS.into_iter().find(|(name, ..)| *name == part.name).unwrap();
            assert_eq!(matches!(part.settings.as_ref().unwrap().settings.protocol, Protocol::Oidc(_)), oidc, "{}", part.name);
        }
        for (username, ..) in PEOPLE {
            assert!(text.contains(&format!("username = \"{username}\"")), "{username}");
        }
    }
}
