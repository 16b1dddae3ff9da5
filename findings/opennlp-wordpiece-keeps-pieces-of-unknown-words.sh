#!/usr/bin/env bash
# OpenNLP's WordpieceTokenizer keeps pieces of words that it cannot spell, and leaves curly quotes on the words.
#
# Versions: org.apache.opennlp:opennlp-tools 2.5.4 (Maven), tokenizers 0.23.3
#
# Behaviour: a word that the vocabulary cannot spell to its end is one [UNK] in tokenizers; OpenNLP gives the pieces
# found so far and [UNK] for the rest: hello [UNK] for helloz. It sets punctuation apart in whole runs and in ASCII only,
# so that ?! is looked up as a word and “hello” with its quotes, and leaves 日本 one word, where BERT's pre-tokenizer
# sets each of these characters apart. What has none of these comes out the same.
#
# One would guess otherwise: one vocabulary has one longest-match algorithm, BERT's, and the description that the class
# refers to (R's wordpiece) has the word replaced. A word in quotes is unknown, however frequent it is.
#
# Output seen, 30 November 2026:
#   unaffable: OpenNLP un ##aff ##able, tokenizers un ##aff ##able
#   hello, world!: OpenNLP hello , world !, tokenizers hello , world !
#   helloz: OpenNLP hello [UNK], tokenizers [UNK]
#   unaffz: OpenNLP un ##aff [UNK], tokenizers [UNK]
#   zhello: OpenNLP [UNK], tokenizers [UNK]
#   hello?!: OpenNLP hello ? [UNK], tokenizers hello ? !
#   “hello”: OpenNLP “ [UNK], tokenizers “ hello ”
#   日本: OpenNLP 日 ##本, tokenizers 日 本

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.opennlp</groupId>
      <artifactId>opennlp-tools</artifactId>
      <version>2.5.4</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars"
cat >Finding.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import opennlp.tools.tokenize.WordpieceTokenizer;

public class Finding {
    public static void main(String[] arguments) throws Exception {
        var tokenizer = new WordpieceTokenizer(new HashSet<>(Files.readAllLines(Path.of("vocab"))));
        for (String text : Files.readAllLines(Path.of("texts"))) {
            System.out.println(String.join(" ", tokenizer.tokenize(text)));
        }
    }
}
JAVA
printf '%s\n' '[CLS]' '[SEP]' '[UNK]' un '##aff' '##able' hello world , '!' '?' “ ” 日 本 '##本' >vocab
printf '%s\n' unaffable 'hello, world!' helloz unaffz zhello 'hello?!' “hello” 日本 >texts
javac -encoding UTF-8 -cp "jars/*" Finding.java
java -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -cp "jars/*:." Finding 2>/dev/null >java
"$work/venv/bin/python" - <<'PY'
import pathlib
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


def lines(name):
    return pathlib.Path(name).read_text().splitlines()


vocab = {token: index for index, token in enumerate(lines("vocab"))}
bert = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
bert.normalizer, bert.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
wanted = [
    ("un ##aff ##able", "un ##aff ##able"),
    ("hello , world !", "hello , world !"),
    ("hello [UNK]", "[UNK]"),
    ("un ##aff [UNK]", "[UNK]"),
    ("[UNK]", "[UNK]"),
    ("hello ? [UNK]", "hello ? !"),
    ("“ [UNK]", "“ hello ”"),
    ("日 ##本", "日 本"),
]
for text, java, want in zip(lines("texts"), lines("java"), wanted, strict=True):
    got = java.removeprefix("[CLS] ").removesuffix(" [SEP]"), " ".join(bert.encode(text).tokens)
    print(f"{text}: OpenNLP {got[0]}, tokenizers {got[1]}")
    if got != want:
        sys.exit(f"CHANGED: {text} was {want}")
PY
