//! Official tally, 10 sheets a nomination. Reach: 100,000 nominations in 0.25 s on 2 cores, linear.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use twin_cities_awards::results::bundle::Bundle;
use twin_cities_awards::results::tally::answer::Answer;
use twin_cities_awards::results::tally::tally;

/// Eight categories, two panels; each nomination is scored by five judges of each panel, each judge by turns.
fn sample(nominations: usize) -> String {
    let judges = (nominations / 20).max(10); // a panel; so a judge has about 100 nominations
    let mut text = String::from(
        r#"{"format":"tca-bundle/1","edition":{"slug":"2027","quorum":3,"judging_close_at":"2027-09-10T22:59:59Z",
        "criteria":[{"key":"C1","weight":30,"max_score":10},{"key":"C2","weight":25,"max_score":10},
        {"key":"C3","weight":20,"max_score":10},{"key":"C4","weight":15,"max_score":10},
        {"key":"C5","weight":10,"max_score":10}],"panels":[{"key":"coventry"},{"key":"volgograd"}],"categories":["#,
    );
    let mut write = |part: std::fmt::Arguments<'_>| text.write_fmt(part).expect("a text takes any amount");
    for category in 0..8 {
        let comma = if category == 0 { "" } else { "," };
        write(format_args!(r#"{comma}{{"key":"k{category}","winners":1,"commended":2}}"#));
    }
    write(format_args!("]}},\"recusals\":[],\"rulings\":[],\"judges\":["));
    for judge in 0..2 * judges {
        let comma = if judge == 0 { "" } else { "," };
        let panel = ["coventry", "volgograd"][judge % 2];
        write(format_args!(r#"{comma}{{"id":"j{judge:05}","panel":"{panel}","removed":null}}"#));
    }
    write(format_args!("],\"nominations\":["));
    for nomination in 0..nominations {
        let comma = if nomination == 0 { "" } else { "," };
        let category = nomination % 8;
        write(format_args!(
            r#"{comma}{{"id":"n{nomination:06}","category":"k{category}","status":"eligible","merged_into":null}}"#
        ));
    }
    write(format_args!("],\"sheets\":["));
    let mut seed = 2027_u64;
    for nomination in 0..nominations {
        for seat in 0..10 {
            let judge = 2 * ((nomination * 5 + seat / 2) % judges) + seat % 2;
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let [a, b, c, d, e] = [33, 37, 41, 45, 49].map(|shift| (seed >> shift) % 11);
            let comma = if nomination + seat == 0 { "" } else { "," };
            write(format_args!(
                r#"{comma}{{"judge":"j{judge:05}","nomination":"n{nomination:06}","state":"submitted","submitted_at":"2027-09-01T00:00:00Z","scores":{{"C1":{a},"C2":{b},"C3":{c},"C4":{d},"C5":{e}}}}}"#
            ));
        }
    }
    write(format_args!("]}}"));
    text
}

fn tally_grows_linearly(c: &mut Criterion) {
    let mut group = c.benchmark_group("tally");
    group.sample_size(10);
    for size in [1_000, 10_000, 100_000] {
        let text = sample(size);
        let bundle = Bundle::parse(&text).expect("the sample has no fault");
        let counted = tally(&bundle);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("count", size), |b| b.iter(|| black_box(tally(&bundle))));
        group.bench_function(BenchmarkId::new("read the bundle", size), |b| b.iter(|| black_box(Bundle::parse(&text))));
        group.bench_function(BenchmarkId::new("write the answer", size), |b| {
            b.iter(|| black_box(serde_json::to_string(&Answer::of(&counted))));
        });
    }
}

criterion_group!(benches, tally_grows_linearly);
criterion_main!(benches);
