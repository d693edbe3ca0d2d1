package io.trivet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.text.TextCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of the pages: its words are in both languages, and it makes no markup of text. */
class WebWordsTest {
    private static final Path PAGES = Path.of("src/main/resources/io/trivet/cli/web");

    private static String script() throws IOException {
        return Files.readString(PAGES.resolve("console.js"));
    }

    @Test
    void everySentenceOfThePagesHasItsChineseAndNoneIsLeftOver() throws IOException {
        Set<String> said = Pattern.compile("\\bsay\\(\"([^\"]*)\"")
                .matcher(script())
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(said).hasSizeGreaterThan(100);
        assertThat(TextCatalogue.read("zh/console.txt").translations().keySet())
                .containsExactlyInAnyOrderElementsOf(said);
    }

    @Test
    void everySentenceBeginsWithALiteral() throws IOException {
        assertThat(Pattern.compile("\\bsay\\((?!\"|english)")
                        .matcher(script())
                        .results()
                        .map(MatchResult::group))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "javascript:",
                "srcdoc",
                "setTimeout(\"",
                "DOMParser",
                "import ",
                "https://",
            })
    void theScriptMakesNoMarkupOfTextAndFetchesNothingFromOutside(String dangerous) throws IOException {
        assertThat(script()).doesNotContain(dangerous);
    }

    @Test
    void nothingIsInline() throws IOException {
        assertThat(Files.readString(PAGES.resolve("index.html")))
                .doesNotContain("style=")
                .doesNotContainPattern("\\son[a-z]+=")
                .doesNotContain("<style")
                .doesNotContainPattern("<script[^>]*>[^<]");
    }
}
