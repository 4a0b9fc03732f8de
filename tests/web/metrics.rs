//! The figures for operators: by route and status, with nothing in them about anybody.

use std::net::{SocketAddr, TcpListener};

use tsubame::domain::staff::Role;
use tsubame::web::metrics::{self, Sources};

use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::raw;

/// Serves the figures of `app` until the test ends; answers where.
fn serve(app: &TestApp) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let sources = Sources {
        store: app.store.clone(),
        clock: app.clock.clone(),
    };
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async move { metrics::server(sources, listener).unwrap().await })
    });
    address
}

on_each_database! {
    fn requests_jobs_and_queues_are_figures_and_nobody_is_in_them(database: TestDatabase) {
        let app = TestApp::start(database);
        let address = serve(&app);
        let mut hanako = app.signed_in("hanako.figures@example.com");
        let home = hanako.page.path.clone();
        hanako.open(&format!("/en{home}/person")).expect(200);
        hanako.open("/a/K7M4-2PQX-9T").expect(404);
        hanako.open("/nowhere/hanako?name=%E8%8A%B1%E5%AD%90").expect(404);
        app.staff("figures-akiko", &[Role::Auditor], "").open("/admin/audit?who=figures-akiko").expect(200);
        raw::request(&app.base_url, "BREW /check", &[]);
        let answer = raw::request(&address, "GET /metrics", &[]);
        assert_eq!(answer.status, 200);
        let text = answer.body;
        for part in [
            "tsubame_http_requests_total{method=\"GET\",route=\"/a/{reference}/{section}\",status=\"200\"}",
            "tsubame_http_requests_total{method=\"GET\",route=\"/a/{reference}\",status=\"404\"}",
            "route=\"/admin/audit\"",
            "tsubame_http_request_seconds_bucket{",
            "tsubame_jobs_total{kind=\"deliver-mail\",outcome=\"done\"}",
            "tsubame_mails_queued 0",
            "tsubame_database_up 1",
            "tsubame_database_connections ",
            "# EOF",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let receipt = home.trim_start_matches("/a/");
        for secret in [receipt, "hanako", "花子", "K7M4", "figures-akiko", "BREW", "example.com", "/en/", "nowhere"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(raw::request(&address, "GET /healthz", &[]).status, 404, "figures and nothing else");
        assert_eq!(raw::request(&app.base_url, "GET /metrics", &[]).status, 404, "not where people are");
    }
}
