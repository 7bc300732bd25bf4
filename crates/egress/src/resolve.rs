//! Resolves names for the client and hands it only addresses that the rules allow. The client connects to exactly these, so a
//! name that resolves differently a moment later (DNS rebinding) changes nothing.

use std::{future::Future, net::{IpAddr, Ipv4Addr, SocketAddr}, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Rules, rules::is_localhost};

/// All addresses of a name are forbidden.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no allowed address")]
pub(crate) struct ForbiddenAddress;

/// A look-up that is under way.
pub(crate) type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// The source of addresses; another one in tests.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// Every address of the name.
    fn lookup(&self, name: String) -> Found;
}

/// The system's resolver.
pub(crate) struct System;

impl Lookup for System {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// A resolver with rules.
pub(crate) struct Ruled {
    pub rules: Arc<Rules>,
    pub source: Arc<dyn Lookup>,
}

impl Resolve for Ruled {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        let (rules, source) = (Arc::clone(&self.rules), Arc::clone(&self.source));
        Box::pin(async move {
            // These names never leave the machine (RFC 6761 6.3), whatever a resolver says.
            let found = if is_localhost(&host) { vec![IpAddr::V4(Ipv4Addr::LOCALHOST)] } else { source.lookup(host.clone()).await? };
            let allowed: Vec<SocketAddr> = found.iter().filter(|address| rules.allows(&host, **address)).map(|address| SocketAddr::new(*address, 0)).collect();
            if allowed.is_empty() {
                return Err(ForbiddenAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
