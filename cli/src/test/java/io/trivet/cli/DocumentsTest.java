package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The program accepts every command in the documents; this parses them and does not run them. */
final class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final int WIDEST = 160;
    private static final int WIDEST_COMMENT = 120;
    private static final Pattern COMMENT = Pattern.compile("\\s*(?://|/\\*\\*|\\*)");
    private static final Pattern DRAWING = Pattern.compile("<pre>.*?</pre>", Pattern.DOTALL);
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
            FENCED.matcher(text)
                    .results()
                    .forEach(block ->
                            LINE.matcher(block.group()).results().forEach(line -> commands.add(line.group(1))));
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
        assertThat(commands)
                .allSatisfy(command ->
                        assertThat(exists(command)).as("trivet " + command).isTrue());
    }

    /** In columns; tables and what is fenced may be wider, and pages that a test makes from the code. */
    @Test
    void linesAreNoLongerThanAnEyeFollows() throws IOException {
        List<Path> all = new ArrayList<>(documents());
        Stream.of("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")
                .map(ROOT::resolve)
                .forEach(all::add);
        for (Path document : all) {
            if (!document.toString().contains("reference")
                    && !document.toString().contains("zh-CN")) {
                String text = FENCED.matcher(Files.readString(document)).replaceAll("");
                assertThat(text.lines().filter(line -> !line.startsWith("|") && line.length() > WIDEST))
                        .as(document.toString())
                        .isEmpty();
            }
        }
    }

    /** In columns; drawings may be wider. */
    @Test
    void commentsAreNoWiderThanCode() throws IOException {
        List<String> wide = new ArrayList<>();
        for (String module : List.of("client", "node", "gateway", "mount", "cli", "faults", "bench", "packages")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src"))) {
                for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                        .toList()) {
                    String text = DRAWING.matcher(Files.readString(source)).replaceAll("");
                    text.lines()
                            .filter(line -> COMMENT.matcher(line).lookingAt() && line.length() > WIDEST_COMMENT)
                            .forEach(line -> wide.add(source + ": " + line));
                }
            }
        }
        assertThat(wide).isEmpty();
    }

    @Test
    void aCommandThatIsNoneIsFound() {
        assertThat(exists("sav big.bin")).isFalse();
        assertThat(exists("save --recursiv DIR")).isFalse();
        assertThat(exists("save --recursiv")).isFalse();
        assertThat(exists("nodes drian n3")).isFalse();
        assertThat(exists("rebalance --rate"))
                .as("an option without its value, to speak of it")
                .isTrue();
    }

    /** Also a command without all that it needs, as one speaks of it. */
    private static boolean exists(String command) {
        String[] words = Arrays.stream(command.split(" "))
                .map(word -> word.replace("HOST:PORT", "host:1").replaceAll("^[A-Z]+$", "1"))
                .toArray(String[]::new);
        Console console = new Console(
                InputStream.nullInputStream(),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                Map.of(),
                Path.of(""));
        try {
            new Program(console, (_, _) -> ExitCode.DONE).commandLine().parseArgs(words);
            return true;
        } catch (CommandLine.MissingParameterException e) {
            return e.getCommandLine().getUnmatchedArguments().isEmpty();
        } catch (CommandLine.ParameterException e) {
            return false;
        }
    }
}
