//! REJ-B: what refusing a hostile document costs, in memory and in processor time. Both are counted for the whole process, so this is a program of its own with
//! one test in it: SP-03 to SP-09, SP-12, SP-13 and SP-16 beside the unharmed answer.

use std::{fs, hint::black_box, time::Duration};

use homeward_federation::saml;
use homeward_simulator::saml::{encode, mutation::case};

#[expect(dead_code, reason = "the world of the tests of SAML, of which this one needs a part")]
#[path = "saml/world.rs"]
mod world;

/// Kibibytes beside what the process has already.
const MEMORY: u64 = 32 * 1_024;
/// Of one processor.
const PROCESSOR: Duration = Duration::from_millis(250);

/// A line of `/proc/self/status`, in kibibytes.
fn kib(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|known| known.strip_prefix(line)).unwrap();
    found.trim().trim_end_matches(" kB").parse().unwrap()
}

/// User and system time of the process so far; the clock of it ticks every hundredth of a second.
fn processor() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, rest) = stat.rsplit_once(')').unwrap();
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// How much more memory than before this takes at its highest.
fn peak(work: impl FnOnce()) -> u64 {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kib("VmRSS:");
    work();
    kib("VmHWM:").saturating_sub(before)
}

/// SP-03, SP-04, SP-05, SP-06, SP-07, SP-08, SP-09, SP-12, SP-13, SP-16: bounded, whatever the document.
#[test]
fn sp_03_to_sp_09_sp_12_sp_13_sp_16_a_hostile_document_costs_little() {
    const TIMES: u32 = 4;
    let outcome = |posted: &str| saml::verify(posted, &world::world().connection, &world::world().sp, Some(&world::pending()), world::NOW).map(|verified| verified.name().to_owned());
    world::accepts(&world::xml(&world::alice()));
    assert!(peak(|| { black_box(vec![1_u8; 64 << 20]); }) > 60 * 1_024, "the measure sees what is taken");
    let mut seen = 0;
    for id in ["SP-03", "SP-04", "SP-05", "SP-06", "SP-07", "SP-08", "SP-09", "SP-12", "SP-13", "SP-16"] {
        for pair in (case(id).unwrap().make)(&world::world().scene) {
            let posted = encode(&pair.message);
            let before = processor();
            let memory = peak(|| (0..TIMES).for_each(|_| {
                // A key that nobody looks at does no harm; it is the attacker's own name that is signed.
                let signed = outcome(&posted).ok();
                assert!(signed.is_none() || (id == "SP-13" && signed.as_deref() == Some(world::MALLORY)), "{id}, {}: {signed:?}", pair.variant);
            }));
            let each = (processor() - before) / TIMES;
            println!("{id}, {}: {} bytes, {memory} KiB, {each:?}", pair.variant, posted.len());
            assert!(memory <= MEMORY, "{id}, {}: {memory} KiB", pair.variant);
            assert!(each <= PROCESSOR, "{id}, {}: {each:?}", pair.variant);
            seen += 1;
        }
    }
    assert!(seen > 12, "{seen} documents");
}
