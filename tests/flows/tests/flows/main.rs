//! Whole sign-ins through real HTTP and a real store.

mod absent;
mod alike;
mod apart;
mod api;
mod codes;
mod counters;
mod delegated;
mod disclosure;
mod federated;
mod headers;
mod histories;
mod language;
mod limits;
mod lives;
mod load;
mod mails;
mod nodes;
mod operation;
mod people;
mod person;
mod passwords;
mod portal;
mod profile;
mod provider;
mod recovery;
mod redirects;
mod refusals;
mod remembering;
mod rootkey;
mod sessions;
mod several;
mod signin;
mod stages;
mod tls;
mod traces;
mod twice;
mod waiting;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
