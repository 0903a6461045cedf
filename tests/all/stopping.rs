//! The end of the program, as a service manager asks for it (S-DEP-1), and the end of one request alone (S-HTTP-14).

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
use actix_web::{HttpResponse, web};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use twin_cities_awards::http::middleware::around;
use twin_cities_awards::server;

use crate::app::{Folder, parts_on_sqlite};
use crate::people::maria;

/// The program with a database and a trial's clock.
fn program(folder: &Folder, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    command
        .args(words)
        .args(["--clock", "2021-05-10T10:00:00Z", "--listen", "127.0.0.1:0"])
        .args(["--public-url", "http://awards.example.org"])
        .env("TCA_SECRET", "the root secret of a story that all may know")
        .env("RUST_LOG", "error")
        .current_dir(&folder.0);
    command
}

fn ask_to_end(process: &Child) {
    let sent = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

/// A request by hand, and all that is answered to it.
async fn ask(address: &str, request: &str) -> String {
    let mut wire = TcpStream::connect(address).await.expect("somebody listens");
    wire.write_all(request.as_bytes()).await.expect("it is sent");
    hear(wire).await
}

async fn hear(mut wire: TcpStream) -> String {
    let mut heard = String::new();
    wire.read_to_string(&mut heard).await.expect("an answer, then the end");
    heard
}

#[test]
fn a_server_that_is_asked_to_end_is_not_ready_at_once_and_finishes_what_has_begun() {
    let folder = Folder::new();
    let made = program(&folder, &["edition", "create", "--template", "tca-2021"]).output().expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut process = program(&folder, &["serve"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says a line");
    let address = line.trim().strip_prefix("listening on http://").expect("its address").to_owned();
    let host = "Host: awards.example.org\r\n";
    let ready = format!("GET /readyz HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        assert!(ask(&address, &ready).await.ends_with("yes"));
        let body = maria().to_string();
        let (first, second) = body.split_at(body.find("story").expect("it tells one"));
        let mut begun = TcpStream::connect(&address).await.expect("it listens");
        let head =
            format!("POST /api/v1/editions/2021/nominations HTTP/1.1\r\n{host}Content-Type: application/json\r\n");
        let request = format!("{head}Content-Length: {}\r\n\r\n{first}", body.len());
        begun.write_all(request.as_bytes()).await.expect("it is sent");
        let _idle = TcpStream::connect(&address).await.expect("it listens"); // holds nothing up

        ask_to_end(&process);
        while !ask(&address, &ready).await.ends_with("no") {}
        begun.write_all(second.as_bytes()).await.expect("it is sent");
        let heard = hear(begun).await;
        assert!(heard.starts_with("HTTP/1.1 201") && heard.contains("connection: close"), "{heard}");
    });
    assert_eq!(process.wait().expect("it ends").code(), Some(0));
    let second = program(&folder, &["serve"]).stdout(Stdio::piped()).spawn().expect("the file is free again");
    ask_to_end(&second);
    let _ended = second.wait_with_output();
}

async fn breaks() -> HttpResponse {
    panic!("a fault of ours")
}

#[test]
fn a_handler_that_panics_is_answered_in_words_and_harms_nobody_else() {
    let folder = Folder::new();
    let app = parts_on_sqlite(&folder);
    System::new().block_on(async {
        let broken = actix_web::App::new()
            .configure(server::routes(app.clone()))
            .route("/en/broken", web::get().to(breaks))
            .route("/broken", web::get().to(breaks))
            .wrap(from_fn(around));
        let service = init_service(broken).await;
        let get = |path: &str| {
            let request = TestRequest::get().uri(path).insert_header((header::HOST, app.config.public_url.host()));
            request.insert_header((header::ACCEPT_LANGUAGE, "ru")).to_request()
        };
        for (path, media) in [("/broken", "application/problem+json"), ("/en/broken", "text/html; charset=utf-8")] {
            let error = try_call_service(&service, get(path)).await.expect_err("no answer of the handler's");
            let answer = error.error_response();
            let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
            assert_eq!(answer.status(), 500);
            assert_eq!(header("content-type").as_deref(), Some(media));
            assert_eq!(header("cache-control").as_deref(), Some("no-store"));
            assert!(header("x-request-id").is_some() && header("content-security-policy").is_some());
            assert_eq!(call_service(&service, get("/readyz")).await.status(), 200);
        }
    });
}
