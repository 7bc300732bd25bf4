//! Parameters of a request: each once, none too long (OA-13, OA-30).

/// Longest value of one parameter, in bytes.
pub(crate) const LONGEST: usize = 4_096;
/// Most parameters of a request.
const MOST: usize = 64;

/// Looks parameters up; refuses what stands twice.
pub(crate) struct Params<'a>(&'a [(String, String)]);

/// A parameter stands twice, one is too long, or there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Params<'a> {
    pub fn of(pairs: &'a [(String, String)]) -> Result<Self, Malformed> {
        if pairs.len() > MOST || pairs.iter().any(|(name, value)| name.len() > 100 || value.len() > LONGEST) {
            return Err(Malformed);
        }
        let twice = pairs.iter().enumerate().any(|(place, (name, _))| pairs.iter().take(place).any(|(other, _)| other == name));
        if twice { Err(Malformed) } else { Ok(Self(pairs)) }
    }
    /// A parameter; one without a value counts as absent (RFC 6749 3.1).
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}
