package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.LocalizedHelp;
import io.trivet.cli.text.TextCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Every message for people is in the catalogues, and every entry of the catalogues is used: looks
 * for {@code Text.of("...")} in the sources of the commands, and reads the helps of the commands
 * themselves.
 */
final class SaidTest {
    private static final Path COMMANDS = Path.of("src/main/java/io/trivet/cli");
    static final List<Path> ELSEWHERE = List.of(
            Path.of("../client/src/main/java"), Path.of("../node/src/main/java"), Path.of("../mount/src/main/java"));
    private static final List<String> CATALOGUES =
            List.of("zh/sentences.txt", "zh/help.txt", "zh/told.txt", "zh/system.txt", "zh/console.txt");
    /** Possessive: else the stack grows with every character, and ends within a long one. */
    private static final String LITERAL = "\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"";

    private static final String LITERALS = LITERAL + "(?:\\s*+\\+\\s*+" + LITERAL + ")*+";
    private static final Pattern SENTENCE = Pattern.compile("\\bText\\s*\\.of\\(\\s*(" + LITERALS + ")\\s*[,)]");
    private static final Pattern COUNT = Pattern.compile("\\bText\\s*\\.count\\([^;\"]*?,\\s*(" + LITERAL + ")\\s*\\)");
    private static final Pattern ANNOTATION = Pattern.compile(
            "@(?:Command|Option|Parameters|Nullable|SuppressWarnings)\\b|@picocli\\.CommandLine\\.Command\\b");
    static final Pattern WORDS = Pattern.compile("[a-z]{2,} [a-z]{2,}");
    private static final Pattern HAN = Pattern.compile("\\p{IsHan}");
    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    /**
     * They make pages in English or scripts for shells, know what others say, are a table of
     * settings whose meanings are helps, or answer clients of S3 and write the log of a node.
     */
    private static final Set<String> NOT_FOR_A_TERMINAL = Set.of(
            "ConfigurationPage",
            "ManualCommand",
            "CompletionCommand",
            "FishCompletion",
            "NodeSetting",
            "QuotaText",
            "SettingOptions",
            "Program",
            "Logs",
            "LogRepeatLimit",
            "NodeGateway",
            "NodeUser",
            "NodeUsers");

    /** Names in files of the system; what only those see who work on this program. */
    private static final Set<String> NOT_SAID = Set.of(
            "Max open files",
            "Max processes",
            "alone, or there twice: ",
            "no right",
            "console login",
            "The console did not stop well.",
            "the key of the console stays",
            "trivet (from its classes)",
            "(from its classes)");

    @Test
    void everySentenceHasItsChineseAndNoneIsLeftOver() throws IOException {
        Set<String> said = new TreeSet<>();
        for (String source : sources()) {
            said.addAll(sentences(source));
        }
        assertThat(said).hasSizeGreaterThan(400);
        assertThat(TextCatalogue.read("zh/sentences.txt").translations().keySet())
                .containsExactlyInAnyOrderElementsOf(said);
    }

    /** A text that is put together elsewhere would be found by nobody. */
    @Test
    void everyTextBeginsWithALiteral() throws IOException {
        for (String source : sources()) {
            long texts = Pattern.compile("\\bText\\s*\\.(of|count)\\(")
                    .matcher(source)
                    .results()
                    .count();
            long literals = Stream.of(SENTENCE, COUNT)
                    .mapToLong(pattern -> pattern.matcher(source).results().count())
                    .sum();
            assertThat(literals)
                    .as(source.substring(0, Math.min(2000, source.length())))
                    .isEqualTo(texts);
        }
    }

    /** Two words beside each other are said to somebody. */
    @Test
    void nothingIsSaidPastTheCatalogue() throws IOException {
        List<String> past = new ArrayList<>();
        Set<String> headings =
                Commands.GROUPS.stream().map(LocalizedHelp.Group::heading).collect(Collectors.toSet());
        for (Path file : files(COMMANDS)) {
            String name = file.getFileName().toString().replace(".java", "");
            if (!NOT_FOR_A_TERMINAL.contains(name)) {
                literals(withoutTexts(withoutAnnotations(withoutComments(Files.readString(file))))).stream()
                        .filter(literal -> WORDS.matcher(literal).find()
                                && !NOT_SAID.contains(literal)
                                && !headings.contains(literal))
                        .forEach(literal -> past.add(name + ": " + literal));
            }
        }
        assertThat(past).isEmpty();
    }

    @Test
    void everyHelpHasItsChineseAndNoneIsLeftOver() {
        Set<String> helps = new LinkedHashSet<>(List.of(LocalizedHelp.USAGE, LocalizedHelp.COMMANDS));
        Commands.GROUPS.forEach(group -> helps.add(group.heading()));
        helps(program(Language.ENGLISH), helps);
        assertThat(TextCatalogue.read("zh/help.txt").translations().keySet())
                .containsExactlyInAnyOrderElementsOf(helps);
    }

    /** What a help shows of the command's own language is names, not sentences. */
    @Test
    void noHelpShowsAnEnglishSentence() {
        CommandLine root = program(Language.CHINESE);
        everyCommand(root).forEach(command -> {
            String help = command.getUsageMessage();
            Matcher words =
                    Pattern.compile("[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}").matcher(help);
            assertThat(words.results().map(MatchResult::group)).as(help).isEmpty();
        });
    }

    @Test
    void aTranslationHasThePlacesOfItsSentence() {
        for (String resource : CATALOGUES) {
            TextCatalogue.read(resource).translations().forEach((english, chinese) -> {
                assertThat(places(chinese)).as(english).isEqualTo(places(english));
                assertThat(HAN.matcher(english).find())
                        .as("it stands in the place of the English: " + english)
                        .isFalse();
                assertThat(indent(chinese)).as(english).isEqualTo(indent(english));
                assertThat(chinese)
                        .as("marks of the other script")
                        .doesNotContainPattern("\\p{IsHan}[,:;?!(]|[,;?!]\\p{IsHan}");
            });
        }
    }

    /** Commands and options that a sentence names are named by its translation as well. */
    @Test
    void aTranslationNamesTheSameCommandsAndOptions() {
        Pattern names = Pattern.compile("`[^`]+`|(?<![\\w-])--?[a-z][a-z-]*|[A-Z]{4,}(?:_[A-Z]+)*");
        for (String resource : CATALOGUES) {
            TextCatalogue.read(resource)
                    .translations()
                    .forEach((english, chinese) -> assertThat(found(names, chinese))
                            .as(chinese)
                            .containsAll(found(names, english.replaceAll("NOT WHOLE|PLAINTEXT", ""))));
        }
    }

    /** What others say is known by its text alone: it must be there, in the sources of the client or of a node. */
    @Test
    void whatOthersAreTranslatedToSayTheySay() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path root : ELSEWHERE) {
            for (Path file : files(root)) {
                all.append(Files.readString(file));
            }
        }
        String said = all.toString().replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
        for (String english : TextCatalogue.read("zh/told.txt").translations().keySet()) {
            for (String piece : english.split("\\{\\d}|: |[()]")) {
                assertThat(said.contains(piece.strip()))
                        .as("nobody says: " + english)
                        .isTrue();
            }
        }
    }

    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path file : files(COMMANDS)) {
            if (!file.endsWith("Text.java")) {
                sources.add(withoutComments(Files.readString(file)));
            }
        }
        return sources;
    }

    static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static Set<String> sentences(String source) {
        Set<String> sentences = new TreeSet<>();
        SENTENCE.matcher(source).results().map(found -> joined(found.group(1))).forEach(sentences::add);
        COUNT.matcher(source)
                .results()
                .map(found -> "{0} " + joined(found.group(1)))
                .forEach(sentences::add);
        return sentences;
    }

    private static String joined(String literals) {
        return String.join("", literals(literals));
    }

    private static List<String> literals(String source) {
        return Pattern.compile(LITERAL)
                .matcher(source)
                .results()
                .map(found -> found.group(1).replace("\\\"", "\""))
                .toList();
    }

    /** Nor single characters: a quote among them would begin a literal. */
    static String withoutComments(String source) {
        return Pattern.compile("(" + LITERAL + ")|/\\*.*?\\*/|//[^\n]*|'(?:[^'\\\\]|\\\\.)+'", Pattern.DOTALL)
                .matcher(source)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) == null ? "" : found.group(1)));
    }

    private static String withoutTexts(String source) {
        return COUNT.matcher(SENTENCE.matcher(source).replaceAll("")).replaceAll("");
    }

    /** An annotation goes from its name to the end of its brackets. */
    private static String withoutAnnotations(String source) {
        StringBuilder rest = new StringBuilder();
        Matcher annotation = ANNOTATION.matcher(source);
        int end = 0;
        while (annotation.find()) {
            if (annotation.start() >= end) {
                rest.append(source, end, annotation.start());
                end = source.startsWith("(", annotation.end()) ? behind(source, annotation.end()) : annotation.end();
            }
        }
        return rest.append(source.substring(end)).toString();
    }

    /** The place behind the bracket that closes the one at {@code open}; those in literals do not count. */
    private static int behind(String source, int open) {
        int depth = 0;
        boolean literal = false;
        for (int i = open; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                literal = !literal;
            } else if (!literal) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    return i + 1;
                }
            }
        }
        return source.length();
    }

    private static Set<String> places(String sentence) {
        return found(PLACE, sentence);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static CommandLine program(Language language) {
        Console console = new Console(
                InputStream.nullInputStream(),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Set.of(),
                120,
                Map.of(),
                Path.of(""));
        return new Program(console.speaking(language), (_, _) -> ExitCode.DONE).commandLine();
    }

    private static Stream<CommandLine> everyCommand(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(SaidTest::everyCommand));
    }

    private static void helps(CommandLine root, Set<String> helps) {
        everyCommand(root).map(CommandLine::getCommandSpec).forEach(command -> helps(command, helps));
    }

    private static void helps(CommandSpec command, Set<String> helps) {
        Stream.of(
                        Arrays.stream(command.usageMessage().header()),
                        Arrays.stream(command.usageMessage().description()),
                        Arrays.stream(command.usageMessage().footer()),
                        command.args().stream().flatMap(argument -> Arrays.stream(argument.description())))
                .flatMap(lines -> lines)
                .filter(line -> !line.isBlank())
                .forEach(helps::add);
    }
}
