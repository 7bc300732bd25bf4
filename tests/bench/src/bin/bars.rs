//! Measures the bars of `docs/performance.md` and writes that page. `tests/bench/run` builds and starts it.
//!
//! The figure that decides is CPU time of the server process for one operation, user and system, median of interleaved rounds,
//! against the floor server's in the same run. Throughput and percentiles stand beside it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use homeward_bench::{
    figures::{Cost, Line, ratio, short},
    http::{self, Connection},
    load::{self, Round},
    openid, people,
    process::{Server, free_port},
    saml,
    scene::{self, Scene, Standing},
};

const ROUNDS: usize = 5;
const PEOPLE: u64 = 100_000;
/// Parts that share one running server.
const REQUESTS: [&str; 7] = ["page", "username", "sign-in", "refresh", "documents", "openid", "storm"];

struct Bench {
    binary: PathBuf,
    floor_binary: PathBuf,
    full: bool,
    only: Option<String>,
    lines: Vec<Line>,
}

impl Bench {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
    fn line(&mut self, what: &str, measured: String, bar: &str, met: Option<bool>, beside: String) {
        let mark = match met { Some(true) => "met", Some(false) => "MISSED", None => "not measured" };
        println!("{what}: {measured} (bar: {bar}) {mark}\n    {beside}");
        self.lines.push(Line { what: what.into(), measured, bar: bar.into(), met, beside });
    }
    fn ratio(&mut self, what: &str, (ours, floor): (&Cost, &Cost), (bar, aim): (f64, &str), beside: String) {
        let found = ratio(ours, floor);
        let (low, high) = ours.range();
        let beside = format!("{} against {} each ({} to {} over {} rounds); {beside}", short(ours.median()), short(floor.median()), short(low), short(high), ours.0.len());
        self.line(what, format!("{found:.2} ×"), &format!("≤ {bar} × {aim}"), Some(found <= bar), beside);
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = std::env::current_exe().expect("a path").parent().expect("a folder").to_owned();
    let only = arguments.iter().position(|a| a == "--only").and_then(|at| arguments.get(at + 1)).cloned();
    let mut bench = Bench { binary: folder.join("homeward"), floor_binary: folder.join("floor"), full: arguments.iter().any(|a| a == "--full"), only, lines: Vec::new() };
    if REQUESTS.iter().any(|part| bench.wants(part)) {
        requests(&mut bench).await.expect("requests");
    }
    if bench.wants("saml") {
        answers(&mut bench);
    }
    if bench.wants("start") {
        start(&mut bench).await.expect("start");
    }
    if bench.wants("disclosure") {
        closed(&mut bench).expect("disclosure");
    }
    if bench.full && bench.wants("size") {
        size(&mut bench).await.expect("size");
    }
    if let Some(page) = arguments.iter().position(|a| a == "--page").and_then(|at| arguments.get(at + 1)) {
        std::fs::write(page, report(&bench)).expect("the page is written");
    }
    let missed = bench.lines.iter().filter(|l| l.met == Some(false)).count();
    println!("{} bars met, {missed} missed", bench.lines.iter().filter(|l| l.met == Some(true)).count());
}

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

async fn requests(bench: &mut Bench) -> Result<(), String> {
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

    if bench.wants("page") {
        let before = rows(&scene.database());
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get(&scene::authorize()), get("/page")).await;
        let written = rows(&scene.database()) - before;
        bench.ratio("1 username page", (&mine, &theirs), (2.5, "floor page (aim 2.0)"), format!("{written} rows written; {}", beside(&rounds)));
        if written != 0 {
            bench.line("1 username page, rows written", written.to_string(), "0", Some(false), String::new());
        }
    }
    if bench.wants("username") {
        let Standing { cookies, stage } = scene::stand(&mut connection, "10.0.0.1").await?;
        let post = move |number: u64| {
            let name = people::username(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % PEOPLE);
            http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
        };
        let look = |number: u64| http::get(&format!("/lookup?name={}", people::username(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % PEOPLE)), "10.0.0.1", "");
        let (mine, theirs, rounds) = pair((&ours, &floor), (10_000, 16), post, look).await;
        bench.ratio("2 username sent, keys uniform over 100,000", (&mine, &theirs), (4.0, "floor lookup (aim 2.0)"), beside(&rounds));
    }
    if bench.wants("sign-in") {
        sign_ins(bench, &ours, &floor).await?;
    }
    if bench.wants("refresh") {
        refreshes(bench, &ours, &floor).await?;
    }
    if bench.wants("documents") {
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get("/.well-known/openid-configuration"), get("/metadata")).await;
        bench.ratio("6 metadata", (&mine, &theirs), (1.5, "floor page of that size"), beside(&rounds));
        let (mine, theirs, rounds) = pair((&ours, &floor), (20_000, 16), get("/oauth2/jwks"), get("/keys")).await;
        bench.ratio("6 keys", (&mine, &theirs), (1.5, "floor page of that size"), beside(&rounds));
    }
    if bench.wants("openid") {
        returns(bench, &floor).await?;
    }
    if bench.wants("storm") {
        storm(bench, &ours).await?;
        excess(bench, &ours).await?;
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
    each.sort_unstable();
    let beside = format!("p50 {}, p99 {}", short(each[each.len() / 2]), short(each[each.len() * 99 / 100]));
    bench.ratio("4 whole sign-in by password", (&mine, &theirs), (1.15, "one argon2id evaluation"), beside);
    Ok(())
}

async fn refreshes(bench: &mut Bench, ours: &Server, floor: &Server) -> Result<(), String> {
    let mut tokens = Vec::new();
    let mut connection = Connection::open(ours.address).await.map_err(|e| e.to_string())?;
    for number in 0..32 {
        tokens.push(scene::sign_in(&mut connection, number).await?.ok_or("busy")?);
    }
    let (mut mine, mut theirs, mut took) = (Cost::default(), Cost::default(), Duration::ZERO);
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
        tokens = next?;
        syncs = syncs.or(seen);
        if round > 0 && !last {
            theirs.add(floor_cost, 32 * each);
            mine.add(ours.cpu() - before, 32 * each);
            took += start.elapsed();
        }
    }
    let rate = (32 * each * ROUNDS as u64) as f64 / took.as_secs_f64();
    bench.ratio("5 refresh with rotation, 32 at once", (&mine, &theirs), (8.0, "floor signature (aim 5)"), format!("{rate:.0}/s"));
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

fn answers(bench: &mut Bench) {
    println!("== answers of SAML providers");
    let costs = saml::measure(ROUNDS);
    let both = &costs.bergshamra + &costs.samael;
    let beside = format!("bergshamra {}, samael {}", short(costs.bergshamra.median()), short(costs.samael.median()));
    bench.ratio("10 SAML answer, from the posted text to a verified value", (&costs.verified, &both), (1.3, "both verifiers alone"), beside);
    bench.ratio("10 forged: a changed name", (&costs.changed, &costs.bergshamra), (3.0, "bergshamra alone"), String::new());
    bench.ratio("10 forged: a stranger's key", (&costs.stranger, &costs.bergshamra), (3.0, "bergshamra alone"), String::new());
}

async fn all(ours: &Server, tokens: Vec<String>, each: u64) -> Result<Vec<String>, String> {
    let address = ours.address;
    let tasks: Vec<_> = tokens
        .into_iter()
        .map(|mut token| {
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await.map_err(|e| e.to_string())?;
                for _ in 0..each {
                    token = scene::refresh(&mut connection, &token).await?;
                }
                Ok::<_, String>(token)
            })
        })
        .collect();
    let mut next = Vec::new();
    for task in tasks {
        next.push(task.await.map_err(|e| e.to_string())??);
    }
    Ok(next)
}

/// Sixty-four people sign in at once, again and again, while others only open the page.
async fn storm(bench: &mut Bench, ours: &Server) -> Result<(), String> {
    let page = || load::requests(ours.address, 1, 400, |number| http::get(&scene::authorize(), &http::address(number), ""));
    let idle = page().await.expect(200, "the page at rest");
    ours.reset_peak();
    let resting = ours.memory_kib("VmRSS");
    let address = ours.address;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let people: Vec<_> = (0..64_u64)
        .map(|number| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await.map_err(|e| e.to_string())?;
                let (mut done, mut busy) = (0_u64, 0_u64);
                while !*stopped.borrow() {
                    match scene::sign_in(&mut connection, number).await? {
                        Some(_) => done += 1,
                        None => busy += 1,
                    }
                }
                Ok::<_, String>((done, busy))
            })
        })
        .collect();
    // Until the storm is there, the page is asked for without being counted.
    load::requests(address, 1, 50, |number| http::get(&scene::authorize(), &http::address(number), "")).await.expect(200, "the page");
    let during = page().await.expect(200, "the page in the storm");
    let _ = stop.send(true);
    let (mut done, mut busy) = (0, 0);
    for person in people {
        let (d, b) = person.await.map_err(|e| e.to_string())??;
        (done, busy) = (done + d, busy + b);
    }
    let (calm, rough) = (idle.percentile(0.99), during.percentile(0.99));
    let times = rough.as_secs_f64() / calm.as_secs_f64();
    bench.line(
        "7 username page in a storm of 64 sign-ins",
        format!("p99 {times:.2} × that at rest"),
        "≤ 3 ×",
        Some(times <= 3.0),
        format!("p99 {} at rest, {} in the storm; {done} sign-ins, {busy} were asked to come again", short(calm), short(rough)),
    );
    let threads = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1) as u64;
    let (peak, most) = (ours.memory_kib("VmHWM"), resting + threads * 19 + 16 * 1024 + threads * 1024 * 19);
    bench.line("7 memory in the storm", format!("{} KiB at most", peak), &format!("≤ {most} KiB: at rest + {threads} × 19 MiB + 16 MiB"), Some(peak <= most), format!("{resting} KiB at rest"));
    Ok(())
}

/// More at once than the queue takes: 503 with `Retry-After`, and nothing else goes wrong.
async fn excess(bench: &mut Bench, ours: &Server) -> Result<(), String> {
    let mut standing = Vec::new();
    let mut connection = Connection::open(ours.address).await.map_err(|e| e.to_string())?;
    for number in 0..200_u64 {
        let from = http::address(9_000_000 + number);
        let page = scene::stand(&mut connection, &from).await?;
        let name = scene::signer(number);
        let answer = connection.ask(&http::post("/signin/username", &from, &page.cookies, &[("stage", &page.stage), ("username", &name)])).await.map_err(|e| e.to_string())?;
        standing.push(http::post("/signin/password", &from, &page.cookies, &[("stage", &answer.hidden("stage")), ("password", "Kranich7!")]));
    }
    let address = ours.address;
    let tasks: Vec<_> = standing
        .into_iter()
        .map(|request| tokio::spawn(async move { Connection::open(address).await?.ask(&request).await.map(|a| (a.status, a.headers("retry-after").next().is_some())) }))
        .collect();
    let (mut good, mut told, mut other) = (0, 0, 0);
    for task in tasks {
        match task.await.map_err(|e| e.to_string())? {
            Ok((200, _)) => good += 1,
            Ok((503, true)) => told += 1,
            _ => other += 1,
        }
    }
    let met = told > 0 && other == 0 && good > 0;
    bench.line("7 two hundred passwords at once", format!("{good} answered, {told} told when to come again, {other} otherwise"), "excess gets 503 with Retry-After", Some(met), String::new());
    Ok(())
}

async fn start(bench: &mut Bench) -> Result<(), String> {
    println!("== starts and memory");
    let fresh = Scene::new(&bench.binary, "fresh")?;
    let (server, first) = fresh.first_answer().await?;
    drop(server);
    bench.line("8 first start on an empty folder", short(first), "≤ 1 s", Some(first <= Duration::from_secs(1)), String::new());
    let scene = Scene::new(&bench.binary, "million")?;
    scene.fill(1_000_000)?;
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.push(scene.first_answer().await?.1);
    }
    all.sort_unstable();
    let (median, server) = (all[ROUNDS / 2], scene.first_answer().await?.0);
    bench.line("8 restart with a million users", short(median), "≤ 135 ms", Some(median <= Duration::from_millis(135)), format!("{} to {}", short(all[0]), short(all[ROUNDS - 1])));
    let (rss, anon) = (server.memory_kib("VmRSS"), server.memory_kib("RssAnon"));
    bench.line("8 memory at rest, RSS", format!("{:.1} MiB", rss as f64 / 1024.0), "≤ 30 MiB", Some(rss <= 30 * 1024), String::new());
    bench.line("8 memory at rest, RssAnon", format!("{:.1} MiB", anon as f64 / 1024.0), "≤ 10 MiB", Some(anon <= 10 * 1024), String::new());
    let stripped = scene.file("homeward.stripped");
    let done = Command::new("strip").arg("-o").arg(&stripped).arg(&bench.binary).status().map_err(|e| e.to_string())?;
    let size = if done.success() { std::fs::metadata(&stripped).map_err(|e| e.to_string())?.len() } else { u64::MAX };
    bench.line("8 binary, stripped", format!("{:.1} MiB", size as f64 / 1_048_576.0), "≤ 40 MiB", Some(size <= 40 << 20), String::new());
    Ok(())
}

/// What the time of an answer tells of a name, where nothing may be told: measured by a program of its own, in whose process the broker runs.
fn closed(bench: &mut Bench) -> Result<(), String> {
    println!("== closed disclosure");
    let out = Command::new(bench.floor_binary.with_file_name("disclosure")).arg("60").output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&out.stdout);
    print!("{text}");
    let (states, last) = text.trim_end().rsplit_once('\n').ok_or("disclosure said nothing")?;
    let apart = last.strip_prefix("medians apart: ").and_then(|l| l.split(" (").next()).ok_or_else(|| format!("disclosure said: {last}"))?;
    let each: Vec<String> = states.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    bench.line("closed disclosure, medians of six states of a name", format!("{apart} apart"), "< 5 ms", Some(out.status.success()), each.join(", "));
    Ok(())
}

/// Discovery over large databases (`--full`).
async fn size(bench: &mut Bench) -> Result<(), String> {
    println!("== size");
    let mut costs = Vec::new();
    for (count, accounts) in [(1_000_u64, 0), (10_000_000, 0), (1_000, 10_000)] {
        let scene = Scene::new(&bench.binary, &format!("size-{count}-{accounts}"))?;
        scene.fill(count)?;
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
                let name = if accounts > 0 { format!("x@account-{}.example", place % accounts) } else { people::username(place % count) };
                http::post("/signin/username", &http::address(number), &cookies, &[("stage", &stage), ("username", &name)])
            })
            .await
            .expect(200, "a username");
            if round > 0 {
                cost.add(server.cpu() - before, 10_000);
            }
        }
        costs.push(cost);
    }
    let [small, large, accounts] = &costs[..] else { return Err("three sizes".into()) };
    bench.ratio("3 discovery with 10 million users", (large, small), (1.35, "with 1,000"), String::new());
    // The page of an account with Single Sign-On differs, so this one is compared with itself at ten accounts.
    let few = few_accounts(bench).await?;
    bench.ratio("3 discovery with 10,000 accounts", (accounts, &few), (1.1, "with 10"), String::new());
    Ok(())
}

async fn few_accounts(bench: &Bench) -> Result<Cost, String> {
    let scene = Scene::new(&bench.binary, "size-few")?;
    scene.fill(1_000)?;
    people::accounts(&scene.database(), "40819", 10).map_err(|e| e.to_string())?;
    let server = scene.serve()?;
    let mut connection = Connection::open(server.address).await.map_err(|e| e.to_string())?;
    let Standing { cookies, stage } = scene::stand(&mut connection, "10.0.0.1").await?;
    let mut cost = Cost::default();
    for round in 0..=ROUNDS {
        let (cookies, stage) = (cookies.clone(), stage.clone());
        let before = server.cpu();
        load::requests(server.address, 16, 10_000, move |number| {
            let name = format!("x@account-{}.example", number % 10);
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

fn report(bench: &Bench) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")?.split(':').nth(1)).unwrap_or("unknown processor").trim().to_owned();
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut page = format!(
        "# Performance\n\nWritten by `tests/bench/run{}` on {date}: {model}, {cores} cores. The figure that decides is CPU time of the server process for one\n\
         operation (user and system), median of {ROUNDS} interleaved rounds, against a floor server that is built in the same workspace with the same profile. Requests\n\
         come from many source addresses, so the limits are on.\n\n| what | measured | bar | | beside it |\n|---|---|---|---|---|\n",
        if bench.full { " --full" } else { "" }
    );
    for line in &bench.lines {
        let mark = match line.met { Some(true) => "met", Some(false) => "**missed**", None => "not measured" };
        page.push_str(&format!("| {} | {} | {} | {mark} | {} |\n", line.what, line.measured, line.bar, line.beside));
    }
    page
}
