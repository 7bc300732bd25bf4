//! Where everything is put together, for the binary and for tests.

mod groundwork;
mod listener;
mod running;
mod taken;

use std::{os::unix::fs::DirBuilderExt, path::Path, sync::{Arc, OnceLock}, time::Duration};

use actix_web::web::Data;
use homeward_local_credential::{HashParams, Passwords, QueueLimits};
use homeward_mail::Carrier;
use homeward_model::{Clock, Random, SystemRandom};
use homeward_portal::Portal;
use homeward_federation::{Door, delegated::Delegation};
use homeward_provider::{GrantEnded, Keys, Ports};
use homeward_sealing::Sealer;
use homeward_signin::{ClientLimits, Context, GrantRules, GrantTellings, Refusals, context::Federation, ports::AuditEvent};
use homeward_shared_state::{Link, Mark};
use homeward_store::{Lead, Sole, Store};
use homeward_web::{App, Networks, Readiness};
use tokio::sync::{Notify, watch};

use crate::{care, common_clock::{self, CommonClock}, counters, domain_care, limits, logouts, metrics::{self, Metrics}, portal, progress, reload::{Changing, Present}, root_key, settings::{Place, Settings}, tls, traces::{self, Traced}, worker};

use groundwork::{Core, own_application};
pub(crate) use groundwork::{Finding, Groundwork, egress, leaked, leaked_words};
use listener::listener;
pub use running::Running;

/// What to do instead of taking a line out by hand.
const HOW_TO_GIVE_UP: &str = "To give a root key up: homeward key remove-root NUMBER";

/// Requests under way have this long when the broker stops; the worker half of it, and so have the records of refusals.
const LAST_CALL: Duration = Duration::from_secs(10);

/// What hears of every line of the audit.
pub type Counting = Arc<dyn Fn(&AuditEvent) + Send + Sync>;

/// What hears of every answer of the token endpoint: kind of grant, `ok` or the code of the error.
pub type CountingTokens = Arc<dyn Fn(&'static str, &'static str) + Send + Sync>;

/// What a test may put in place of the real thing.
#[derive(Default)]
pub struct Overrides {
    /// The time.
    pub clock: Option<Arc<dyn Clock>>,
    /// Chance.
    pub random: Option<Arc<dyn Random>>,
    /// What carries mail.
    pub carrier: Option<Arc<dyn Carrier>>,
    /// Cost of hashing.
    pub hash: Option<HashParams>,
    /// Called for every line of the audit.
    pub count: Option<Counting>,
    /// Called for every answer of the token endpoint.
    pub count_tokens: Option<CountingTokens>,
    /// No worker: the test does its work when it wants it done.
    pub no_worker: bool,
    /// Another broker of the test serves from the same store.
    pub beside_another: bool,
}

/// Wakes the workers, so that nothing waits for their next round.
#[derive(Default)]
pub struct Wake {
    mail: Arc<Notify>,
    logouts: Arc<Notify>,
}

impl Wake {
    fn up(&self) {
        self.mail.notify_one();
        self.logouts.notify_one();
    }
}

/// Opens the store for a command, which goes by the same time as the brokers: where there is a database of PostgreSQL, by its clock.
///
/// # Errors
/// A sentence that names the setting, or the clock that is wrong.
pub async fn open_store(settings: &Settings) -> Result<Store, String> {
    let (store, _) = unsealed(settings, &SystemRandom).await?;
    let (clock, _) = common_clock::time(None, &store).await?;
    Ok(store.with_clock(clock))
}

/// For its owner only; a folder that is there keeps its rights.
fn make_folder(path: &Path) -> Result<(), String> {
    let Some(folder) = path.parent() else { return Ok(()) };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| format!("[store] path: {}: {e}", folder.display()))
}

/// Opens the store to look at it. Nothing is made where there is none, and nothing is brought to this version. Its clock is this machine's.
///
/// # Errors
/// What stands in the way, and how to mend it.
pub(crate) async fn to_look_at(settings: &Settings) -> Result<Store, Finding> {
    let wrong = |what| move |says| Finding::of(what, Err(says));
    let place = settings.store.place().map_err(wrong("database"))?;
    let found = match &place {
        Place::File(path) if !path.exists() => {
            let says = "is not there; the first start makes it: homeward serve. Where there was one, correct [store] path, or bring its copy back: homeward restore";
            return Err(wrong("database")(format!("{} {says}", path.display())));
        }
        Place::File(path) => Store::look_at_file(path).await,
        Place::Server(address) => Store::look_at_server(address).await,
    };
    match found.map_err(|e| wrong("database")(format!("{place}: {e}")))? {
        None => return Err(wrong("database")(format!("{place} holds nothing that this version knows; the first start makes a store of one that is empty: homeward serve"))),
        Some(schema) if schema.is_behind() => {
            let (applied, known) = (schema.applied, schema.known);
            return Err(wrong("schema")(format!("step {applied}, and this version knows {known}: copy it with the version that it is of, then start this one (docs/upgrade.md): homeward serve")));
        }
        Some(schema) => schema.refusal().map_or(Ok(()), |why| Err(wrong("database")(why)))?,
    }
    let store = opened(&place).await.map_err(wrong("database"))?;
    let sealer = match root_key::missing(&settings.secrets) {
        Some(file) if store.has_root_key().await.map_err(|e| wrong("database")(e.to_string()))? => return Err(wrong("root key")(root_key::lost(file))),
        _ => root_key::present(&settings.secrets).map_err(wrong("root key"))?,
    };
    let store = store.with_audit_keys(sealer.map_or_else(Vec::new, |sealer| sealer.macs("audit")));
    Ok(store.with_own_application(&own_application(settings).map_err(wrong("database"))?))
}

/// Opens the database where it is; one that is not there is made.
async fn opened(place: &Place<'_>) -> Result<Store, String> {
    match place {
        Place::File(path) => progress::shown("opening the database", Store::open(path)).await.map_err(|e| format!("[store] path: {}: {e}", path.display())),
        Place::Server(address) => progress::shown("opening the database", Store::connect(address)).await.map_err(|e| format!("[store] url: {address}: {e}")),
    }
}

/// The store, with its folder where there is none, and what opens what is sealed in it.
async fn unsealed(settings: &Settings, random: &dyn Random) -> Result<(Store, Sealer), String> {
    let place = settings.store.place()?;
    if let Place::File(path) = &place {
        make_folder(path)?;
    }
    let store = opened(&place).await?;
    // A command on an installation that was never started makes its root key, as the first start does. Another one than its own is of no use to a database,
    // and what it signed would stand in the audit for ever.
    if let Some(file) = root_key::missing(&settings.secrets)
        && store.has_root_key().await.map_err(|e| e.to_string())?
    {
        return Err(root_key::lost(file));
    }
    let sealer = root_key::open(&settings.secrets, random)?;
    let store = store.with_audit_keys(sealer.macs("audit"));
    Ok((store.with_own_application(&own_application(settings)?), sealer))
}

/// What a broker has in common with those beside it, besides the database.
pub struct Common {
    /// Where they count together.
    link: Option<Arc<Link>>,
    /// The mark there.
    mark: Option<Mark>,
    /// The time that they go by.
    clock: Option<Arc<CommonClock>>,
}

/// Opens the store and wires the sign-in.
///
/// # Errors
/// A sentence that says what to do.
pub async fn context(settings: &Settings, overrides: &Overrides) -> Result<(Arc<Context>, Store, Arc<Sealer>, Arc<Wake>, Common), String> {
    context_on(settings, overrides, Core::lay(settings)?).await
}

async fn context_on(settings: &Settings, overrides: &Overrides, core: Core) -> Result<(Arc<Context>, Store, Arc<Sealer>, Arc<Wake>, Common), String> {
    let Core { issuer, outside, azure, own_secret, leaked, redis } = core;
    let random = overrides.random.clone().unwrap_or_else(|| Arc::new(SystemRandom));
    let (store, sealer) = unsealed(settings, random.as_ref()).await?;
    let sealer = Arc::new(sealer);
    let (clock, common_clock) = common_clock::time(overrides.clock.as_ref(), &store).await?;
    let numbers: Vec<u8> = sealer.numbers().collect();
    match store.keys_under_others(&numbers).await.map_err(|e| e.to_string())? {
        0 => {}
        count => return Err(format!("{count} keys in the database are sealed under a root key that is not there: put its line back behind the present one. {HOW_TO_GIVE_UP}")),
    }
    store.begin().await.map_err(|e| e.to_string())?;
    let keys = Keys::load_or_create(&store, &sealer, random.as_ref(), clock.as_ref()).await.map_err(|e| {
        // The usual cause: a database and a root key of two installations.
        format!("the signing keys do not open: {e}. Does the root key belong to the database {}?", settings.store.place().map_or_else(|wrong| wrong, |place| place.to_string()))
    })?;
    let shared = Arc::new(store.clone());
    let (guesses, elsewhere) = counters::open(redis, &store, &sealer, clock.now()).await?;
    let (link, mark) = elsewhere.unzip();
    let wake = Arc::new(Wake::default());
    let waker = wake.clone();
    let (session_idle, session_absolute) = settings.session_times();
    let wake_mailroom: Arc<dyn Fn() + Send + Sync> = Arc::new(move || waker.up());
    let tellings = GrantTellings {
        directory: shared.clone(),
        known: shared.clone(),
        outbox: Arc::new(store.outbox(sealer.clone())),
        clock: clock.clone(),
        random: random.clone(),
        issuer: issuer.as_str().to_owned(),
        product: settings.signin.product.clone(),
        wake: wake_mailroom.clone(),
    };
    let count = overrides.count.clone().unwrap_or_else(|| Arc::new(|_: &AuditEvent| {}));
    let counts = count.clone();
    let context = Context {
        directory: shared.clone(),
        sessions: shared.clone(),
        proven: shared.clone(),
        known: shared.clone(),
        audit: shared.clone(),
        credentials: shared.clone(),
        emergency: shared.clone(),
        guesses: guesses.clone(),
        resets: shared.clone(),
        mail_requests: shared.clone(),
        profiles: shared.clone(),
        federation: Federation {
            door: Door::new(outside.clone(), sealer.clone()).with_own_secret(own_secret),
            connections: shared.clone(),
            turn: Arc::new(tokio::sync::Semaphore::new(1)),
            own_keys: shared.clone(),
            sign_outs: shared.clone(),
            transactions: shared.clone(),
            bindings: shared.clone(),
            traces: shared.clone(),
            tests: shared.clone(),
            sealer: sealer.clone(),
            delegation: Delegation::new(outside, sealer.clone(), shared.clone()),
            consents: shared.clone(),
        },
        administrators: shared.clone(),
        outbox: Arc::new(store.outbox(sealer.clone())),
        provider: Ports {
            clients: shared.clone(),
            codes: shared.clone(),
            grants: shared.clone(),
            tellings: Arc::new(tellings),
            subjects: shared.clone(),
            ways_in: Arc::new(GrantRules { directory: shared.clone(), clock: clock.clone() }),
            guesses: Arc::new(ClientLimits { counters: guesses, clock: clock.clone() }),
            assertions: shared.clone(),
            pushed: shared.clone(),
            notices: shared,
            keys: Arc::new(keys),
            clock: clock.clone(),
            random: random.clone(),
            token_mac: sealer.mac("tokens"),
            issuer: issuer.clone(),
            count_ended: Arc::new(move |ended: &GrantEnded| counts(&ended.into())),
        },
        passwords: passwords(settings, overrides, &sealer, random.clone()),
        leaked,
        clock,
        random,
        session_mac: sealer.mac("session"),
        settings: homeward_signin::Settings {
            issuer: issuer.as_str().to_owned(),
            product: settings.signin.product.clone(),
            disclosure: settings.signin.disclosure,
            loopback_http: settings.server.allow_http_localhost,
            session_idle,
            session_absolute,
            token_exchange: settings.delegated.token_exchange,
            azure,
        },
        wake_mailroom,
        refusals: Refusals::default(),
        count,
        count_tokens: overrides.count_tokens.clone().unwrap_or_else(|| Arc::new(|_, _| {})),
    };
    Ok((Arc::new(context), store, sealer, wake, Common { link, mark, clock: common_clock }))
}

fn passwords(settings: &Settings, overrides: &Overrides, sealer: &homeward_sealing::Sealer, random: Arc<dyn Random>) -> Passwords {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let own = &settings.passwords;
    let params = overrides.hash.unwrap_or(HashParams { memory_kib: own.memory_kib, passes: own.passes, lanes: 1 });
    let mut limits = QueueLimits::for_cores(cores);
    limits.waiting = own.waiting;
    if own.threads > 0 {
        limits.threads = own.threads;
    }
    Passwords::new(params, sealer.macs("pepper"), limits, random)
}

/// Starts a broker.
///
/// # Errors
/// A sentence that says what to do.
pub async fn start(settings: &Settings, overrides: Overrides) -> Result<Running, String> {
    let laid = Groundwork::lay(settings, overrides.carrier.is_some())?;
    Box::pin(start_on(settings, overrides, laid)).await
}

/// Starts a broker on what its configuration came to.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn start_on(settings: &Settings, overrides: Overrides, laid: Groundwork) -> Result<Running, String> {
    let mut overrides = overrides;
    let Groundwork { core, networks, served, carrier: smtp, collector } = laid;
    let metrics = settings.metrics.listen.map(|_| Arc::new(Metrics::new()));
    overrides.count = overrides.count.or_else(|| metrics.as_ref().map(Metrics::counter));
    overrides.count_tokens = overrides.count_tokens.or_else(|| metrics.as_ref().map(Metrics::token_counter));
    let early = early_place(settings, &overrides)?;
    let (context, store, sealer, wake, Common { link, mark, clock }) = Box::pin(context_on(settings, &overrides, core)).await?;
    if let Some(link) = &link {
        counters::check(link).await?;
    }
    let sole = match (overrides.beside_another, early) {
        (true, _) => None,
        (false, Some(sole)) => Some(sole),
        (false, None) => Some(serve(&store, link.is_some()).await.map_err(|e| format!("[store] {}: {e}", settings.store.place().map_or_else(|wrong| wrong, |place| place.to_string())))?),
    };
    seal_under_present(&store, &sealer, &context).await?;
    let (carrier, changing_carrier): (Arc<dyn Carrier>, _) = match (overrides.carrier, smtp) {
        (Some(carrier), _) => (carrier, None),
        (None, Some(smtp)) => {
            let present = Arc::new(Present::<dyn Carrier>::new(Arc::new(smtp)));
            (present.clone(), Some(present))
        }
        (None, None) => return Err("[mail] nothing carries mail".into()),
    };
    let leaving = limits::Leaving::default();
    let networks = Arc::new(Networks::new(networks));
    let readiness = (store.clone(), link.clone(), (clock.clone(), leaving.clone()));
    let portal = Arc::new(portal::portal(&store, &context, settings.egress.name_server));
    let app = Data::new(App {
        signin: context.clone(),
        portal: portal.clone(),
        pages: sealer.pages(),
        requests: sealer.mac("api"),
        pseudo_language: settings.languages.pseudo,
        networks: networks.clone(),
        security_contacts: settings.server.security_contact.clone(),
        metadata: OnceLock::new(),
        api_document: OnceLock::new(),
        ready: Arc::new(move || {
            let (store, link, (clock, leaving)) = readiness.clone();
            Box::pin(async move {
                let counts = async {
                    match &link {
                        Some(link) => link.ping().await.is_ok(),
                        None => true,
                    }
                };
                let (counts, answers) = tokio::join!(counts, store.is_ready());
                Readiness { serves: answers && clock.is_none_or(|clock| clock.is_right()) && !leaving.is_so(), counts }
            })
        }),
    });
    let count_spans = metrics.as_ref().map_or_else(|| Arc::new(|_, _| {}) as traces::Counting, |metrics| metrics.span_counter());
    let (traced, traces) = traces::start(&settings.traces, collector, context.random.clone(), count_spans).unzip();
    let changing = Changing {
        networks,
        body_time: limits::BodyTime::new(Duration::from_secs(settings.server.limits.body_seconds)),
        carrier: changing_carrier,
        served: served.clone(),
        plan: Arc::new(Present::new(Arc::new(settings.keys.plan()))),
    };
    let times = (changing.body_time.clone(), leaving.clone());
    let (address, server) = listener(&settings.server, (app, metrics.clone(), Traced(traced)), times, served.as_ref())?;
    let counting = link.clone();
    let handle = server.handle();
    let finished = Some(tokio::spawn(server));
    let (stop, stopped) = watch::channel(false);
    if let Some(link) = link {
        tokio::spawn(counters::look_after(link, stopped.clone()));
    }
    if let Some(clock) = clock {
        tokio::spawn(clock.follow(store.clone(), stopped.clone()));
    }
    if let Some(served) = &served {
        tokio::spawn(tls::run(served.clone(), stopped.clone()));
    }
    let lead = Arc::new(store.lead());
    let worker = match overrides.no_worker {
        true => tokio::spawn(async {}),
        false => {
            let delivery = Arc::new(logouts::Outside(context.federation.door.egress().clone()));
            tokio::spawn(logouts::run(context.clone(), delivery, wake.logouts.clone(), stopped.clone()));
            look_after((&context, &store, &portal), &lead, &stopped);
            tokio::spawn(worker::watch_schema(store.clone(), handle.clone(), stopped.clone()));
            tokio::spawn(worker::watch_keys(context.clone(), store.clone(), sealer.clone(), stopped.clone()));
            if let Some(number) = sealer.numbers().next() {
                tokio::spawn(worker::say_root_key(context.clone(), store.clone(), number, stopped.clone()));
            }
            let work = worker::Work { ctx: context.clone(), portal: portal.clone(), store: store.clone(), carrier, sealer, plan: changing.plan.clone(), metrics: metrics.clone(), lead: lead.clone(), together: mark.map(counters::Together::new) };
            tokio::spawn(worker::run(work, wake.mail.clone(), stopped))
        }
    };
    let figures = match (settings.metrics.listen, metrics) {
        (Some(listen), Some(metrics)) => Some(metrics::serve(listen, metrics::Asked { metrics, ctx: context.clone(), store: store.clone(), counters: counting })?),
        (Some(_) | None, _) => None,
    };
    Ok(Running { address, store, context, portal, server: handle, finished, stop, worker, figures, changing, leaving: (leaving, Duration::from_secs(settings.server.drain_seconds)), sole, lead, traces })
}

/// Looks at providers and at domains from time to time.
fn look_after((context, store, portal): (&Arc<Context>, &Store, &Arc<Portal>), lead: &Arc<Lead>, stopped: &watch::Receiver<bool>) {
    tokio::spawn(care::run(context.clone(), store.clone(), lead.clone(), stopped.clone()));
    tokio::spawn(domain_care::run(context.clone(), portal.clone(), lead.clone(), stopped.clone()));
}

/// The place at a file of SQLite, before that is opened: as long as another broker serves from it, or a restore puts a backup there, nothing in it is
/// touched.
fn early_place(settings: &Settings, overrides: &Overrides) -> Result<Option<Sole>, String> {
    let Place::File(path) = settings.store.place()? else { return Ok(None) };
    if overrides.beside_another || settings.redis.is_set() {
        return Ok(None);
    }
    make_folder(path)?;
    Store::hold_file(path).map(Some).map_err(|e| format!("[store] {}: {e}", path.display()))
}

/// Takes the place of a broker that serves: beside others where all of them count in one Redis, and alone otherwise.
async fn serve(store: &Store, counts_with_others: bool) -> Result<Sole, homeward_store::StoreError> {
    match counts_with_others {
        true => store.serve_with_others().await,
        false => store.serve_alone().await,
    }
}

/// A start with a new root key seals everything under it. A broker that runs with the older ones only could not open it, so no
/// command does this before; what such a broker still sealed meanwhile is found at the next start.
async fn seal_under_present(store: &Store, sealer: &Sealer, ctx: &Context) -> Result<(), String> {
    let Some(present) = sealer.numbers().next() else { return Ok(()) };
    store.note_root_key(present, ctx.now()).await.map_err(|e| e.to_string())?;
    if sealer.numbers().count() == 1 {
        return Ok(());
    }
    for (what, count) in store.seal_again(sealer, ctx.now()).await.map_err(|e| e.to_string())? {
        tracing::info!(root_key = present, what, count, "sealed again");
    }
    Ok(())
}

/// The name of this broker among mail servers: the host of its address.
pub(crate) fn own_name(public_url: &str) -> String {
    let host = url::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "localhost".into())
}
