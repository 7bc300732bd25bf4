//! Holds the tests of the structure; see `tests/layers.rs`.
