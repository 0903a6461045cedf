//! Assignment: who is to read what, at best (`docs/judging.md`, Who reads what).
//!
//! [`run_assign`] is the command `assign`; the service's plan calls the same [`plan()`]. A problem is read ([`read`]), the
//! rules are worked out ([`problem`]), nominations that are alike become one node ([`classes`]), a flow of least cost says
//! how many of them each judge has ([`flow`]), the deal says which ([`seats`]), exchanges join what hangs apart ([`join`]),
//! and the [`plan()`] says what it is worth and proves what it lacks ([`cut`]). All of it is whole numbers, in one thread and
//! in the order of ids: the same problem, the same plan, to the byte.

pub mod answer;
pub mod chance;
pub mod classes;
pub mod cut;
pub mod flow;
pub mod join;
pub mod plan;
pub mod problem;
pub mod read;
pub mod seats;

pub use plan::{Plan, plan};
pub use problem::{Asked, Problem};

use crate::http::document::{json, refusal};

/// Makes the plan of the problem in `text` and writes it as JSON: the command `assign`.
///
/// # Errors
/// `{"errors": [{"pointer", "code", "message"}]}` as JSON, with every fault of the problem.
pub fn run_assign(text: &[u8]) -> Result<String, String> {
    let asked = read::read(text).map_err(|faults| refusal(&faults))?;
    let problem = Problem::of(asked);
    Ok(json(&answer::Answer::of(&problem, &plan(&problem))))
}
