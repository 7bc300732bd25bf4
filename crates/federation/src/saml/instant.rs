//! Points in time as SAML writes them: `xs:dateTime` in UTC (SAML Core 1.3.3).

use homeward_model::Timestamp;

/// Reads `2026-11-25T20:00:00Z`, with or without a fraction, which is cut off. `None` for everything else: no zone or another one,
/// a leap second, another length of year (SF-15).
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    if fraction.is_some_and(|f| f.is_empty() || f.len() > 20 || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let bytes = whole.as_bytes();
    if bytes.len() != 19 || [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')].iter().any(|(at, sign)| bytes.get(*at) != Some(sign)) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u16> {
        let digits = whole.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let small = |from: usize| number(from, from + 2).and_then(|n| u8::try_from(n).ok());
    let month = time::Month::try_from(small(5)?).ok()?;
    let year = number(0, 4).filter(|year| *year > 0)?;
    let date = time::Date::from_calendar_date(i32::from(year), month, small(8)?).ok()?;
    let clock = time::Time::from_hms(small(11)?, small(14)?, small(17)?).ok()?;
    Some(Timestamp::from_seconds(time::PrimitiveDateTime::new(date, clock).assume_utc().unix_timestamp()))
}

/// Writes a time, to the second.
pub fn write(at: Timestamp) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sf_15_only_utc_in_the_form_of_the_schema_is_read() {
        let at = Timestamp::from_seconds(1_790_000_000);
        assert_eq!(write(at), "2026-09-21T14:13:20Z");
        assert_eq!(parse(&write(at)), Some(at));
        for same in ["2026-09-21T14:13:20.0Z", "2026-09-21T14:13:20.123Z", "2026-09-21T14:13:20.999999999Z"] {
            assert_eq!(parse(same), Some(at), "{same}");
        }
        for bad in [
            "", "Z", "2026-09-21T14:13:20", "2026-09-21T14:13:20+02:00", "2026-09-21T14:13:20+00:00", "2026-09-21T14:13:60Z", "2026-09-21T24:00:00Z",
            "2026-02-30T14:13:20Z", "2026-13-01T14:13:20Z", "10000-01-01T00:00:00Z", "-2026-09-21T14:13:20Z", "0000-01-01T00:00:00Z",
            "2026-09-21t14:13:20Z", "2026-09-21T14:13:20z", "2026-9-21T14:13:20Z", "2026-09-21T14:13:20.Z", "2026-09-21T14:13Z",
            " 2026-09-21T14:13:20Z", "2026-09-21T14:13:20Z ", "2026-09-21T14:13:2\u{663}Z", "２026-09-21T14:13:20Z", "+026-09-21T14:13:20Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert!(parse("9999-12-31T23:59:59Z").is_some() && parse("0001-01-01T00:00:00Z").is_some());
    }
}
