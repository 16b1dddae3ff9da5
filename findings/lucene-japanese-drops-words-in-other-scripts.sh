#!/usr/bin/env bash
# Lucene's JapaneseAnalyzer drops rare kanji, and words in Korean, Thai, Hindi and Arabic script: of 𠮷野家で食べる (to eat at
# Yoshinoya) 𠮷 is gone.
#
# Versions: org.apache.lucene:lucene-analysis-kuromoji 9.12.1 (Maven)
#
# Behaviour: the tokenizer gives what its dictionary has no class of characters for the part of speech 記号-一般 (a sign),
# and that is among the parts of speech that the analyzer drops. Kanji beyond U+FFFF are such, and the scripts named.
# Words in Latin and Cyrillic script are proper nouns to it, and stay.
#
# One would guess otherwise: the list of parts of speech to drop is one of particles and punctuation, a word that is not
# in the dictionary is kept in other scripts, and the tokenizer alone has them all. Words of Korean that a Japanese text
# quotes are neither counted nor found, and names are other names.
#
# Output seen, 30 November 2026:
#   𠮷野家で食べる: 野家 食べる; tokenizer alone: 𠮷/記号-一般 野家 で 食べる
#   𩸽を焼く: 焼く; tokenizer alone: 𩸽/記号-一般 を 焼く
#   韓国語で사랑と言う: 韓国 語 言う; tokenizer alone: 韓国 語 で 사랑/記号-一般 と 言う
#   हिन्दीの本: 本; tokenizer alone: हिन्दी/記号-一般 の 本
#   สวัสดี: ; tokenizer alone: สวัสดี/記号-一般
#   العربية: ; tokenizer alone: العربية/記号-一般
#   привет café: привет café; tokenizer alone: привет café

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.lucene</groupId>
      <artifactId>lucene-analysis-kuromoji</artifactId>
      <version>9.12.1</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars"
cat >Finding.java <<'JAVA'
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ja.JapaneseTokenizer;
import org.apache.lucene.analysis.ja.tokenattributes.PartOfSpeechAttribute;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

public class Finding {
    static String tokens(Analyzer analyzer, String text) throws Exception {
        List<String> tokens = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream("text", text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            PartOfSpeechAttribute part = stream.addAttribute(PartOfSpeechAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                tokens.add(term + (part.getPartOfSpeech().equals("記号-一般") ? "/記号-一般" : ""));
            }
            stream.end();
        }
        return String.join(" ", tokens);
    }

    static void check(String text, String analyzed, String tokenized) throws Exception {
        Analyzer tokenizer = new Analyzer() {
            protected TokenStreamComponents createComponents(String field) {
                return new TokenStreamComponents(new JapaneseTokenizer(null, true, JapaneseTokenizer.Mode.SEARCH));
            }
        };
        String want = analyzed + "; tokenizer alone: " + tokenized;
        String got = tokens(new JapaneseAnalyzer(), text) + "; tokenizer alone: " + tokens(tokenizer, text);
        System.out.println(text + ": " + got);
        if (!got.equals(want)) {
            System.out.println("CHANGED: was " + want);
            System.exit(1);
        }
    }

    public static void main(String[] arguments) throws Exception {
        check("𠮷野家で食べる", "野家 食べる", "𠮷/記号-一般 野家 で 食べる");
        check("𩸽を焼く", "焼く", "𩸽/記号-一般 を 焼く");
        check("韓国語で사랑と言う", "韓国 語 言う", "韓国 語 で 사랑/記号-一般 と 言う");
        check("हिन्दीの本", "本", "हिन्दी/記号-一般 の 本");
        check("สวัสดี", "", "สวัสดี/記号-一般");
        check("العربية", "", "العربية/記号-一般");
        check("привет café", "привет café", "привет café");
    }
}
JAVA
javac -encoding UTF-8 -cp "jars/*" Finding.java
java -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -cp "jars/*:." Finding 2>/dev/null
