package io.trivet.cli.terminal;

import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * What surrounds a command: streams, terminals, environment, working directory.
 *
 * @param out standard output; it remembers a failure to write for {@link WatchedOutput#failure}
 * @param terminals which of the three streams are terminals
 * @param width how many columns the terminal has now; a person may change that at any time
 * @param directory local paths are relative to this
 * @param language what is said in
 */
public record Console(
        InputStream input,
        WatchedOutput out,
        PrintStream err,
        Set<Stream> terminals,
        IntSupplier width,
        Map<String, String> environment,
        Path directory,
        Language language) {
    public static final int DEFAULT_COLUMNS = 80;

    /** The streams of a process. */
    public enum Stream {
        IN,
        OUT,
        ERR
    }

    public Console {
        terminals = Set.copyOf(terminals);
        environment = Map.copyOf(environment);
    }

    /** With a terminal that keeps its width, in English. */
    public Console(
            InputStream input,
            WatchedOutput out,
            PrintStream err,
            Set<Stream> terminals,
            int columns,
            Map<String, String> environment,
            Path directory) {
        this(input, out, err, terminals, () -> columns, environment, directory, Language.ENGLISH);
    }

    /** How many columns the terminal has now. */
    public int columns() {
        return width.getAsInt();
    }

    /** The same surroundings with other streams for what is said. */
    public Console saying(WatchedOutput otherOut, PrintStream otherErr) {
        return new Console(input, otherOut, otherErr, terminals, width, environment, directory, language);
    }

    /** The same surroundings in another language. */
    public Console speaking(Language other) {
        return new Console(input, out, err, terminals, width, environment, directory, other);
    }

    /** The same surroundings in the language that the arguments ask for, if they do. */
    public Console hearing(String... arguments) {
        return Language.ofArguments(arguments).map(this::speaking).orElse(this);
    }

    /** The surroundings of this process, as the launcher found them. Output is UTF-8, whatever the locale. */
    public static Console ofProcess() {
        String locale = System.getProperty(Language.LOCALE_PROPERTY, "");
        Set<Stream> terminals = terminals(System.getProperty("trivet.terminals", ""));
        int columns = columns(System.getProperty("trivet.columns", ""));
        return new Console(
                new StandardInput(new FileInputStream(FileDescriptor.in)),
                new WatchedOutput(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminals,
                terminals.contains(Stream.ERR) ? TerminalWidth.ofStandardError(columns) : () -> columns,
                System.getenv(),
                Path.of(""),
                locale.isEmpty() ? Language.ofEnvironment(System.getenv()) : Language.ofLocale(locale));
    }

    public boolean isTerminal(Stream stream) {
        return terminals.contains(stream);
    }

    /** Whether a line can be drawn again and again where messages go. */
    public boolean redraws() {
        return isTerminal(Stream.ERR) && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Whether colours are welcome where messages go (no-color.org). */
    public boolean colours() {
        return redraws() && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    public boolean debug() {
        return environment.getOrDefault("TRIVET_DEBUG", "").equals("1");
    }

    /** Says a line on standard output. */
    public void say(Text line) {
        out.text().println(line.in(language));
    }

    /**
     * Says the lines of a table on standard output. A row that is wider than the terminal is cut,
     * so that columns stay columns where it is narrow; what is no row is a sentence, which the
     * terminal wraps. Elsewhere than on a terminal everything is whole.
     */
    public void table(List<Text> lines) {
        boolean cut = isTerminal(Stream.OUT) && isTerminal(Stream.ERR); // whose width is known
        for (Text line : lines) {
            out.text()
                    .println(
                            cut && line instanceof Text.Row
                                    ? DisplayWidth.cut(line.in(language), columns())
                                    : line.in(language));
        }
    }

    /** Throws where something that was said did not reach standard output: before a change that makes it needed. */
    public void requireTold() throws IOException {
        Optional<IOException> failure = out.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Says a line on standard error. */
    public void warn(Text line) {
        err.println(line.in(language));
    }

    /** Says on standard error what is wrong, or about to be. */
    public void complain(Text what) {
        warn(Text.joined("trivet: ", what));
    }

    /** A name for standard output: escaped on a terminal, as it is elsewhere. */
    public Text name(String name) {
        return Text.plain(isTerminal(Stream.OUT) ? VisibleText.of(name) : name);
    }

    public Path local(String path) {
        return directory.resolve(path);
    }

    private static Set<Stream> terminals(String names) {
        List<String> words = List.of(names.split(","));
        return Arrays.stream(Stream.values())
                .filter(stream -> words.contains(stream.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int columns(String text) {
        return text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : DEFAULT_COLUMNS;
    }
}
