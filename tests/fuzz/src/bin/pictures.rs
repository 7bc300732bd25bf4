//! Pictures that somebody sends as a logo: nothing panics, nothing takes more than it may, and what is kept reads as the same picture again.
#![no_main]

use homeward_portal::logo::picture::{MOST_KEPT, MOST_SENT, Picture};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(picture) = Picture::read(bytes) else { return };
    assert!(picture.png().starts_with(b"\x89PNG\r\n\x1a\n") && picture.png().len() <= MOST_KEPT);
    if picture.png().len() <= MOST_SENT {
        assert_eq!(Picture::read(picture.png()), Ok(picture));
    }
});
