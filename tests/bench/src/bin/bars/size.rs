//! Discovery over large databases (`--full`): bar 3.

use std::path::Path;

use homeward_bench::{
    figures::{Cost, ratio},
    http::{self, Connection},
    load, people,
    process::Server,
    scene::{self, Scene, Standing},
};

use super::{Bench, ROUNDS};

/// Discovery over large databases (`--full`): the large one and the small one take turns.
pub(super) async fn size(bench: &mut Bench) -> Result<(), String> {
    println!("== size");
    let (large, small) = (Crowd::new(&bench.binary, 10_000_000, 0).await?, Crowd::new(&bench.binary, 1_000, 0).await?);
    let [mine, base, few] = turns(&large, &small, 1_000).await?;
    bench.ratio("3 discovery with 10 million users", (&mine, &base), (1.35, "with 1,000"), alone("1,000", &few, &base));
    drop((large, small));
    // The page of an account with Single Sign-On differs, so this one is compared with itself at ten accounts.
    let (many, few) = (Crowd::new(&bench.binary, 1_000, 10_000).await?, Crowd::new(&bench.binary, 1_000, 10).await?);
    let [mine, base, few] = turns(&many, &few, 10).await?;
    bench.ratio("3 discovery with 10,000 accounts", (&mine, &base), (1.1, "with 10"), alone("10", &few, &base));
    Ok(())
}

/// What tells the size of the database from how much of it is looked at.
fn alone(asked: &str, few: &Cost, base: &Cost) -> String {
    format!("when {asked} of them are asked for and no others: {:.2} ×", ratio(few, base))
}

/// What a username costs at the large one and at the small one, and at the large one when only so `few` of its names are asked for.
async fn turns(large: &Crowd, small: &Crowd, few: u64) -> Result<[Cost; 3], String> {
    let mut costs = [Cost::default(), Cost::default(), Cost::default()];
    // A round before the first one warms all.
    for round in 0..=ROUNDS {
        let found = [large.round(large.names()).await, small.round(small.names()).await, large.round(few).await];
        if round > 0 {
            for (cost, found) in costs.iter_mut().zip(found) {
                cost.add(found, NAMES);
            }
        }
    }
    Ok(costs)
}

/// Usernames in a round.
const NAMES: u64 = 10_000;

/// A server with so many users: asked is one of theirs, or somebody of one of so many accounts, when there are any.
struct Crowd {
    server: Server,
    standing: Standing,
    users: u64,
    accounts: u64,
    _scene: Scene,
}

impl Crowd {
    async fn new(binary: &Path, users: u64, accounts: u64) -> Result<Self, String> {
        let scene = Scene::new(binary, &format!("size-{users}-{accounts}"))?;
        scene.fill(users)?;
        if accounts > 0 {
            people::accounts(&scene.database(), "40819", accounts).map_err(|e| e.to_string())?;
        }
        let server = scene.serve()?;
        let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
        let standing = scene::stand(&mut connection, "10.0.0.1").await?;
        Ok(Self { server, standing, users, accounts, _scene: scene })
    }
    /// How many names there are to ask for.
    fn names(&self) -> u64 {
        if self.accounts > 0 { self.accounts } else { self.users }
    }
    /// The processor's time for a round that asks for so many of them.
    async fn round(&self, asked: u64) -> std::time::Duration {
        let (cookies, stage) = (self.standing.cookies.clone(), self.standing.stage.clone());
        let accounts = self.accounts;
        let before = self.server.cpu();
        load::requests(self.server.address, 16, NAMES, move |number| {
            let place = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let name = if accounts > 0 { format!("x@account-{}.example", place % asked) } else { people::username(place % asked) };
            http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
        })
        .await
        .expect(200, "a username");
        self.server.cpu() - before
    }
}
