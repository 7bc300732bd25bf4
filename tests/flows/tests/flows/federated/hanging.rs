//! Providers that take a request and never answer it: only their own people wait.

use std::{net::SocketAddr, time::Duration};

use homeward_federation::{RemoteField, oidc::OidcSettings};
use homeward_simulator::{Brand, server};
use homeward_testkit::pairs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::*;

const DANA: &str = "dana@contoso.example";
/// Sign-ins that wait at the provider at the same time.
const MANY: usize = 8;

/// Carries one request to the provider; one whose path ends like this is kept for ever.
async fn carry(mut from: TcpStream, to: SocketAddr, hangs: &'static str, held: watch::Sender<usize>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if from.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default();
    if path.ends_with(hangs) {
        held.send_modify(|count| *count += 1);
        return std::future::pending().await;
    }
    // Every request comes by a connection of its own, so that each is looked at.
    let (line, rest) = text.split_once("\r\n").unwrap();
    let mut there = TcpStream::connect(to).await?;
    there.write_all(format!("{line}\r\nconnection: close\r\n{rest}").as_bytes()).await?;
    copy_bidirectional(&mut from, &mut there).await.map(drop)
}

/// Kim's whole way to the provider and back, as far as it leads.
async fn kim_comes(mut browser: Browser, provider: SocketAddr) -> Browser {
    let page = browser.open("wiki", "").await;
    let leaving = browser.identify(&page, KIM).await;
    let Some(to) = leaving.refresh() else { return browser };
    let mut fields: Vec<(String, String)> = url::Url::parse(&to).unwrap().query_pairs().into_owned().collect();
    fields.extend(pairs(&[("kind", "oidc"), ("username", KIM)]));
    let answer = Browser::new(provider).send(reqwest::Method::POST, "/generic/signin", &[], Some(&fields)).await;
    let back = url::Url::parse(answer.header("location").unwrap()).unwrap();
    let page = browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
    if page.status == 303 {
        fetch(&mut browser, &page).await;
    }
    browser
}

/// One round: whether Kim's people all still waited when others had signed in, and what the audit says of them in the end.
async fn round(hangs: &'static str) -> (bool, Vec<String>) {
    let world = World::new().await;
    // Dana's account has its own provider, which answers.
    let dana = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings(&world.idp))).await;
    let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://127.0.0.1:{}", front.local_addr().unwrap().port());
    let behind = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let provider = server::start(behind, server::Settings { clock: world.broker.clock.clone(), ..server::Settings::at(&base) }).unwrap();
    let (held, mut holds) = watch::channel(0);
    let to = provider.address;
    let carrying = tokio::spawn(async move {
        while let Ok((from, _)) = front.accept().await {
            tokio::spawn(carry(from, to, hangs, held.clone()));
        }
    });
    world.broker.change_connection("70444", "Okta", |entry| {
        let mut settings = ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new(&Brand::Generic.issuer(&base), "homeward"))));
        settings.matching.remote = RemoteField::Named("email".into());
        entry.settings = Some(settings);
    })
    .await;
    let waiting: Vec<_> = (0..MANY).map(|_| tokio::spawn(kim_comes(world.broker.browser(), to))).collect();
    tokio::time::timeout(Duration::from_secs(60), holds.wait_for(|count| *count > 0)).await.unwrap_or_else(|_| panic!("nobody asks for {hangs}")).unwrap();
    // By a password, and through another account's provider.
    let mut ann = world.broker.browser();
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    let mut browser = world.broker.browser();
    let page = browser.open("wiki", "").await;
    let offer = browser.identify(&page, DANA).await;
    let sent = read(&browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await);
    let at = format!("/saml/{dana}/acs");
    let asked = Asked { entity_id: format!("http://homeward.localhost/saml/{dana}/metadata"), acs: format!("http://homeward.localhost{at}"), request_id: Some(sent.id.clone()) };
    let xml = world.idp.response(&world.idp.answer(&asked, DANA, world.broker.clock.now()));
    let delivered = browser.deliver(&at, &[("SAMLResponse", &encode(xml)), ("RelayState", &sent.relay)]).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, Some((DANA.into(), "50210".into())));
    let all_wait = waiting.iter().all(|task| !task.is_finished());
    for task in waiting {
        assert!(!task.await.unwrap().cookies.contains_key("__Host-session"), "nobody is let in without an answer");
    }
    carrying.abort();
    let lines = world.broker.audit(100).await.into_iter().map(|(line, _)| line);
    (all_wait, lines.filter(|line| line.starts_with("signin.") && !line.starts_with("signin.completed") && !line.ends_with(" ok")).collect())
}

/// DS-09: while one account's provider takes requests and answers none (its metadata, its token endpoint, its keys), people of others sign in by password and
/// through their own provider; its own people are told so in the end, and none of them is signed in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_09_a_hanging_provider_holds_up_only_its_own_people() {
    for (hangs, reason) in [("/.well-known/openid-configuration", "sso.provider_away"), ("/token", "token.unreachable"), ("/keys", "provider.unreachable")] {
        // Nobody waits longer than five seconds: on a machine with too much to do that may be over before the others are done, so there are some rounds.
        let mut seen = false;
        for _ in 0..4 {
            let (all_wait, refused) = round(hangs).await;
            assert!(!refused.is_empty() && refused.iter().all(|line| line.split(' ').nth(1) == Some(reason)), "{hangs}: {refused:?}");
            seen |= all_wait;
            if seen {
                break;
            }
        }
        assert!(seen, "{hangs}: whoever had nothing to do with it waited, too");
    }
}
