//! What a proof costs by itself, and what the time of an answer tells: bar 10 and the closed disclosure.

use std::process::Command;

use homeward_bench::{figures::short, saml};

use super::{Bench, ROUNDS};

pub(super) fn answers(bench: &mut Bench) {
    println!("== answers of SAML providers");
    let costs = saml::measure(ROUNDS);
    let both = &costs.bergshamra + &costs.samael;
    let beside = format!("bergshamra {}, samael {}", short(costs.bergshamra.median()), short(costs.samael.median()));
    bench.ratio("10 SAML answer, from the posted text to a verified value", (&costs.verified, &both), (1.3, "both verifiers alone"), beside);
    bench.ratio("10 forged: a changed name", (&costs.changed, &costs.bergshamra), (3.0, "bergshamra alone"), String::new());
    bench.ratio("10 forged: a stranger's key", (&costs.stranger, &costs.bergshamra), (3.0, "bergshamra alone"), String::new());
}

/// What the time of an answer tells of a name, where nothing may be told: measured by a program of its own, in whose process the broker runs.
pub(super) fn closed(bench: &mut Bench) -> Result<(), String> {
    println!("== closed disclosure");
    let out = Command::new(bench.floor_binary.with_file_name("disclosure")).arg("60").output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&out.stdout);
    print!("{text}");
    let (states, last) = text.trim_end().rsplit_once('\n').ok_or("disclosure said nothing")?;
    let apart = last.strip_prefix("medians apart: ").and_then(|l| l.split(" (").next()).ok_or_else(|| format!("disclosure said: {last}"))?;
    let each: Vec<String> = states.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    bench.line("closed disclosure, medians of the states of a name", format!("{apart} apart"), "< 5 ms", Some(out.status.success()), each.join(", "));
    Ok(())
}
