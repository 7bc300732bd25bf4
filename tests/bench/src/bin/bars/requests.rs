//! What one running server answers, beside the floor server: bars 1, 2, 4, 5, 6 and 9.

use std::{path::Path, process::Command, time::Duration};

use homeward_bench::{
    figures::{Cost, short},
    http::{self, Connection},
    load::{self, Round},
    openid, people,
    process::{Server, free_port},
    scene::{self, Scene, Standing},
};

use super::{Bench, PEOPLE, ROUNDS, storm};

fn beside(rounds: &[Round]) -> String {
    let last = rounds.last();
    last.map(|r| format!("{:.0}/s, p50 {}, p99 {}", r.rate(), short(r.percentile(0.5)), short(r.percentile(0.99)))).unwrap_or_default()
}

/// Measures one kind of request against one of the floor's, interleaved.
async fn pair(
    (ours, floor): (&Server, &Server),
    (total, connections): (u64, usize),
    make: impl Fn(u64) -> Vec<u8> + Clone + Send + Sync + 'static,
    base: impl Fn(u64) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> (Cost, Cost, Vec<Round>) {
    let (mut mine, mut theirs, mut rounds) = (Cost::default(), Cost::default(), Vec::new());
    // A round before the first one warms both.
    for round in 0..=ROUNDS {
        let before = floor.cpu();
        load::requests(floor.address, connections, total, base.clone()).await.expect(200, "the floor");
        let floor_cost = floor.cpu() - before;
        let before = ours.cpu();
        let seen = load::requests(ours.address, connections, total, make.clone()).await.expect(200, "a request");
        if round > 0 {
            theirs.add(floor_cost, total);
            mine.add(ours.cpu() - before, total);
            rounds.push(seen);
        }
    }
    (mine, theirs, rounds)
}

fn keep(folder: &Path, name: &str, answer: &http::Answer) -> std::io::Result<()> {
    std::fs::write(folder.join(format!("{name}.head")), &answer.head)?;
    std::fs::write(folder.join(format!("{name}.body")), &answer.body)
}

fn rows(database: &Path) -> i64 {
    let db = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("tables");
    tables.iter().map(|t| db.query_row(&format!("SELECT count(*) FROM \"{t}\""), [], |row| row.get::<_, i64>(0)).expect("a count")).sum()
}

pub(super) async fn requests(bench: &mut Bench) -> Result<(), String> {
    println!("== requests, {PEOPLE} people");
    let scene = Scene::new(&bench.binary, "requests")?;
    scene.fill(PEOPLE)?;
    let ours = scene.serve()?;
    let ask = |e: std::io::Error| e.to_string();
    let mut connection = Connection::open(ours.address).await.map_err(ask)?;
    let page = connection.ask(&http::get(&scene::authorize(), "10.0.0.1", "__Host-browser=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).await.map_err(ask)?;
    let metadata = connection.ask(&http::get("/.well-known/openid-configuration", "10.0.0.1", "")).await.map_err(ask)?;
    let folder = scene.file("");
    keep(&folder, "page", &page).map_err(ask)?;
    keep(&folder, "metadata", &metadata).map_err(ask)?;
    let keys = connection.ask(&http::get("/oauth2/jwks", "10.0.0.1", "")).await.map_err(ask)?;
    keep(&folder, "keys", &keys).map_err(ask)?;
    let address = free_port();
    let floor = Server::start(Command::new(&bench.floor_binary).arg(address.to_string()).arg(&folder), address)?;
    let get = |path: &str| {
        let path = path.to_owned();
        move |number: u64| http::get(&path, &http::address(number), "")
    };

    if bench.begins("page") {
        let before = rows(&scene.database());
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get(&scene::authorize()), get("/page")).await;
        let written = rows(&scene.database()) - before;
        bench.ratio("1 username page", (&mine, &theirs), (2.5, "floor page (aim 2.0)"), format!("{written} rows written; {}", beside(&rounds)));
        if written != 0 {
            bench.line("1 username page, rows written", written.to_string(), "0", Some(false), String::new());
        }
    }
    if bench.begins("username") {
        let Standing { cookies, stage } = scene::stand(&mut connection, "10.0.0.1").await?;
        let post = move |number: u64| {
            let name = people::username(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % PEOPLE);
            http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
        };
        let look = |number: u64| http::get(&format!("/lookup?name={}", people::username(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % PEOPLE)), "10.0.0.1", "");
        let (mine, theirs, rounds) = pair((&ours, &floor), (10_000, 16), post, look).await;
        bench.ratio("2 username sent, keys uniform over 100,000", (&mine, &theirs), (4.0, "floor lookup (aim 2.0)"), beside(&rounds));
    }
    if bench.begins("sign-in") {
        sign_ins(bench, &ours, &floor).await?;
    }
    if bench.begins("refresh") {
        refreshes(bench, &ours, &floor).await?;
    }
    if bench.begins("documents") {
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get("/.well-known/openid-configuration"), get("/metadata")).await;
        bench.ratio("6 metadata", (&mine, &theirs), (1.5, "floor page of that size"), beside(&rounds));
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get("/oauth2/jwks"), get("/keys")).await;
        bench.ratio("6 keys", (&mine, &theirs), (1.5, "floor page of that size"), beside(&rounds));
    }
    if bench.begins("openid") {
        returns(bench, &floor).await?;
    }
    if bench.begins("storm") {
        drop((ours, floor));
        storm::storm(bench).await?;
    }
    Ok(())
}

async fn sign_ins(bench: &mut Bench, ours: &Server, floor: &Server) -> Result<(), String> {
    let mut connection = Connection::open(ours.address).await.map_err(|e| e.to_string())?;
    // Everybody once; the imported hash is replaced by the product's own.
    for number in 0..scene::SIGNERS {
        scene::sign_in(&mut connection, number).await?;
    }
    let (mut mine, mut theirs, mut each) = (Cost::default(), Cost::default(), Vec::new());
    for _ in 0..ROUNDS {
        let before = floor.cpu();
        load::requests(floor.address, 1, 40, |_| http::get("/hash", "10.0.0.1", "")).await.expect(200, "a hash");
        theirs.add(floor.cpu() - before, 40);
        let before = ours.cpu();
        for number in 0..40 {
            let start = homeward_bench::now();
            scene::sign_in(&mut connection, number).await?.ok_or("busy")?;
            each.push(start.elapsed());
        }
        mine.add(ours.cpu() - before, 40);
    }
    let took = each.iter().sum();
    bench.ratio("4 whole sign-in by password", (&mine, &theirs), (1.15, "one argon2id evaluation"), beside(&[Round::of(took, each)]));
    Ok(())
}

async fn refreshes(bench: &mut Bench, ours: &Server, floor: &Server) -> Result<(), String> {
    let mut tokens = Vec::new();
    let mut connection = Connection::open(ours.address).await.map_err(|e| e.to_string())?;
    for number in 0..32 {
        tokens.push(scene::sign_in(&mut connection, number).await?.ok_or("busy")?);
    }
    let (mut mine, mut theirs, mut took, mut times) = (Cost::default(), Cost::default(), Duration::ZERO, Vec::new());
    let each = 60_u64;
    let mut syncs = None;
    for round in 0..=ROUNDS + 1 {
        let before = floor.cpu();
        load::requests(floor.address, 32, 32 * each, |_| http::get("/sign", "10.0.0.1", "")).await.expect(200, "a signature");
        let floor_cost = floor.cpu() - before;
        let (before, start) = (ours.cpu(), homeward_bench::now());
        // The last round is watched, which slows it down, and its time is not counted.
        let last = round == ROUNDS + 1;
        let (next, seen) = if last { ours.syncs(all(ours, tokens, each)).await } else { (all(ours, tokens, each).await, None) };
        let (next, seen_times) = next?;
        tokens = next;
        syncs = syncs.or(seen);
        if round > 0 && !last {
            theirs.add(floor_cost, 32 * each);
            mine.add(ours.cpu() - before, 32 * each);
            took += start.elapsed();
            times.extend(seen_times);
        }
    }
    bench.ratio("5 refresh with rotation, 32 at once", (&mine, &theirs), (8.0, "floor signature (aim 5)"), beside(&[Round::of(took, times)]));
    match syncs {
        Some(syncs) => {
            let per = syncs as f64 / (32 * each) as f64;
            bench.line("5 refresh, fsyncs", format!("{per:.3} each"), "≤ 0.1 each", Some(per <= 0.1), format!("{syncs} in {} refreshes", 32 * each));
        }
        None => bench.line("5 refresh, fsyncs", "–".into(), "≤ 0.1 each", None, "strace could not be used here".into()),
    }
    Ok(())
}

async fn returns(bench: &mut Bench, floor: &Server) -> Result<(), String> {
    let costs = openid::measure(ROUNDS, &bench.binary, floor).await?;
    bench.ratio("9 return from an OpenID Provider", (&costs.returned, &costs.signature), (60.0, "floor signature"), "token request, ID token, code to the application".into());
    let (fetched, redeemed) = (costs.fetched, costs.redeemed);
    bench.line("9 documents and keys fetched", format!("{fetched} in {redeemed} returns"), "0", Some(fetched == 0 && redeemed > 0), String::new());
    Ok(())
}

/// Refreshes with all of these tokens at once, so many times each; the tokens that came of it, and how long each refresh took.
async fn all(ours: &Server, tokens: Vec<String>, each: u64) -> Result<(Vec<String>, Vec<Duration>), String> {
    let address = ours.address;
    let tasks: Vec<_> = tokens
        .into_iter()
        .map(|mut token| {
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await.map_err(|e| e.to_string())?;
                let mut times = Vec::new();
                for _ in 0..each {
                    let start = homeward_bench::now();
                    token = scene::refresh(&mut connection, &token).await?;
                    times.push(start.elapsed());
                }
                Ok::<_, String>((token, times))
            })
        })
        .collect();
    let (mut next, mut all_times) = (Vec::new(), Vec::new());
    for task in tasks {
        let (token, times) = task.await.map_err(|e| e.to_string())??;
        next.push(token);
        all_times.extend(times);
    }
    Ok((next, all_times))
}
