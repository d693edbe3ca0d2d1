package io.trivet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** Runs a line of arguments: finds the command, runs it, and turns its end into an exit code. */
final class Program {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final String[] FOOTER = {
        "",
        "Exit codes: 0 done; 1 the operation failed (one line on standard error says what, which, what to do); 2 wrong"
                + " usage.",
    };

    private final Console console;
    private final CommandLine commandLine;

    /** One that knows all commands. */
    Program(Console console, Remotes remotes) {
        this(console, remotes, Commands.NAMES);
    }

    private Program(Console console, Remotes remotes, List<String> names) {
        this.console = console;
        this.commandLine = commandLine(console, remotes, names);
    }

    /** One that knows what these arguments need, which it is to run. */
    static Program meantBy(Console console, Remotes remotes, String... arguments) {
        return new Program(console, remotes, Commands.meant(arguments));
    }

    /** Runs the command that these arguments name; never throws. */
    int run(String... arguments) {
        int code = commandLine.execute(arguments);
        Optional<IOException> failure = console.out().failure();
        if (failure.isEmpty()) {
            return code;
        }
        if (code == DONE && !isBrokenPipe(failure.get())) {
            console.complain(Text.of("standard output: {0}", Complaint.about(failure.get())));
        }
        return FAILED;
    }

    CommandLine commandLine() {
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
            subcommand
                    .getSubcommands()
                    .values()
                    .forEach(below -> below.getCommandSpec().usageMessage().footer(FOOTER));
        }
        return commandLine
                .setHelpFactory(new HelpIn(console.language(), console.width()))
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(console.out().text(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler((e, words) -> wrongUsage(console, Complaint.about(e), e.getCommandLine()))
                .setExecutionExceptionHandler((e, failed, parsed) -> failed(console, e, failed));
    }

    private static int wrongUsage(Console console, Text what, CommandLine command) {
        console.warn(
                Text.of("{0}: {1} (see {0} --help)", command.getCommandSpec().qualifiedName(), what));
        return WRONG_USAGE;
    }

    private static int failed(Console console, Throwable failure, CommandLine command) {
        if (failure instanceof WrongUsage usage) {
            return wrongUsage(console, Complaint.about(usage), command);
        }
        if (failure instanceof IOException io
                && isBrokenPipe(io)
                && console.out().failure().isPresent()) {
            return FAILED; // Who read the output has seen enough.
        }
        console.complain(Complaint.about(failure));
        if (command.getCommand() instanceof ClusterCommand asked) {
            asked.tellMore();
        }
        if (console.debug()) {
            failure.printStackTrace(console.err());
        }
        return FAILED;
    }

    private static boolean isBrokenPipe(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Broken pipe");
    }
}
