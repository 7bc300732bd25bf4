//! An installation to measure: folder, configuration, people, the running server, and whole sign-ins against it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};

use crate::{
    http::{self, Answer, Connection, escaped},
    people,
    process::{Server, free_port},
};

/// The account of the people who are only looked up.
pub const CROWD_ACCOUNT: &str = "40817";
/// The account of the people with a password.
pub const SIGNERS_ACCOUNT: &str = "40818";
/// The password of everybody who has one.
pub const PASSWORD: &str = "Kranich7!";
/// People with a password.
pub const SIGNERS: u64 = 64;
const CLIENT: &str = "bench";
const REDIRECT: &str = "https://bench.example/cb";

/// The username of somebody who has a password.
pub fn signer(number: u64) -> String {
    format!("signer-{}@signers.example", number % SIGNERS)
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// An installation in a folder of its own.
pub struct Scene {
    folder: PathBuf,
    binary: PathBuf,
    address: SocketAddr,
    store: String,
}

impl Scene {
    /// Makes one with its accounts and people, not started.
    pub fn new(binary: &Path, name: &str) -> Result<Self, String> {
        Self::with(binary, name, "")
    }
    /// The same with more in its register.
    pub fn with(binary: &Path, name: &str, more: &str) -> Result<Self, String> {
        Self::over(binary, name, "path = \"homeward.db\"", more)
    }
    /// The same with another `[store]`.
    pub fn over(binary: &Path, name: &str, store: &str, more: &str) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("homeward-bench-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let scene = Self { folder, binary: binary.to_owned(), address: free_port(), store: store.to_owned() };
        scene.configure("homeward.toml", scene.address, "")?;
        std::fs::write(scene.folder.join("register.toml"), register() + more).map_err(|e| e.to_string())?;
        Ok(scene)
    }
    /// Writes a configuration of this installation for one broker.
    pub fn configure(&self, file: &str, address: SocketAddr, more: &str) -> Result<(), String> {
        let config = format!(
            "[server]\nlisten = \"{address}\"\npublic_url = \"http://homeward.localhost\"\nallow_http_localhost = true\ntrusted_proxies = [\"127.0.0.0/8\"]\n\
             [store]\n{}\n[secrets]\nroot_key_file = \"root.key\"\n[mail]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\n\
             from = \"signin@bench.example\"\n[log]\nlevel = \"error\"\n{more}",
            self.store
        );
        std::fs::write(self.folder.join(file), config).map_err(|e| e.to_string())
    }
    /// Starts one broker with its own configuration.
    pub fn serve_as(&self, file: &str, address: SocketAddr) -> Result<Server, String> {
        Server::start(Command::new(&self.binary).arg("--config").arg(self.folder.join(file)).arg("serve"), address)
    }
    /// Loads accounts.
    pub fn apply(&self) -> Result<(), String> {
        self.run(&["apply", "--yes", &self.folder.join("register.toml").to_string_lossy()])
    }
    /// Loads accounts and `people` people; into a file of SQLite.
    pub fn fill(&self, people: u64) -> Result<(), String> {
        self.apply()?;
        people::multiply(&self.database(), &people::username(0).replace("person-00000000", "template"), people).map_err(|e| e.to_string())
    }
    /// Runs a command of the product.
    pub fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let done = self.command(arguments).output().map_err(|e| e.to_string())?;
        if done.status.success() { Ok(()) } else { Err(format!("{arguments:?}: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))) }
    }
    fn config(&self) -> PathBuf {
        self.folder.join("homeward.toml")
    }
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("homeward.db")
    }
    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(self.config()).args(arguments);
        command
    }
    /// The address of return that an OpenID Provider is given for a connection.
    pub fn redirect_uri(&self, account: &str, connection: &str) -> Result<String, String> {
        let shown = self.shown(account, connection)?;
        shown["redirect URI"].as_str().map(str::to_owned).ok_or_else(|| format!("no redirect URI: {shown}"))
    }
    /// The value of a connection that ends so.
    pub fn value_that_ends(&self, (account, connection): (&str, &str), end: &str) -> Result<String, String> {
        let shown = self.shown(account, connection)?;
        let found = shown.as_object().and_then(|all| all.values().filter_map(|value| value.as_str()).find(|text| text.ends_with(end)));
        found.map(str::to_owned).ok_or_else(|| format!("nothing ends with {end}: {shown}"))
    }
    fn shown(&self, account: &str, connection: &str) -> Result<serde_json::Value, String> {
        let shown = self.command(&["connection", "show", account, connection, "--json"]).output().map_err(|e| e.to_string())?;
        serde_json::from_slice(&shown.stdout).map_err(|_| String::from_utf8_lossy(&shown.stderr).into_owned())
    }
    /// Starts the server.
    pub fn serve(&self) -> Result<Server, String> {
        Server::start(&mut self.command(&["serve"]), self.address)
    }
    /// Starts it, and says how long the first page took from there.
    pub async fn first_answer(&self) -> Result<(Server, Duration), String> {
        let start = crate::now();
        let server = self.serve()?;
        let answer = Connection::open(self.address).await.map_err(|e| e.to_string())?.ask(&http::get("/signin", "10.0.0.1", "")).await;
        let took = start.elapsed();
        match answer {
            Ok(answer) if answer.status == 200 => Ok((server, took)),
            Ok(answer) => Err(format!("the first page: {}", answer.head)),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn register() -> String {
    let mut text = format!(
        "[[application]]\nclient_id = \"{CLIENT}\"\nname = \"Bench\"\nauthentication = \"none\"\nredirect_uris = [\"{REDIRECT}\"]\n\
         [[account]]\nnumber = \"{CROWD_ACCOUNT}\"\nname = \"Crowd\"\nregion = \"us\"\n[[account.domain]]\ndomain = \"{}\"\nverified = true\n\
         [[account.user]]\nusername = \"template@{}\"\ngiven_name = \"Some\"\nfamily_name = \"Body\"\n\
         [[account]]\nnumber = \"{SIGNERS_ACCOUNT}\"\nname = \"Signers\"\nregion = \"us\"\n[[account.domain]]\ndomain = \"signers.example\"\nverified = true\n",
        people::DOMAIN,
        people::DOMAIN
    );
    // A hash that costs nothing to make; the first sign-in puts the product's own in its place.
    let salt = b"benchsalt";
    let mut hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, &[PASSWORD.as_bytes(), salt].concat()).as_ref().to_vec();
    hash.extend_from_slice(salt);
    for number in 0..SIGNERS {
        text.push_str(&format!("[[account.user]]\nusername = \"{}\"\npassword_hash = \"{{SSHA512}}{}\"\n", signer(number), STANDARD.encode(&hash)));
    }
    text.push_str(
        "[[account]]\nnumber = \"40819\"\nname = \"Federated\"\nregion = \"us\"\n[[account.connection]]\nname = \"Entra\"\nstate = \"enforced\"\n\
         [[account.domain]]\ndomain = \"federated.example\"\nverified = true\nconnection = \"Entra\"\n",
    );
    text
}

/// The address of an authorization request.
pub fn authorize() -> String {
    format!(
        "/oauth2/authorize?client_id={CLIENT}&redirect_uri={}&response_type=code&scope=openid%20profile%20email%20offline_access&state=st&nonce=n\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        escaped(REDIRECT)
    )
}

/// A browser that stands on the username page.
pub struct Standing {
    /// Its cookies.
    pub cookies: String,
    /// The stage of the page.
    pub stage: String,
}

/// Opens the username page.
pub async fn stand(connection: &mut Connection, from: &str) -> Result<Standing, String> {
    let page = connection.ask(&http::get(&authorize(), from, "")).await.map_err(|e| e.to_string())?;
    let standing = Standing { cookies: page.cookies(), stage: page.hidden("stage") };
    if page.status == 200 && !standing.stage.is_empty() { Ok(standing) } else { Err(format!("the username page: {}", page.head)) }
}

/// A whole sign-in by password: authorize, username, password, code, tokens. Gives the refresh token; `None` when the server
/// was too busy for the password.
pub async fn sign_in(connection: &mut Connection, number: u64) -> Result<Option<String>, String> {
    let unique = NEXT.fetch_add(1, Ordering::Relaxed);
    let from = http::address(unique);
    let name = signer(number);
    let ask = |e: std::io::Error| e.to_string();
    let standing = stand(connection, &from).await?;
    let page = connection.ask(&http::post("/signin/username", &from, &standing.cookies, &[("stage", &standing.stage), ("username", &name)])).await.map_err(ask)?;
    let stage = page.hidden("stage");
    let page = connection.ask(&http::post("/signin/password", &from, &standing.cookies, &[("stage", &stage), ("password", PASSWORD)])).await.map_err(ask)?;
    if page.status == 503 {
        return Ok(None);
    }
    let cookies = format!("{}; {}", standing.cookies, page.cookies());
    let answer = connection.ask(&http::get(&onward(&page)?, &from, &cookies)).await.map_err(ask)?;
    redeem(connection, &from, &location(&answer)?).await.map(Some)
}

/// Where a page leads by itself.
pub fn onward(page: &Answer) -> Result<String, String> {
    let text = page.text();
    let to = text.split("content=\"0; url=").nth(1).and_then(|rest| rest.split('"').next());
    to.map(|to| to.replace("&amp;", "&")).ok_or_else(|| format!("no way on: {}\n{text}", page.head))
}

/// Where an answer leads.
pub fn location(answer: &Answer) -> Result<String, String> {
    answer.headers("location").next().map(str::to_owned).ok_or_else(|| format!("no redirect: {}\n{}", answer.head, answer.text()))
}

/// A browser that is about to leave for a provider, and where to: authorize, username, the way that the page offers.
pub async fn leave(connection: &mut Connection, from: &str, name: &str) -> Result<(String, String), String> {
    let (standing, ask) = (stand(connection, from).await?, |e: std::io::Error| e.to_string());
    // Under closed disclosure nobody is taken away by their name alone: the page offers the way.
    let page = connection.ask(&http::post("/signin/username", from, &standing.cookies, &[("stage", &standing.stage), ("username", name)])).await.map_err(ask)?;
    let fields = [("stage", page.hidden("stage")), ("username", name.to_owned())];
    let sent = connection.ask(&http::post("/signin/single-sign-on", from, &standing.cookies, &fields.each_ref().map(|(n, v)| (*n, v.as_str())))).await.map_err(ask)?;
    let page = connection.ask(&http::get(&location(&sent)?, from, &standing.cookies)).await.map_err(ask)?;
    Ok((standing.cookies, onward(&page)?))
}

/// The rest of a way back from a provider: its result, and the way to the application; gives the application's address with the code.
pub async fn fetch(connection: &mut Connection, (from, cookies): (&str, &str), answered: &Answer) -> Result<String, String> {
    let ask = |e: std::io::Error| e.to_string();
    let page = connection.ask(&http::get(&location(answered)?, from, cookies)).await.map_err(ask)?;
    let cookies = format!("{cookies}; {}", page.cookies());
    let end = connection.ask(&http::get(&onward(&page)?, from, &cookies)).await.map_err(ask)?;
    let to = location(&end)?;
    if to.contains("code=") { Ok(to) } else { Err(format!("no code: {to}")) }
}

/// Redeems the code of an application's address; gives the refresh token.
pub async fn redeem(connection: &mut Connection, from: &str, location: &str) -> Result<String, String> {
    let code = location.split("code=").nth(1).and_then(|rest| rest.split('&').next()).ok_or_else(|| format!("no code: {location}"))?;
    let fields = [
        ("grant_type", "authorization_code"), ("client_id", CLIENT), ("code", code), ("redirect_uri", REDIRECT),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    token(connection, from, &fields).await
}

/// Refreshes once; gives the next refresh token.
pub async fn refresh(connection: &mut Connection, token_now: &str) -> Result<String, String> {
    let fields = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token_now)];
    token(connection, "10.1.1.1", &fields).await
}

async fn token(connection: &mut Connection, from: &str, fields: &[(&str, &str)]) -> Result<String, String> {
    let answer = connection.ask(&http::post("/oauth2/token", from, "", fields)).await.map_err(|e| e.to_string())?;
    let told: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|_| answer.head.clone())?;
    // An ID token was signed, and it is for somebody of ours.
    let id_token = told["id_token"].as_str().ok_or_else(|| format!("no ID token: {told}"))?;
    let claims = id_token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&claims).map_err(|e| e.to_string())?;
    if claims["aud"] != CLIENT {
        return Err(format!("claims {claims}"));
    }
    told["refresh_token"].as_str().map(str::to_owned).ok_or_else(|| format!("no refresh token: {told}"))
}
