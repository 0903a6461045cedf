//! Assignment, three sheets of each panel. Reach: 1,000 nominations and 40 judges in 0.2 s, 100,000 and 2,000 in 30 s.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use twin_cities_awards::judging::assign::{Problem, plan, read};

/// Eight categories, half of it written in Russian, a quarter not translated; a conflict for each fifth nomination; every
/// second judge has two fields of their own.
fn sample(nominations: usize, judges: usize) -> String {
    let mut seed = 2027_u64;
    let mut draw = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    let mut text = String::from(
        r#"{"format":"tca-assignment/1","seed":2027,"per_panel":3,"panels":["coventry","volgograd"],"judges":["#,
    );
    let mut write = |part: std::fmt::Arguments<'_>| text.write_fmt(part).expect("a text takes any amount");
    for judge in 0..judges {
        let comma = if judge == 0 { "" } else { "," };
        let panel = ["coventry", "volgograd"][judge % 2];
        let reads = if draw(4) == 0 { r#""en","ru""# } else { [r#""en""#, r#""ru""#][judge % 2] };
        let fields = if draw(2) == 0 { format!(r#""k{}","k{}""#, draw(8), draw(8)) } else { String::new() };
        write(format_args!(
            r#"{comma}{{"id":"j{judge:05}","panel":"{panel}","languages":[{reads}],"expertise":[{fields}]}}"#
        ));
    }
    write(format_args!(r#"],"nominations":["#));
    for nomination in 0..nominations {
        let comma = if nomination == 0 { "" } else { "," };
        let (language, other) = [("en", "ru"), ("ru", "en")][draw(2)];
        let translation = if draw(4) == 0 { String::new() } else { format!(r#""{other}""#) };
        write(format_args!(
            r#"{comma}{{"id":"n{nomination:06}","category":"k{}","language":"{language}","translations":[{translation}]}}"#,
            draw(8)
        ));
    }
    write(format_args!(r#"],"conflicts":["#));
    for conflict in 0..nominations / 5 {
        let comma = if conflict == 0 { "" } else { "," };
        let (judge, nomination) = (draw(judges), draw(nominations));
        write(format_args!(r#"{comma}{{"judge":"j{judge:05}","nomination":"n{nomination:06}"}}"#));
    }
    write(format_args!("]}}"));
    text
}

fn a_plan_is_made(c: &mut Criterion) {
    let mut group = c.benchmark_group("assign");
    group.sample_size(10);
    for (nominations, judges) in [(100, 12), (1_000, 40), (10_000, 200), (100_000, 2_000)] {
        let text = sample(nominations, judges);
        let size = format!("{nominations} nominations, {judges} judges");
        let asked = read::read(text.as_bytes()).expect("the sample has no fault");
        group.bench_function(BenchmarkId::new("plan", &size), |b| {
            b.iter(|| black_box(plan(&Problem::of(asked.clone()))));
        });
        group.bench_function(BenchmarkId::new("read the problem", &size), |b| {
            b.iter(|| black_box(read::read(text.as_bytes())));
        });
    }
}

criterion_group!(benches, a_plan_is_made);
criterion_main!(benches);
