//! TXT records, looked up for the proof of a domain. The one client towards the domain name system that is not the machine's own.
//!
//! What is asked for belongs to whoever wants to own the domain, and they choose the moment: so the name is asked in mixed case, which
//! the answer has to repeat, beside the random port and number of every query; nothing is kept, nothing is read from a hosts file, no
//! search domain is added, and no answer is waited for long.

use std::{net::SocketAddr, time::Duration};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    proto::{op::ResponseCode, rr::RData},
};

/// How long one server is waited for, and how often it is asked.
const PATIENCE: (Duration, usize) = (Duration::from_secs(3), 2);
/// Records that are read of an answer, and bytes of each: what is more is no proof of ours.
const MOST: (usize, usize) = (50, 1_024);

/// A look-up came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxtError {
    /// The machine's own configuration cannot be read.
    #[error("the name servers of this machine cannot be read: {0}")]
    SetUp(String),
    /// Nobody answered, or with a failure.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Looks up TXT records.
pub struct Txt(TokioResolver);

impl Txt {
    /// Asks this name server, or those of the machine (`/etc/resolv.conf`).
    ///
    /// # Errors
    /// `TxtError::SetUp`.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, TxtError> {
        let set_up = |error: NetError| TxtError::SetUp(error.to_string());
        let mut builder = match server {
            Some(address) => {
                let at = |connection: ConnectionConfig| {
                    let mut connection = connection;
                    connection.port = address.port();
                    connection
                };
                let server = NameServerConfig::new(address.ip(), true, vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())]);
                TokioResolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), vec![server]), TokioRuntimeProvider::default())
            }
            None => TokioResolver::builder_tokio().map_err(set_up)?,
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = PATIENCE;
        // Whoever has just entered the record wants to see it.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.case_randomization = true;
        Ok(Self(builder.build().map_err(set_up)?))
    }

    /// The records of a name, each with its parts joined; none when there is no such name or no such record.
    ///
    /// # Errors
    /// `TxtError::NoAnswer`.
    pub async fn look_up(&self, name: &str) -> Result<Vec<String>, TxtError> {
        // With a dot at its end a name is whole.
        match self.0.txt_lookup(format!("{name}.")).await {
            Ok(found) => Ok(found.answers().iter().filter_map(|record| text(&record.data)).take(MOST.0).collect()),
            Err(NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code: ResponseCode::NoError | ResponseCode::NXDomain, .. }))) => Ok(Vec::new()),
            Err(error) => Err(TxtError::NoAnswer(error.to_string())),
        }
    }
}

fn text(data: &RData) -> Option<String> {
    let RData::TXT(txt) = data else { return None };
    let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).take(MOST.1).collect();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
