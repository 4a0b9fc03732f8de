//! The yardstick: the same HTTP server with nothing in it, in a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};

use crate::program::WORKERS;

/// What makes this program be the yardstick instead of measuring.
pub(crate) const ARGUMENT: &str = "hello";

/// Serves "hello" until it is killed; says on which port.
pub(crate) fn serve() {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let server = HttpServer::new(|| {
        App::new().route(
            "/",
            web::get().to(|| async { HttpResponse::Ok().body("hello") }),
        )
    });
    actix_web::rt::System::new()
        .block_on(server.workers(WORKERS).listen(listener).unwrap().run())
        .unwrap();
}

/// The yardstick, running.
pub(crate) struct Hello {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Hello {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ARGUMENT)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], line.trim().parse().unwrap())),
        }
    }
}

impl Drop for Hello {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
