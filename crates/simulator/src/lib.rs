//! Identity providers that play Entra, Okta, a generic one and broken ones, for the demo and for tests.
