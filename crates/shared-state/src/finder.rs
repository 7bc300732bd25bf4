//! Which server counts at present, where several stand in for each other: sentinels name it, or the nodes of a cluster do.
//!
//! All are asked at once, since one that hangs must hold up nobody, and what more than half of them say counts: one that is cut off from the others
//! may still name the server of yesterday. Whoever is named has to be the one that it is said to be, at the connection that is then used.

use std::{cmp::Reverse, time::Duration};

use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, RedisError, ServerErrorKind, aio::MultiplexedConnection};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    address::{Entry, shown},
    counters::IN_A_CLUSTER,
    server::Named,
};

/// Whoever is asked has this long.
const ANSWERS: Duration = Duration::from_millis(300);

/// Host and port.
pub(crate) type Place = (String, u16);

/// Who is asked.
#[derive(Clone)]
pub(crate) enum How {
    /// Sentinels, that watch the server under this name.
    Sentinels {
        /// The name.
        master: String,
    },
    /// Nodes of a cluster, of which one has the slot that all our counters are in.
    Cluster,
}

/// Those that are asked, and how one gets into the server that they name.
#[derive(Clone)]
pub(crate) struct Finder {
    asked: Vec<Client>,
    how: How,
    server: Entry,
}

/// What those that were asked say.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// How many were asked.
    asked: usize,
    /// Whom they named, the most named first.
    named: Vec<(Place, usize)>,
    /// Why somebody named nobody.
    silent: Option<String>,
}

impl Look {
    fn note(&mut self, place: Place) {
        match self.named.iter_mut().find(|(known, _)| *known == place) {
            Some((_, count)) => *count += 1,
            None => self.named.push((place, 1)),
        }
        self.named.sort_by_key(|(_, count)| Reverse(*count));
    }

    /// Whom more than half of all that were asked name.
    pub(crate) fn decided(&self) -> Option<&Place> {
        self.named.first().filter(|(_, count)| count * 2 > self.asked).map(|(place, _)| place)
    }

    /// In words, for people.
    pub(crate) fn words(&self, what: &str) -> String {
        match self.named.as_slice() {
            [] => format!("none of {} {what} names a server: {}", self.asked, self.silent.as_deref().unwrap_or("no answer in time")),
            [((host, port), count)] => format!("{count} of {} {what} name the server at {}", self.asked, shown(host, *port)),
            several => {
                let each: Vec<String> = several.iter().map(|((host, port), count)| format!("{count} name {}", shown(host, *port))).collect();
                format!("the {} {what} do not agree: {}", self.asked, each.join(", "))
            }
        }
    }
}

impl Finder {
    pub(crate) const fn new(asked: Vec<Client>, how: How, server: Entry) -> Self {
        Self { asked, how, server }
    }

    /// What those that are asked are called.
    pub(crate) const fn what(&self) -> &'static str {
        match self.how {
            How::Sentinels { .. } => "sentinels",
            How::Cluster => "nodes",
        }
    }

    /// How the server is named.
    pub(crate) const fn named(&self) -> Named {
        match self.how {
            How::Sentinels { .. } => Named::BySentinels,
            How::Cluster => Named::ByNodes,
        }
    }

    /// Asks all of them, until more than half say the same or the time is over.
    pub(crate) async fn look(&self) -> Look {
        let mut look = Look { asked: self.asked.len(), ..Look::default() };
        let mut asking = JoinSet::new();
        for client in &self.asked {
            let (how, client) = (self.how.clone(), client.clone());
            asking.spawn(async move { timeout(ANSWERS, how.named_by(&client)).await });
        }
        while let Some(answer) = asking.join_next().await {
            match answer {
                Ok(Ok(Ok(place))) => look.note(place),
                Ok(Ok(Err(error))) => look.silent = Some(error.to_string()),
                Ok(Err(_)) | Err(_) => {}
            }
            if look.decided().is_some() {
                break;
            }
        }
        look
    }

    /// A connection to the server that counts at present.
    ///
    /// # Errors
    /// `RedisError` when no more than half of them name the same one, or when it is none.
    pub(crate) async fn connect(&self, config: &AsyncConnectionConfig) -> Result<(MultiplexedConnection, Place), RedisError> {
        let look = self.look().await;
        // One that is cut off, or that lies, names nobody by itself: an empty server would forget every pause.
        let place = look.decided().ok_or_else(|| refused(look.words(self.what())))?;
        // What the server refuses here is not its answer to whoever asks: that would be the end of the matter.
        let connection = self.enter(place, config).await.map_err(|error| refused(error.to_string()))?;
        Ok((connection, place.clone()))
    }

    async fn enter(&self, place: &Place, config: &AsyncConnectionConfig) -> Result<MultiplexedConnection, RedisError> {
        let shown = shown(&place.0, place.1);
        let client = self.server.at(place).ok_or_else(|| refused(format!("{} name {shown}, which is on another machine: they and it have to be spoken to by rediss://", self.what())))??;
        let mut connection = client.get_multiplexed_async_connection_with_config(config).await?;
        match self.how {
            How::Sentinels { .. } => {
                let text: String = redis::cmd("INFO").arg("replication").query_async(&mut connection).await?;
                let leads = text.lines().any(|line| line.trim() == "role:master");
                if leads { Ok(connection) } else { Err(refused(format!("{shown} only follows another server, and is named all the same"))) }
            }
            // A node that has not the slot names another one.
            How::Cluster => slot(&mut connection).await.map(|()| connection),
        }
    }
}

impl How {
    async fn named_by(&self, client: &Client) -> Result<Place, RedisError> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWERS)).set_response_timeout(Some(ANSWERS));
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        match self {
            Self::Sentinels { master } => {
                let named: Option<Place> = redis::cmd("SENTINEL").arg("get-master-addr-by-name").arg(master).query_async(&mut connection).await?;
                named.ok_or_else(|| refused(format!("there is a sentinel that watches no {master}")))
            }
            Self::Cluster => {
                let (ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. }) = client.get_connection_info().addr() else {
                    return Err(refused("a node has no address".into()));
                };
                match slot(&mut connection).await {
                    Ok(()) => Ok((host.clone(), *port)),
                    Err(error) => moved(&error, host).ok_or(error),
                }
            }
        }
    }
}

/// Asks for a key of our slot: whoever has the slot answers, and another node says who has it.
async fn slot(connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
    redis::cmd("GET").arg(IN_A_CLUSTER).query_async::<Option<String>>(connection).await.map(|_| ())
}

/// Where a node says that the slot is. Without a host it is at the node's own.
fn moved(error: &RedisError, own: &str) -> Option<Place> {
    if error.kind() != ErrorKind::Server(ServerErrorKind::Moved) {
        return None;
    }
    let (host, port) = error.redirect_node()?.0.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Some((if host.is_empty() { own } else { host }.to_owned(), port.parse().ok()?))
}

fn refused(why: String) -> RedisError {
    RedisError::from((ErrorKind::Client, "no server", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str) -> Place {
        (host.into(), 6379)
    }

    /// What most say counts, whoever speaks first; half of them are not most.
    #[test]
    fn one_that_is_cut_off_decides_nothing() {
        let mut look = Look { asked: 3, ..Look::default() };
        look.note(place("yesterday"));
        assert_eq!(look.decided(), None);
        look.note(place("today"));
        assert_eq!(look.decided(), None);
        assert!(look.words("sentinels").contains("do not agree"));
        look.note(place("today"));
        assert_eq!(look.decided(), Some(&place("today")));
        assert_eq!(look.named.first(), Some(&(place("today"), 2)));
        assert!(Look { asked: 2, ..Look::default() }.words("sentinels").contains("none of 2 sentinels names a server"));
    }

    #[test]
    fn a_node_says_where_the_slot_is() {
        let said = |text: &str| RedisError::from((ErrorKind::Server(ServerErrorKind::Moved), "", text.to_owned()));
        assert_eq!(moved(&said("7 192.0.2.7:7000"), "own"), Some(("192.0.2.7".into(), 7000)));
        assert_eq!(moved(&said("7 2001:db8::7:7000"), "own"), Some(("2001:db8::7".into(), 7000)));
        assert_eq!(moved(&said("7 :7000"), "own"), Some(("own".into(), 7000)));
        assert_eq!(moved(&said("7"), "own"), None);
        assert_eq!(moved(&refused("7 192.0.2.7:7000".into()), "own"), None);
    }
}
