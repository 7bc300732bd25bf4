//! Compresses the files that pages ask for, so that neither the start nor the memory of a running broker pays for it.

use std::{env, error::Error, fs, io::Write, path::PathBuf};

const FILES: [&str; 5] = ["ui.css", "ui.js", "mark.svg", "portal.css", "portal.js"];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    for name in FILES {
        println!("cargo::rerun-if-changed=assets/{name}");
        let plain = fs::read(format!("assets/{name}"))?;
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
