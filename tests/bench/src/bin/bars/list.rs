//! The user list of the account portal: a page of an account with 100,000 users against one of an account with 100, and a search by prefix
//! likewise. What a page costs besides its account is the same for both.

use homeward_bench::{
    figures::Cost,
    http, load,
    people,
    portal::Administrator,
    process::Server,
    scene::{self, Scene},
};

use super::{Bench, PEOPLE, ROUNDS};

/// Pages of a round.
const PAGES: u64 = 1_000;
/// Users of the small account.
const FEW: u64 = 100;

/// One account with its users and a broker that shows them.
struct Account {
    // Its folder is there as long as the scene.
    _scene: Scene,
    server: Server,
    cookies: String,
    pages: [(&'static str, String); 2],
}

impl Account {
    async fn of(bench: &Bench, users: u64) -> Result<Self, String> {
        let scene = Scene::new(&bench.binary, &format!("list-{users}"))?;
        scene.fill(users)?;
        scene.run(&["admin", "create", &scene::signer(0), "--account", scene::SIGNERS_ACCOUNT, "--role", "operator"])?;
        let server = scene.serve()?;
        let mut operator = Administrator::enter(server.address, &scene::signer(0)).await?;
        let crowd = scene::CROWD_ACCOUNT;
        let accounts = operator.get(&format!("/portal/{}/accounts", scene::SIGNERS_ACCOUNT)).await?;
        operator.post(&format!("/portal/{crowd}/enter"), &[("token", &accounts.hidden("token"))]).await?;
        // A hundred names begin so, in the small account all of them.
        let found = operator.find(crowd, &people::username(0)[.."person-000000".len()]).await?;
        let pages = [("user list", format!("/portal/{crowd}/users")), ("search by prefix", found)];
        for (what, path) in &pages {
            let page = operator.get(path).await?;
            let rows = page.text().matches("<tr>").count();
            if page.status != 200 || rows != 51 {
                return Err(format!("{what} of {users}: {rows} rows, {}", page.head));
            }
        }
        Ok(Self { _scene: scene, server, cookies: operator.cookies, pages })
    }
}

/// Both pages of both accounts, interleaved.
pub(super) async fn list(bench: &mut Bench) -> Result<(), String> {
    println!("== the user list of {PEOPLE} and of {FEW}");
    let accounts = [Account::of(bench, PEOPLE).await?, Account::of(bench, FEW).await?];
    for place in 0..2 {
        let mut costs = [Cost::default(), Cost::default()];
        // A round before the first one warms both.
        for round in 0..=ROUNDS {
            for (account, cost) in accounts.iter().zip(&mut costs) {
                let (path, cookies) = (account.pages[place].1.clone(), account.cookies.clone());
                let before = account.server.cpu();
                load::requests(account.server.address, 4, PAGES, move |_| http::get(&path, "10.9.8.7", &cookies)).await.expect(200, "a page of users");
                if round > 0 {
                    cost.add(account.server.cpu() - before, PAGES);
                }
            }
        }
        let [many, few] = &costs;
        let what = format!("11 {} with 100,000 users", accounts[0].pages[place].0);
        bench.ratio(&what, (many, few), (1.5, "with 100"), "fifty rows on both pages".into());
    }
    Ok(())
}
