//! Whole sign-ins through real HTTP and a real store.

mod absent;
mod apart;
mod api;
mod delegated;
mod disclosure;
mod federated;
mod headers;
mod histories;
mod language;
mod limits;
mod load;
mod operation;
mod person;
mod passwords;
mod portal;
mod profile;
mod provider;
mod recovery;
mod refusals;
mod remembering;
mod rootkey;
mod sessions;
mod signin;
mod stages;
mod tls;
mod traces;
