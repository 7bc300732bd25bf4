//! `homeward connection secret` and `homeward connection client-key`: how a connection proves to an OpenID Provider's token endpoint who it is.

use std::{
    io::Read,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Subcommand, ValueEnum};
use homeward_federation::{
    ConnectionSettings, Preset, Protocol,
    oidc::{Algorithm, ClientAuthentication, OidcSettings, SealedSecret, client_key::ClientKey, secret::Purpose},
};
use homeward_model::SystemRandom;
use homeward_sealing::Sealer;
use homeward_store::{
    Store, StoreError,
    register::{AccountEntry, ConnectionEntry, Register},
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Failure, Output, connection::Which};
use crate::{
    record::{self, Deed},
    root_key,
    settings::Settings,
};

/// Longest secret or key.
const LONGEST: u64 = 20_000;
/// How often it is tried while somebody else changes the same connection.
const TRIES: u32 = 5;

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Keep the client secret that an OpenID Provider gave, read from standard input; it is sealed
    #[command(after_help = "Examples:\n  homeward connection secret 50210 Google < secret.txt\n  homeward connection secret 50210 Ping --method post < secret.txt")]
    Secret {
        #[command(flatten)]
        which: Which,
        /// How it is sent: in a header (client_secret_basic) or in the form (client_secret_post); as before, or basic, when left out
        #[arg(long, value_enum)]
        method: Option<Method>,
    },
    /// Prove to an OpenID Provider by a key in place of a secret (private_key_jwt): makes one, and prints its public half for the provider
    ///
    /// The private half is sealed and never shown. With --stdin it is one that you have made, and whose public half the provider has already: so
    /// a key is replaced without anybody failing.
    #[command(after_help = "Examples:\n  homeward connection client-key 50210 Okta\n  homeward connection client-key 50210 \"Microsoft Entra ID\" --stdin --certificate cert.pem < key.pem")]
    ClientKey {
        #[command(flatten)]
        which: Which,
        /// What it signs with; PS256 at Microsoft Entra ID and RS256 elsewhere, when left out
        #[arg(long, value_enum)]
        algorithm: Option<Signs>,
        /// Read the private key from standard input: PKCS#8 in PEM
        #[arg(long)]
        stdin: bool,
        /// Its certificate in PEM: Microsoft Entra ID knows no key without one
        #[arg(long, requires = "stdin")]
        certificate: Option<PathBuf>,
        /// The id by which the provider knows it; the key's own thumbprint when left out
        #[arg(long, requires = "stdin")]
        key_id: Option<String>,
        /// Make a key although people sign in through the connection: nobody can until the provider has it
        #[arg(long, conflicts_with = "stdin")]
        yes: bool,
    },
}

/// How a secret is sent.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Method {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// What a key signs with.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Signs {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
}

impl Signs {
    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::Rs256,
            Self::Ps256 => Algorithm::Ps256,
            Self::Es256 => Algorithm::Es256,
        }
    }
}

impl ClientCommand {
    /// Which connection.
    pub fn which(&self) -> &Which {
        match self {
            Self::Secret { which, .. } | Self::ClientKey { which, .. } => which,
        }
    }
}

pub(super) async fn run(settings: &Settings, store: &Store, (account, entry): (&AccountEntry, &ConnectionEntry), what: ClientCommand, out: Output) -> Result<ExitCode, Failure> {
    let mut entry = entry.clone();
    let preset = entry.settings.as_ref().map(|settings| settings.preset);
    let Some(oidc) = oidc_of(&mut entry) else {
        return Err(format!("this connection of account {} speaks no OpenID Connect: there is no token endpoint", account.account.number).into());
    };
    match what {
        ClientCommand::Secret { method, .. } => {
            let typed = input("the secret", "secret.txt")?;
            let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
            let present = oidc.authentication.clone();
            let sealed = SealedSecret::seal(&sealer, entry.connection.id, Purpose::ClientSecret, typed.as_bytes()).ok_or_else(not_sealed)?;
            let by_form = method.map_or(matches!(present, ClientAuthentication::SecretPost { .. }), |method| method == Method::Post);
            let authentication = if by_form { ClientAuthentication::SecretPost { secret: sealed } } else { ClientAuthentication::SecretBasic { secret: sealed } };
            keep(store, entry, authentication, "client secret").await?;
            out.print(&json!({ "done": true }), "Done. The secret is sealed; it is never shown again.")
        }
        ClientCommand::ClientKey { algorithm, stdin, certificate, key_id, yes, .. } => {
            let entra = preset == Some(Preset::Entra);
            let algorithm = algorithm.map_or(if entra { Algorithm::Ps256 } else { Algorithm::Rs256 }, Signs::algorithm);
            let key = if stdin {
                if entra && certificate.is_none() {
                    return Err("Microsoft Entra ID knows a certificate and no key: give the key's certificate with --certificate".to_owned().into());
                }
                let certificate = certificate.map(|file| std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))).transpose()?;
                ClientKey::read(input("the private key", "key.pem")?, algorithm, (certificate.as_deref(), key_id.as_deref()))
            } else if entry.connection.state_at(store.now()).is_in_use() && !yes {
                return Err("people sign in through this connection, and until the provider has a new key nobody could. Make one, give the provider its public half, and \
                    then bring it here with --stdin; or add --yes"
                    .to_owned()
                    .into());
            } else {
                ClientKey::make(algorithm, &account.account.name, store.now())
            };
            let key = key.map_err(|e| e.to_string())?;
            let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
            keep_key(store, entry, (&sealer, &key), (stdin, out)).await
        }
    }
}

async fn keep_key(store: &Store, entry: ConnectionEntry, (sealer, key): (&Sealer, &ClientKey), (is_known, out): (bool, Output)) -> Result<ExitCode, Failure> {
    let authentication = key.sealed(sealer, entry.connection.id).ok_or_else(not_sealed)?;
    keep(store, entry, authentication, "client key").await?;
    let jwk = serde_json::to_string_pretty(&key.jwk).unwrap_or_default();
    let certificate = key.certificate.as_ref().map(|pem| format!("\n\nIts certificate:\n{}", pem.trim())).unwrap_or_default();
    let give = if is_known { "The provider has to know this public half already" } else { "Give the provider its public half before anybody signs in" };
    let text = format!("Done. The private key is sealed; it is never shown. {give}, with the key id {}.\n\nAs a JWK:\n{jwk}{certificate}", key.key_id);
    out.print(&json!({ "key_id": key.key_id, "jwk": key.jwk, "certificate": key.certificate, "done": true }), &text)
}

fn oidc_of(entry: &mut ConnectionEntry) -> Option<&mut OidcSettings> {
    match &mut entry.settings {
        Some(ConnectionSettings { protocol: Protocol::Oidc(oidc), .. }) => Some(oidc),
        Some(ConnectionSettings { protocol: Protocol::Saml(_), .. }) | None => None,
    }
}

/// Keeps it. A broker that runs reads the provider's documents by itself: where the connection has changed meanwhile, what is there now is read, and
/// changed in the same way.
async fn keep(store: &Store, mut entry: ConnectionEntry, authentication: ClientAuthentication, detail: &str) -> Result<(), String> {
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail: detail.to_owned(), ..Deed::default() };
    let work = async {
        let mut tries = 1;
        loop {
            let seen = entry.clone();
            oidc_of(&mut entry).ok_or_else(|| "this connection speaks no OpenID Connect any more".to_owned())?.authentication = authentication.clone();
            let [new, old] = [entry.clone(), seen].map(|one| Register { connections: vec![one], ..Register::default() });
            match store.put_as_seen(&new, &old, &[], store.now()).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Changed(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.to_string()),
            }
            let now = store.register().await.map_err(|e| e.to_string())?.connections.into_iter().find(|one| one.connection.id == entry.connection.id);
            entry = now.ok_or_else(|| "this connection is gone".to_owned())?;
        }
    };
    record::around(store, deed, work).await
}

fn not_sealed() -> String {
    "it could not be sealed".to_owned()
}

/// What stands on standard input.
pub(super) fn input(what: &str, example: &str) -> Result<Zeroizing<String>, String> {
    let mut typed = Zeroizing::new(String::new());
    std::io::stdin().take(LONGEST).read_to_string(&mut typed).map_err(|e| format!("standard input: {e}"))?;
    let typed = Zeroizing::new(typed.trim().to_owned());
    match typed.is_empty() {
        true => Err(format!("nothing was read: give {what} on standard input, for example < {example}")),
        false => Ok(typed),
    }
}
