//! TLS at the broker itself: who trusts the certificate gets in, a renewed one serves the next connection, and files that do not fit
//! together change nothing.

use std::{io::Write, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use homeward_discovery::Disclosure;
use homeward_server::{settings::ServerTls, tls::Served};
use homeward_testkit::TestBroker;

const NAME: &str = "signin.example";
const ISSUER: &str = "https://signin.example";

/// A certificate for a name, and its key.
struct Made {
    certificate: String,
    key: String,
}

fn made(name: &str) -> Made {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    Made { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() }
}

struct Files(ServerTls);

impl Files {
    fn of(broker: &TestBroker) -> Self {
        let place = |name: &str| -> PathBuf { broker.folder().join(name) };
        Self(ServerTls { certificate: place("tls.pem"), key: place("tls.key") })
    }
    fn certificate(&self, made: &Made) {
        std::fs::write(&self.0.certificate, &made.certificate).unwrap();
    }
    fn key(&self, made: &Made) {
        std::fs::write(&self.0.key, &made.key).unwrap();
        self.mode(0o640);
    }
    fn mode(&self, mode: u32) {
        std::fs::set_permissions(&self.0.key, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

async fn world() -> (TestBroker, Files, Made) {
    let mut broker = TestBroker::start_as(Disclosure::Open, ISSUER).await;
    let (files, first) = (Files::of(&broker), made(NAME));
    files.certificate(&first);
    files.key(&first);
    broker.settings.server.tls = Some(files.0.clone());
    broker.restart().await;
    (broker, files, first)
}

/// Somebody who trusts this certificate and no other.
fn trusting(broker: &TestBroker, made: &Made) -> reqwest::ClientBuilder {
    let only = reqwest::Certificate::from_pem(made.certificate.as_bytes()).unwrap();
    reqwest::Client::builder().no_proxy().resolve(NAME, broker.running().address).tls_certs_only([only])
}

async fn opens(broker: &TestBroker, client: &reqwest::Client) -> bool {
    let asked = client.get(format!("{ISSUER}:{}/signin", broker.running().address.port())).send().await;
    asked.is_ok_and(|answer| answer.status().is_success() && answer.headers().contains_key("strict-transport-security"))
}

/// KS-09: TLS 1.2 and 1.3 and nothing in the clear; who does not trust the certificate is not taken in.
#[tokio::test]
async fn the_broker_speaks_tls_itself() {
    use reqwest::tls::Version;
    let (broker, _, first) = world().await;
    for version in [Version::TLS_1_2, Version::TLS_1_3] {
        let client = trusting(&broker, &first).min_tls_version(version).max_tls_version(version).build().unwrap();
        assert!(opens(&broker, &client).await, "{version:?}");
    }
    let stranger = trusting(&broker, &made(NAME)).build().unwrap();
    assert!(!opens(&broker, &stranger).await, "whoever trusts another certificate is not taken in");
    let clear = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(clear.get(format!("http://{}/signin", broker.running().address)).send().await.is_err(), "nothing in the clear");
}

/// KS-09: a key that everybody can read serves nobody.
#[tokio::test]
async fn a_renewed_certificate_serves_the_next_connection() {
    let (broker, files, first) = world().await;
    let there = trusting(&broker, &first).build().unwrap();
    assert!(opens(&broker, &there).await);
    let second = made(NAME);
    let [before, after] = [&first, &second].map(|one| trusting(&broker, one));
    files.certificate(&second);
    broker.running().renew_certificate();
    assert!(opens(&broker, &trusting(&broker, &first).build().unwrap()).await, "its key is not written yet: the first one still");
    files.key(&second);
    files.mode(0o644);
    broker.running().renew_certificate();
    assert!(opens(&broker, &trusting(&broker, &first).build().unwrap()).await, "everybody can read the key: the first one still");
    files.mode(0o600);
    broker.running().renew_certificate();
    assert!(opens(&broker, &after.build().unwrap()).await, "the second one now");
    assert!(!opens(&broker, &before.build().unwrap()).await, "and no more the first");
    assert!(opens(&broker, &there).await, "the connection that was open goes on: a new one would not trust the second");
}

/// Of two reads at once the later one counts, whichever began first: what was read from a file that is replaced meanwhile is not served after it.
#[tokio::test]
async fn of_two_reads_at_once_the_later_one_counts() {
    let (broker, files, _) = world().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let of = |word: &str| {
        let mut params = rcgen::CertificateParams::new([NAME.to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, word);
        Made { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
    };
    let (older, newer, pipe) = (of("older"), of("newer"), broker.folder().join("tls.pipe"));
    files.certificate(&older);
    files.key(&older);
    let served = Served::read(&files.0).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::remove_file(&files.0.certificate).unwrap();
    std::os::unix::fs::symlink(&pipe, &files.0.certificate).unwrap();
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        let first = threads.spawn(|| served.read_again());
        // It is open once the first one reads, which waits for what is written.
        let mut written = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        std::fs::remove_file(&files.0.certificate).unwrap();
        files.certificate(&newer);
        let (second, told) = (&served, done);
        threads.spawn(move || told.send(second.read_again()).unwrap());
        assert!(ended.recv_timeout(Duration::from_millis(300)).is_err(), "the second one waits for the first");
        written.write_all(older.certificate.as_bytes()).unwrap();
        drop(written);
        assert_eq!(first.join().unwrap(), Ok(false));
    });
    assert_eq!(ended.recv(), Ok(Ok(true)), "the second one has found another certificate");
    assert_eq!(served.read_again(), Ok(false), "which is served");
    files.certificate(&older);
    assert_eq!(served.read_again(), Ok(true));
}

#[tokio::test]
async fn files_that_cannot_be_used_stop_the_start_with_what_to_do() {
    let (mut broker, files, first) = world().await;
    broker.running.take().unwrap().stop().await;
    let fails = async |broker: &TestBroker| {
        let overrides = homeward_server::Overrides { no_worker: true, ..Default::default() };
        homeward_server::start(&broker.settings, overrides).await.err().unwrap_or_default()
    };
    files.key(&made(NAME));
    let said = fails(&broker).await;
    assert!(said.contains("tls.pem and ") && said.contains("take both from one renewal"), "{said}");
    files.key(&first);
    files.mode(0o604);
    let said = fails(&broker).await;
    assert!(said.contains("everybody on this machine can read the key; run: chmod o-rwx "), "{said}");
    files.mode(0o600);
    std::fs::write(&files.0.certificate, "nothing").unwrap();
    let said = fails(&broker).await;
    assert!(said.contains("tls.pem: there is no certificate in it"), "{said}");
    std::fs::remove_file(&files.0.certificate).unwrap();
    let said = fails(&broker).await;
    assert!(said.contains("tls.pem: the certificate cannot be read"), "{said}");
    files.certificate(&first);
    broker.restart().await;
    assert!(opens(&broker, &trusting(&broker, &first).build().unwrap()).await, "the same files, whole, start");
}
