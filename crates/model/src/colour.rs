//! An account's colour on its sign-in pages: whether text on it can be read, and the nearest shade on which it can.
//!
//! Contrast is that of WCAG 2 (1.4.3); a shade is found by lightness in OKLCH, so that hue and strength stay.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The least contrast of text (WCAG 2, 1.4.3).
pub const LEAST: f64 = 4.5;
/// White, and the ink of every page: text on a colour is one of the two.
pub const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
/// The ink of light pages.
pub const INK: Colour = Colour([0x16, 0x24, 0x2b]);
/// What a card of a dark page stands on.
pub const DARK_SURFACE: Colour = Colour([0x17, 0x22, 0x25]);
/// Steps of lightness in which a shade is looked for.
const STEP: f64 = 0.005;

/// A colour of sRGB, 8 bits a part. Written `#0b5a58`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Reads six hexadecimal digits, with or without `#`.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = typed.trim();
        let digits = digits.strip_prefix('#').unwrap_or(digits);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }
    /// The digits alone.
    pub fn digits(self) -> String {
        self.0.iter().map(|part| format!("{part:02x}")).collect()
    }
    /// The contrast of two colours: from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
    /// White or ink, whichever can be read better on it.
    pub fn text(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(INK) { WHITE } else { INK }
    }
    /// Whether its text can be read.
    pub fn is_readable(self) -> bool {
        self.contrast(self.text()) >= LEAST
    }
    /// The nearest shade that has this, darker or lighter. Black and white end the search.
    pub fn nearest(self, has: impl Fn(Self) -> bool) -> Self {
        let (lightness, a, b) = self.oklab();
        let steps = (0..=200).map(|step| f64::from(step) * STEP);
        let shades = steps.flat_map(|by| [lightness - by, lightness + by]).filter(|lightness| (0.0..=1.0).contains(lightness));
        shades.map(|lightness| Self::from_oklab(lightness, a, b)).find(|shade| has(*shade)).unwrap_or(self)
    }
    /// A shade for the pointer above it: one step further from its text.
    pub fn hover(self) -> Self {
        let (lightness, a, b) = self.oklab();
        let by = if self.text() == WHITE { -0.06 } else { 0.06 };
        Self::from_oklab((lightness + by).clamp(0.0, 1.0), a, b)
    }
    /// The shade for dark pages: it stands out from a card, and its text can be read.
    pub fn for_dark(self) -> Self {
        self.nearest(|shade| shade.contrast(DARK_SURFACE) >= LEAST && shade.is_readable())
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }
    /// Relative luminance (WCAG 2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    /// Lightness and the two axes of OKLab.
    fn oklab(self) -> (f64, f64, f64) {
        let [red, green, blue] = self.linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        (
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        )
    }
    /// What sRGB does not have is cut off.
    fn from_oklab(lightness: f64, a: f64, b: f64) -> Self {
        let cube = |part: f64| part * part * part;
        let long = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
        let medium = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
        let short = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
        let linear = [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ];
        Self(linear.map(|part| {
            let part = if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
            // A cast saturates: from 0 to 255.
            (part * 255.0).round() as u8
        }))
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a colour is written like #0b5a58"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn colours_read_back_and_nothing_else_is_one() {
        assert_eq!(colour(" #0B5a58 ").to_string(), "#0b5a58");
        assert_eq!(colour("0b5a58"), colour("#0b5a58"));
        for bad in ["", "#", "red", "#fff", "#0b5a5", "#0b5a588", "#0b5a5g", "##0b5a58", "#+b5a58", "0x5a58", "#０b5a58", "url(x)"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    /// The figures of WCAG's own formula.
    #[test]
    fn contrast_is_that_of_wcag() {
        let near = |one: f64, two: f64| (one - two).abs() < 0.01;
        assert!(near(WHITE.contrast(colour("#000000")), 21.0) && near(WHITE.contrast(WHITE), 1.0));
        assert!(near(WHITE.contrast(colour("#0b5a58")), 8.02) && near(WHITE.contrast(colour("#767676")), 4.54));
        assert_eq!((colour("#0b5a58").text(), colour("#ffd400").text()), (WHITE, INK));
    }

    /// BRA-1: what cannot be read has a nearest shade that can; what can be read is its own.
    #[test]
    fn bra_1_the_nearest_shade_can_be_read_and_keeps_its_hue() {
        let grey = colour("#808080");
        assert!(!grey.is_readable());
        let shade = grey.nearest(Colour::is_readable);
        assert!(shade.is_readable() && shade.contrast(grey) < 1.3, "{shade}");
        assert_eq!(colour("#0b5a58").nearest(Colour::is_readable), colour("#0b5a58"));
        let red = colour("#e0482e").nearest(Colour::is_readable);
        let [r, g, b] = red.0;
        assert!(r > g && r > b, "{red}");
    }

    proptest! {
        /// Whatever the colour: a shade can be read, on dark pages too, and stands out there.
        #[test]
        fn every_colour_has_shades_that_can_be_read(parts: [u8; 3]) {
            let colour = Colour(parts);
            prop_assert!(colour.nearest(Colour::is_readable).is_readable());
            let dark = colour.for_dark();
            prop_assert!(dark.is_readable() && dark.contrast(DARK_SURFACE) >= LEAST, "{colour} {dark}");
            prop_assert_eq!(Colour::parse(&colour.to_string()), Some(colour));
        }
    }
}
