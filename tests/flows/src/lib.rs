//! Holds the tests of whole sign-ins; see `tests/`.
