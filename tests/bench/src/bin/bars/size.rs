//! Discovery over large databases (`--full`): bar 3.

use std::path::Path;

use homeward_bench::{
    figures::Cost,
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
    let (mine, base) = turns(&large, &small).await?;
    bench.ratio("3 discovery with 10 million users", (&mine, &base), (1.35, "with 1,000"), String::new());
    drop((large, small));
    // The page of an account with Single Sign-On differs, so this one is compared with itself at ten accounts.
    let (many, few) = (Crowd::new(&bench.binary, 1_000, 10_000).await?, Crowd::new(&bench.binary, 1_000, 10).await?);
    let (mine, base) = turns(&many, &few).await?;
    bench.ratio("3 discovery with 10,000 accounts", (&mine, &base), (1.1, "with 10"), String::new());
    Ok(())
}

/// What a username costs at each of two.
async fn turns(one: &Crowd, other: &Crowd) -> Result<(Cost, Cost), String> {
    let (mut mine, mut base) = (Cost::default(), Cost::default());
    // A round before the first one warms both.
    for round in 0..=ROUNDS {
        let (here, there) = (one.round().await, other.round().await);
        if round > 0 {
            mine.add(here, NAMES);
            base.add(there, NAMES);
        }
    }
    Ok((mine, base))
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
    /// The processor's time for a round.
    async fn round(&self) -> std::time::Duration {
        let (cookies, stage) = (self.standing.cookies.clone(), self.standing.stage.clone());
        let (users, accounts) = (self.users, self.accounts);
        let before = self.server.cpu();
        load::requests(self.server.address, 16, NAMES, move |number| {
            let place = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let name = if accounts > 0 { format!("x@account-{}.example", place % accounts) } else { people::username(place % users) };
            http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
        })
        .await
        .expect(200, "a username");
        self.server.cpu() - before
    }
}
