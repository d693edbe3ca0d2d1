package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every command that a document names can be typed: it is given to the program with {@code --help} behind it, so that its words must exist, and nothing is done. */
final class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCED = Pattern.compile("(?m)^```.*?^```", Pattern.DOTALL);

    /** Among text: {@code `trivet debt`}. */
    private static final Pattern SPAN = Pattern.compile("`(?:\\./)?trivet\\s+([^`]+)`");

    /** In a block, up to a comment or what a shell does with it. */
    private static final Pattern LINE = Pattern.compile(
            "(?m)^(?:\\$ )?(?:sudo -u \\S+ (?:\\w+=\\S+ )*)?(?:\\./)?trivet (.*?)(?: {2,}.*| +[#<>|].*)?$");

    private static Set<String> commands() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (Path document : documents()) {
            String text = Files.readString(document);
            FENCED.matcher(text).results().forEach(block -> LINE.matcher(block.group())
                    .results()
                    .forEach(line -> commands.add(line.group(1))));
            SPAN.matcher(FENCED.matcher(text).replaceAll(""))
                    .results()
                    .forEach(span -> commands.add(span.group(1).replaceAll("\\s+", " ")));
        }
        return commands;
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("README.zh-CN.md")));
        try (Stream<Path> pages = Files.walk(ROOT.resolve("docs"))) {
            pages.filter(page -> page.toString().endsWith(".md")).forEach(documents::add);
        }
        return documents;
    }

    @Test
    void whatDocumentsTellToTypeExists() throws IOException {
        Set<String> commands = commands();
        assertThat(commands).hasSizeGreaterThan(50).contains("save big.bin", "doctor --join -", "token");
        assertThat(commands).allSatisfy(command -> assertThat(exists(command))
                .as("trivet " + command)
                .isTrue());
    }

    @Test
    void aCommandThatIsNoneIsFound() {
        assertThat(exists("sav big.bin")).isFalse();
        assertThat(exists("save --recursiv DIR")).isFalse();
        assertThat(exists("nodes drian n3")).isFalse();
        assertThat(exists("rebalance --rate")).as("an option without its value, to speak of it").isTrue();
    }

    private static boolean exists(String command) {
        List<String> words = new ArrayList<>(Arrays.stream(command.split(" "))
                .map(word -> word.replace("HOST:PORT", "host:1").replaceAll("^[A-Z]+$", "1"))
                .toList());
        return accepts(words) || accepts(Stream.concat(words.stream(), Stream.of("1")).toList());
    }

    private static boolean accepts(List<String> words) {
        Stream<String> help = words.contains("--help") ? Stream.empty() : Stream.of("--help");
        return CommandRun.of(new FakeRemote(), Path.of(""), Stream.concat(words.stream(), help).toArray(String[]::new))
                        .code()
                == Program.DONE;
    }
}
