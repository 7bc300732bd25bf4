//! Joins and compresses the files that pages ask for, so that neither the start nor the memory of a running broker pays for it.

use std::{env, error::Error, fs, io::Write, path::PathBuf};

/// What pages ask for, and what it is made of.
const FILES: [(&str, &[&str]); 5] =
    [("ui.css", &["ui.css"]), ("ui.js", &["both.js", "ui.js"]), ("mark.svg", &["mark.svg"]), ("portal.css", &["portal.css"]), ("portal.js", &["both.js", "portal.js"])];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    for (name, parts) in FILES {
        let mut plain = Vec::new();
        for part in parts {
            println!("cargo::rerun-if-changed=assets/{part}");
            plain.extend(thin(&fs::read_to_string(format!("assets/{part}"))?));
        }
        fs::write(out.join(name), &plain)?;
        fs::write(out.join(format!("{name}.gz")), gzip(&plain)?)?;
        fs::write(out.join(format!("{name}.br")), brotli(&plain)?)?;
    }
    Ok(())
}

/// Without lines that only comment, and without indentation: nobody who signs in reads either.
fn thin(text: &str) -> Vec<u8> {
    let is_comment = |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !is_comment(line)).flat_map(|line| [line, "\n"]).flat_map(str::bytes).collect()
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

fn brotli(mut plain: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { size_hint: plain.len(), ..Default::default() };
    brotli::BrotliCompress(&mut plain, &mut out, &params)?;
    Ok(out)
}
