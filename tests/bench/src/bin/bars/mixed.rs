//! Memory after ten minutes of everything at once (`--full`): bar 8.

use std::time::Duration;

use homeward_bench::{
    http::{self, Connection},
    scene::{self, Scene},
};

use super::Bench;

const LONG: Duration = Duration::from_secs(600);
/// People at work at the same time.
const PEOPLE: u64 = 8;

/// Sign-ins, refreshes, usernames and pages for ten minutes, and what the process holds afterwards.
pub(super) async fn mixed(bench: &mut Bench) -> Result<(), String> {
    println!("== ten minutes of mixed load");
    let scene = Scene::new(&bench.binary, "mixed")?;
    scene.fill(super::PEOPLE)?;
    let server = scene.serve()?;
    let (address, until) = (server.address, homeward_bench::now() + LONG);
    let people: Vec<_> = (0..PEOPLE)
        .map(|number| {
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await.map_err(|e| e.to_string())?;
                let (mut signed_in, mut refreshed, mut pages) = (0_u64, 0_u64, 0_u64);
                while homeward_bench::now() < until {
                    for place in 0..10 {
                        let answer = connection.ask(&http::get(&scene::authorize(), &http::address(pages * PEOPLE + number), "")).await.map_err(|e| e.to_string())?;
                        if answer.status != 200 {
                            return Err(format!("page {place}: {}", answer.head));
                        }
                        pages += 1;
                    }
                    // Nobody comes when the queue for passwords is full: the next round tries again.
                    let Some(mut token) = scene::sign_in(&mut connection, number).await? else { continue };
                    signed_in += 1;
                    for _ in 0..4 {
                        token = scene::refresh(&mut connection, &token).await?;
                        refreshed += 1;
                    }
                }
                Ok::<_, String>((signed_in, refreshed, pages))
            })
        })
        .collect();
    let mut done = (0, 0, 0);
    for person in people {
        let (signed_in, refreshed, pages) = person.await.map_err(|e| e.to_string())??;
        done = (done.0 + signed_in, done.1 + refreshed, done.2 + pages);
    }
    let (rss, parts) = (server.memory_kib("VmRSS"), server.resident());
    let mib = |kib: u64| kib as f64 / 1024.0;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1) as u64;
    let most = (45 + threads * 19) * 1024;
    bench.line(
        "8 memory after ten minutes of mixed load",
        format!("{:.1} MiB", mib(rss)),
        &format!("≤ 45 MiB + {threads} × 19 MiB"),
        Some(rss <= most),
        format!(
            "{} sign-ins, {} refreshes, {} pages; {:.1} MiB of it are of no file, {:.1} MiB the database's and its log's, {:.1} MiB the program's and its libraries'",
            done.0,
            done.1,
            done.2,
            mib(parts.anonymous),
            mib(parts.database),
            mib(parts.program)
        ),
    );
    Ok(())
}
