//! Two providers in one account: each speaks for its own people and for nobody else's (ST-05, OP-03). Both are on, and every answer is genuine.

use homeward_discovery::{Condition, ConnectionState, DeviceKind, DomainClaim, GroupRule, SsoMode, User, UserRule};
use homeward_federation::{AttributeMapping, LocalField};
use homeward_model::{DomainName, EmailAddress, SystemRandom, UserId, Username};
use homeward_simulator::saml::Attribute;
use homeward_store::register::{AccountEntry, ConnectionEntry, Register};

use super::*;

const PAT: &str = "pat@partner.example";
const NEW: &str = "new@tailspin.example";

/// Account 70444 with its own provider and a second one, to which the domain partner.example belongs.
struct Two {
    world: World,
    other: Idp,
    second: ConnectionId,
}

impl Two {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }
    async fn with(change: impl Fn(&mut ConnectionSettings)) -> Self {
        let world = World::with(|settings| change(settings)).await;
        let other = Idp::with_key("https://second.example/entity", SigningKey::new("Second", KeyKind::Rsa, Validity::default()).unwrap());
        let store = &world.broker.running().store;
        let register = store.register().await.unwrap();
        let account = register.accounts.iter().find(|entry| entry.account.number.as_str() == "70444").unwrap().account.id;
        let first = register.connections.into_iter().find(|entry| entry.connection.id == world.connection).unwrap();
        let second = ConnectionId::generate(&SystemRandom);
        let mut own = settings(&other);
        change(&mut own);
        let connection = homeward_discovery::Connection { id: second, name: "Second".into(), ..first.connection };
        let user = User {
            id: UserId::generate(&SystemRandom),
            username: Username::parse(PAT).unwrap(),
            email: EmailAddress::parse(PAT).ok(),
            ..world.broker.user(KIM, "70444").await
        };
        let domain = DomainClaim { domain: DomainName::parse("partner.example").unwrap(), account, verified_at: Some(world.broker.clock.now()), connection: Some(second) };
        let more = Register {
            connections: vec![ConnectionEntry { connection, settings: Some(own) }],
            users: vec![user],
            domains: vec![domain],
            ..Register::default()
        };
        store.put(&more, &[], world.broker.clock.now()).await.unwrap();
        Self { world, other, second }
    }
    async fn account(&self, change: impl FnOnce(&mut homeward_discovery::Account)) {
        let store = &self.world.broker.running().store;
        let mut entry: AccountEntry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "70444").unwrap();
        change(&mut entry.account);
        store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], self.world.broker.clock.now()).await.unwrap();
    }
    async fn user(&self, name: &str, change: impl FnOnce(&mut User)) {
        self.world.broker.change_user(name, "70444", change).await;
    }
    /// The members of "contractors" have the second provider; nobody else does.
    async fn contractors(&self) {
        let rule = GroupRule { group: "contractors".into(), sso_mode: SsoMode::Button, connection: Some(self.second) };
        self.account(|account| account.group_rules = vec![rule]).await;
    }
    async fn links(&self, name: &str) -> Vec<ConnectionId> {
        let user = self.world.broker.user(name, "70444").await.id;
        self.world.broker.running().store.links_of(user).await.unwrap()
    }
    /// A sign-in that a tile of the provider begins, which names this person: who is signed in, or why nobody is.
    async fn tile(&self, at: ConnectionId, asserted: &str, browser: &mut Browser) -> String {
        self.tile_with(at, asserted, browser, |_| {}).await
    }
    async fn tile_with(&self, at: ConnectionId, asserted: &str, browser: &mut Browser, attributes: impl FnOnce(&mut Vec<Attribute>)) -> String {
        let idp = if at == self.second { &self.other } else { &self.world.idp };
        let sent = read(&browser.get(&format!("/signin/provider/{at}")).await);
        let path = format!("/saml/{at}/acs");
        let asked = Asked {
            entity_id: format!("http://homeward.localhost/saml/{at}/metadata"),
            acs: format!("http://homeward.localhost{path}"),
            request_id: Some(sent.id.clone()),
        };
        let answer = idp.answer(&asked, asserted, self.world.broker.clock.now()).assertion(|a| attributes(&mut a.attributes));
        let delivered = browser.deliver(&path, &[("SAMLResponse", &encode(idp.response(&answer))), ("RelayState", &sent.relay)]).await;
        let page = fetch(browser, &delivered).await;
        if page.status == 403 {
            assert!(!browser.cookies.contains_key("__Host-session"), "nobody is signed in");
            return self.world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned();
        }
        assert_eq!((page.status, page.header("location")), (303, Some("/signin")), "{}", page.body);
        let body = browser.get("/signin").await.body;
        let names = [KIM, PAT, NEW, "new@partner.example"].into_iter().filter(|name| body.contains(name)).collect::<Vec<_>>();
        names.join(" ")
    }
    /// The same in a fresh browser.
    async fn says(&self, at: ConnectionId, asserted: &str) -> String {
        self.tile(at, asserted, &mut self.world.broker.browser()).await
    }
}

/// Whether the browser's session opens an application without a word of the person.
async fn opens(browser: &mut Browser) -> bool {
    browser.open("wiki", "&prompt=none").await.header("location").unwrap().contains("code=")
}

/// ST-05: whoever runs the account's other provider takes over nobody: not by a name of the account's proved domain, and not the other way
/// round. Nothing is linked, and each provider signs its own people in.
#[tokio::test]
async fn st_05_a_provider_speaks_for_its_own_people_of_the_account_alone() {
    let two = Two::new().await;
    let first = two.world.connection;
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules");
    assert_eq!(two.says(first, PAT).await, "allowed.rules");
    assert_eq!(two.says(two.second, "nobody@tailspin.example").await, "names.unknown_user");
    assert_eq!((two.links(KIM).await, two.links(PAT).await), (vec![], vec![]));
    assert_eq!(two.says(two.second, PAT).await, PAT);
    assert_eq!(two.says(first, KIM).await, KIM);
    assert_eq!((two.links(KIM).await, two.links(PAT).await), (vec![first], vec![two.second]));
    // The domain of the account's own provider names it, too: then nobody learns whether the name is there.
    let store = &two.world.broker.running().store;
    let mut domains = store.register().await.unwrap().domains;
    domains.retain(|claim| claim.domain.as_str() == "tailspin.example");
    domains[0].connection = Some(first);
    store.put(&homeward_testkit::register_of_domains(domains), &[], two.world.broker.clock.now()).await.unwrap();
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules");
    assert_eq!(two.says(two.second, "nobody@tailspin.example").await, "allowed.rules");
    assert_eq!(two.says(first, KIM).await, KIM);
}

/// ST-05: equal numbers at two providers are two people.
#[tokio::test]
async fn st_05_a_number_of_one_provider_is_nobody_at_the_other() {
    let two = Two::with(|settings| settings.matching.local = LocalField::ExternalId).await;
    two.user(KIM, |user| user.external_id = Some("1001".into())).await;
    two.user(PAT, |user| user.external_id = Some("2002".into())).await;
    assert_eq!(two.says(two.second, "1001").await, "allowed.rules");
    assert_eq!(two.says(two.world.connection, "2002").await, "allowed.rules");
    assert_eq!((two.links(KIM).await, two.links(PAT).await), (vec![], vec![]));
    assert_eq!(two.says(two.second, "2002").await, PAT);
    assert_eq!(two.says(two.world.connection, "1001").await, KIM);
}

/// OP-03: a provider makes no user who belongs to another one, whatever groups it asserts; the real person is made by their own.
#[tokio::test]
async fn op_03_nobody_is_made_for_another_providers_domain() {
    let two = Two::with(|settings| {
        settings.jit = Jit::Create;
        settings.mapping = AttributeMapping { groups: Some("groups".into()), ..AttributeMapping::default() };
    })
    .await;
    two.contractors().await;
    let grouped = async |at, name| {
        let groups = |attributes: &mut Vec<Attribute>| attributes.push(Attribute::new("groups", "contractors"));
        two.tile_with(at, name, &mut two.world.broker.browser(), groups).await
    };
    assert_eq!(two.says(two.second, NEW).await, "allowed.rules");
    assert_eq!(grouped(two.second, NEW).await, "allowed.rules", "the groups are the provider's own word");
    let made = async |name: &str| two.world.broker.running().store.register().await.unwrap().users.iter().any(|user| user.username.typed() == name);
    assert!(!made(NEW).await);
    assert_eq!(grouped(two.world.connection, NEW).await, NEW);
    assert_eq!(grouped(two.second, "new@partner.example").await, "new@partner.example");
    assert_eq!((two.links(NEW).await, two.links("new@partner.example").await), (vec![two.world.connection], vec![two.second]));
}

/// ST-13: the tokens of a provider's sign-in go on as long as the rules lead the person to that provider, from whatever network or device
/// the application asks; what is taken back brings them back.
#[tokio::test]
async fn st_13_a_refresh_asks_whether_the_provider_still_speaks_for_the_person() {
    let two = Two::new().await;
    two.contractors().await;
    two.user(KIM, |user| user.groups = ["contractors".to_owned()].into()).await;
    let tokens = async |at| {
        let mut browser = two.world.broker.browser();
        assert_eq!(two.tile(at, KIM, &mut browser).await, KIM);
        let address = browser.open("wiki", "&prompt=none").await.header("location").unwrap().to_owned();
        let (status, tokens) = browser.redeem("wiki", &address).await;
        assert_eq!(status, 200, "{tokens}");
        (browser, tokens["refresh_token"].as_str().unwrap().to_owned())
    };
    let (mut by_group, mut by_domain) = (tokens(two.second).await, tokens(two.world.connection).await);
    let renew = async |of: &mut (Browser, String)| {
        let (status, next) = of.0.refresh("wiki", &of.1).await;
        match next["refresh_token"].as_str() {
            Some(token) => of.1 = token.to_owned(),
            None => assert_eq!((status, next["error"].as_str()), (400, Some("invalid_grant"))),
        }
        status == 200
    };
    assert_eq!((renew(&mut by_group).await, renew(&mut by_domain).await), (true, true));
    two.account(|account| account.group_rules.clear()).await;
    assert_eq!((renew(&mut by_group).await, renew(&mut by_domain).await), (false, true));
    two.contractors().await;
    assert_eq!((renew(&mut by_group).await, renew(&mut by_domain).await), (true, true), "nothing was revoked");
    two.account(|account| account.conditions = vec![Condition::Zone("office".into()), Condition::Device(DeviceKind::Mobile)]).await;
    assert_eq!((renew(&mut by_group).await, renew(&mut by_domain).await), (true, true), "there is a place from which it counts");
    two.user(KIM, |user| user.rule = Some(UserRule::Excluded)).await;
    assert_eq!((renew(&mut by_group).await, renew(&mut by_domain).await), (false, false), "Kim signs in by password now");
}

/// A group's own provider speaks for its members, beside the one to which everybody is sent; when the rule goes, the session and the link by
/// it count for nothing any more.
#[tokio::test]
async fn st_05_a_link_counts_as_long_as_the_rules_lead_to_its_provider() {
    let two = Two::new().await;
    two.contractors().await;
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules", "Kim is no contractor");
    two.user(KIM, |user| user.groups = ["contractors".to_owned()].into()).await;
    let (mut by_group, mut by_domain) = (two.world.broker.browser(), two.world.broker.browser());
    assert_eq!(two.tile(two.second, KIM, &mut by_group).await, KIM);
    assert_eq!(two.tile(two.world.connection, KIM, &mut by_domain).await, KIM);
    assert_eq!((opens(&mut by_group).await, opens(&mut by_domain).await), (true, true));
    two.account(|account| account.group_rules.clear()).await;
    assert_eq!((opens(&mut by_group).await, opens(&mut by_domain).await), (false, true));
    assert!(two.links(KIM).await.contains(&two.second), "the link is there to be seen");
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules");
    assert_eq!(two.says(two.world.connection, KIM).await, KIM);
}

/// ST-05: a provider that was the account's before, or is in its pilot, speaks for those to whom the account's rules lead.
#[tokio::test]
async fn st_05_an_old_provider_or_a_pilot_speaks_for_nobody_who_is_not_led_to_it() {
    let two = Two::new().await;
    let first = two.world.connection;
    two.account(|account| account.connection = Some(two.second)).await;
    assert_eq!(two.says(first, KIM).await, "allowed.rules", "the account's until a moment ago");
    assert_eq!(two.says(two.second, KIM).await, KIM);
    let pilot = |account: &'static str, state| two.world.broker.change_connection(account, "Second", move |entry| entry.connection.state = state);
    pilot("70444", ConnectionState::Pilot).await;
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules", "Kim is not in the pilot");
    two.user(KIM, |user| user.rule = Some(UserRule::Pilot)).await;
    assert_eq!(two.says(two.second, KIM).await, KIM);
    two.account(|account| account.connection = Some(first)).await;
    assert_eq!(two.says(two.second, KIM).await, "allowed.rules", "a pilot to which nothing leads");
    assert_eq!(two.says(first, KIM).await, KIM);
}

/// ST-05: an address in a domain that is another provider's finds nobody, also where the user's name has no domain.
#[tokio::test]
async fn st_05_an_address_of_another_providers_domain_finds_nobody() {
    let two = Two::with(|settings| settings.matching.local = LocalField::Email).await;
    two.user(KIM, |user| user.email = EmailAddress::parse("desk@partner.example").ok()).await;
    assert_eq!(two.says(two.world.connection, "desk@partner.example").await, "allowed.rules", "Kim is this provider's, the address is not");
    assert_eq!(two.says(two.second, "desk@partner.example").await, "allowed.rules", "the address is this provider's, Kim is not");
    two.user(KIM, |user| user.email = EmailAddress::parse(KIM).ok()).await;
    assert_eq!(two.says(two.world.connection, KIM).await, KIM);
}

/// ST-05, ST-13: what a provider's word gave before its connection was written down may be any provider's, so that it is renewed no more; what
/// names the connection that leads the person in still is.
#[tokio::test]
async fn st_05_an_old_grant_of_no_named_provider_is_renewed_no_more() {
    let two = Two::new().await;
    let context = &two.world.broker.running().context;
    let kim = two.world.broker.user(KIM, "70444").await;
    let subject = context.provider.subjects.subject(kim.id).await.unwrap().unwrap();
    let opens = async |connection: Option<ConnectionId>| {
        let who = homeward_provider::SignedIn {
            user: kim.id,
            account: kim.account,
            session: homeward_model::SessionId::generate(&SystemRandom),
            auth_time: two.world.broker.clock.now(),
            amr: vec!["saml".into()],
            credential_version: 0,
            federated: true,
            connection,
            proof: 0,
            stopgap: None,
        };
        context.provider.ways_in.still_opens(&homeward_model::ClientId::parse("wiki").unwrap(), &who, &subject).await.unwrap()
    };
    assert_eq!((opens(None).await, opens(Some(two.second)).await, opens(Some(two.world.connection)).await), (false, false, true));
}
