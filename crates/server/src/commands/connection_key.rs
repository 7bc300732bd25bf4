//! `homeward connection key`: the keys of our side of a SAML connection, and how one replaces another without anybody failing.

use std::{path::PathBuf, process::ExitCode};

use clap::{Subcommand, ValueEnum};
use homeward_federation::{Connection, KeyUse, OurAddresses, OurSide, Protocol, saml::certificate::Certificate};
use homeward_model::SystemRandom;
use homeward_signin::own_keys::{self, Brought, KeyStage, Next, OwnKey, OwnKeys};
use homeward_store::{
    Store,
    register::{AccountEntry, ConnectionEntry},
};
use serde_json::json;

use super::{
    Failure, Output,
    connection::Which,
    connection_client::input,
    output::{moment, table},
};
use crate::{
    record::{self, Deed},
    root_key,
    settings::Settings,
};

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// List the keys of our side of a connection, with the thumbprints that the provider's console shows
    #[command(after_help = "Examples:\n  homeward connection key list 50210 Okta\n  homeward connection key list 50210 Okta --json")]
    List(Which),
    /// Make the next keys: one that signs, one that decrypts. Our metadata shows them from now on; nothing else changes
    ///
    /// Give the provider our metadata again before you switch. What it encrypts to the next key opens already.
    #[command(after_help = "Example:\n  homeward connection key next 50210 Okta")]
    Next(Which),
    /// Bring a key along that the provider knows from another product: the private half from standard input, never shown again
    ///
    /// In PEM without a pass phrase. Where the connection has no key for this use yet, it is in use at once, and its certificate stands in our
    /// metadata; otherwise it is the next one. It is replaced as ours are: next, switch, retire.
    #[command(after_help = "Examples:\n  homeward connection key import 50210 Okta --certificate sp-cert.pem < sp-key.pem\n  \
                            homeward connection key import 50210 Okta --for decryption --certificate enc-cert.pem < enc-key.pem")]
    Import {
        #[command(flatten)]
        which: Which,
        /// Its certificate in PEM, as the provider has it
        #[arg(long)]
        certificate: PathBuf,
        /// What it is for
        #[arg(long = "for", value_enum, default_value_t = For::Both)]
        purpose: For,
    },
    /// Use the next keys: requests are signed with the new one. The old one stays in our metadata, and still decrypts
    #[command(after_help = "Example:\n  homeward connection key switch 50210 Okta --yes")]
    Switch {
        #[command(flatten)]
        which: Which,
        /// The provider has taken our new metadata over
        #[arg(long)]
        yes: bool,
    },
    /// Forget the old keys: what the provider still encrypts to them does not open any more
    #[command(after_help = "Example:\n  homeward connection key retire 50210 Okta --yes")]
    Retire {
        #[command(flatten)]
        which: Which,
        /// The provider encrypts to the present key
        #[arg(long)]
        yes: bool,
    },
}

/// What a key that is brought along is for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum For {
    /// The other product signed and decrypted with one key
    Both,
    /// It signs requests
    Signing,
    /// It opens what is encrypted for us
    Decryption,
}

impl For {
    const fn purpose(self) -> KeyUse {
        match self {
            Self::Both => KeyUse::Both,
            Self::Signing => KeyUse::Signing,
            Self::Decryption => KeyUse::Decryption,
        }
    }
}

impl KeyCommand {
    /// Which connection.
    pub fn which(&self) -> &Which {
        match self {
            Self::List(which) | Self::Next(which) | Self::Import { which, .. } | Self::Switch { which, .. } | Self::Retire { which, .. } => which,
        }
    }
}

pub(super) async fn run(settings: &Settings, store: &Store, (account, entry): (&AccountEntry, &ConnectionEntry), what: KeyCommand, out: Output) -> Result<ExitCode, Failure> {
    let (id, name, number) = (entry.connection.id, &entry.connection.name, &account.account.number);
    let Some(known) = entry.settings.clone().filter(|settings| matches!(settings.protocol, Protocol::Saml(_))) else {
        return Err(format!("connection \"{name}\" of account {number} speaks no SAML: it has no keys of ours").into());
    };
    let deed = |detail: &str| Deed { event: "operator.connection_key", account: Some(account.account.id), detail: format!("{detail} {name}"), ..Deed::default() };
    let fault = |error: homeward_local_credential::StoreFault| error.to_string();
    match what {
        KeyCommand::List(_) => list(&store.own_keys(id).await.map_err(fault)?, out),
        KeyCommand::Next(_) => {
            let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
            let connection = Connection { id, account: entry.connection.account, name: name.clone(), settings: known };
            let issuer = settings.server.public_url.trim_end_matches('/');
            let metadata = OurAddresses::new(issuer, id, Some(&connection.settings.protocol)).metadata_url;
            let work = async { own_keys::next(store, &sealer, &connection, (issuer, store.now())).await.map_err(fault) };
            match record::around(store, deed("next"), work).await? {
                Next::Made => {}
                Next::Waiting => return Err(format!("there are next keys already; see: homeward connection key list {number} \"{name}\"").into()),
                Next::NoneYet => return Err(format!("there is no key yet that another could succeed: the first one is made when {metadata} is asked for").into()),
            }
            let text = format!(
                "The next keys are made and stand in our metadata. Give the provider {metadata} again, then:\n  \
                 homeward connection key switch {number} \"{name}\" --yes"
            );
            out.print(&json!({ "made": true }), &text)
        }
        KeyCommand::Import { certificate, purpose, .. } => {
            let pem = std::fs::read_to_string(&certificate).map_err(|e| format!("{}: {e}", certificate.display()))?;
            let key = OurSide::known_key(purpose.purpose(), &input("the private key", "sp-key.pem")?, &pem).map_err(|e| e.to_string())?;
            let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
            let work = async {
                match own_keys::bring(store, &sealer, id, (purpose.purpose(), &key), store.now()).await.map_err(fault)? {
                    Brought::Waiting => Err(format!("another key waits to be switched to; see: homeward connection key list {number} \"{name}\"")),
                    brought => Ok(brought),
                }
            };
            let named = Certificate::from_der(&key.certificate).map_err(|e| e.to_string())?;
            let brought = record::around(store, deed(&format!("import {} for", named.sha256_thumbprint())), work).await?;
            let text = match brought {
                Brought::Known => "This key is there already.".to_owned(),
                Brought::Next => format!("Done. It is the next key and opens already. Once both uses have one, and the provider knows them:\n  homeward connection key switch {number} \"{name}\" --yes"),
                Brought::Present | Brought::Waiting => "Done. It is in use, and its certificate stands in our metadata.".to_owned(),
            };
            let until = format!("\nCertificate SHA-256 {}, until {} UTC", named.sha256_thumbprint(), moment(named.not_after()));
            out.print(&json!({ "added": brought != Brought::Known, "is_next": brought == Brought::Next, "sha256": named.sha256_thumbprint() }), &format!("{text}{until}"))
        }
        KeyCommand::Switch { yes: false, .. } => {
            Err("a provider that has not taken our new metadata over refuses requests that the new key signs; say --yes when it has".into())
        }
        KeyCommand::Switch { .. } => {
            let kept = store.own_keys(id).await.map_err(fault)?;
            if kept.iter().any(|key| key.stage == KeyStage::Next) && !own_keys::are_whole(&kept) {
                return Err(format!("the next key is for one use only; bring the other one along, or make it: homeward connection key next {number} \"{name}\"").into());
            }
            let work = async { store.switch_keys(id).await.map_err(fault) };
            if !record::around(store, deed("switch"), work).await? {
                return Err(format!("there are no next keys; make them first: homeward connection key next {number} \"{name}\"").into());
            }
            let text = format!("Done. The old keys still decrypt. Once the provider encrypts to the new one:\n  homeward connection key retire {number} \"{name}\" --yes");
            out.print(&json!({ "switched": true }), &text)
        }
        KeyCommand::Retire { yes: false, .. } => Err("what the provider encrypts to the old key will not open any more; say --yes when it uses the new one".into()),
        KeyCommand::Retire { .. } => {
            let work = async { store.retire_keys(id).await.map_err(fault) };
            let count = record::around(store, deed("retire"), work).await?;
            out.print(&json!({ "retired": count }), &format!("{count} old key(s) are forgotten."))
        }
    }
}

fn list(keys: &[OwnKey], out: Output) -> Result<ExitCode, Failure> {
    let purpose = |key: &OwnKey| match key.purpose {
        KeyUse::Signing => "signing",
        KeyUse::Decryption => "decryption",
        KeyUse::Both => "signing and decryption",
    };
    let thumbprint = |key: &OwnKey| Certificate::from_der(&key.certificate).map_or_else(|e| e.to_string(), |c| c.sha256_thumbprint());
    let values: Vec<_> = keys
        .iter()
        .map(|key| json!({ "stage": key.stage.word(), "purpose": purpose(key), "made_at": key.made_at.seconds(), "sha256": thumbprint(key), "signs": key.purpose.signs() && key.stage == KeyStage::Present }))
        .collect();
    let rows: Vec<Vec<String>> = keys.iter().map(|key| vec![key.stage.word().to_owned(), purpose(key).to_owned(), moment(key.made_at), thumbprint(key)]).collect();
    if rows.is_empty() {
        return out.print(&values, "There is no key yet: the first one is made when somebody signs in, or asks for our metadata.");
    }
    out.print(&values, &table(&["stage", "for", "made", "certificate SHA-256"], &rows))
}
