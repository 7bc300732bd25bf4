//! Benchmarks; see `src/bin`.
