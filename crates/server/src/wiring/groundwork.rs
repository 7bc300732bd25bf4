//! What the configuration comes to, with every file and variable that it names, made before anything is opened. A start goes on with it, and
//! `check-config` says what came of it: there is one list, so that both say the same.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

use homeward_egress::Client;
use homeward_federation::oidc::azure::OwnSecret;
use homeward_local_credential::Leaked;
use homeward_provider::Issuer;
use homeward_sealing::Sealer;
use homeward_shared_state::Address;
use homeward_signin::context::Azure;
use homeward_store::register::ApplicationEntry;
use homeward_web::Known;
use rustix::fs::{Access, access};
use serde::Serialize;

use super::own_name;
use crate::{
    mailer::Smtp,
    portal, reload, root_key,
    settings::{Place, Settings},
    tls::Served,
    traces::{self, Leading},
};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// What.
    pub what: &'static str,
    /// Whether it holds.
    pub good: bool,
    /// What was found, or what is wrong with its fix.
    pub says: String,
}

impl Finding {
    /// One of something that was tried.
    pub fn of(what: &'static str, found: Result<String, String>) -> Self {
        Self { what, good: found.is_ok(), says: found.unwrap_or_else(|wrong| wrong) }
    }
}

/// Everything that was looked at so far.
#[derive(Default)]
struct Looked(Vec<Finding>);

impl Looked {
    /// Notes what came of one thing, and gives it. What says nothing is not set, and is no finding.
    fn at<T>(&mut self, what: &'static str, found: Result<T, String>, says: impl FnOnce(&T) -> Option<String>) -> Option<T> {
        match found {
            Ok(made) => {
                self.0.extend(says(&made).map(|says| Finding::of(what, Ok(says))));
                Some(made)
            }
            Err(wrong) => {
                self.0.push(Finding::of(what, Err(wrong)));
                None
            }
        }
    }

    /// Everything that is wrong, one a line.
    fn wrong(&self) -> String {
        self.0.iter().filter(|finding| !finding.good).map(|finding| finding.says.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// What a broker goes on with.
pub(crate) struct Groundwork {
    pub(super) core: Core,
    pub(super) networks: Known,
    /// `None` where a proxy speaks TLS.
    pub(super) served: Option<Arc<Served>>,
    /// `None` where a test carries the mail.
    pub(super) carrier: Option<Smtp>,
    pub(super) collector: Option<Leading>,
}

/// What a command that acts as a broker goes on with, too.
pub(super) struct Core {
    pub issuer: Issuer,
    pub outside: Client,
    pub azure: Option<Azure>,
    pub own_secret: Option<OwnSecret>,
    pub leaked: Leaked,
    pub redis: Option<Address>,
}

impl Groundwork {
    /// Makes everything and touches nothing; what came of each. `carried`: a test carries the mail.
    pub fn look(settings: &Settings, carried: bool) -> (Option<Self>, Vec<Finding>) {
        let mut looked = Looked::default();
        let made = Self::made(settings, carried, &mut looked);
        (made, looked.0)
    }

    /// The same for whoever goes on with it.
    ///
    /// # Errors
    /// Everything that is wrong, one a line.
    pub fn lay(settings: &Settings, carried: bool) -> Result<Self, String> {
        let mut looked = Looked::default();
        Self::made(settings, carried, &mut looked).ok_or_else(|| looked.wrong())
    }

    fn made(settings: &Settings, carried: bool, looked: &mut Looked) -> Option<Self> {
        let (server, mail) = (&settings.server, &settings.mail);
        let root_key = looked.at("root key", root_key(settings), |found| Some(root_key_words(settings, found.is_some())));
        let place = looked.at("database", database(settings), |place| Some(database_words(place)));
        let carrier = match carried {
            true => Some(None),
            false => looked.at("mail", Smtp::new(mail, &own_name(&server.public_url)).map(Some), |_| Some(format!("{}:{} from {}", mail.host, mail.port, mail.from))),
        };
        let served = looked.at("TLS", server.tls.as_ref().map(Served::read).transpose(), |_| {
            Some(server.tls.as_ref().map_or_else(|| "by the proxy in front".to_owned(), |files| format!("by the broker, with {}", files.certificate.display())))
        });
        let core = Core::made(settings, looked);
        let networks = looked.at("networks", reload::networks(settings), |_| None);
        let listens = looked.at("listen", can_listen("server", server.listen), |()| Some(server.listen.to_string()));
        let figures = looked.at("metrics", settings.metrics.listen.map_or(Ok(()), |listen| can_listen("metrics", listen)), |()| settings.metrics.listen.map(|listen| listen.to_string()));
        let collector = looked.at("traces", traces::leading(settings), |found| found.as_ref().map(|found| format!("to {}", found.address())));
        // Nothing is made of these here; where one of them fails, nothing is gone on with.
        let ((), (), _, _) = (listens?, figures?, root_key?, place?);
        Some(Self { core: core?, networks: networks?, served: served?, carrier: carrier?, collector: collector? })
    }
}

impl Core {
    /// What a command goes on with.
    ///
    /// # Errors
    /// Everything that is wrong, one a line.
    pub fn lay(settings: &Settings) -> Result<Self, String> {
        let mut looked = Looked::default();
        Self::made(settings, &mut looked).ok_or_else(|| looked.wrong())
    }

    fn made(settings: &Settings, looked: &mut Looked) -> Option<Self> {
        let leaked = looked.at("leaked passwords", leaked(settings), |_| Some(leaked_words(settings)));
        let issuer = looked.at("sign-in", issuer(settings), |_| Some(format!("{}, disclosure {}", settings.server.public_url, settings.signin.disclosure.word())));
        let redis = looked.at("redis", settings.redis.address(), |found| found.as_ref().map(|address| format!("{address}: is asked at the start, and by homeward doctor")));
        let outside = looked.at("egress", egress(settings), |_| egress_words(settings));
        let azure = looked.at("azure", azure(settings), |(azure, secret)| {
            let registered = azure.as_ref()?;
            let how = if secret.is_some() { "with its secret" } else { "a public client" };
            Some(format!("{} at {}, {how}", registered.application.client_id, registered.application.host))
        });
        let (azure, own_secret) = azure?;
        Some(Self { issuer: issuer?, outside: outside?, azure, own_secret, leaked: leaked?, redis: redis? })
    }
}

fn issuer(settings: &Settings) -> Result<Issuer, String> {
    own_application(settings)?;
    Issuer::parse(&settings.server.public_url, settings.server.allow_http_localhost).ok_or_else(|| "[server] public_url: use an https address without query".to_owned())
}

/// The account portal, which is an application of the installation itself.
pub(super) fn own_application(settings: &Settings) -> Result<ApplicationEntry, String> {
    portal::application(&settings.server.public_url).ok_or_else(|| "[server] public_url: the account portal has no address under it".to_owned())
}

/// The client towards the outside: one for a whole broker, so that its connections and their limits are shared.
pub(crate) fn egress(settings: &Settings) -> Result<Client, String> {
    let rules = settings.egress.rules(settings.server.allow_http_localhost)?;
    Client::new(rules).map_err(|e| format!("[egress] {e}"))
}

fn egress_words(settings: &Settings) -> Option<String> {
    let own = &settings.egress;
    let all = [("networks", own.networks.len()), ("hosts", own.hosts.len()), ("authorities", own.authorities.len())];
    let set: Vec<String> = all.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect();
    (!set.is_empty()).then(|| format!("public addresses, and {}", set.join(", ")))
}

fn azure(settings: &Settings) -> Result<(Option<Azure>, Option<OwnSecret>), String> {
    let development = settings.server.allow_http_localhost;
    // Without an address there is nothing to register; that it is wrong is a finding of its own.
    let Some(issuer) = Issuer::parse(&settings.server.public_url, development) else { return Ok((None, None)) };
    let azure = settings.azure.registration(issuer.as_str(), development)?;
    let secret = settings.azure.secret(azure.as_ref())?;
    Ok((azure, secret))
}

/// Passwords that are refused.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn leaked(settings: &Settings) -> Result<Leaked, String> {
    match &settings.passwords.leaked_file {
        Some(file) => Leaked::with_file(file).map_err(|e| format!("[passwords] leaked_file: {}: {e}", file.display())),
        None => Ok(Leaked::built_in()),
    }
}

/// Where they come from.
pub(crate) fn leaked_words(settings: &Settings) -> String {
    settings.passwords.leaked_file.as_ref().map_or_else(|| "the built-in list".to_owned(), |file| format!("the built-in list and {}", file.display()))
}

/// The keys that are there; `None` where the first start makes the file.
fn root_key(settings: &Settings) -> Result<Option<Sealer>, String> {
    let found = root_key::present(&settings.secrets)?;
    if let (None, Some(file)) = (&found, root_key::missing(&settings.secrets)) {
        could_be_made(file).map_err(|why| format!("[secrets] root_key_file: {why}"))?;
    }
    Ok(found)
}

fn root_key_words(settings: &Settings, is_there: bool) -> String {
    let secrets = &settings.secrets;
    match (&secrets.root_key_env, &secrets.root_key_file) {
        (Some(name), _) => format!("in the environment variable {name}"),
        (None, Some(path)) if is_there => path.display().to_string(),
        (None, path) => format!("{}: is made at the first start", path.as_deref().unwrap_or_else(|| Path::new("")).display()),
    }
}

/// Where the store is. A file is looked at; a server is asked at the start.
fn database(settings: &Settings) -> Result<Place<'_>, String> {
    let place = settings.store.place()?;
    if let Place::File(path) = &place {
        could_be_written(path).map_err(|why| format!("[store] path: {why}"))?;
    }
    Ok(place)
}

fn database_words(place: &Place<'_>) -> String {
    match place {
        Place::Server(address) => format!("{address}: is asked at the start, and by homeward doctor"),
        Place::File(path) => match std::fs::metadata(path) {
            Ok(found) => format!("{}, {} KiB", path.display(), found.len() / 1024),
            Err(_) => format!("{}: is made at the first start", path.display()),
        },
    }
}

fn could_be_written(path: &Path) -> Result<(), String> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(format!("{}: is no file", path.display())),
        Ok(_) if access(path, Access::READ_OK | Access::WRITE_OK).is_err() => Err(format!("{}: cannot be written; check who owns it", path.display())),
        Ok(_) | Err(_) => could_be_made(path),
    }
}

/// Whether a file could be made there, with the folders that are missing.
fn could_be_made(path: &Path) -> Result<(), String> {
    let mut folders = path.ancestors().skip(1).map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let Some(folder) = folders.find(|folder| folder.exists()) else { return Ok(()) };
    if !folder.is_dir() {
        return Err(format!("{}: is no folder", folder.display()));
    }
    match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Ok(()),
        Err(_) => Err(format!("{}: nothing can be made in it; check who owns it", folder.display())),
    }
}

/// Whether the address is one of this machine; whether the port is free, only the start can say.
fn can_listen(section: &str, listen: SocketAddr) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("[{section}] listen = \"{listen}\": {e}. Use an address of this machine, or 0.0.0.0 for all that it has");
    let mut anywhere = listen;
    anywhere.set_port(0);
    TcpListener::bind(anywhere).map(drop).map_err(wrong)
}
