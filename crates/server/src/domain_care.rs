//! The care of domains: the records that prove them are looked for again, and administrators are told when one is missing (LH-08). Records that
//! are to prove one are looked for, too (ADM-14).

use std::{sync::Arc, time::Duration};

use homeward_portal::{
    Portal,
    domain_search::{self, Sight, Sought},
    domain_watch::{self, Due, Turn},
    ports::Settling,
};
use homeward_signin::{Context, usecase::alerts};
use homeward_store::Lead;
use tokio::{sync::watch, time::timeout};

/// It looks this often.
const ROUND: Duration = Duration::from_secs(600);
/// Records that are new are looked for so long in one round: name servers that never answer keep nothing else waiting.
const SEARCH: Duration = Duration::from_secs(240);

/// Runs until `stop` says so. Of several brokers one looks.
pub(crate) async fn run(ctx: Arc<Context>, portal: Arc<Portal>, lead: Arc<Lead>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = async { if lead.is_ours().await { round(&ctx, &portal).await } } => {}
            _ = stop.changed() => return,
        }
        if timeout(ROUND, stop.changed()).await.is_ok() {
            return;
        }
    }
}

/// Looks at every domain whose time has come.
pub(crate) async fn round(ctx: &Context, portal: &Portal) {
    watch_over(ctx, portal).await;
    search(portal).await;
}

/// Those that were proved come first.
async fn watch_over(ctx: &Context, portal: &Portal) {
    let due = match domain_watch::due(portal).await {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, "the care of domains");
            return;
        }
    };
    for one in due {
        if let Err(error) = look(ctx, portal, &one).await {
            tracing::error!(domain = %one.domain, account = %one.account, error, "the care of a domain");
        }
    }
}

/// Those that are to be proved. What is left over is the first of the next round.
async fn search(portal: &Portal) {
    let all = match domain_search::due(portal).await {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(%error, "the search for records of domains");
            return;
        }
    };
    let began = portal.now();
    for one in all {
        if portal.now().since(began) >= SEARCH {
            return;
        }
        if let Err(error) = seek(portal, &one).await {
            tracing::error!(domain = %one.domain, account = %one.account, error, "the search for a domain's record");
        }
    }
}

async fn seek(portal: &Portal, sought: &Sought) -> Result<(), String> {
    // Who is told of it is told by the step itself.
    if domain_search::seek(portal, sought).await.map_err(|fault| fault.to_string())? == Sight::Proved {
        tracing::info!(domain = %sought.domain, account = %sought.account, "a domain is proved");
    }
    Ok(())
}

async fn look(ctx: &Context, portal: &Portal, due: &Due) -> Result<(), String> {
    let seen = domain_watch::look(portal, due).await;
    // Told before it is kept: a fault in between has it told a second time rather than never.
    let told = match seen.turn {
        Turn::Same | Turn::Back => 0,
        Turn::Lost { until } => tell(ctx, portal, due, Some(until)).await?,
        Turn::Off => tell(ctx, portal, due, None).await?,
    };
    match domain_watch::settle(portal, due, &seen).await.map_err(|fault| fault.to_string())? {
        Settling::Done if seen.turn == Turn::Same => {}
        Settling::Done => tracing::info!(domain = %due.domain, account = %due.account, turn = seen.turn.words(), told, "a domain"),
        Settling::Otherwise => tracing::info!(domain = %due.domain, "somebody changed it while it was looked at"),
        Settling::Taken => tracing::warn!(domain = %due.domain, account = %due.account, "the record is back, and another account has proved the domain"),
    }
    Ok(())
}

async fn tell(ctx: &Context, portal: &Portal, due: &Due, until: Option<homeward_model::Timestamp>) -> Result<u32, String> {
    let Some(account) = portal.accounts.account(due.account).await.map_err(|fault| fault.to_string())? else { return Ok(0) };
    alerts::domain_missing(ctx, &account, &due.domain, until).await.map_err(|fault| fault.to_string())
}
