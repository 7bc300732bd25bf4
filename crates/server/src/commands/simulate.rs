//! `homeward simulate-idp`: identity providers that play Entra ID, Okta, Google Workspace, a generic one and broken ones.

use std::{
    net::{IpAddr, TcpListener},
    process::ExitCode,
};

use clap::Args;
use homeward_simulator::{
    Brand, Person,
    saml::Encryption,
    server::{self, Client, ServiceProvider, Settings},
};

use super::{Failure, Output};
use crate::signals;

#[derive(Args)]
pub(super) struct Simulate {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8083", value_name = "ADDRESS:PORT")]
    listen: String,
    /// The simulator's own address as browsers see it; unset: http://idp.localhost and the port
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Somebody on the sign-in page, as username, username=Given=Family, and =email and =group,group behind; may be repeated. Of Entra ID a
    /// group role:ID is a role of the directory
    #[arg(long = "person", value_name = "USERNAME[=GIVEN=FAMILY[=EMAIL[=GROUPS]]]")]
    people: Vec<String>,
    /// An OpenID Connect client, as id=redirect-uri or id=redirect-uri=secret; may be repeated, also for more addresses of one, that of signing
    /// out among them. None: every client is answered
    #[arg(long = "client", value_name = "ID=URI[=SECRET]")]
    clients: Vec<String>,
    /// A SAML service provider with a tile, as entity-id=acs-url; may be repeated. Others are answered, too
    #[arg(long = "service-provider", value_name = "ENTITY-ID=URL")]
    service_providers: Vec<String>,
    /// Whose product the tiles belong to: entra, okta, google or generic
    #[arg(long, default_value = "generic", value_parser = ["entra", "okta", "google", "generic"])]
    brand: String,
    /// Certificate file of the service providers, so that "right, and encrypted" can be chosen
    #[arg(long, value_name = "FILE")]
    encrypt_to: Option<std::path::PathBuf>,
    /// Listen on an address that other machines reach: whoever comes there signs in as anybody, with any password
    #[arg(long)]
    for_other_machines: bool,
}

/// Runs until Ctrl-C.
pub(super) async fn run(asked: &Simulate, out: Output) -> Result<ExitCode, Failure> {
    let listener = TcpListener::bind(&asked.listen).map_err(|e| format!("cannot listen on {}: {e}, for example: homeward simulate-idp --listen 127.0.0.1:9083", asked.listen))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    if let Some(why) = reached_from_outside(address.ip(), asked.for_other_machines) {
        return Err(why.into());
    }
    let base = asked.public_url.clone().unwrap_or_else(|| format!("http://idp.localhost:{}", address.port()));
    let settings = settings(asked, &base)?;
    let running = server::start(listener, settings).map_err(|e| e.to_string())?;
    let brands: Vec<_> = Brand::ALL
        .into_iter()
        .map(|brand| serde_json::json!({ "brand": brand.path(), "entity_id": brand.entity_id(&base), "metadata": format!("{base}/{}/saml/metadata", brand.path()), "issuer": brand.issuer(&base) }))
        .collect();
    let shown = |name: &str, brand: &serde_json::Value| brand.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if out.json {
        println!("{}", serde_json::json!({ "address": base, "brands": brands, "certificate": running.certificate_pem() }));
    } else {
        println!("\n  Simulated identity providers at {base}   tiles: {base}/tiles\n  Any password is right; the sign-in page asks how to answer, broken ways included.\n");
        for brand in &brands {
            println!("    {:<10}SAML metadata  {}\n    {:<10}OIDC issuer    {}", shown("brand", brand), shown("metadata", brand), "", shown("issuer", brand));
        }
        println!("\n  Ctrl-C stops.");
    }
    signals::interrupted().await;
    running.stop(true).await;
    Ok(ExitCode::SUCCESS)
}

/// Why it does not listen there: it believes everybody (decision 0041).
fn reached_from_outside(address: IpAddr, is_meant: bool) -> Option<String> {
    let inside = address.to_canonical().is_loopback();
    (!inside && !is_meant).then(|| format!("other machines reach {address}, and whoever comes there would sign in as anybody; use 127.0.0.1, or add --for-other-machines in a network of your own"))
}

fn settings(asked: &Simulate, base: &str) -> Result<Settings, Failure> {
    let wrong = |what: &str, text: &str, form: &str| Failure::from(format!("{what} {text:?}: write it as {form}"));
    let mut settings = Settings::at(base);
    for text in &asked.people {
        let parts: Vec<&str> = text.split('=').collect();
        settings.people.push(match parts.as_slice() {
            [username] => Person::unlisted(username),
            [username, given, family] => Person::new(username, given, family),
            [username, given, family, email] => Person { email: (*email).to_owned(), ..Person::new(username, given, family) },
            [username, given, family, email, groups] => {
                let groups = groups.split(',').filter(|group| !group.is_empty()).map(str::to_owned).collect();
                Person { email: (*email).to_owned(), groups, ..Person::new(username, given, family) }
            }
            _ => return Err(wrong("--person", text, "username, username=Given=Family, username=Given=Family=email or username=Given=Family=email=group,group")),
        });
    }
    for text in &asked.clients {
        let parts: Vec<&str> = text.splitn(3, '=').collect();
        let (id, uri, secret) = match parts.as_slice() {
            [id, uri] => (id, uri, None),
            [id, uri, secret] => (id, uri, Some((*secret).to_owned())),
            _ => return Err(wrong("--client", text, "id=redirect-uri or id=redirect-uri=secret")),
        };
        if let Some(known) = settings.clients.iter_mut().find(|client| client.id == *id) {
            known.redirect_uris.push((*uri).to_owned());
            continue;
        }
        settings.clients.push(Client { id: (*id).to_owned(), secret, redirect_uris: vec![(*uri).to_owned()], backchannel_logout: None });
    }
    let encryption = match &asked.encrypt_to {
        Some(path) => {
            let pem = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            Some(Encryption::to_certificate(&pem).map_err(|e| format!("{}: {e}", path.display()))?)
        }
        None => None,
    };
    for text in &asked.service_providers {
        let (entity_id, acs) = text.split_once('=').ok_or_else(|| wrong("--service-provider", text, "entity-id=acs-url"))?;
        settings.service_providers.push(ServiceProvider {
            name: entity_id.to_owned(),
            brand: Brand::parse(&asked.brand).unwrap_or(Brand::Generic),
            entity_id: entity_id.to_owned(),
            acs: acs.to_owned(),
            logout: None,
            encryption: encryption.clone(),
        });
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decision 0041: whoever believes everybody is reached from this machine alone, unless somebody says otherwise.
    #[test]
    fn it_listens_where_nobody_else_comes() {
        for (address, inside) in [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("0.0.0.0", false), ("::", false), ("192.0.2.7", false), ("::ffff:192.0.2.7", false)] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(reached_from_outside(address, false).is_none(), inside, "{address}");
            assert_eq!(reached_from_outside(address, true), None, "{address}");
        }
    }
}
