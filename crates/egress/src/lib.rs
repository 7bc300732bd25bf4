//! The one HTTP client towards the outside: limits, timeouts, address rules.
