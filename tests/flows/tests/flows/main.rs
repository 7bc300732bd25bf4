//! Whole sign-ins through real HTTP and a real store.

mod delegated;
mod disclosure;
mod federated;
mod headers;
mod language;
mod limits;
mod load;
mod operation;
mod person;
mod passwords;
mod portal;
mod provider;
mod recovery;
mod remembering;
mod sessions;
mod signin;
mod stages;
