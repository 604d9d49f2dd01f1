//! Planted differences among noise, and noise alone.

use testkit::seeded::Seeded;

use super::*;

const RUNS: u64 = 200;
const FIELDS: u64 = 20;
const SEEDS: u64 = 100;

/// Runs with 20 fields of noise, of few and of many values, and some numbers; `share` in 100 of them have the planted
/// value.
fn side(random: &mut Seeded, name: &str, share: u64) -> Vec<Case> {
    (0..RUNS)
        .map(|number| {
            let mut case = Case::new(RunId::new(format!("{name} {number}")));
            for field in 0..FIELDS {
                let value = random.below(2 + field);
                case.add(&format!("field_{field}"), &value.to_string());
            }
            for field in 0..4_u32 {
                let number = u32::try_from(random.below(1_000)).unwrap();
                case.number(&format!("number_{field}"), Some(f64::from(number)));
            }
            if random.below(100) < share {
                case.add("planted", "yes");
            }
            case
        })
        .collect()
}

#[test]
fn a_planted_difference_is_ranked_first() {
    let is_first = |seed: &u64| {
        let mut random = Seeded::new(*seed);
        let good = side(&mut random, "good", 20);
        let bad = side(&mut random, "bad", 50);
        let differences = compare(&good, &bad);
        differences[0].feature.name == "planted" && differences[0].is_significant
    };
    let first = (0..SEEDS).filter(is_first).count();
    assert!(first >= 95, "{first}");
}

#[test]
fn noise_alone_is_not_significant() {
    let is_quiet = |seed: &u64| {
        let mut random = Seeded::new(1_000 + *seed);
        let good = side(&mut random, "good", 30);
        let bad = side(&mut random, "bad", 30);
        !compare(&good, &bad)
            .iter()
            .any(|difference| difference.is_significant)
    };
    let quiet = (0..SEEDS).filter(is_quiet).count();
    assert!(quiet >= 95, "{quiet}");
}

#[test]
fn counts_and_examples_are_those_of_the_sides() {
    let mut good = vec![Case::new(RunId::new("a")), Case::new(RunId::new("b"))];
    let mut bad = vec![Case::new(RunId::new("c")), Case::new(RunId::new("d"))];
    good[1].add("prompt_version", "14");
    bad.iter_mut().for_each(|case| case.add("prompt_version", "14"));
    let differences = compare(&good, &bad);
    let [difference] = differences.as_slice() else {
        panic!("{differences:?}")
    };
    assert_eq!((difference.good.runs, difference.bad.runs), (1, 2));
    assert!((difference.effect - 0.5).abs() < 1e-9);
    assert_eq!(difference.example, (Some(RunId::new("a")), Some(RunId::new("c"))));
    assert!(!difference.is_significant);
}

#[test]
fn an_empty_side_tells_nothing() {
    assert_eq!(compare(&[], &[Case::new(RunId::new("a"))]), []);
}
