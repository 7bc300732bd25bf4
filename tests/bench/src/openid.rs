//! Returns from an OpenID Provider: from `state` over the token request to the code for the application.

use std::path::Path;

use crate::{
    figures::Cost,
    http::{self, Connection},
    load,
    openid_provider::{CLIENT, Provider},
    process::Server,
    scene::{self, Scene},
};

/// The account of its people.
pub const ACCOUNT: &str = "40820";
/// People of the account at that provider.
const GUESTS: u64 = 64;
/// Returns in a round.
const EACH: u64 = 300;

/// The username of somebody at the provider.
pub fn guest(number: u64) -> String {
    format!("guest-{}@openid.example", number % GUESTS)
}

/// What the rounds cost, and what the provider was asked for beside the codes.
pub struct Costs {
    /// One return.
    pub returned: Cost,
    /// One signature of the floor server.
    pub signature: Cost,
    /// Documents and keys that were fetched in the measured rounds.
    pub fetched: u64,
    /// Codes that were redeemed in them.
    pub redeemed: u64,
}

/// Measures interleaved rounds; one before them warms everything, and binds everybody to their name at the provider.
pub async fn measure(rounds: usize, binary: &Path, floor: &Server) -> Result<Costs, String> {
    let provider = Provider::start().await?;
    let scene = Scene::with(binary, "openid", &register(&provider.issuer))?;
    scene.fill(1)?;
    let uri = scene.redirect_uri(ACCOUNT, "OpenID")?;
    let path = uri.strip_prefix("http://homeward.localhost").ok_or("another public address")?.to_owned();
    let server = scene.serve()?;
    let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
    let mut costs = Costs { returned: Cost::default(), signature: Cost::default(), fetched: 0, redeemed: 0 };
    for round in 0..=rounds as u64 {
        let mut away = Vec::new();
        for number in 0..EACH {
            away.push(depart(&mut connection, round * EACH + number).await?);
        }
        let before = floor.cpu();
        load::requests(floor.address, 1, 4_000, |_| http::get("/sign", "10.0.0.1", "")).await.expect(200, "a signature");
        let signature = floor.cpu() - before;
        let (before, asked) = (server.cpu(), provider.asked());
        for one in away {
            come_back(&mut connection, &path, one).await?;
        }
        if round > 0 {
            costs.returned.add(server.cpu() - before, EACH);
            costs.signature.add(signature, 4_000);
            costs.fetched += provider.asked().0 - asked.0;
            costs.redeemed += provider.asked().1 - asked.1;
        }
    }
    Ok(costs)
}

/// The account of that provider's people, for the register.
pub fn register(issuer: &str) -> String {
    let mut text = format!(
        "[[account]]\nnumber = \"{ACCOUNT}\"\nname = \"OpenID\"\nregion = \"us\"\nsso_mode = \"redirect\"\n[[account.domain]]\ndomain = \"openid.example\"\nverified = true\n\
         [[account.connection]]\nname = \"OpenID\"\nstate = \"enforced\"\n[account.connection.settings]\npreset = \"generic\"\n\
         matching = {{ local = \"username\", remote = {{ named = \"email\" }} }}\n\
         [account.connection.settings.protocol.oidc]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\n"
    );
    (0..GUESTS).for_each(|number| text.push_str(&format!("[[account.user]]\nusername = \"{}\"\n", guest(number))));
    text
}

/// Somebody at the provider, who has signed in there.
pub struct Away {
    from: String,
    cookies: String,
    state: String,
    code: String,
}

/// Goes there.
pub async fn depart(connection: &mut Connection, number: u64) -> Result<Away, String> {
    let from = http::address(5_000_000 + number);
    let (cookies, to) = scene::leave(connection, &from, &guest(number)).await?;
    let parameter = |name: &str| to.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned).ok_or_else(|| format!("no {name}: {to}"));
    Ok(Away { from, cookies, code: Provider::code(number % GUESTS, &parameter("nonce")?), state: parameter("state")? })
}

/// The three requests of a return: the provider's answer, its result, and the way to the application. Gives the application's address, and
/// where it was asked for from.
pub async fn come_back(connection: &mut Connection, path: &str, away: Away) -> Result<(String, String), String> {
    let Away { from, cookies, state, code } = away;
    let answered = connection.ask(&http::get(&format!("{path}?code={code}&state={state}"), &from, &cookies)).await.map_err(|e| e.to_string())?;
    let to = scene::fetch(connection, (&from, &cookies), &answered).await?;
    Ok((from, to))
}
