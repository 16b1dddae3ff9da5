#!/usr/bin/env bash
# The HyperLogLog of probabilistic-collections (Rust), made for an error of 1 per cent, counts 10,000 different words as
# infinitely many.
#
# Versions: probabilistic-collections 0.7.0 (crates.io)
#
# Behaviour: the number of registers is two to the natural logarithm of the number needed, 1,024 for 10,816, and its raw
# estimate is the reciprocal of what it should be, so that only the correction for small counts, by the registers still
# empty, is ever used. It ends when none is empty, at some seven words for each register; with an error of 10 per cent
# asked for, which makes 32, at a few hundred words. Nothing is said.
#
# One would guess otherwise: new() takes the error to be expected, and a HyperLogLog is what one counts words with that
# are too many to keep; the documentation says "small correction for large cardinalities", and its example counts three
# elements.
#
# Output seen, 30 November 2026:
#   1% asked for, 100 words: within 10%
#   1% asked for, 1000 words: within 10%
#   1% asked for, 20000 words: inf
#   1% asked for, 100000 words: inf
#   10% asked for, 1000 words: inf

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_HOME="$work/cargo"
mkdir -p "$work/crate/src"
cd "$work/crate"
cat >Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.1.0"
edition = "2021"

[dependencies]
probabilistic-collections = "=0.7.0"
TOML
cat >src/main.rs <<'RUST'
use probabilistic_collections::hyperloglog::HyperLogLog;

fn check(error: f64, words: usize, want: &str) {
    let mut sketch = HyperLogLog::<String>::new(error);
    (0..words).for_each(|i| sketch.insert(&format!("word{i}")));
    let ratio = sketch.len() / words as f64;
    let got = match ratio {
        ratio if (ratio - 1.0).abs() < 0.1 => "within 10%".into(),
        _ => format!("{}", sketch.len()),
    };
    println!("{}% asked for, {words} words: {got}", error * 100.0);
    assert_eq!(got, want, "CHANGED");
}

fn main() {
    check(0.01, 100, "within 10%");
    check(0.01, 1_000, "within 10%");
    check(0.01, 20_000, "inf");
    check(0.01, 100_000, "inf");
    check(0.1, 1_000, "inf");
}
RUST
cargo run --quiet
