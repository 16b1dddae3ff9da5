#!/usr/bin/env bash
# statrs (Rust): the hypergeometric chance of a word in a sample of 600 of 1,200 words is NaN, and the binomial chance
# of at most half of 100 million is -0.54.
#
# Versions: statrs 0.19.1 (crates.io)
#
# Behaviour: Hypergeometric's pmf divides binomial coefficients that are infinite in floating point from populations of
# about 1,030 on; its ln_pmf, of the same number, is right, and so is its cdf. Binomial's cdf is off in the middle from
# a million on, as gonum's is from ten million (gonum-probabilities-are-negative); so is Beta's. Nothing is said.
#
# One would guess otherwise: a chance and its logarithm are one number, and a probability is from 0 to 1; the
# multinomial distribution of the same release has been mended in just this point. Whether a word is more frequent in
# one corpus than in another is commonly tested so, and corpora have more than a thousand words.
#
# Output seen, 30 November 2026:
#   a word that occurs 10 times, in a sample of a half, 5 times in it:
#   of 1000 words: pmf 0.2473, exp(ln_pmf) 0.2473, cdf 0.6237
#   of 1200 words: pmf NaN, exp(ln_pmf) 0.2471, cdf 0.6236
#   of 1000000 words: pmf NaN, exp(ln_pmf) 0.2461, cdf 0.6230
#   at most half of 100000 heads: 0.5013
#   at most half of 1000000 heads: 0.4992
#   at most half of 100000000 heads: -0.5409

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
statrs = { version = "=0.19.1", default-features = false, features = ["std"] }
TOML
cat >src/main.rs <<'RUST'
use statrs::distribution::{Binomial, Discrete, DiscreteCDF, Hypergeometric};

fn check(got: String, want: &str) {
    println!("{got}");
    assert_eq!(got, want, "CHANGED");
}

fn word(population: u64, want: &str) {
    let drawn = Hypergeometric::new(population, 10, population / 2).unwrap();
    let (chance, logarithm) = (drawn.pmf(5), drawn.ln_pmf(5).exp());
    let got = format!("pmf {chance:.4}, exp(ln_pmf) {logarithm:.4}, cdf {:.4}", drawn.cdf(5));
    check(format!("of {population} words: {got}"), &format!("of {population} words: {want}"));
}

fn heads(number: u64, want: &str) {
    let chance = Binomial::new(0.5, number).unwrap().cdf(number / 2);
    check(format!("at most half of {number} heads: {chance:.4}"), &format!("at most half of {number} heads: {want}"));
}

fn main() {
    println!("a word that occurs 10 times, in a sample of a half, 5 times in it:");
    word(1_000, "pmf 0.2473, exp(ln_pmf) 0.2473, cdf 0.6237");
    word(1_200, "pmf NaN, exp(ln_pmf) 0.2471, cdf 0.6236");
    word(1_000_000, "pmf NaN, exp(ln_pmf) 0.2461, cdf 0.6230");
    heads(100_000, "0.5013");
    heads(1_000_000, "0.4992");
    heads(100_000_000, "-0.5409");
}
RUST
cargo run --quiet
