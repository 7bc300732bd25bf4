//! Holds the tests that mirror the OpenID Foundation's conformance plans; see `tests/`.
