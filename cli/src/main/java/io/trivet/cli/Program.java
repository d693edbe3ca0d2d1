package io.trivet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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

    Program(Console console, Remotes remotes) {
        this.console = console;
        this.commandLine = commandLine(console, remotes);
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

    private static CommandLine commandLine(Console console, Remotes remotes) {
        TrivetCommand root = new TrivetCommand();
        CommandLine commandLine = new CommandLine(root);
        for (Object command : new Object[] {
            new DemoCommand(console),
            SettingOptions.on(new NodeCommand(console)),
            config(console),
            SettingOptions.on(new DoctorCommand(console)),
            new SaveCommand(console, remotes),
            new LoadCommand(console, remotes),
            new ListCommand(console, remotes),
            new CatCommand(console, remotes),
            new TreeCommand(console, remotes),
            new FindCommand(console, remotes),
            new UsageCommand(console, remotes),
            new SpaceCommand(console, remotes),
            new MakeDirectoryCommand(console, remotes),
            new MoveCommand(console, remotes),
            new RemoveCommand(console, remotes),
            new StatCommand(console, remotes),
            new WhereCommand(console, remotes),
            new StatusCommand(console, remotes),
            new DebtCommand(console, remotes),
            new MastersCommand(console, remotes),
            token(console, remotes),
            new ShellCommand(console, remotes),
            new WhatIfCommand(console, remotes),
            new RescueCommand(console),
            new VerifyCommand(console, remotes),
            trash(console, remotes),
            namespace(console, remotes),
            nodes(console, remotes),
            rebalance(console, remotes),
            new ReplicasCommand(console, remotes),
            new CompletionCommand(console),
            new ManualCommand(console, () -> commandLine(console.speaking(Language.ENGLISH), remotes)),
            user(console, remotes),
        }) {
            commandLine.addSubcommand(command);
        }
        return configured(commandLine, console);
    }

    private static CommandLine config(Console console) {
        return new CommandLine(new ConfigurationCommand())
                .addSubcommand(SettingOptions.on(new ConfigurationShowCommand(console)));
    }

    private static CommandLine token(Console console, Remotes remotes) {
        return new CommandLine(new TokenCommand(console, remotes))
                .addSubcommand(new TokenListCommand(console, remotes))
                .addSubcommand(new TokenRevokeCommand(console, remotes));
    }

    private static CommandLine trash(Console console, Remotes remotes) {
        return new CommandLine(new TrashCommand())
                .addSubcommand(new TrashListCommand(console, remotes))
                .addSubcommand(new TrashRestoreCommand(console, remotes))
                .addSubcommand(new TrashEmptyCommand(console, remotes))
                .addSubcommand(new TrashKeepCommand(console, remotes));
    }

    private static CommandLine namespace(Console console, Remotes remotes) {
        return new CommandLine(new NamespaceCommand())
                .addSubcommand(new BackupCommand(console, remotes))
                .addSubcommand(new RestoreCommand(console))
                .addSubcommand(new GiveUpSeatCommand(console))
                .addSubcommand(new SweepingCommand(console, remotes));
    }

    private static CommandLine nodes(Console console, Remotes remotes) {
        return new CommandLine(new NodesCommand())
                .addSubcommand(new NodesListCommand(console, remotes))
                .addSubcommand(new DrainCommand(console, remotes))
                .addSubcommand(new RemoveNodeCommand(console, remotes))
                .addSubcommand(new WeightCommand(console, remotes))
                .addSubcommand(new ZoneCommand(console, remotes));
    }

    private static CommandLine rebalance(Console console, Remotes remotes) {
        return new CommandLine(new RebalanceCommand(console, remotes))
                .addSubcommand(new PauseCommand(console, remotes))
                .addSubcommand(new ResumeCommand(console, remotes))
                .addSubcommand(new BackCommand(console, remotes))
                .addSubcommand(new AutomaticCommand(console, remotes));
    }

    private static CommandLine user(Console console, Remotes remotes) {
        return new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(console, remotes))
                .addSubcommand(new UserListCommand(console, remotes))
                .addSubcommand(new UserRemoveCommand(console, remotes))
                .addSubcommand(new UserRotateCommand(console, remotes))
                .addSubcommand(new UserGrantCommand(console, remotes))
                .addSubcommand(new UserRevokeCommand(console, remotes));
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
        if (console.language() != Language.ENGLISH) {
            commandLine.setHelpFactory(new HelpIn(console.language()));
        }
        return commandLine
                .setExpandAtFiles(false)
                .setUsageHelpWidth(Math.clamp(console.columns(), 60, 120))
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
            asked.tellId();
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
