//! Discovery over large databases (`--full`): bar 3.

use std::path::Path;

use homeward_bench::{
    figures::Cost,
    http::{self, Connection},
    load, people,
    scene::{self, Scene, Standing},
};

use super::{Bench, ROUNDS};

/// Discovery over large databases (`--full`).
pub(super) async fn size(bench: &mut Bench) -> Result<(), String> {
    println!("== size");
    let small = usernames(&bench.binary, 1_000, 0).await?;
    let large = usernames(&bench.binary, 10_000_000, 0).await?;
    bench.ratio("3 discovery with 10 million users", (&large, &small), (1.35, "with 1,000"), String::new());
    // The page of an account with Single Sign-On differs, so this one is compared with itself at ten accounts.
    let many = usernames(&bench.binary, 1_000, 10_000).await?;
    let few = usernames(&bench.binary, 1_000, 10).await?;
    bench.ratio("3 discovery with 10,000 accounts", (&many, &few), (1.1, "with 10"), String::new());
    Ok(())
}

/// What a username costs over so many users: one of theirs, or somebody of one of so many accounts, when there are any.
async fn usernames(binary: &Path, users: u64, accounts: u64) -> Result<Cost, String> {
    let scene = Scene::new(binary, &format!("size-{users}-{accounts}"))?;
    scene.fill(users)?;
    if accounts > 0 {
        people::accounts(&scene.database(), "40819", accounts).map_err(|e| e.to_string())?;
    }
    let server = scene.serve()?;
    let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
    let Standing { cookies, stage } = scene::stand(&mut connection, "10.0.0.1").await?;
    let mut cost = Cost::default();
    for round in 0..=ROUNDS {
        let (cookies, stage) = (cookies.clone(), stage.clone());
        let before = server.cpu();
        load::requests(server.address, 16, 10_000, move |number| {
            let place = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let name = if accounts > 0 { format!("x@account-{}.example", place % accounts) } else { people::username(place % users) };
            http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
        })
        .await
        .expect(200, "a username");
        if round > 0 {
            cost.add(server.cpu() - before, 10_000);
        }
    }
    Ok(cost)
}
