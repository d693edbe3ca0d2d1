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
 * The environment of a command: streams, terminals, variables, working directory.
 *
 * @param out standard output; {@link WatchedOutput#failure} tells whether a write failed
 * @param terminals which of the three streams are terminals
 * @param width the current number of columns of the terminal, which can change at any time
 * @param directory local paths are relative to this
 * @param language the language of messages
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

    /** With a terminal of fixed width, in English. */
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

    /** The current number of columns of the terminal. */
    public int columns() {
        return width.getAsInt();
    }

    /** The same with other output streams. */
    public Console saying(WatchedOutput otherOut, PrintStream otherErr) {
        return new Console(input, otherOut, otherErr, terminals, width, environment, directory, language);
    }

    /** The same in another language. */
    public Console speaking(Language other) {
        return new Console(input, out, err, terminals, width, environment, directory, other);
    }

    /** The same in the language that the arguments request, if any. */
    public Console hearing(String... arguments) {
        return Language.ofArguments(arguments).map(this::speaking).orElse(this);
    }

    /** The environment of this process. Output is UTF-8, whatever the locale. */
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

    /** Whether a line on standard error can be redrawn. */
    public boolean redraws() {
        return isTerminal(Stream.ERR) && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Whether standard error may have colours (no-color.org). */
    public boolean colours() {
        return redraws() && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    public boolean debug() {
        return environment.getOrDefault("TRIVET_DEBUG", "").equals("1");
    }

    /** Prints a line on standard output. */
    public void say(Text line) {
        out.text().println(line.in(language));
    }

    /**
     * Prints the lines of a table on standard output. On a terminal, rows are cut to its width, so
     * that columns stay aligned, and other lines are wrapped at words. Elsewhere nothing is changed.
     */
    public void table(List<Text> lines) {
        boolean known = isTerminal(Stream.OUT) && isTerminal(Stream.ERR);
        for (Text line : lines) {
            String said = line.in(language);
            if (!known) {
                out.text().println(said);
            } else if (line instanceof Text.Row) {
                out.text().println(DisplayWidth.cut(said, columns()));
            } else {
                DisplayWidth.wrapped(said, columns()).forEach(out.text()::println);
            }
        }
    }

    /** Hands over what was said so far; called before something that takes long. */
    public void flush() {
        out.text().flush();
    }

    /**
     * Throws if a previous write to standard output failed; called before a change for which that
     * output is needed.
     */
    public void requireTold() throws IOException {
        Optional<IOException> failure = out.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Prints a line on standard error. */
    public void warn(Text line) {
        err.println(line.in(language));
    }

    /** Prints an error or a warning on standard error. */
    public void complain(Text what) {
        warn(Text.of("trivet: {0}", what));
    }

    /** A name for standard output: escaped on a terminal, unchanged elsewhere. */
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
