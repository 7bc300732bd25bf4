//! Stylesheet, script and mark: in the binary, joined and compressed when it is built, under an address that changes with the content (ALL-5).

use std::sync::LazyLock;

use homeward_model::{Colour, LogoId};
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
    pub gzip: &'static [u8],
    /// Compressed with Brotli.
    pub brotli: &'static [u8],
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
    /// Their script, in place of that of the sign-in pages.
    pub portal_js: Asset,
}

/// A file that the build made of the folder `assets`.
macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            path: address($name, include_bytes!(concat!(env!("OUT_DIR"), "/", $name))),
            content_type: $content_type,
            plain: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".br")),
        }
    };
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: asset!("ui.css", "text/css; charset=utf-8"),
    js: asset!("ui.js", "text/javascript; charset=utf-8"),
    mark: asset!("mark.svg", "image/svg+xml"),
    portal: asset!("portal.css", "text/css; charset=utf-8"),
    portal_js: asset!("portal.js", "text/javascript; charset=utf-8"),
});

fn address(name: &str, plain: &[u8]) -> String {
    let hash: String = sha256(plain).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{hash}/{name}")
}

/// Where the stylesheet of an account's colour is. It follows from the colour alone, so it never changes there.
pub(crate) fn colour_path(colour: Colour) -> String {
    format!("/assets/colour/{}.css", colour.digits())
}

/// Where the one of its samples is.
pub(crate) fn sample_path(colour: Colour) -> String {
    format!("/assets/colour/{}-sample.css", colour.digits())
}

/// Where a logo is. Its name follows from its bytes, so it never changes there.
pub(crate) fn logo_path(id: LogoId) -> String {
    format!("/assets/logo/{id}.png")
}

/// The name of a logo in a file name under `/assets/logo/`.
pub(crate) fn logo_id(file: &str) -> Option<LogoId> {
    LogoId::parse(file.strip_suffix(".png")?)
}

/// The stylesheet of a file name under `/assets/colour/`; nothing of the name but a colour on which text can be read gets into it.
pub(crate) fn colour_css(file: &str) -> Option<String> {
    let name = file.strip_suffix(".css")?;
    let (digits, is_sample) = name.strip_suffix("-sample").map_or((name, false), |digits| (digits, true));
    let colour = Colour::parse(digits).filter(|colour| colour.digits() == digits && colour.is_readable())?;
    let shades = |colour: Colour| format!("--primary:{colour};--primary-hover:{};--on-primary:{}", colour.hover(), colour.text());
    let (light, dark) = (shades(colour), shades(colour.for_dark()));
    Some(match is_sample {
        true => format!("@layer brand{{.sample{{{light}}}.sample.dark{{{dark}}}}}"),
        false => format!("@layer brand{{:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}}}"),
    })
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

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_was_compressed_is_the_file() {
        let all = all();
        for asset in [&all.css, &all.js, &all.mark, &all.portal, &all.portal_js] {
            let mut unzipped = Vec::new();
            flate2::read::GzDecoder::new(asset.gzip).read_to_end(&mut unzipped).unwrap();
            assert!(!asset.plain.is_empty() && unzipped == asset.plain, "{}", asset.path);
            let mut opened = Vec::new();
            brotli::BrotliDecompress(&mut &*asset.brotli, &mut opened).unwrap();
            assert_eq!(opened, asset.plain, "{}", asset.path);
            assert!(asset.brotli.len() < asset.plain.len(), "{}", asset.path);
        }
    }

    /// A stylesheet is made of nothing that was asked for but a colour that can be read.
    #[test]
    fn bra_1_a_stylesheet_is_made_of_a_readable_colour_only() {
        let css = colour_css("0b5a58.css").unwrap();
        assert!(css.starts_with("@layer brand{:root{--primary:#0b5a58;--primary-hover:#") && css.contains("--on-primary:#ffffff") && css.contains("prefers-color-scheme:dark"), "{css}");
        assert!(colour_css("0b5a58-sample.css").unwrap().contains(".sample.dark{--primary:#"));
        for bad in ["0b5a58", "#0b5a58.css", "0B5A58.css", "808080.css", "0b5a58}.css", "x.css", ".css", "-sample.css", "0b5a58-sample-sample.css"] {
            assert_eq!(colour_css(bad), None, "{bad}");
        }
    }
}
