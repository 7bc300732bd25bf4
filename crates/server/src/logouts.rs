//! Tells applications that sessions have ended (Back-Channel Logout 1.0), without anybody waiting for it.
//!
//! Each application has a task of its own: a slow one holds up nobody else (OL-09).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_egress::{Authorization, Client};
use homeward_model::ClientId;
use homeward_provider::{
    LogoutDelivery, Notice, StoreFault,
    backchannel::{Outcome, deliver},
};
use homeward_signin::{Context, ports::AuditEvent};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::timeout,
};

/// Without a wake-up it looks this often.
const ROUND: Duration = Duration::from_secs(5);
/// Notices that are taken at a time.
const BATCH: u32 = 256;
/// One application's task ends before the time for which it has its notices does.
const TURN: Duration = Duration::from_secs(40);

/// Posts by the one client towards the outside, which keeps to public addresses and follows no redirect (OL-08).
pub struct Outside(pub Client);

#[async_trait]
impl LogoutDelivery for Outside {
    async fn post(&self, uri: &str, logout_token: &str) -> Result<(), String> {
        match self.0.post_form(uri, Authorization::None, &[("logout_token", logout_token)]).await {
            Ok(answer) if matches!(answer.status, 200 | 204) => Ok(()),
            Ok(answer) => Err(format!("it answered {}", answer.status)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Runs until `stop` says so. What was not delivered is in the store and goes on after the next start.
pub(crate) async fn run(ctx: Arc<Context>, delivery: Arc<dyn LogoutDelivery>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    loop {
        loop {
            match begin(&ctx, &delivery, &mut under_way).await {
                Ok(count) if count < BATCH => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "notices of ended sessions");
                    break;
                }
            }
        }
        while under_way.try_join_next().is_some() {}
        tokio::select! {
            _ = timeout(ROUND, wake.notified()) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Delivers what is due now, and comes back when everything was tried once; how many there were.
///
/// # Errors
/// `StoreFault` when the store fails.
pub async fn deliver_due(ctx: &Arc<Context>, delivery: &Arc<dyn LogoutDelivery>) -> Result<u32, StoreFault> {
    let mut under_way = JoinSet::new();
    let count = begin(ctx, delivery, &mut under_way).await?;
    while under_way.join_next().await.is_some() {}
    Ok(count)
}

/// Takes what is due and starts a task for each application.
async fn begin(ctx: &Arc<Context>, delivery: &Arc<dyn LogoutDelivery>, under_way: &mut JoinSet<()>) -> Result<u32, StoreFault> {
    let due = ctx.provider.notices.due(ctx.now(), BATCH).await?;
    let count = u32::try_from(due.len()).unwrap_or(BATCH);
    let mut by_application: BTreeMap<ClientId, Vec<Notice>> = BTreeMap::new();
    for notice in due {
        by_application.entry(notice.client.clone()).or_default().push(notice);
    }
    for notices in by_application.into_values() {
        under_way.spawn(one_application(ctx.clone(), delivery.clone(), notices));
    }
    Ok(count)
}

/// One after the other. What is left over when the application fails or takes too long comes up again by itself.
async fn one_application(ctx: Arc<Context>, delivery: Arc<dyn LogoutDelivery>, notices: Vec<Notice>) {
    let begun = ctx.now();
    for notice in notices {
        let outcome = match deliver(&ctx.provider, delivery.as_ref(), &notice).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::error!(%error, "notices of ended sessions");
                return;
            }
        };
        match outcome {
            Outcome::Delivered | Outcome::NotWanted => {}
            Outcome::Again(why) => {
                tracing::warn!(application = notice.client.as_str(), tries = notice.tries, why, "an application could not be told of a sign-out");
                return;
            }
            Outcome::GivenUp(why) => {
                tracing::error!(application = notice.client.as_str(), why, "an application was not told of a sign-out");
                audit_given_up(&ctx, &notice, why).await;
                return;
            }
        }
        if ctx.now().since(begun) > TURN {
            return;
        }
    }
}

async fn audit_given_up(ctx: &Context, notice: &Notice, why: String) {
    let line = AuditEvent {
        event: "logout.notice",
        outcome: "given_up".into(),
        user: Some(notice.user),
        account: None,
        application: Some(notice.client.clone()),
        network: String::new(),
        case: None,
        at: ctx.now(),
        detail: why,
    };
    match ctx.audit.write(&line).await {
        Ok(_) => (ctx.count)(&line),
        Err(error) => tracing::error!(%error, "audit"),
    }
}

#[cfg(test)]
mod tests {
    use homeward_egress::Rules;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// OL-08: no application's address makes the broker ask something inside, whatever listens there. The twin: where that is allowed, it is told.
    #[tokio::test]
    async fn ol_08_nothing_inside_is_told_of_a_sign_out() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut begin = [0; 14];
            stream.read_exact(&mut begin).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 Done\r\nconnection: close\r\n\r\n").await.unwrap();
            String::from_utf8(begin.to_vec()).unwrap()
        });
        let outside = Outside(Client::new(Rules::default()).unwrap());
        let inside = [format!("https://127.0.0.1:{port}/out"), format!("https://[::1]:{port}/out"), format!("https://localhost:{port}/out"), "https://10.0.0.1/out".into(), "https://169.254.169.254/latest".into()];
        for uri in inside {
            let why = outside.post(&uri, "token").await.unwrap_err();
            assert!(why.contains("this address is not public"), "{uri}: {why}");
        }
        assert!(outside.post(&format!("http://127.0.0.1:{port}/out"), "token").await.unwrap_err().contains("only https"));
        assert!(!answering.is_finished(), "nothing has come there");
        let at_home = Outside(Client::new(Rules::development()).unwrap());
        assert_eq!(at_home.post(&format!("http://127.0.0.1:{port}/out"), "token").await, Ok(()));
        assert_eq!(answering.await.unwrap(), "POST /out HTTP");
    }
}
