//! A broker that runs: what is asked of it, and how it ends.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::dev::ServerHandle;
use homeward_portal::Portal;
use homeward_signin::{Context, usecase::strangers};
use homeward_store::{Lead, Sole, Store};
use tokio::{sync::watch, task::JoinHandle};

use super::LAST_CALL;
use crate::{alerts, care, domain_care, limits, reload::Changing, settings::Settings, tls, traces::Sending};

/// A broker that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its store.
    pub store: Store,
    /// Its ports and settings.
    pub context: Arc<Context>,
    pub(super) portal: Arc<Portal>,
    pub(super) server: ServerHandle,
    /// `None` once it has ended by itself: a task is waited for once.
    pub(super) finished: Option<JoinHandle<std::io::Result<()>>>,
    pub(super) stop: watch::Sender<bool>,
    pub(super) worker: JoinHandle<()>,
    pub(super) figures: Option<(SocketAddr, ServerHandle)>,
    pub(crate) changing: Changing,
    pub(super) leaving: (limits::Leaving, Duration),
    pub(super) sole: Option<Sole>,
    pub(super) traces: Option<Sending>,
    pub(super) lead: Arc<Lead>,
}

impl Running {
    /// Reads the certificate again; where a proxy speaks TLS there is none.
    pub fn renew_certificate(&self) {
        if let Some(served) = &self.changing.served {
            tls::renew(served);
        }
    }
    /// Lets of this configuration count what needs no restart, or nothing of it.
    ///
    /// # Errors
    /// A sentence that names setting or file.
    pub fn set_anew(&self, settings: &Settings) -> Result<(), String> {
        self.changing.set(self.changing.prepare(settings)?);
        Ok(())
    }
    /// Waits until the server ends by itself, which it should not.
    pub async fn ended(&mut self) {
        if let Some(finished) = &mut self.finished {
            let _ = finished.await;
        }
        self.finished = None;
    }
    /// Where the metrics are, when they are on.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.figures.as_ref().map(|(address, _)| *address)
    }
    /// What the worker does every ten minutes: looks at the providers and reads their metadata when it is time.
    pub async fn look_after_connections(&self) {
        care::round(&self.context, &self.store).await;
    }
    /// The same for domains: looks again for the records that prove them.
    pub async fn look_after_domains(&self) {
        domain_care::round(&self.context, &self.portal).await;
    }
    /// What the worker does every round: tells administrators of steps that others have taken in the portal.
    ///
    /// # Errors
    /// A sentence, when the store fails.
    pub async fn tell_of_steps(&self) -> Result<u32, String> {
        alerts::of_steps(&self.context, &self.store).await
    }
    /// What the worker does every round: tells some of those who sign in at the provider now. Whether anybody may be left.
    ///
    /// # Errors
    /// A sentence, when the store fails.
    pub async fn tell_people(&self) -> Result<bool, String> {
        homeward_portal::sign_on::told::work(&self.portal).await.map_err(|fault| fault.to_string())
    }
    /// Whether this broker does what one of several does for all.
    pub async fn leads(&self) -> bool {
        self.lead.is_ours().await
    }
    /// Ends it: after the time in which it says so and answers on, where one is set, requests under way are finished. A mail that is on its way
    /// may go out a second time after the next start.
    pub async fn stop(mut self) {
        let (leaving, time) = &self.leaving;
        leaving.begin();
        // One that has ended by itself answers nobody any more.
        if self.finished.is_some() {
            tokio::time::sleep(*time).await;
        }
        let _ = self.stop.send(true);
        if let Some((_, figures)) = &self.figures {
            figures.stop(false).await;
        }
        self.server.stop(true).await;
        if let Some(finished) = self.finished.take() {
            let _ = finished.await;
        }
        if let Some(traces) = self.traces.take() {
            traces.end().await;
        }
        if tokio::time::timeout(LAST_CALL / 2, &mut self.worker).await.is_err() {
            self.worker.abort();
        }
        match tokio::time::timeout(LAST_CALL / 2, strangers::close_all(&self.context)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "audit"),
            Err(_) => tracing::error!("refusals that were counted could not be written in time"),
        }
        self.lead.leave().await;
        self.store.close().await;
        if let Some(sole) = self.sole {
            sole.leave().await;
        }
    }
}
