#!/usr/bin/env bash
# DJL's HuggingFaceTokenizer gives the first 512 tokens of a longer text, though the file says nothing of a limit.
#
# Versions: ai.djl.huggingface:tokenizers 0.36.0 (Maven)
#
# Behaviour: made of a tokenizer.json whose truncation is null, by newInstance without options, the Java wrapper of
# tokenizers truncates to 512 tokens. encode, batchEncode and tokenize all do, so that counts of tokens of documents
# stop at 512. With the option truncation=false all tokens are there.
#
# One would guess otherwise: it is the same Rust library, which truncates nothing unless it is told to; the file's
# truncation is null; short texts have the ids of tokenizers; and no exception is thrown.
#
# Output seen, 30 November 2026:
#   500 words: 500 tokens, with truncation=false 500
#   600 words: 512 tokens, with truncation=false 600
#   5000 words: 512 tokens, with truncation=false 5000
#   5000 words by tokenize: 512

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DJL_CACHE_DIR="$work/cache" OPT_OUT_TRACKING=true
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>ai.djl.huggingface</groupId>
      <artifactId>tokenizers</artifactId>
      <version>0.36.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars"
cat >tokenizer.json <<'JSON'
{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
 "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null, "decoder": null,
 "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
JSON
cat >Finding.java <<'JAVA'
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.nio.file.Path;
import java.util.Map;

public class Finding {
    static void check(boolean same) {
        if (!same) {
            System.out.println("CHANGED");
            System.exit(1);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of("tokenizer.json");
        try (HuggingFaceTokenizer made = HuggingFaceTokenizer.newInstance(file);
                HuggingFaceTokenizer whole = HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false"))) {
            for (int words : new int[] {500, 600, 5000}) {
                String text = "ab ".repeat(words);
                int got = made.encode(text).getIds().length;
                int all = whole.encode(text).getIds().length;
                System.out.printf("%d words: %d tokens, with truncation=false %d%n", words, got, all);
                check(got == Math.min(words, 512) && all == words);
            }
            int got = made.tokenize("ab ".repeat(5000)).size();
            System.out.printf("5000 words by tokenize: %d%n", got);
            check(got == 512);
        }
    }
}
JAVA
javac -proc:none -cp "jars/*" Finding.java
java -cp "jars/*:." Finding 2>/dev/null
