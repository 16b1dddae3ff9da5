#!/usr/bin/env bash
# tiktoken gives a fine-tuned gpt-4.1 GPT-4's encoding, and jtokkit gpt-4.1 itself: Hindi counts more than twice.
#
# Versions: tiktoken 0.14.0, com.knuddels:jtokkit 1.1.0 (Maven)
#
# Behaviour: both look a model's name up, and then its beginning. tiktoken has gpt-4.1 and gpt-4.1-mini as o200k_base,
# and ft:gpt-4o as well, but ft:gpt-4.1-mini begins with ft:gpt-4 and is cl100k_base. jtokkit does the same to gpt-4.1
# and gpt-4.5-preview, which begin with gpt-4, while it says of gpt-5 that it does not know it.
#
# One would guess otherwise: a name that a library does not know is refused (gpt-5 in jtokkit, gpt-4.5 in tiktoken), and
# a fine-tuned model has its base model's tokens, as the table's own rows for gpt-4o and GPT-4 say. Nothing is raised;
# two words of Hindi are 13 tokens for 5.
#
# Output seen, 30 November 2026:
#   tiktoken, gpt-4.1: o200k_base
#   tiktoken, gpt-4.1-mini: o200k_base
#   tiktoken, ft:gpt-4o-mini:org::id: o200k_base
#   tiktoken, ft:gpt-4.1:org::id: cl100k_base
#   tiktoken, ft:gpt-4.1-mini:org::id: cl100k_base
#   tiktoken, gpt-4.5: KeyError
#   jtokkit, gpt-4: cl100k_base 13
#   jtokkit, gpt-4o: o200k_base 5
#   jtokkit, gpt-4.1: cl100k_base 13
#   jtokkit, gpt-4.5-preview: cl100k_base 13
#   jtokkit, gpt-5: unknown

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tiktoken==0.14.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import tiktoken


def check(model, want):
    try:
        got = tiktoken.encoding_name_for_model(model)
    except KeyError:
        got = "KeyError"
    print(f"tiktoken, {model}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {model} was {want}")


check("gpt-4.1", "o200k_base")
check("gpt-4.1-mini", "o200k_base")
check("ft:gpt-4o-mini:org::id", "o200k_base")
check("ft:gpt-4.1:org::id", "cl100k_base")
check("ft:gpt-4.1-mini:org::id", "cl100k_base")
check("gpt-4.5", "KeyError")
PY
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.knuddels</groupId>
      <artifactId>jtokkit</artifactId>
      <version>1.1.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars"
cat >Finding.java <<'JAVA'
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;

public class Finding {
    static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

    static void check(String model, String want) {
        String got = REGISTRY.getEncodingForModel(model)
            .map(encoding -> encoding.getName() + " " + encoding.countTokens("नमस्ते दुनिया")).orElse("unknown");
        System.out.printf("jtokkit, %s: %s%n", model, got);
        if (!got.equals(want)) {
            System.out.printf("CHANGED: %s was %s%n", model, want);
            System.exit(1);
        }
    }

    public static void main(String[] arguments) {
        check("gpt-4", "cl100k_base 13");
        check("gpt-4o", "o200k_base 5");
        check("gpt-4.1", "cl100k_base 13");
        check("gpt-4.5-preview", "cl100k_base 13");
        check("gpt-5", "unknown");
    }
}
JAVA
javac -encoding UTF-8 -cp "jars/*" Finding.java
java -cp "jars/*:." Finding
