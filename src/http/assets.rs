//! Styles and pictures, out of the binary, each under an address that holds its content's hash: a browser keeps it for
//! good, and a new version has a new address.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::problem::{Answer, Code, Problem};
use crate::keys::hex;

#[derive(rust_embed::Embed)]
#[folder = "src/assets"]
struct Files;

/// The style sheet.
pub const STYLE: &str = "style.css";
/// The picture in a browser's tab.
pub const ICON: &str = "icon.svg";

/// The script of the form: it counts words.
pub const FORM_SCRIPT: &str = "form.js";

/// A file, ready to be sent.
struct Asset {
    address: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let asset = |name: std::borrow::Cow<'static, str>| {
        let file = Files::get(&name)?;
        let hash = hex(&file.metadata.sha256_hash()[..8]);
        let (stem, end) = name.rsplit_once('.')?;
        let kind = match end {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return None,
        };
        Some((
            name.to_string(),
            Asset { address: format!("/assets/{stem}.{hash}.{end}"), kind, bytes: file.data.into() },
        ))
    };
    Files::iter().filter_map(asset).collect()
});

/// Where a file is found.
pub fn address(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| asset.address.as_str())
}

/// Whether an address is that of a file: the same for everybody.
pub fn is_one(path: &str) -> bool {
    path.starts_with("/assets/")
}

/// Registers the files.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/assets/{file}", web::get().to(serve));
}

async fn serve(file: web::Path<String>) -> Answer<HttpResponse> {
    let address = format!("/assets/{file}");
    let asset = ASSETS.values().find(|asset| asset.address == address).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes.as_slice()))
}
