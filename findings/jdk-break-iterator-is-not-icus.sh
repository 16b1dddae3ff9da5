#!/usr/bin/env bash
# Java's own BreakIterator cuts aujourd’hui at the curly apostrophe and leaves snake-case whole; ICU4J does the reverse.
#
# Versions: com.ibm.icu:icu4j 77.1 (Maven); the JDK it was run on is 17.0.15
#
# Behaviour: for words, java.text.BreakIterator keeps hyphenated words, $3.50 and 5% in one, cuts at ’ but not at ', and
# takes a phrase of Khmer, Lao or Burmese and a run of Chinese characters for one word. ICU4J's class of that name cuts
# at hyphens and signs, keeps ’ within a word, and divides those languages by its dictionaries. Both divide Thai.
#
# One would guess otherwise: the two have one interface, one documentation and one origin, and ICU's is taken for a
# newer copy of the other. Word counts of one corpus differ by language: not at all in Hindi, several times in Khmer.
#
# Output seen, 30 November 2026:
#   aujourd’hui: JDK 3, ICU 1
#   l'été: JDK 1, ICU 1
#   snake-case: JDK 1, ICU 3
#   $3.50: JDK 1, ICU 2
#   សួស្តីពិភពលោក: JDK 1, ICU 2
#   南京市长江大桥: JDK 1, ICU 4
#   สวัสดีชาวโลก: JDK 3, ICU 3

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
      <groupId>com.ibm.icu</groupId>
      <artifactId>icu4j</artifactId>
      <version>77.1</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars"
cat >Finding.java <<'JAVA'
import java.text.BreakIterator;
import java.util.Locale;

public class Finding {
    static void check(String language, String text, int jdk, int icu) {
        Locale locale = new Locale(language);
        BreakIterator own = BreakIterator.getWordInstance(locale);
        own.setText(text);
        com.ibm.icu.text.BreakIterator other = com.ibm.icu.text.BreakIterator.getWordInstance(locale);
        other.setText(text);
        int owns = 0;
        int others = 0;
        while (own.next() != BreakIterator.DONE) owns++;
        while (other.next() != com.ibm.icu.text.BreakIterator.DONE) others++;
        System.out.printf("%s: JDK %d, ICU %d%n", text, owns, others);
        if (owns != jdk || others != icu) {
            System.out.printf("CHANGED: was JDK %d, ICU %d%n", jdk, icu);
            System.exit(1);
        }
    }

    public static void main(String[] arguments) {
        check("fr", "aujourd’hui", 3, 1);
        check("fr", "l'été", 1, 1);
        check("en", "snake-case", 1, 3);
        check("en", "$3.50", 1, 2);
        check("km", "សួស្តីពិភពលោក", 1, 2);
        check("zh", "南京市长江大桥", 1, 4);
        check("th", "สวัสดีชาวโลก", 3, 3);
    }
}
JAVA
javac -encoding UTF-8 -cp "jars/*" Finding.java
java -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -cp "jars/*:." Finding
