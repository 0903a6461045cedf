//! The demo: a throw-away edition with sample people, nominations, sheets and decisions, as they would stand at one of
//! four moments, and an earlier edition beside it that is announced.
//!
//! It is made by the calls that anybody makes, one after another, by a clock that [`tell`] moves: so what it shows is
//! what the service does.

mod client;
mod judges;
mod moment;
mod samples;
mod story;

pub use client::DemoError;
pub use moment::Moment;
pub use samples::{PEOPLE, SAMPLES, Sample, SamplePerson};
pub use story::{SignIn, StoryError, tell};

/// A nomination that nobody of the story has sent: for whoever tries the demo out.
pub fn example() -> serde_json::Value {
    crate::nominations::schema::individual()
}
