//! More passwords at once than there are cores: bar 7.

use homeward_bench::{
    figures::short,
    http::{self, Connection},
    load,
    process::Server,
    scene::{self, Scene},
};

use super::{Bench, PEOPLE};

/// The memory of one hash, in KiB.
const HASH: u64 = 19_456;

/// A server of its own, which has done nothing before: what other parts left in its memory is not taken for its rest.
pub(super) async fn storm(bench: &mut Bench) -> Result<(), String> {
    println!("== storm");
    let scene = Scene::new(&bench.binary, "storm")?;
    scene.fill(PEOPLE)?;
    let (ours, _) = scene.first_answer().await?;
    let resting = ours.memory_kib("VmRSS");
    // Everybody once; the imported hash is replaced by the product's own.
    let mut connection = Connection::open(ours.address).await.map_err(|e| e.to_string())?;
    for number in 0..scene::SIGNERS {
        scene::sign_in(&mut connection, number).await?;
    }
    at_once(bench, &ours, resting).await?;
    excess(bench, &ours).await
}

/// Sixty-four people sign in at once, again and again, while others only open the page. `resting` is what the server held after its first answer.
async fn at_once(bench: &mut Bench, ours: &Server, resting: u64) -> Result<(), String> {
    let page = || load::requests(ours.address, 1, 400, |number| http::get(&scene::authorize(), &http::address(number), ""));
    let idle = page().await.expect(200, "the page at rest");
    ours.reset_peak();
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
    let (peak, most) = (ours.memory_kib("VmHWM"), resting + threads * HASH + 16 * 1024);
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
