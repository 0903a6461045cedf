//! What every handler needs: problem answers, bodies at the door, paging, versions, keys that make a request safe to
//! send twice, links in mails, what a request says of itself.

pub mod answer;
pub mod assets;
pub mod body;
pub mod cell;
pub mod connection;
pub mod cookies;
pub mod csv;
pub mod document;
pub mod door;
pub mod etag;
pub mod faults;
pub mod form;
pub mod idempotency;
pub mod json;
pub mod limits;
pub mod link_pages;
pub mod links;
pub mod middleware;
pub mod origin;
pub mod pages;
pub mod paging;
pub mod problem;
pub mod request;
pub mod upload;
pub mod way_back;
pub mod xlsx;
