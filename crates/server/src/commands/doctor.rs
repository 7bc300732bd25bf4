//! `homeward doctor`: looks at an installation, as it is and as it answers, and says how to mend what it finds. It changes nothing itself.

use std::{os::unix::fs::PermissionsExt, path::Path, process::ExitCode, sync::Arc, time::Duration};

use homeward_federation::saml::certificate::Certificate;
use homeward_model::{Clock, SystemClock, Timestamp};
use homeward_provider::{
    KeyStore, LogoutNotices,
    rotation::{self, KeyState},
};
use homeward_shared_state::{Link, Mark};
use homeward_store::Store;
use rustls::{client::verify_server_name, pki_types::ServerName, server::ParsedCertificate};

use super::{Failure, Output, root};
use crate::{
    common_clock, counters,
    mailer::Smtp,
    root_key,
    settings::{MailTls, ServerTls, Settings},
    tls,
    wiring::{self, Finding},
};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Less free space than this is too little.
const FREE: u64 = 512 * 1024 * 1024;
/// Clocks may differ by this much before signed messages of others fail.
const SKEW: u64 = 30;
/// A certificate that ends in fewer days should have been renewed.
const SOON: u64 = 14;

pub(super) async fn run(settings: &Settings, config: &Path, out: Output) -> Result<ExitCode, Failure> {
    let mut findings = vec![
        Finding::of("files", files(settings, config)),
        Finding::of("disk", disk(settings)),
        Finding::of("leaked passwords", wiring::leaked(settings).map(|_| wiring::leaked_words(settings))),
        Finding::of("clock", clock(SystemClock.now())),
    ];
    findings.extend(settings.server.tls.as_ref().map(|tls| Finding::of("certificate", certificate(tls, &settings.server.public_url, SystemClock.now()))));
    match wiring::to_look_at(settings).await {
        Ok(store) => {
            // A clock that is far off is a finding of its own.
            let store = match common_clock::time(None, &store).await {
                Ok((clock, _)) => store.with_clock(clock),
                Err(_) => store,
            };
            findings.push(Finding::of("database", database(&store).await));
            findings.push(Finding::of("schema", schema(&store).await));
            findings.push(Finding::of("database clock", clock_there(&store).await));
            findings.push(Finding::of("root key", fits(settings, &store).await));
            findings.push(Finding::of("signing keys", keys(settings, &store).await));
            findings.push(Finding::of("audit", audit(&store).await));
            findings.push(Finding::of("outbox", outbox(&store).await));
            findings.push(Finding::of("connections", super::connection_health::of_doctor(&store).await));
            if settings.redis.is_set() {
                findings.push(Finding::of("counting", together(settings, &store).await));
            }
            store.close().await;
        }
        Err(finding) => findings.push(finding),
    }
    if settings.redis.is_set() {
        findings.push(Finding::of("redis", redis(settings).await));
    }
    findings.push(Finding::of("broker", broker(settings).await));
    findings.push(Finding::of("address", address(settings).await));
    findings.push(Finding::of("mail server", mail(settings).await));
    super::check::print(&findings, out)
}

/// Who may read what.
fn files(settings: &Settings, config: &Path) -> Result<String, String> {
    let mode = |path: &Path| std::fs::metadata(path).map(|m| m.permissions().mode() & 0o777);
    if mode(config).is_ok_and(|mode| mode & 0o022 != 0) {
        return Err(format!("{0}: others can change the configuration; run: chmod go-w {0}", config.display()));
    }
    let secrets = [&settings.secrets.root_key_file, &settings.mail.password_file, &settings.azure.secret_file];
    let database = settings.store.path.as_ref();
    for path in secrets.into_iter().flatten().chain(&settings.store.password_file).chain(settings.redis.secret_files()).chain(&settings.traces.headers_file).chain(database).filter(|p| p.exists()) {
        match mode(path) {
            Ok(_) if Some(path) != database && !root_key::is_private(path) => return Err(format!("{0}: others can read it; run: chmod 600 {0}", path.display())),
            Ok(mode) if mode & 0o007 != 0 => return Err(format!("{0}: everybody on this machine can read it; run: chmod 640 {0}", path.display())),
            Ok(_) => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Ok("secrets and database are readable for their owner only".into())
}

fn disk(settings: &Settings) -> Result<String, String> {
    let folder = settings.store.path.as_deref().and_then(Path::parent).filter(|f| f.exists()).unwrap_or_else(|| Path::new("."));
    let found = rustix::fs::statvfs(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let words = format!("{} MiB free in {}", free / (1024 * 1024), folder.display());
    if free < FREE { Err(format!("{words}; make room: without it nobody can sign in")) } else { Ok(words) }
}

/// A clock that is years off makes every token worthless.
fn clock(now: Timestamp) -> Result<String, String> {
    const NEVER_BEFORE: i64 = 1_760_000_000;
    if now.seconds() < NEVER_BEFORE { Err("the clock is years behind; set it, and keep it with NTP".into()) } else { Ok(format!("{} UTC", super::output::moment(now))) }
}

async fn database(store: &Store) -> Result<String, String> {
    if let Some(server) = store.server_state().await.map_err(|e| e.to_string())? {
        store.check().await.map_err(|e| format!("{e}; look into the log of PostgreSQL"))?;
        let way = if server.tls { "encrypted" } else { "not encrypted, on this machine" };
        return Ok(format!("PostgreSQL {} can be written; the way to it is {way}; it takes {} connections, and each node {}", server.version / 10_000, server.connections, Store::CONNECTIONS));
    }
    store.check().await.map_err(|e| format!("{e}; stop the broker, keep the files, and restore the newest backup that is whole"))?;
    Ok("can be written, and every page of it is whole".into())
}

/// Whether this version knows everything that is in the database.
async fn schema(store: &Store) -> Result<String, String> {
    let schema = store.schema().await.map_err(|e| e.to_string())?;
    match schema.refusal() {
        Some(why) => Err(why),
        None if schema.is_ahead() => Ok(format!("a newer version has brought it to step {}; this one knows {}, and may serve beside it until it is upgraded", schema.applied, schema.known)),
        None => Ok(format!("step {}, the newest that this version knows", schema.applied)),
    }
}

/// Brokers go by the database's clock, and providers by the true time.
async fn clock_there(store: &Store) -> Result<String, String> {
    match common_clock::difference(store).await? {
        Some(apart) if apart.unsigned_abs() > SKEW => Err(format!(
            "{} seconds {} this machine's; brokers go by the database's: keep both with NTP",
            apart.unsigned_abs(),
            if apart > 0 { "ahead of" } else { "behind" }
        )),
        Some(apart) => Ok(format!("within {} seconds of this machine's; brokers go by it", apart.unsigned_abs().saturating_add(1))),
        None => Ok("this machine's".into()),
    }
}

/// Where every broker counts.
async fn redis(settings: &Settings) -> Result<String, String> {
    let address = settings.redis.address()?.ok_or("[redis] is not set")?;
    let link = Link::new(address);
    let (words, watchers) = (link.address().to_string(), link.watchers().await);
    let named = watchers.as_ref().map_or_else(String::new, |said| format!(" ({said})"));
    let state = link.server_state().await.map_err(|_| format!("{words} does not answer, or does not take username and password{named}: nobody can sign in until it does"))?;
    if let Some(why) = state.unfit(link.named()) {
        return Err(format!("{words}: {why}"));
    }
    let keeps = if state.keeps { "what it counts outlives its restart" } else { "its restart may forget pauses: set appendonly yes" };
    let room = if state.most_memory == 0 { "it takes as much memory as there is: set maxmemory, with maxmemory-policy volatile-ttl".to_owned() } else { format!("{} MiB at most", state.most_memory / (1024 * 1024)) };
    let follow = match (watchers, state.needs_followers) {
        (None, _) => String::new(),
        (Some(said), true) => format!("; {said}; {} follow it", state.followers),
        (Some(said), false) => format!("; {said}; {} follow it, and it counts on without them: set min-replicas-to-write 1", state.followers),
    };
    Ok(format!("{words}, version {}, answers; {keeps}; {room}{follow}", state.version))
}

/// Whether this broker's Redis is the one in which the others count.
async fn together(settings: &Settings, store: &Store) -> Result<String, String> {
    let address = settings.redis.address()?.ok_or("[redis] is not set")?;
    if !store.somebody_leads().await.map_err(|e| e.to_string())? {
        return Ok("no broker runs that has marked its Redis".into());
    }
    let sealer = root_key::present(&settings.secrets)?.ok_or("there is no root key yet; the first start makes it")?;
    let link = Arc::new(Link::new(address));
    let mark = Mark::new(link.clone(), &counters::names(&sealer)?);
    match mark.is_fresh(store.now()).await {
        Ok(true) => Ok("the broker that leads counts in this Redis".into()),
        Ok(false) => Err(format!("the broker that leads counts in another Redis than {}: everybody has more guesses. Give every broker the same [redis], and start them anew", link.address())),
        Err(_) => Err(format!("{} does not answer", link.address())),
    }
}

async fn fits(settings: &Settings, store: &Store) -> Result<String, String> {
    let sealer = root_key::present(&settings.secrets)?.ok_or("there is none yet; the first start makes it")?;
    if let Some((what, count)) = store.closed(&sealer).await.map_err(|e| e.to_string())?.first() {
        return Err(format!("it does not open {count} {what}; put the copy of this installation's root key back"));
    }
    let mut words = vec!["opens everything that is sealed".to_owned()];
    for older in sealer.numbers().skip(1) {
        let needed = root::needed(store, &sealer, older, false).await?;
        words.push(match needed.is_empty() {
            true => format!("root key {older} is needed no more: homeward key remove-root {older}"),
            false => format!("root key {older} is still needed by {}", needed.iter().map(|d| format!("{} {}", d.count, d.what)).collect::<Vec<_>>().join(", ")),
        });
    }
    Ok(words.join("; "))
}

async fn keys(settings: &Settings, store: &Store) -> Result<String, String> {
    let (plan, now) = (settings.keys.plan(), store.now());
    let keys = KeyStore::load(store).await.map_err(|e| e.to_string())?;
    let states = rotation::states(&keys, now);
    let present = keys.iter().zip(states).filter(|(_, state)| *state == KeyState::Present).map(|(key, _)| key);
    let oldest = present.map(|key| now.since(key.signs_from)).max().ok_or("there are none yet; the first start makes them")?;
    let days = oldest.as_secs() / 86_400;
    let late = plan.every.is_some_and(|every| oldest > every + Duration::from_secs(86_400));
    if late { Err(format!("the oldest signs for {days} days; is the broker running? By hand: homeward key rotate")) } else { Ok(format!("the oldest signs for {days} days")) }
}

async fn audit(store: &Store) -> Result<String, String> {
    match store.verify_audit(None).await.map_err(|e| e.to_string())? {
        Ok(end) => Ok(format!("{} records, each as it was written", end.map_or(0, |c| c.number))),
        Err(fault) => Err(format!("{fault}; keep the database as it is, and compare it with a backup")),
    }
}

async fn outbox(store: &Store) -> Result<String, String> {
    let figures = store.figures(store.now()).await.map_err(|e| e.to_string())?;
    let untold = LogoutNotices::given_up(store).await.map_err(|e| e.to_string())?;
    match (figures.mails_given_up, untold) {
        (0, 0) => Ok(format!("{} mails wait", figures.mails_waiting)),
        (0, count) => Err(format!("applications were not told of {count} sign-outs after every try; which and why: homeward audit list --event logout.notice")),
        (count, _) => Err(format!("{count} mails were given up; the log says why, most often the mail server or an address")),
    }
}

/// The certificate that the broker serves itself: its key, its name, its time.
fn certificate(files: &ServerTls, public_url: &str, now: Timestamp) -> Result<String, String> {
    let path = files.certificate.display();
    tls::Served::read(files)?;
    let chain = tls::chain(files)?;
    let own = chain.first().ok_or("there is no certificate")?;
    let name = wiring::own_name(public_url);
    let server = ServerName::try_from(name.as_str()).map_err(|e| format!("[server] public_url: {e}"))?;
    let parsed = ParsedCertificate::try_from(own).map_err(|e| format!("{path}: {e}"))?;
    verify_server_name(&parsed, &server).map_err(|_| format!("{path}: is not for {name}, and browsers refuse it; take one for that name"))?;
    let read = Certificate::from_der(own).map_err(|e| format!("{path}: {e}"))?;
    lasts(&read, &files.certificate, now).map(|days| format!("{path}: for {name}, {days} days to go"))
}

/// For how many days a certificate goes on, if it is valid and does not end soon.
fn lasts(read: &Certificate, path: &Path, now: Timestamp) -> Result<u64, String> {
    let (path, until) = (path.display(), read.not_after());
    if read.not_before() > now {
        let from = super::output::moment(read.not_before());
        return Err(format!("{path}: is valid from {from} on, and browsers refuse it until then; take one that is valid now, and look at the clock of this machine"));
    }
    let days = until.since(now).as_secs() / 86_400;
    match days < SOON {
        true if until <= now => Err(format!("{path}: ended on {}, and browsers refuse it; renew it: the broker reads the new files by itself", super::output::moment(until))),
        true => Err(format!("{path}: ends in {days} days, on {}; renew it: the broker reads the new files by itself", super::output::moment(until))),
        false => Ok(days),
    }
}

fn http() -> reqwest::ClientBuilder {
    reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy()
}

/// The process itself, without a proxy in between.
async fn broker(settings: &Settings) -> Result<String, String> {
    let listen = settings.server.listen;
    let (client, url) = match &settings.server.tls {
        None => (http(), format!("http://{listen}/readyz")),
        Some(files) => {
            // Whether others trust the certificate is asked at the address; here it is the broker's own file that counts.
            let own = tls::chain(files)?.iter().map(|one| reqwest::Certificate::from_der(one)).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
            let name = wiring::own_name(&settings.server.public_url);
            (http().resolve(&name, listen).tls_certs_merge(own), format!("https://{name}:{}/readyz", listen.port()))
        }
    };
    let answer = client.build().map_err(|e| e.to_string())?.get(url).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(format!("answers at {listen}")),
        Ok(answer) => Err(format!("answers at {listen} with {}: its log says why", answer.status())),
        Err(error) if !error.is_connect() => Err(format!("at {listen}: {}", root_of(&error))),
        Err(_) => Err(format!("nothing answers at {listen}; start it: homeward serve")),
    }
}

fn root_of(error: &reqwest::Error) -> String {
    let mut why: &dyn std::error::Error = error;
    while let Some(source) = why.source() {
        why = source;
    }
    why.to_string()
}

/// The way people and applications come: name, certificate, proxy, the issuer it says, and its clock.
async fn address(settings: &Settings) -> Result<String, String> {
    let url = &settings.server.public_url;
    let client = http().build().map_err(|e| e.to_string())?;
    let answer = client.get(format!("{url}/.well-known/openid-configuration")).send().await;
    let answer = answer.map_err(|error| format!("{url}: {}; check the name, the certificate and the proxy in front", root_of(&error)))?;
    let there = answer.headers().get("date").and_then(|v| v.to_str().ok()).and_then(|text| time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc2822).ok());
    if !answer.status().is_success() {
        return Err(format!("{url} answers with {}; does the proxy pass every path on?", answer.status()));
    }
    let told: serde_json::Value = answer.json().await.map_err(|_| format!("{url} answers with something else than our metadata"))?;
    if told.get("issuer").and_then(|i| i.as_str()) != Some(url.as_str()) {
        return Err(format!("the broker behind {url} says that it is {}; is it another installation?", told.get("issuer").unwrap_or(&serde_json::Value::Null)));
    }
    let apart = there.map_or(0, |there| there.unix_timestamp().abs_diff(SystemClock.now().seconds()));
    if apart > SKEW {
        return Err(format!("the clock at {url} and the one here differ by {apart} seconds; keep both with NTP"));
    }
    Ok(format!("{url} answers, with that issuer"))
}

async fn mail(settings: &Settings) -> Result<String, String> {
    let mail = &settings.mail;
    let smtp = Smtp::new(mail, &wiring::own_name(&settings.server.public_url))?;
    match tokio::time::timeout(PATIENCE, smtp.reach()).await {
        Ok(Ok(())) => Ok(format!("{}:{} answers{}", mail.host, mail.port, if mail.tls == MailTls::None { "" } else { ", with TLS" })),
        Ok(Err(why)) => Err(format!("{}:{}: {why}; check [mail] host, port, tls and the password", mail.host, mail.port)),
        Err(_) => Err(format!("{}:{} does not answer; is the port open?", mail.host, mail.port)),
    }
}

#[cfg(test)]
mod tests {
    use homeward_federation::saml::{KeyKind, NewKey};
    use homeward_model::{SystemRandom, random_token};

    use super::*;

    /// A certificate that is not valid yet is told like one that has ended, and one that ends soon; one that is valid for long is fine.
    #[test]
    fn the_brokers_certificate_is_valid_now_and_for_a_while() {
        const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
        let day = |days: u64| Duration::from_secs(days * 86_400);
        // Its time begins a day before it was made.
        let read = Certificate::from_der(&NewKey::generate(KeyKind::EcdsaP256, "s.example", NOW.plus(day(1))).unwrap().certificate).unwrap();
        let at = |now: Timestamp| lasts(&read, Path::new("own.pem"), now);
        let until = read.not_after();
        assert!(at(NOW.minus(Duration::from_secs(1))).unwrap_err().contains("own.pem: is valid from 2027-01-15 08:00:00 on"), "{:?}", at(NOW.minus(Duration::from_secs(1))));
        assert!(at(NOW).is_ok_and(|days| days > 300), "{:?}", at(NOW));
        assert_eq!(at(until.minus(day(14))), Ok(14));
        assert!(at(until.minus(day(13))).unwrap_err().contains("ends in 13 days"));
        assert!(at(until).unwrap_err().contains("ended on"));
    }

    /// KS-02: every file with a secret that the configuration names is for its owner only, the one of Azure, too.
    #[test]
    fn ks_02_files_with_secrets_are_for_their_owner() {
        let folder = std::env::temp_dir().join(format!("homeward-doctor-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "[server]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://s.example\"\n[store]\npath = \"a.db\"\n[secrets]\nroot_key_file = \"root.key\"\n\
                    [mail]\nhost = \"m.example\"\nport = 465\ntls = \"required\"\nfrom = \"a@s.example\"\npassword_file = \"mail.password\"\nusername = \"a\"\n\
                    [azure]\nclient_id = \"11111111-2222-3333-4444-555555555555\"\nsecret_file = \"azure.secret\"\n";
        let files_of_secrets = ["root.key", "mail.password", "azure.secret"];
        let mode = |name: &str, mode| std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
        for name in files_of_secrets {
            std::fs::write(folder.join(name), "secret").unwrap();
            mode(name, 0o600);
        }
        let config = folder.join("homeward.toml");
        let settings = Settings::parse(&config, text).unwrap();
        assert_eq!(files(&settings, &config).as_deref(), Ok("secrets and database are readable for their owner only"));
        for name in files_of_secrets {
            mode(name, 0o644);
            let says = files(&settings, &config).unwrap_err();
            assert!(says.contains(name) && says.contains("chmod 600"), "{says}");
            mode(name, 0o600);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
