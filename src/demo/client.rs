//! A client of our own API, without a socket: the demo asks as anybody would.

use std::rc::Rc;

use actix_web::http::{Method, header};
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use futures_util::future::LocalBoxFuture;
use serde_json::Value as Json;

use crate::accounts::gate;
use crate::app::App;
use crate::http::middleware::around;
use crate::server;

/// A call of the demo was refused: the sample and the rules no longer fit.
#[derive(Debug, thiserror::Error)]
#[error("{method} {path} answered {status}: {body}")]
pub struct DemoError {
    method: Method,
    path: String,
    status: u16,
    body: String,
}

struct Reply {
    status: u16,
    etag: String,
    body: String,
}

/// The API, asked in place.
pub(super) struct Client {
    ask: Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Reply>>,
    host: String,
}

impl Client {
    /// The client of an app.
    pub(super) async fn of(app: &App) -> Self {
        let configure = server::routes(app.clone());
        let service = actix_web::App::new().configure(configure).wrap(from_fn(gate)).wrap(from_fn(around));
        let service = Rc::new(init_service(service).await);
        let ask = move |request: TestRequest| -> LocalBoxFuture<'static, Reply> {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let answer = call_service(&*service, request.to_request()).await;
                let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
                let (status, etag) = (answer.status().as_u16(), tag.unwrap_or_default().to_owned());
                let body = String::from_utf8_lossy(&read_body(answer).await).into_owned();
                Reply { status, etag, body }
            })
        };
        Self { ask: Box::new(ask), host: app.config.public_url.host().to_owned() }
    }

    /// `GET`.
    pub(super) async fn get(&self, path: &str, token: &str) -> Result<Json, DemoError> {
        self.call(Method::GET, path, token, None, None).await.map(|(body, _)| body)
    }

    /// `POST`.
    pub(super) async fn post(&self, path: &str, token: &str, body: Json) -> Result<Json, DemoError> {
        self.call(Method::POST, path, token, None, Some(body)).await.map(|(body, _)| body)
    }

    /// `PUT` of what is new.
    pub(super) async fn put(&self, path: &str, token: &str, body: Json) -> Result<Json, DemoError> {
        self.call(Method::PUT, path, token, None, Some(body)).await.map(|(body, _)| body)
    }

    /// `PATCH` of what stands, in the version that stands.
    pub(super) async fn patch(&self, path: &str, token: &str, body: Json) -> Result<Json, DemoError> {
        let (_, etag) = self.call(Method::GET, path, token, None, None).await?;
        self.call(Method::PATCH, path, token, Some(&etag), Some(body)).await.map(|(body, _)| body)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        if_match: Option<&str>,
        body: Option<Json>,
    ) -> Result<(Json, String), DemoError> {
        let uri = format!("/api/v1{path}");
        let mut request =
            TestRequest::with_uri(&uri).method(method.clone()).insert_header((header::HOST, self.host.as_str()));
        if !token.is_empty() {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        if let Some(etag) = if_match {
            request = request.insert_header((header::IF_MATCH, etag));
        }
        if let Some(body) = body {
            request = request.set_json(body);
        }
        let reply = (self.ask)(request).await;
        if !(200..300).contains(&reply.status) {
            return Err(DemoError { method, path: path.to_owned(), status: reply.status, body: reply.body });
        }
        Ok((serde_json::from_str(&reply.body).unwrap_or(Json::Null), reply.etag))
    }
}
