//! A picture that somebody sends, made into one that can be shown on our own origin (BRA-2): read whole, within limits, made as small as it is
//! shown, and written anew as PNG. Whatever else was in the file, behind the picture or between its parts, is not in what is kept. SVG is a document
//! and no picture: nothing of it is read but how it begins (decision 0036).

use std::{
    io::Cursor,
    sync::{Mutex, PoisonError},
};

use homeward_model::{AccountId, Logo, LogoId, LogoText};
use homeward_sealing::sha256;
use image::{
    DynamicImage, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops::FilterType as Scaling,
};

/// Longest file that is looked at, in bytes.
pub const MOST_SENT: usize = 50 * 1024;
/// Widest and highest picture that is looked at, in pixels.
pub const MOST_SIDES: (u32, u32) = (2_000, 2_000);
/// Longest picture that is kept, in bytes: every page that shows it stays under 30 KB.
pub const MOST_KEPT: usize = 11 * 1024;
/// Within these sides it is kept, in pixels: the first that are short enough. It is shown within the last, and sharp on a finer screen by the others.
const KEPT_SIDES: [(u32, u32); 3] = [(480, 144), (360, 108), (240, 72)];
/// Most memory that reading one may take, in bytes: four colours of 16 bits, and some more.
const MOST_MEMORY: u64 = 40 * 1024 * 1024;
/// So much of a file tells whether it is an SVG, in bytes.
const HEAD: usize = 4_096;
/// One at a time: however many are sent at once, their pixels take the memory of one.
static READING: Mutex<()> = Mutex::new(());

/// A picture that can be shown. Made by [`Picture::read`] only.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    sides: (u32, u32),
    png: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("sides", &self.sides).finish_non_exhaustive()
    }
}

/// Why a file cannot be a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// There is no file.
    #[error("nothing was sent")]
    Empty,
    /// It is longer than [`MOST_SENT`].
    #[error("the file is too long")]
    TooLong,
    /// It does not begin like PNG, JPEG or WebP.
    #[error("the file is neither PNG nor JPEG nor WebP")]
    Kind,
    /// It begins like SVG.
    #[error("the file is an SVG")]
    Svg,
    /// It is wider or higher than [`MOST_SIDES`].
    #[error("the picture is too large")]
    TooLarge,
    /// It begins like a picture, and cannot be read as one.
    #[error("the picture is damaged")]
    Damaged,
    /// However small it is made, as PNG it is longer than [`MOST_KEPT`].
    #[error("the picture has too much in it")]
    TooDetailed,
}

impl Picture {
    /// Reads what was sent. What counts is how the file begins, never its name or what was said about it.
    ///
    /// # Errors
    /// Why it cannot be a logo.
    pub fn read(sent: &[u8]) -> Result<Self, PictureError> {
        if sent.is_empty() {
            return Err(PictureError::Empty);
        }
        if sent.len() > MOST_SENT {
            return Err(PictureError::TooLong);
        }
        if is_svg(sent) {
            return Err(PictureError::Svg);
        }
        let _alone = READING.lock().unwrap_or_else(PoisonError::into_inner);
        let format = image::guess_format(sent).ok().filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)).ok_or(PictureError::Kind)?;
        let reader = |sides: Option<(u32, u32)>| {
            let mut limits = Limits::default();
            (limits.max_image_width, limits.max_image_height) = sides.unzip();
            limits.max_alloc = Some(MOST_MEMORY);
            let mut reader = ImageReader::with_format(Cursor::new(sent), format);
            reader.limits(limits);
            reader
        };
        // What the head says is looked at before anything is unpacked.
        let (width, height) = reader(None).into_dimensions().map_err(|_| PictureError::Damaged)?;
        if width > MOST_SIDES.0 || height > MOST_SIDES.1 {
            return Err(PictureError::TooLarge);
        }
        let whole = reader(Some(MOST_SIDES)).decode().map_err(|_| PictureError::Damaged)?.into_rgba8();
        let whole = DynamicImage::ImageRgb8(on_white(&whole));
        for (width, height) in KEPT_SIDES {
            let fits = whole.width() <= width && whole.height() <= height;
            let kept = if fits { whole.clone() } else { whole.resize(width, height, Scaling::CatmullRom) };
            let mut png = Vec::new();
            let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
            kept.write_with_encoder(encoder).map_err(|_| PictureError::Damaged)?;
            if png.len() <= MOST_KEPT {
                return Ok(Self { sides: (kept.width(), kept.height()), png });
            }
        }
        Err(PictureError::TooDetailed)
    }
    /// Its name as a logo of this account. Another text does not change it.
    pub fn id(&self, account: AccountId) -> LogoId {
        LogoId::new(sha256(&[&account.as_uuid().as_bytes()[..], &self.png].concat()))
    }
    /// The logo of this account that it is with this text.
    pub fn logo(&self, account: AccountId, alt: &LogoText) -> Logo {
        let (width, height) = self.sides;
        Logo { id: self.id(account), width, height, alt: Some(alt.clone()) }
    }
    /// The PNG.
    pub fn png(&self) -> &[u8] {
        &self.png
    }
}

/// Whether a file begins like an SVG: its first element is one. What may stand before it is passed over, and nothing behind it is read.
fn is_svg(sent: &[u8]) -> bool {
    let head = String::from_utf8_lossy(sent.get(..HEAD.min(sent.len())).unwrap_or_default());
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    while let Some((inside, end)) = rest.strip_prefix("<!--").map(|inside| (inside, "-->")).or_else(|| rest.strip_prefix("<?").map(|inside| (inside, "?>"))) {
        let Some((_, after)) = inside.split_once(end) else { return false };
        rest = after.trim_start();
    }
    match rest.strip_prefix("<!") {
        Some(declared) => declared.to_ascii_lowercase().starts_with("doctype svg"),
        None => rest.strip_prefix("<svg").is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))),
    }
}

/// The picture on white, as it is shown: its plate is white in the dark, too.
fn on_white(picture: &RgbaImage) -> RgbImage {
    let mut plain = RgbImage::new(picture.width(), picture.height());
    for (to, from) in plain.pixels_mut().zip(picture.pixels()) {
        let image::Rgba([red, green, blue, alpha]) = *from;
        let laid = |colour: u8| {
            let sum = u16::from(colour) * u16::from(alpha) + 255 * u16::from(255 - alpha);
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        *to = image::Rgb([red, green, blue].map(laid));
    }
    plain
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
