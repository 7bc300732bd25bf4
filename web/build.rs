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
            plain.extend(fs::read(format!("assets/{part}"))?);
        }
        fs::write(out.join(name), &plain)?;
        fs::write(out.join(format!("{name}.gz")), gzip(&plain)?)?;
        fs::write(out.join(format!("{name}.br")), brotli(&plain)?)?;
    }
    Ok(())
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
