//! All tests are one binary: a module a story or a topic.

mod house;
mod postgres;
mod schema;
mod texts;
