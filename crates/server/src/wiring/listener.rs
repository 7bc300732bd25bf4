//! The server that everything is answered by, with the limits of a connection.

use std::{
    future::ready,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::{
    TlsError,
    rustls_0_23::{Acceptor, TlsStream},
};
use actix_web::{App as ActixApp, dev::{AppConfig, Server}, middleware::from_fn, rt::net::TcpStream, web::Data};
use homeward_web::{App, configure, error_pages, head_as_get, same_origin, security_headers};
use socket2::{Domain, Protocol as Transport, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{LAST_CALL, taken::Taken};
use crate::{limits, metrics::Metrics, settings, tls::Served, traces::Traced};

/// Connections that wait to be taken up.
const WAITING: i32 = 1_024;

/// Bytes of an answer that are under way; the system doubles it for its own needs.
const SENT: usize = 128 * 1024;

/// What every worker makes its services of.
#[derive(Clone)]
struct Parts {
    app: Data<App>,
    body_time: Data<limits::BodyTime>,
    leaving: Data<limits::Leaving>,
    measured: Data<limits::Measured>,
    traced: Data<Traced>,
    limits: settings::RequestLimits,
    ending: GracefulShutdownSignal,
}

/// The server, bound to its address: over http for a proxy, or with its own certificate. Not actix-web's own `HttpServer`, which takes connections as they
/// are: each is wrapped (`taken.rs`).
pub(super) fn listener(
    own: &settings::Server,
    (app, metrics, traced): (Data<App>, Option<Arc<Metrics>>, Traced),
    (body_time, leaving): (limits::BodyTime, limits::Leaving),
    served: Option<&Arc<Served>>,
) -> Result<(SocketAddr, Server), String> {
    let limits = own.limits;
    let server = ServerBuilder::new().max_concurrent_connections(limits.connections).shutdown_timeout(LAST_CALL.as_secs()).disable_signals();
    let server = if own.workers > 0 { server.workers(own.workers) } else { server };
    let parts = Parts {
        app,
        body_time: Data::new(body_time),
        leaving: Data::new(leaving),
        measured: Data::new(limits::Measured(metrics)),
        traced: Data::new(traced),
        limits,
        ending: server.graceful_shutdown_signal(),
    };
    let taken = |e: io::Error| format!("[server] listen = \"{}\": {e}. Choose another port, or end what uses it", own.listen);
    let socket = bound(own.listen).map_err(taken)?;
    let address = socket.local_addr().map_err(taken)?;
    let server = match served {
        None => server.listen("homeward", socket, move || plain(&parts)),
        Some(served) => {
            let mut config = served.config()?;
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            server.listen("homeward", socket, move || own_tls(&parts, config.clone()))
        }
    };
    Ok((address, server.map_err(taken)?.run()))
}

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Transport::TCP))?;
    socket.set_reuse_address(true)?;
    // A socket says that something was taken when a third of this has gone. Left to itself it grows to some MiB, which take a slow client minutes.
    socket.set_send_buffer_size(SENT)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    Ok(socket.into())
}

/// A connection with where it comes from.
type Come<S> = (S, Protocol, Option<SocketAddr>);

fn plain(parts: &Parts) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<> {
    let patience = Duration::from_secs(parts.limits.answer_seconds);
    fn_service(move |stream: TcpStream| {
        let stream = Taken::new(stream, patience);
        let peer = stream.peer();
        ready(Ok((stream, Protocol::Http1, peer)))
    })
    .and_then(http(parts))
}

fn own_tls(parts: &Parts, config: rustls::ServerConfig) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = TlsError<io::Error, DispatchError>, InitError = ()> + use<> {
    let patience = Duration::from_secs(parts.limits.answer_seconds);
    let mut acceptor = Acceptor::new(config);
    acceptor.set_handshake_timeout(Duration::from_secs(parts.limits.header_seconds));
    fn_service(move |stream: TcpStream| ready(Ok(Taken::new(stream, patience))))
        .and_then(acceptor.map_err(TlsError::into_service_error))
        .and_then(fn_service(|stream: TlsStream<Taken<TcpStream>>| {
            let peer = stream.get_ref().0.peer();
            ready(Ok((stream, Protocol::Http1, peer)))
        }))
        .and_then(http(parts).map_err(TlsError::Service))
}

/// What answers on a connection.
fn http<S: AsyncRead + AsyncWrite + Unpin + 'static>(parts: &Parts) -> impl ServiceFactory<Come<S>, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<S> {
    let ending = parts.ending.clone();
    let app = ActixApp::new()
        .app_data(parts.app.clone())
        .app_data(parts.body_time.clone())
        .app_data(parts.leaving.clone())
        .app_data(parts.measured.clone())
        .app_data(parts.traced.clone())
        .wrap(from_fn(limits::within_limits))
        .wrap(from_fn(same_origin))
        .wrap(from_fn(error_pages))
        .wrap(from_fn(security_headers))
        .wrap(from_fn(limits::leaving))
        .wrap(from_fn(head_as_get))
        .configure(configure);
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let ending = ending.clone();
            async move { ending.notified().await }
        })
        .keep_alive(Duration::from_secs(parts.limits.keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(parts.limits.header_seconds))
        .client_disconnect_timeout(Duration::from_secs(5))
        .finish(map_config(app, |()| AppConfig::default()))
}
