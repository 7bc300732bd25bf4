//! Starts, memory and size of the binary: bar 8.

use std::{process::Command, time::Duration};

use homeward_bench::{figures::short, scene::Scene};

use super::{Bench, ROUNDS};

pub(super) async fn start(bench: &mut Bench) -> Result<(), String> {
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
