package io.trivet.cli.shell;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remote;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.StateDirectory;
import io.trivet.cli.terminal.ClosableOutput;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.LocalNames;
import io.trivet.cli.terminal.Utf8Lines;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code trivet shell}. */
@Command(
        name = "shell",
        sortOptions = false,
        header = "Opens an interactive prompt with the same commands.",
        description = {
            "",
            "For example: save data.csv, load data.csv, ls. The tab key completes commands and names; Ctrl-C interrupts a command, exit or Ctrl-D "
                    + "ends the shell. Commands that come through a pipe are run one after the other; the exit code is then 1 if any of them failed.",
            ""
        })
public final class ShellCommand extends ClusterCommand {
    private static final String PROMPT = "trivet> ";
    private static final Text GO_ON =
            Text.of("complete files are kept; run the same command again to resume the large file");
    /** A command was interrupted and its connection closed: the shell continues with a new one. */
    private static final int INTERRUPTED = -1;

    private static final List<String> NOT_INSIDE = List.of("shell", "demo", "node");

    /** Runs command lines. */
    public interface Lines {
        CommandLine commandLine();

        /** Runs the command of these words, and returns its exit code; never throws. */
        int run(String... words);
    }

    private final BiFunction<Console, Remotes, Lines> commands;

    public ShellCommand(Console console, Remotes remotes, BiFunction<Console, Remotes, Lines> commands) {
        super(console, remotes);
        this.commands = commands;
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        Remote remote = remote();
        if (!console.isTerminal(Console.Stream.IN)) {
            return runLines(remote);
        }
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            terminal.handle(
                    Terminal.Signal.INT, Terminal.SignalHandler.SIG_IGN); // between commands, while it reconnects
            int code = converse(terminal, remote);
            while (code == INTERRUPTED) {
                code = remotes.use(seeds(), next -> converse(terminal, next));
            }
            return code;
        }
    }

    /** For one line: with the open connection, unless the line names another cluster. */
    private Lines program(Remote open, Console console, String... line) {
        List<Address> usual = usualSeeds(console);
        Lines lines = commands.apply(
                console.hearing(line), (asked, use) -> asked.equals(usual) ? use.with(open) : remotes.use(asked, use));
        NOT_INSIDE.forEach(lines.commandLine().getCommandSpec()::removeSubcommand);
        return lines;
    }

    private int converse(Terminal terminal, Remote remote) throws IOException {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser())
                .completer(new ShellCompletion(
                        program(remote, console).commandLine(), remote.client(), console.directory()))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        Optional<Path> history = history();
        LineReader reader = history.isEmpty()
                ? builder.build()
                : builder.variable(LineReader.HISTORY_FILE, history.get()).build();
        while (true) {
            try {
                String line = reader.readLine(PROMPT);
                Step step = line.indexOf(LocalNames.MARK) < 0 ? interruptibly(terminal, remote, line) : noText(line);
                if (step.code() == INTERRUPTED) {
                    return INTERRUPTED;
                }
                if (!step.goesOn()) {
                    return ExitCode.DONE;
                }
            } catch (UserInterruptException e) {
                // Ctrl-C clears the line, as in other shells.
            } catch (EndOfFileException e) {
                return ExitCode.DONE;
            }
        }
    }

    /**
     * Ctrl-C ends the command, not the shell: it closes the connection, which stops a transfer, and
     * discards the rest of the command's output.
     */
    private Step interruptibly(Terminal terminal, Remote remote, String line) {
        ClosableOutput out = new ClosableOutput(console.out());
        ClosableOutput err = new ClosableOutput(console.err());
        Console theirs = console.saying(new WatchedOutput(out), new PrintStream(err, true, StandardCharsets.UTF_8));
        CompletableFuture<Step> ending = new CompletableFuture<>();
        Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, _ -> ending.complete(new Step(INTERRUPTED, true)));
        try {
            Thread.ofPlatform().daemon().name("command").start(() -> {
                try {
                    ending.complete(runLine(remote, line, theirs));
                } catch (RuntimeException | Error e) {
                    ending.completeExceptionally(e);
                }
            });
            Step step = ending.join();
            if (step.code() == INTERRUPTED) {
                out.shut();
                err.shut();
                remote.close();
                console.err().print("\r\u001b[J");
                console.warn(
                        line.strip().matches("(save|load)\\s.*")
                                ? Text.of("interrupted: {0}", GO_ON)
                                : Text.of("interrupted"));
            }
            return step;
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    private int runLines(Remote remote) throws IOException {
        Utf8Lines lines = new Utf8Lines(new BufferedInputStream(console.input()));
        int code = ExitCode.DONE;
        for (Optional<Utf8Lines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            Step step = line.get().isText()
                    ? runLine(remote, line.get().text(), console)
                    : noText(line.get().text());
            code = step.code() == ExitCode.DONE ? code : ExitCode.FAILED;
            if (!step.goesOn()) {
                break;
            }
        }
        return code;
    }

    private Step noText(String line) {
        console.complain(Text.of("{0}: not run: it is not valid UTF-8", line));
        return new Step(ExitCode.WRONG_USAGE, true);
    }

    /** The result of a line. */
    private record Step(int code, boolean goesOn) {}

    private Step runLine(Remote remote, String line, Console console) {
        List<String> words;
        try {
            words = parser().parse(line, line.length(), Parser.ParseContext.ACCEPT_LINE)
                    .words();
        } catch (EOFError e) {
            console.complain(Text.of("a quote is not closed"));
            return new Step(ExitCode.WRONG_USAGE, true);
        } catch (SyntaxError e) {
            console.complain(ErrorMessage.reason(e));
            return new Step(ExitCode.WRONG_USAGE, true);
        }
        if (!line.isBlank() && words.getLast().isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1))) {
            words = words.subList(0, words.size() - 1); // the parser adds an empty word after a blank at the end
        }
        String first = words.isEmpty() ? "" : words.getFirst();
        return switch (first) {
            case "" -> new Step(ExitCode.DONE, true);
            case "exit", "quit" -> new Step(ExitCode.DONE, false);
            case "help", "?" -> new Step(help(remote, console), true);
            default -> new Step(run(remote, console, words.toArray(String[]::new)), true);
        };
    }

    private int run(Remote remote, Console console, String... line) {
        return program(remote, console, line).run(line);
    }

    private int help(Remote remote, Console console) {
        CommandLine commands = program(remote, console).commandLine();
        commands.usage(console.out().text());
        console.flush();
        return ExitCode.DONE;
    }

    private static DefaultParser parser() {
        DefaultParser parser = new DefaultParser();
        parser.setEofOnUnclosedQuote(true);
        return parser;
    }

    private Optional<Path> history() throws IOException {
        Optional<Path> directory = StateDirectory.of(console);
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
        }
        return directory.map(state -> state.resolve("history"));
    }
}
