//! The server that everything is answered by, with the limits of a connection.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{App as ActixApp, HttpServer, dev::Server, middleware::from_fn, web::Data};
use homeward_web::{App, configure, error_pages, head_as_get, same_origin, security_headers};

use super::LAST_CALL;
use crate::{limits, metrics::Metrics, settings, tls::Served, traces::Traced};

/// The server, bound to its address: over http for a proxy, or with its own certificate.
pub(super) fn listener(
    own: &settings::Server,
    (app, metrics, traced): (Data<App>, Option<Arc<Metrics>>, Traced),
    (body_time, leaving): (limits::BodyTime, limits::Leaving),
    served: Option<&Arc<Served>>,
) -> Result<(SocketAddr, Server), String> {
    let limits = own.limits;
    let (body_time, leaving) = (Data::new(body_time), Data::new(leaving));
    let (measured, traced) = (Data::new(limits::Measured(metrics)), Data::new(traced));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(body_time.clone())
            .app_data(leaving.clone())
            .app_data(measured.clone())
            .app_data(traced.clone())
            .wrap(from_fn(limits::within_limits))
            .wrap(from_fn(same_origin))
            .wrap(from_fn(error_pages))
            .wrap(from_fn(security_headers))
            .wrap(from_fn(limits::leaving))
            .wrap(from_fn(head_as_get))
            .configure(configure)
    })
    .client_request_timeout(Duration::from_secs(limits.header_seconds))
    .tls_handshake_timeout(Duration::from_secs(limits.header_seconds))
    .keep_alive(Duration::from_secs(limits.keep_alive_seconds))
    .max_connections(limits.connections)
    .client_disconnect_timeout(Duration::from_secs(5))
    .shutdown_timeout(LAST_CALL.as_secs())
    .disable_signals();
    let server = if own.workers > 0 { server.workers(own.workers) } else { server };
    let server = match served {
        None => server.bind(own.listen),
        Some(served) => server.bind_rustls_0_23(own.listen, served.config()?),
    };
    let server = server.map_err(|e| {
        format!("[server] listen = \"{}\": {e}. Choose another port, or end what uses it", own.listen)
    })?;
    let address = server.addrs().first().copied().ok_or("the server has no address")?;
    Ok((address, server.run()))
}
