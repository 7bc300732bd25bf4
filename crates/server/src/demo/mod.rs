//! `homeward demo`: the broker, an application that signs in with it, and a mailbox, each under a name of its own, because the
//! ports of one host share cookies. No outside service is needed.

mod application;
mod mailbox;
mod people;

use std::{net::SocketAddr, path::Path, sync::Arc};

use homeward_model::{Clock, SystemClock, SystemRandom};

use crate::{
    apply, log,
    settings::{Log, Settings},
    wiring::{self, Overrides},
};

/// The example accounts, as `homeward apply` takes them.
const REGISTER: &str = include_str!("../../../../deploy/demo.toml");

fn settings(port: u16, smtp: u16, data: &Path) -> Result<Settings, String> {
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://homeward.localhost:{port}\"\nallow_http_localhost = true\n\
         [store]\npath = \"homeward.db\"\n[secrets]\nroot_key_file = \"root.key\"\n\
         [mail]\nhost = \"127.0.0.1\"\nport = {smtp}\ntls = \"none\"\nfrom = \"signin@homeward.localhost.example\"\n\
         [signin]\ndisclosure = \"open\"\n"
    );
    let mut settings: Settings = toml::from_str(&text).map_err(|e| e.to_string())?;
    settings.store.path = data.join(&settings.store.path);
    settings.secrets.root_key_file = data.join(&settings.secrets.root_key_file);
    settings.check().map_err(|e| e.to_string())?;
    Ok(settings)
}

/// Runs until Ctrl-C.
pub(crate) async fn run(port: u16, data: &Path) -> Result<(), String> {
    log::start(&Log { format: "text".into(), level: "warn".into() });
    println!("Homeward demo: preparing {} …", data.display());
    let (app_port, mail_port) = (port.checked_add(1).ok_or("--port is too high")?, port.checked_add(2).ok_or("--port is too high")?);
    let mailbox = mailbox::start().await?;
    let settings = settings(port, mailbox.port, data)?;
    let broker = wiring::start(&settings, Overrides::default()).await?;
    let register = REGISTER.replace(":8080", &format!(":{port}")).replace(":8081", &format!(":{app_port}"));
    let now = SystemClock.now();
    let plan = apply::plan_text(&broker.store, &register, Path::new("deploy/demo.toml"), now, &SystemRandom).await?;
    plan.carry_out(&broker.store, now).await?;
    people::give_passwords(&broker.context, &broker.store).await?;
    let listen = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let issuer = settings.server.public_url.clone();
    let base = format!("http://app.localhost:{app_port}");
    let application = application::start(listen(app_port), application::Application::new(&issuer, &base, broker.address)?)?;
    let mails = mailbox::serve(listen(mail_port), Arc::clone(&mailbox.mails))?;
    println!("{}", people::screen(&base, mail_port, &issuer));
    wiring::interrupted().await;
    println!("\nStopping.");
    application.stop(true).await;
    mails.stop(true).await;
    broker.stop().await;
    Ok(())
}
