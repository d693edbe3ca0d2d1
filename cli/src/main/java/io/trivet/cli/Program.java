package io.trivet.cli;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.GroupCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.shell.ShellCommand;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.LocalizedHelp;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Runs a command line: finds the command, runs it, and converts its result to an exit code. */
public final class Program implements ShellCommand.Lines {
    private static final String[] FOOTER = {
        "",
        "Exit codes: 0 done; 1 the operation failed (one line on standard error says what, which, what to do); 2 wrong"
                + " usage; 141 done, but whoever read standard output had closed it.",
    };

    private static final String JSON = "--json";

    /** Commands that run until they are ended, or print what is for a shell or a person alone. */
    private static final Set<String> WITHOUT_JSON =
            Set.of("demo", "node", "serve", "console", "shell", "completion", "man-pages");

    private final Console console;
    private final CommandLine commandLine;

    /** A program with all commands. */
    public Program(Console console, Remotes remotes) {
        this(console, remotes, Commands.NAMES);
    }

    private Program(Console console, Remotes remotes, List<String> names) {
        this.console = console;
        this.commandLine = commandLine(console, remotes, names);
    }

    /** A program with only the commands that these arguments need. */
    static Program meantBy(Console console, Remotes remotes, String... arguments) {
        return new Program(console, remotes, Commands.meant(arguments));
    }

    /** Runs the command that these arguments name; never throws. */
    @Override
    public int run(String... arguments) {
        int code = commandLine.execute(arguments);
        Optional<IOException> failure = console.out().failure();
        if (failure.isEmpty() || code != ExitCode.DONE) {
            return code;
        }
        if (isBrokenPipe(failure.get())) {
            return ExitCode.CLOSED_PIPE;
        }
        console.complain(standardOutput(failure.get()));
        return ExitCode.FAILED;
    }

    private static Text standardOutput(IOException failure) {
        return Text.of("standard output: {0}", ErrorMessage.about(failure));
    }

    @Override
    public CommandLine commandLine() {
        return commandLine;
    }

    private static CommandLine commandLine(Console console, Remotes remotes, List<String> names) {
        CommandLine commandLine = new CommandLine(new TrivetCommand());
        Commands commands = new Commands(console, remotes);
        for (String name : names) {
            commandLine.addSubcommand(commands.named(name));
        }
        return configured(commandLine, console);
    }

    private static CommandLine configured(CommandLine commandLine, Console console) {
        commandLine.getCommandSpec().usageMessage().footer(FOOTER);
        for (CommandLine subcommand : commandLine.getSubcommands().values()) {
            subcommand.getCommandSpec().usageMessage().footer(FOOTER);
            tellsFailuresAsJson(subcommand.getCommandSpec());
            for (CommandLine below : subcommand.getSubcommands().values()) {
                below.getCommandSpec().usageMessage().footer(FOOTER);
                tellsFailuresAsJson(below.getCommandSpec());
            }
        }
        LocalizedHelp helps = new LocalizedHelp(console.language(), console.width(), Commands.PROGRAM, Commands.GROUPS);
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, helps::commands);
        return commandLine
                .setHelpFactory(helps)
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(console.out().text(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler((e, words) -> wrongUsage(
                        console,
                        mistake(e, words),
                        e.getCommandLine(),
                        List.of(words).contains(JSON)))
                .setExecutionExceptionHandler((e, failed, _) -> failed(console, e, failed));
    }

    /** A command whose output has no JSON tells at least its failures so. */
    private static void tellsFailuresAsJson(CommandSpec command) {
        boolean has = command.optionsMap().containsKey(JSON);
        if (!has && !(command.userObject() instanceof GroupCommand) && !WITHOUT_JSON.contains(command.name())) {
            command.addOption(OptionSpec.builder(JSON)
                    .type(boolean.class)
                    .description("A failure as JSON too: {\"error\":{\"kind\",\"message\"}}.")
                    .build());
        }
    }

    /**
     * A missing argument may be the result of a word that was taken for something else, so an
     * unknown option is reported first.
     */
    private static Text mistake(CommandLine.ParameterException e, String... words) {
        return e instanceof CommandLine.MissingParameterException
                ? ErrorMessage.unknownOption(e.getCommandLine(), words).orElseGet(() -> ErrorMessage.about(e))
                : ErrorMessage.about(e);
    }

    private static int wrongUsage(Console console, Text what, CommandLine command, boolean json) {
        console.warn(
                Text.of("{0}: {1} (see {0} --help)", command.getCommandSpec().qualifiedName(), what));
        if (json && command.getCommandSpec().optionsMap().containsKey(JSON)) {
            console.say(ErrorMessage.wrongUsage(what));
        }
        return ExitCode.WRONG_USAGE;
    }

    private static int failed(Console console, Throwable failure, CommandLine command) {
        boolean json = command.getParseResult().hasMatchedOption(JSON);
        if (failure instanceof WrongUsage usage) {
            return wrongUsage(console, ErrorMessage.about(usage), command, json);
        }
        boolean ofOutput = failure instanceof IOException io
                && console.out().failure().filter(io::equals).isPresent();
        if (ofOutput && isBrokenPipe((IOException) failure)) {
            return ExitCode.CLOSED_PIPE; // the reader of the pipe has ended
        }
        console.complain(ofOutput ? standardOutput((IOException) failure) : ErrorMessage.about(failure));
        if (json) {
            tell(console, ErrorMessage.json(failure), command);
        }
        if (command.getCommand() instanceof ClusterCommand asked) {
            asked.tellMore();
        }
        if (console.debug()) {
            failure.printStackTrace(console.err());
        }
        return ExitCode.FAILED;
    }

    /** Standard output may be taken by the bytes of a file. */
    private static void tell(Console console, Text failure, CommandLine command) {
        if (command.getCommand() instanceof ClusterCommand asked && asked.writesBytes()) {
            console.warn(failure);
        } else {
            console.say(failure);
        }
    }

    private static boolean isBrokenPipe(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Broken pipe");
    }
}
