use homeward_model::SystemRandom;
use image::{DynamicImage, ImageEncoder, RgbaImage};
use proptest::prelude::*;

use super::*;

/// A picture of so many pixels, in a format, its pixels from a function.
fn sent_with(format: ImageFormat, (width, height): (u32, u32), pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, |x, y| image::Rgba(pixel(x, y))));
    let picture = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(picture.into_rgb8()) } else { picture };
    let mut out = Cursor::new(Vec::new());
    match format {
        ImageFormat::Png => PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::NoFilter).write_image(picture.as_bytes(), width, height, picture.color().into()).unwrap(),
        _ => picture.write_to(&mut out, format).unwrap(),
    }
    out.into_inner()
}

fn sent(format: ImageFormat, sides: (u32, u32)) -> Vec<u8> {
    sent_with(format, sides, |x, _| if x % 8 < 4 { [0x0b, 0x5a, 0x58, 0xff] } else { [0xff, 0xff, 0xff, 0x00] })
}

/// BRA-2: the three formats become a PNG of the same size, with the same pixels where nothing was lost before, under a name that is the account's own:
/// whoever has the picture does not know where it is.
#[test]
fn bra_2_pictures_of_three_formats_become_png() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let read = Picture::read(&sent(format, (120, 40))).unwrap();
        let (own, other) = (AccountId::generate(&SystemRandom), AccountId::generate(&SystemRandom));
        let alt = LogoText::parse("Northwind Dental").unwrap();
        let logo = read.logo(own, &alt);
        assert_eq!((logo.width, logo.height, read.id(own), logo.alt.as_ref()), (120, 40, logo.id, Some(&alt)), "{format:?}");
        assert!(logo.id != read.id(other) && logo.id != LogoId::new(sha256(read.png())), "{format:?}");
        assert_eq!(image::guess_format(read.png()).unwrap(), ImageFormat::Png);
    }
    let read = Picture::read(&sent(ImageFormat::Png, (16, 4))).unwrap();
    let back = image::load_from_memory(read.png()).unwrap();
    assert_eq!(back.color(), image::ColorType::Rgb8, "nothing of it is transparent");
    let back = back.into_rgb8();
    assert_eq!((back.get_pixel(0, 0).0, back.get_pixel(4, 3).0), ([0x0b, 0x5a, 0x58], [0xff, 0xff, 0xff]));
    assert_eq!(Picture::read(read.png()).unwrap(), read, "read again it is the same");
}

/// BRA-2: what is larger than it is shown is made smaller and keeps its shape; what has many details is made smaller once more.
#[test]
fn bra_2_a_picture_is_as_small_as_it_is_shown() {
    for (sent_sides, kept) in [((480, 144), (480, 144)), ((960, 288), (480, 144)), ((512, 512), (144, 144)), ((2_000, 20), (480, 5)), ((2, 2_000), (1, 144)), ((1, 1), (1, 1))] {
        assert_eq!(Picture::read(&sent_with(ImageFormat::Png, sent_sides, |_, _| [0x0b, 0x5a, 0x58, 0xff])).unwrap().sides, kept, "{sent_sides:?}");
    }
    let grain = |x: u32, y: u32| {
        let mixed = (x * 300 + y).wrapping_mul(2_654_435_761);
        u8::try_from((mixed ^ (mixed >> 15)).wrapping_mul(739_982_445) >> 29).unwrap()
    };
    let detailed = Picture::read(&sent_with(ImageFormat::WebP, (300, 90), |x, y| [0, 100 + grain(x, y), 0, 0xff])).unwrap();
    assert!(detailed.sides == (240, 72) && detailed.png().len() <= MOST_KEPT, "{:?} {}", detailed.sides, detailed.png().len());
}

/// BRA-2, AD-11: what is no picture of the three is none, whatever it is called; the same bytes with the right beginning are the twin.
#[test]
fn bra_2_what_is_no_picture_is_refused() {
    let good = sent(ImageFormat::Png, (120, 40));
    for (bad, why) in [
        (&b""[..], PictureError::Empty),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", PictureError::Kind),
        (b"BM\x3a\x00\x00\x00", PictureError::Kind),
        (b"<html><script>alert(1)</script>", PictureError::Kind),
        (&good[1..], PictureError::Kind),
        (&good[..40], PictureError::Damaged),
        (&good[..good.len() - 30], PictureError::Damaged),
        (b"\x89PNG\r\n\x1a\n", PictureError::Damaged),
        (b"\xff\xd8\xff\xe0nothing", PictureError::Damaged),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", PictureError::Damaged),
    ] {
        assert_eq!(Picture::read(bad).unwrap_err(), why, "{:?}", String::from_utf8_lossy(bad));
    }
    assert!(Picture::read(&good).is_ok(), "the twin");
}

/// BRA-2, AD-11: an SVG is named as what it is, however it begins and whatever is in it, and nothing of it is drawn, followed or unfolded: elements that use each
/// other, entities, a vast view, other files. What only mentions one is none, and a picture of the same name is the twin.
#[test]
fn bra_2_an_svg_is_named_and_nothing_of_it_is_drawn() {
    let nested: String = (1..40).map(|level| format!("<g id=\"u{level}\"><use href=\"#u{0}\"/><use href=\"#u{0}\"/></g>", level - 1)).collect();
    let entities: String = (1..20).map(|level| format!("<!ENTITY e{level} \"&e{0};&e{0};&e{0};&e{0};\">", level - 1)).collect();
    let svgs = [
        "<svg/>".to_owned(),
        "\u{feff}\r\n<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_owned(),
        "<?xml version=\"1.0\"?>\n<!-- drawn by hand --><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned(),
        "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg/>".to_owned(),
        format!("<!DOCTYPE svg [<!ENTITY e0 \"x\">{entities}]><svg><text>&e19;</text></svg>"),
        format!("<svg><g id=\"u0\"><rect width=\"9\" height=\"9\"/></g>{nested}<use href=\"#u39\"/></svg>"),
        "<svg viewBox=\"0 0 1e38 1e38\" width=\"2147483647\" height=\"2147483647\"><rect width=\"100%\" height=\"100%\"/></svg>".to_owned(),
        "<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\"><image xlink:href=\"file:///etc/passwd\"/><image href=\"http://169.254.169.254/\"/></svg>".to_owned(),
        format!("<svg>{}", "<g>".repeat(15_000)),
    ];
    for svg in &svgs {
        assert_eq!(Picture::read(svg.as_bytes()).unwrap_err(), PictureError::Svg, "{svg}");
    }
    for none in ["<svgx/>", "<html><svg/></html>", "<!DOCTYPE html><svg/>", "text about <svg/>", "<?xml", "<!--", "<!-- <svg/>"] {
        assert_eq!(Picture::read(none.as_bytes()).unwrap_err(), PictureError::Kind, "{none}");
    }
    assert!(Picture::read(&sent(ImageFormat::Png, (120, 40))).is_ok(), "the twin");
}

/// BRA-2: sides and bytes have an end, and what is exactly as much is still taken.
#[test]
fn bra_2_sides_and_bytes_have_an_end() {
    let (wide, high) = MOST_SIDES;
    for (sides, fits) in [((wide, high), true), ((wide + 1, 1), false), ((1, high + 1), false), ((60_000, 1), false)] {
        let read = Picture::read(&sent_with(ImageFormat::Png, sides, |_, _| [0, 0, 0, 0xff]));
        match fits {
            true => assert_eq!(read.unwrap().sides, (144, 144), "made as small as it is shown"),
            false => assert_eq!(read.unwrap_err(), PictureError::TooLarge, "{sides:?}"),
        }
    }
    let mut long = sent(ImageFormat::Png, (8, 8));
    long.resize(MOST_SENT, b' ');
    assert!(Picture::read(&long).is_ok(), "what stands behind the picture is nothing");
    long.push(b' ');
    assert_eq!(Picture::read(&long).unwrap_err(), PictureError::TooLong);
    // Few bytes as JPEG, many as PNG.
    let mut seed = 7_u32;
    let mut noise = || { seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); (seed >> 24) as u8 };
    let picture = image::RgbImage::from_fn(480, 144, |_, _| image::Rgb([noise(), noise(), noise()]));
    let jpeg = |quality| {
        let mut out = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality).encode_image(&picture).unwrap();
        out
    };
    let fits = [40, 20, 10, 5, 2].map(jpeg).into_iter().find(|jpeg| jpeg.len() <= MOST_SENT).unwrap();
    assert_eq!(Picture::read(&fits).unwrap_err(), PictureError::TooDetailed);
}

/// BRA-2, AD-11: a file that is a picture and something else, too, is only a picture afterwards: neither what stands behind it nor what
/// stands in its notes is kept.
#[test]
fn bra_2_a_polyglot_is_only_a_picture_afterwards() {
    let plain = sent(ImageFormat::Png, (16, 16));
    let clean = Picture::read(&plain).unwrap();
    let evil: &[u8] = b"<script>alert(1)</script><?php system($_GET[0]); ?>PK\x03\x04";
    let behind = [&plain[..], evil].concat();
    // A note between the head and the pixels.
    let between = [&plain[..33], &chunk(b"tEXt", &[&b"x\0"[..], evil].concat()), &plain[33..]].concat();
    for sent in [behind, between] {
        let read = Picture::read(&sent).unwrap();
        assert_eq!(read, clean);
        assert!(!read.png().windows(8).any(|part| part == b"<script>") && !read.png().windows(5).any(|part| part == b"<?php"));
    }
}

/// A part of a PNG: its length, its kind, its content, its checksum.
fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let whole = [&kind[..], content].concat();
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], &whole, &crc(&whole).to_be_bytes()].concat()
}

/// What the pixels of a PNG are packed into, all its IDAT parts together.
fn packed(png: &[u8]) -> Vec<u8> {
    let (mut rest, mut all) = (&png[8..], Vec::new());
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        if &rest[4..8] == b"IDAT" {
            all.extend_from_slice(&rest[8..8 + length]);
        }
        rest = &rest[12 + length..];
    }
    all
}

/// AD-11: few bytes that unpack to many are refused, or never unpacked: as pixels, as a note, as a colour profile. Nothing of them is kept.
#[test]
fn ad_11_what_unpacks_to_much_is_refused_or_left_alone() {
    let plain = sent(ImageFormat::Png, (16, 16));
    let clean = Picture::read(&plain).unwrap();
    // 19 MB of nothing in some 20 KB.
    let bomb = packed(&sent_with(ImageFormat::Png, (12_000, 400), |_, _| [0; 4]));
    assert!(bomb.len() < MOST_SENT - 2_000, "{}", bomb.len());
    let named = [&b"x\0\0"[..], &bomb].concat();
    for part in [chunk(b"zTXt", &named), chunk(b"iTXt", &[&b"x\0\x01\0\0\0"[..], &bomb].concat()), chunk(b"iCCP", &named)] {
        let with = [&plain[..33], &part, &plain[33..]].concat();
        match Picture::read(&with) {
            Ok(read) => assert_eq!(read, clean),
            Err(why) => assert_eq!(why, PictureError::Damaged),
        }
    }
    // Pixels of a small picture that go on and on; and a head that promises more than there may be.
    let more = [&plain[..33], &chunk(b"IDAT", &bomb)[..], &chunk(b"IEND", b"")].concat();
    if let Ok(read) = Picture::read(&more) {
        assert_eq!(read.sides, (16, 16));
        assert!(read.png().len() < 1_000);
    }
    for (side, why) in [(50_000_u32, PictureError::TooLarge), (0x7fff_ffff, PictureError::Damaged)] {
        let head = [&side.to_be_bytes()[..], &side.to_be_bytes(), &plain[24..29]].concat();
        let vast = [&plain[..8], &chunk(b"IHDR", &head), &plain[33..]].concat();
        assert_eq!(Picture::read(&vast).unwrap_err(), why);
    }
}

/// The checksum of a part of a PNG (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }))
}

proptest! {
    /// Whatever comes, reading it ends, and what comes of it is a PNG within the limits.
    #[test]
    fn whatever_is_sent_is_refused_or_small(start in 0_usize..4, rest in proptest::collection::vec(any::<u8>(), 0..400), place in 0_usize..400, byte: u8) {
        let mut bytes = match start {
            0 => rest,
            1 => sent(ImageFormat::Png, (20, 10)),
            2 => sent(ImageFormat::Jpeg, (20, 10)),
            _ => sent(ImageFormat::WebP, (20, 10)),
        };
        if let Some(one) = bytes.get_mut(place) {
            *one = byte;
        }
        if let Ok(read) = Picture::read(&bytes) {
            prop_assert!(read.png().starts_with(b"\x89PNG\r\n\x1a\n") && read.png().len() <= MOST_KEPT);
            prop_assert!(read.sides.0 <= 480 && read.sides.1 <= 144);
        }
    }
}
