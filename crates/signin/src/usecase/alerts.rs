//! Mails to an account's administrators: a certificate of their provider ends, answers name one that nobody has added, it publishes other
//! values, the proof of a domain
//! is found or gone, somebody used emergency access, one of them took a step that decides who gets in. A worker tells all but the emergency access; a
//! sign-in waits for none of them.

use std::{collections::BTreeSet, time::Duration};

use homeward_discovery::{Account, ConnectionState, User, UserState};
use homeward_federation::{
    Connection, Preset,
    health::certificates,
    product::{Field, Product},
    saml::certificate::Certificate,
};
use homeward_language::Language;
use homeward_local_credential::StoreFault;
use homeward_mail::{Alert, Message, StepBefore, StepTaken, StepTold};
use homeward_model::{CaseNumber, DomainName, Timestamp, UserId};

use super::letters;
use crate::{
    alerts::{Administrators, AlertKey, AlertKind},
    context::Context,
    visitor::Visitor,
};

const DAY: Duration = Duration::from_secs(86_400);
/// So many days before the end of a certificate, and on the day.
const DAYS: [u32; 6] = [60, 30, 14, 7, 1, 0];
/// Steps that one mail lists beside the last; Activity has the others.
const MOST_LISTED: usize = 40;
/// Unknown certificates that are told of one connection in a day: who can begin a sign-in can send answers that name any.
const MOST_UNKNOWN: u32 = 3;

/// A certificate that nobody has added, as answers of the last day named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its SHA-256 thumbprint.
    pub thumbprint: String,
    /// How many answers.
    pub failed: u32,
    /// Since when.
    pub since: Timestamp,
    /// The reference of the newest.
    pub last: CaseNumber,
}

/// Tells that the last certificate of a connection ends, once for each step; how many mails were written. `state` is the one in which people sign in
/// by it, in an outage the one that comes back.
///
/// # Errors
/// `StoreFault`.
pub async fn certificate_ends(ctx: &Context, account: &Account, (connection, state): (&Connection, ConnectionState)) -> Result<u32, StoreFault> {
    let now = ctx.now();
    // One that ends while another goes on needs nobody.
    let Some(last) = certificates(&connection.settings).into_iter().max_by_key(|certificate| certificate.not_after()) else { return Ok(0) };
    let until = last.not_after();
    let days = u32::try_from(until.since(now).as_secs() / DAY.as_secs()).unwrap_or(u32::MAX);
    let Some(step) = DAYS.iter().rev().find(|step| days <= **step).filter(|_| now <= until) else { return Ok(0) };
    let thumbprint = last.sha256_thumbprint();
    let key = AlertKey { kind: AlertKind::CertificateEnds, connection: connection.id, about: format!("{thumbprint} {step}") };
    let telling = async {
        let people = ctx.administrators.people(account, state).await?;
        let (provider, place, link) = (connection.name.clone(), place(connection), portal(ctx, account, "sign-on"));
        tell(ctx, account, &Alert::CertificateEnds { provider, people, thumbprint, until, days, place, link }).await
    };
    once(ctx.administrators.as_ref(), (&key, None), now, telling).await
}

/// Tells of a certificate that nobody has added, at most once a day, and of a few in a day only; how many mails were written.
///
/// # Errors
/// `StoreFault`.
pub async fn unknown_certificate(ctx: &Context, account: &Account, connection: &Connection, unknown: Unknown) -> Result<u32, StoreFault> {
    let now = ctx.now();
    let before = now.minus(DAY);
    let (kind, id) = (AlertKind::UnknownCertificate, connection.id);
    if ctx.administrators.alerts_since(kind, id, before).await? >= MOST_UNKNOWN {
        return Ok(0);
    }
    let Unknown { thumbprint, failed, since, last } = unknown;
    let key = AlertKey { kind, connection: id, about: thumbprint.clone() };
    let (provider, place, link) = (connection.name.clone(), place(connection), portal(ctx, account, &format!("activity/{last}")));
    let trusted = certificates(&connection.settings).iter().map(Certificate::sha256_thumbprint).collect();
    let alert = Alert::UnknownCertificate { provider, failed, since, thumbprint, trusted, place, link };
    once(ctx.administrators.as_ref(), (&key, Some(before)), now, tell(ctx, account, &alert)).await
}

/// Tells that the provider publishes other values, which wait since then for somebody to look at them: once for each, and at most once a day,
/// however often they change there. How many mails were written.
///
/// # Errors
/// `StoreFault`.
pub async fn values_wait(ctx: &Context, account: &Account, connection: &Connection, since: Timestamp) -> Result<u32, StoreFault> {
    let (now, kind, id) = (ctx.now(), AlertKind::ValuesWait, connection.id);
    if ctx.administrators.alerts_since(kind, id, now.minus(DAY)).await? > 0 {
        return Ok(0);
    }
    let key = AlertKey { kind, connection: id, about: since.seconds().to_string() };
    let link = portal(ctx, account, &format!("sign-on/{id}#values"));
    let alert = Alert::ValuesWait { provider: connection.name.clone(), since, link };
    once(ctx.administrators.as_ref(), (&key, None), now, tell(ctx, account, &alert)).await
}

/// Tells what was not told since then, and notes it afterwards: a fault in between has it told a second time rather than never.
async fn once(
    administrators: &dyn Administrators,
    (key, since): (&AlertKey, Option<Timestamp>),
    now: Timestamp,
    telling: impl Future<Output = Result<u32, StoreFault>>,
) -> Result<u32, StoreFault> {
    if administrators.was_told(key, since).await? {
        return Ok(0);
    }
    let written = telling.await?;
    administrators.note_alert(key, now).await?;
    Ok(written)
}

/// Tells of emergency access at once. The way in does not depend on it: what fails here is written down and stops nobody (B-164).
pub(super) async fn emergency(ctx: &Context, (user, account): (&User, &Account), codes_left: Option<u32>, visitor: &Visitor) {
    let alert = |own: bool| Alert::EmergencyAccess {
        own,
        username: user.username.typed().to_owned(),
        at: ctx.now(),
        device: visitor.device_text.clone(),
        network: visitor.network.to_string(),
        codes_left,
        link: if own { format!("{}/account", ctx.settings.issuer) } else { portal(ctx, account, "activity") },
    };
    if let Err(error) = tell(ctx, account, &alert(false)).await {
        tracing::error!(%error, "administrators were not told of emergency access");
    }
    if let Err(error) = tell_themselves(ctx, (user, account), alert(true)).await {
        tracing::error!(%error, "somebody was not told of their own emergency access");
    }
}

/// Whoever it belongs to knows best whether it was they; an administrator has read it with the others.
async fn tell_themselves(ctx: &Context, (user, account): (&User, &Account), alert: Alert) -> Result<(), StoreFault> {
    if readers(ctx, account).await?.iter().all(|(reader, _)| reader.id != user.id) {
        letters::unasked(ctx, user, account, Message::Alert(alert)).await?;
    }
    Ok(())
}

/// Tells that the record that proves a domain is missing: the domain counts until then, or not any more. How many mails were written.
///
/// # Errors
/// `StoreFault`.
pub async fn domain_missing(ctx: &Context, account: &Account, domain: &DomainName, until: Option<Timestamp>) -> Result<u32, StoreFault> {
    let (domain, link) = (domain.to_unicode(), portal(ctx, account, "domains"));
    let alert = match until {
        Some(until) => Alert::DomainLost { domain, until, link },
        None => Alert::DomainOff { domain, link },
    };
    tell(ctx, account, &alert).await
}

/// Tells that the record that proves a domain was found without a button: everybody who administers the account, and whoever began it. How
/// many mails were written.
///
/// # Errors
/// `StoreFault`.
pub async fn domain_proved(ctx: &Context, account: &Account, domain: &DomainName, begun_by: UserId) -> Result<u32, StoreFault> {
    let alert = Alert::DomainProved { domain: domain.to_unicode(), link: portal(ctx, account, "domains") };
    let written = tell(ctx, account, &alert).await?;
    if readers(ctx, account).await?.iter().any(|(reader, _)| reader.id == begun_by) {
        return Ok(written);
    }
    let Some((user, _)) = ctx.directory.user(begun_by).await?.filter(|(user, _)| user.state == UserState::Active) else { return Ok(written) };
    Ok(written + u32::from(letters::unasked(ctx, &user, account, Message::Alert(alert)).await?))
}

/// One step in the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneStep {
    /// When.
    pub at: Timestamp,
    /// Who took it.
    pub by: UserId,
    /// Whom it concerns.
    pub about: Option<UserId>,
    /// Before and after.
    pub detail: String,
    /// From which network.
    pub network: String,
}

/// Steps of one kind in the portal, of which the account's administrators are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What.
    pub step: StepTaken,
    /// How many.
    pub count: u32,
    /// When the first was.
    pub since: Timestamp,
    /// The last one.
    pub last: OneStep,
    /// Those before it, the newest first.
    pub before: Vec<OneStep>,
}

/// A step with its names, as far as they are this account's business.
async fn named(ctx: &Context, account: &Account, step: &OneStep) -> Result<StepBefore, StoreFault> {
    let name = |found: Option<(User, Account)>| found.filter(|(_, own)| own.id == account.id).map(|(user, _)| user.username.typed().to_owned());
    let about = match step.about {
        Some(user) => name(ctx.directory.user(user).await?),
        None => None,
    };
    Ok(StepBefore { by: name(ctx.directory.user(step.by).await?), about, detail: step.detail.clone(), at: step.at, network: step.network.clone() })
}

/// Tells everybody who administers the account, and whoever did it: a mail about a step that one has not taken is how a stolen session
/// is noticed. How many mails were written.
///
/// # Errors
/// `StoreFault`.
pub async fn steps_taken(ctx: &Context, account: &Account, taken: &Steps) -> Result<u32, StoreFault> {
    let mut before = Vec::new();
    for step in taken.before.iter().take(MOST_LISTED) {
        before.push(named(ctx, account, step).await?);
    }
    let StepBefore { by, about, detail, at, network } = named(ctx, account, &taken.last).await?;
    let link = portal(ctx, account, "activity");
    let told = StepTold { step: taken.step, by, about, detail, at, network, count: taken.count, since: taken.since, before, own: false, link };
    let doers: BTreeSet<UserId> = taken.before.iter().chain([&taken.last]).map(|step| step.by).collect();
    let administrators = ctx.administrators.administrators(account.id).await?;
    let mut written = 0;
    for (administrator, language) in &administrators {
        let alert = Alert::Step(StepTold { own: doers.contains(&administrator.id), ..told.clone() });
        written += u32::from(letters::post(ctx, administrator, account, language_of(ctx, (administrator, account), language.as_deref()).await?, Message::Alert(alert)).await?);
    }
    for doer in doers.into_iter().filter(|doer| administrators.iter().all(|(user, _)| user.id != *doer)) {
        let Some((user, home)) = ctx.directory.user(doer).await?.filter(|(user, _)| user.state == UserState::Active) else { continue };
        let alert = Alert::Step(own_words(&told, taken, &user));
        let language = ctx.administrators.administrators(home.id).await?.into_iter().find(|(other, _)| other.id == doer).and_then(|(_, language)| language);
        written += u32::from(letters::post(ctx, &user, account, language_of(ctx, (&user, account), language.as_deref()).await?, Message::Alert(alert)).await?);
    }
    for user in lost(ctx, account, taken).await? {
        written += u32::from(letters::unasked(ctx, &user, account, Message::Alert(Alert::Step(told.clone()))).await?);
    }
    Ok(written)
}

/// The same for whoever did it and administers another account: their own steps have their own name.
fn own_words(told: &StepTold, taken: &Steps, user: &User) -> StepTold {
    let mine = |step: &OneStep| (step.by == user.id).then(|| user.username.typed().to_owned());
    let before = taken.before.iter().zip(&told.before).map(|(step, shown)| StepBefore { by: mine(step).or_else(|| shown.by.clone()), ..shown.clone() });
    StepTold { by: mine(&taken.last).or_else(|| told.by.clone()), before: before.collect(), own: true, ..told.clone() }
}

/// Whoever has just lost the role or the way in is no administrator any more, and is told all the same: they are who would object. So would
/// somebody as whom others can come in by emergency access.
async fn lost(ctx: &Context, account: &Account, taken: &Steps) -> Result<Vec<User>, StoreFault> {
    let mut users: Vec<User> = Vec::new();
    for step in std::iter::once(&taken.last).chain(&taken.before) {
        // A step that a program took has its token behind it.
        let what = step.detail.split(" [").next().unwrap_or_default();
        let takes = matches!((taken.step, what), (StepTaken::Roles, "-administrator") | (StepTaken::Administrators, "active → suspended") | (StepTaken::Emergency, _));
        let Some(about) = step.about.filter(|about| takes && *about != step.by && users.iter().all(|user| user.id != *about)) else { continue };
        users.extend(ctx.directory.user(about).await?.filter(|(_, own)| own.id == account.id).map(|(user, _)| user));
    }
    // Whoever has it again was told with the others.
    let still = ctx.administrators.administrators(account.id).await?;
    users.retain(|user| still.iter().all(|(other, _)| other.id != user.id));
    Ok(users)
}

/// Who is written to about an account.
async fn readers(ctx: &Context, account: &Account) -> Result<Vec<(User, Option<String>)>, StoreFault> {
    let administrators = ctx.administrators.administrators(account.id).await?;
    if administrators.is_empty() { ctx.administrators.stand_ins(account.id).await } else { Ok(administrators) }
}

/// Writes to every administrator, each in the language that they last used in the portal; where there is none, to whoever stands in.
async fn tell(ctx: &Context, account: &Account, alert: &Alert) -> Result<u32, StoreFault> {
    let mut written = 0;
    for (administrator, language) in readers(ctx, account).await? {
        let sent = letters::post(ctx, &administrator, account, language_of(ctx, (&administrator, account), language.as_deref()).await?, Message::Alert(alert.clone())).await?;
        written += u32::from(sent);
    }
    Ok(written)
}

/// The language that somebody last used in the portal; whoever was not there yet is written to as everybody is.
async fn language_of(ctx: &Context, (user, account): (&User, &Account), code: Option<&str>) -> Result<Language, StoreFault> {
    match code.and_then(Language::from_tag) {
        Some(language) => Ok(language),
        None => letters::language(ctx, user, account).await,
    }
}

/// A page of the account in the portal.
fn portal(ctx: &Context, account: &Account, page: &str) -> String {
    format!("{}/portal/{}/{page}", ctx.settings.issuer, account.number.as_str())
}

/// Where the provider's console has its certificate, in its own words; a console that we do not know has none.
fn place(connection: &Connection) -> Option<String> {
    let product = Product::of_connection(&connection.settings);
    (product.preset != Preset::Generic).then(|| product.label(Field::Certificate).map(|label| format!("{}: {}", product.name, label.path()))).flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use homeward_model::{AccountId, ConnectionId, SystemRandom};

    use super::*;

    /// Remembers what was told, and when.
    #[derive(Default)]
    struct Remembers(Mutex<Vec<(AlertKey, Timestamp)>>);

    #[async_trait]
    impl Administrators for Remembers {
        async fn administrators(&self, _: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault> {
            Ok(Vec::new())
        }
        async fn stand_ins(&self, _: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault> {
            Ok(Vec::new())
        }
        async fn people(&self, _: &Account, _: ConnectionState) -> Result<u32, StoreFault> {
            Ok(0)
        }
        async fn was_told(&self, key: &AlertKey, since: Option<Timestamp>) -> Result<bool, StoreFault> {
            Ok(self.0.lock().unwrap().iter().any(|(told, at)| told == key && since.is_none_or(|since| *at > since)))
        }
        async fn note_alert(&self, key: &AlertKey, now: Timestamp) -> Result<(), StoreFault> {
            self.0.lock().unwrap().push((key.clone(), now));
            Ok(())
        }
        async fn alerts_since(&self, _: AlertKind, _: ConnectionId, _: Timestamp) -> Result<u32, StoreFault> {
            Ok(0)
        }
    }

    /// A step whose mail could not be queued is told at the next look; one that was told is not told again until its time is over.
    #[tokio::test]
    async fn what_could_not_be_told_is_told_later_and_once() {
        let (administrators, now) = (Remembers::default(), Timestamp::from_seconds(1_800_000_000));
        let key = AlertKey { kind: AlertKind::CertificateEnds, connection: ConnectionId::generate(&SystemRandom), about: "30".into() };
        let fails = async { Err(StoreFault("full".into())) };
        assert!(once(&administrators, (&key, None), now, fails).await.is_err());
        assert_eq!(once(&administrators, (&key, None), now, async { Ok(2) }).await, Ok(2));
        assert_eq!(once(&administrators, (&key, None), now, async { Ok(2) }).await, Ok(0));
        let other = AlertKey { about: "14".into(), ..key.clone() };
        assert_eq!(once(&administrators, (&other, None), now, async { Ok(1) }).await, Ok(1));
        assert_eq!(once(&administrators, (&key, Some(now.minus(DAY))), now, async { Ok(2) }).await, Ok(0));
        assert_eq!(once(&administrators, (&key, Some(now)), now.plus(DAY), async { Ok(2) }).await, Ok(2), "a day later");
    }
}
