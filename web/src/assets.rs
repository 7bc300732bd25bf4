//! Stylesheet, script and mark: in the binary, compressed once, under an address that changes with the content (ALL-5).

use std::{io::Write, sync::LazyLock};

use homeward_sealing::sha256;

/// One file.
pub struct Asset {
    /// Its address on our origin.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with gzip.
    pub gzip: Vec<u8>,
    /// Compressed with Brotli.
    pub brotli: Vec<u8>,
}

/// The files of the sign-in pages.
pub struct Assets {
    /// Stylesheet.
    pub css: Asset,
    /// Script.
    pub js: Asset,
    /// Icon.
    pub mark: Asset,
    /// What the portal's pages have besides.
    pub portal: Asset,
    /// Their script: copying.
    pub portal_js: Asset,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: asset("ui.css", "text/css; charset=utf-8", include_bytes!("../assets/ui.css")),
    js: asset("ui.js", "text/javascript; charset=utf-8", include_bytes!("../assets/ui.js")),
    mark: asset("mark.svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    portal: asset("portal.css", "text/css; charset=utf-8", include_bytes!("../assets/portal.css")),
    portal_js: asset("portal.js", "text/javascript; charset=utf-8", include_bytes!("../assets/portal.js")),
});

fn asset(name: &str, content_type: &'static str, plain: &'static [u8]) -> Asset {
    let hash: String = sha256(plain).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Asset { path: format!("/assets/{hash}/{name}"), content_type, plain, gzip: gzip(plain), brotli: brotli(plain) }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing into memory does not fail; an empty answer would be sent uncompressed.
    if encoder.write_all(plain).is_err() { Vec::new() } else { encoder.finish().unwrap_or_default() }
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // A window as large as the files; the default one costs 47 MiB of memory at the first page.
    let params = brotli::enc::BrotliEncoderParams { lgwin: 16, size_hint: plain.len(), ..Default::default() };
    let mut input = plain;
    match brotli::BrotliCompress(&mut input, &mut out, &params) {
        Ok(_) => out,
        Err(_) => Vec::new(),
    }
}

/// All files.
pub fn all() -> &'static Assets {
    &ASSETS
}

/// The file at an address.
pub fn find(path: &str) -> Option<&'static Asset> {
    let all = all();
    [&all.css, &all.js, &all.mark, &all.portal, &all.portal_js].into_iter().find(|asset| asset.path == path)
}
