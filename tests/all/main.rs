//! All tests are one binary: a module a story or a topic.

mod accounts;
mod announcement;
mod announcing;
mod app;
mod bad_input;
mod contract;
mod deciding;
mod desk;
mod editions;
mod house;
mod judges;
mod judging;
mod link_pages;
mod nomination_form;
mod nominations;
mod nothing_lost;
mod outbox;
mod pages;
mod people;
mod postgres;
mod schema;
mod smtp_server;
mod tally;
mod texts;
mod whole_way;
