//! Tells the linker how the binary of a release is written.

use std::env::var_os;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| var_os(name).is_some_and(|found| found.to_str() == Some(value));
    // More than a megabyte of relocations takes some kilobytes this way. The C library of Debian 12 reads it; an older one says that it cannot.
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
