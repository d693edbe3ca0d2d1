package io.trivet.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/**
 * The commands, made when they are wanted: to look at the options of all of them takes longer than most of them run, so a line of arguments gets the one
 * that it names.
 */
record Commands(Console console, Remotes remotes) {
    /** In the order in which the help shows them. */
    static final List<String> NAMES = List.of(
            "demo",
            "node",
            "config",
            "doctor",
            "save",
            "load",
            "ls",
            "cat",
            "tree",
            "find",
            "du",
            "df",
            "mkdir",
            "mv",
            "rm",
            "stat",
            "where",
            "status",
            "debt",
            "masters",
            "token",
            "shell",
            "what-if",
            "rescue",
            "verify",
            "trash",
            "namespace",
            "nodes",
            "rebalance",
            "replicas",
            "completion",
            "man-pages",
            "user");

    /** It tells of all the others. */
    private static final String ABOUT_ALL = "completion";

    /** They ask no cluster, or get ready themselves. */
    private static final Set<String> AT_HOME =
            Set.of("demo", "node", "config", "doctor", "rescue", "completion", "man-pages");

    /** Options of the program itself, before the command, whose value is the next word. */
    private static final List<String> WITH_VALUE = List.of("--cluster", Language.OPTION);

    private static final List<String> VERSION = List.of("-V", "--version");

    /** What these arguments need: one command, none for the version; all of them where help is due, or where the word is wrong. */
    static List<String> meant(String... arguments) {
        if (arguments.length == 1 && VERSION.contains(arguments[0])) {
            return List.of();
        }
        String word = firstWord(arguments);
        return NAMES.contains(word) && !word.equals(ABOUT_ALL) ? List.of(word) : NAMES;
    }

    /** Whether it is a command that is known to ask a cluster, and no help. */
    static boolean connects(String... arguments) {
        String word = firstWord(arguments);
        return NAMES.contains(word)
                && !AT_HOME.contains(word)
                && !arguments[arguments.length - 1].equals("-h")
                && !arguments[arguments.length - 1].equals("--help");
    }

    /** Empty where there are options only. */
    private static String firstWord(String... arguments) {
        for (int at = 0; at < arguments.length; at++) {
            if (WITH_VALUE.contains(arguments[at])) {
                at++;
            } else if (!arguments[at].startsWith("-")) {
                return arguments[at];
            }
        }
        return "";
    }

    /** A command of {@link #NAMES}, with those below it. */
    Object named(String name) {
        return switch (name) {
            case "demo" -> new DemoCommand(console);
            case "node" -> SettingOptions.on(new NodeCommand(console));
            case "config" -> config();
            case "doctor" -> SettingOptions.on(new DoctorCommand(console));
            case "save" -> new SaveCommand(console, remotes);
            case "load" -> new LoadCommand(console, remotes);
            case "ls" -> new ListCommand(console, remotes);
            case "cat" -> new CatCommand(console, remotes);
            case "tree" -> new TreeCommand(console, remotes);
            case "find" -> new FindCommand(console, remotes);
            case "du" -> new UsageCommand(console, remotes);
            case "df" -> new SpaceCommand(console, remotes);
            case "mkdir" -> new MakeDirectoryCommand(console, remotes);
            case "mv" -> new MoveCommand(console, remotes);
            case "rm" -> new RemoveCommand(console, remotes);
            case "stat" -> new StatCommand(console, remotes);
            case "where" -> new WhereCommand(console, remotes);
            case "status" -> new StatusCommand(console, remotes);
            case "debt" -> new DebtCommand(console, remotes);
            case "masters" -> new MastersCommand(console, remotes);
            case "token" -> token();
            case "shell" -> new ShellCommand(console, remotes);
            case "what-if" -> new WhatIfCommand(console, remotes);
            case "rescue" -> new RescueCommand(console);
            case "verify" -> new VerifyCommand(console, remotes);
            case "trash" -> trash();
            case "namespace" -> namespace();
            case "nodes" -> nodes();
            case "rebalance" -> rebalance();
            case "replicas" -> new ReplicasCommand(console, remotes);
            case "completion" -> new CompletionCommand(console);
            case "man-pages" ->
                new ManualCommand(
                        console, () -> new Program(console.speaking(Language.ENGLISH), remotes).commandLine());
            case "user" -> user();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private CommandLine config() {
        return new CommandLine(new ConfigurationCommand())
                .addSubcommand(SettingOptions.on(new ConfigurationShowCommand(console)));
    }

    private CommandLine token() {
        return new CommandLine(new TokenCommand(console, remotes))
                .addSubcommand(new TokenListCommand(console, remotes))
                .addSubcommand(new TokenRevokeCommand(console, remotes));
    }

    private CommandLine trash() {
        return new CommandLine(new TrashCommand())
                .addSubcommand(new TrashListCommand(console, remotes))
                .addSubcommand(new TrashRestoreCommand(console, remotes))
                .addSubcommand(new TrashEmptyCommand(console, remotes))
                .addSubcommand(new TrashKeepCommand(console, remotes));
    }

    private CommandLine namespace() {
        return new CommandLine(new NamespaceCommand())
                .addSubcommand(new BackupCommand(console, remotes))
                .addSubcommand(new RestoreCommand(console))
                .addSubcommand(new GiveUpSeatCommand(console))
                .addSubcommand(new SweepingCommand(console, remotes));
    }

    private CommandLine nodes() {
        return new CommandLine(new NodesCommand())
                .addSubcommand(new NodesListCommand(console, remotes))
                .addSubcommand(new DrainCommand(console, remotes))
                .addSubcommand(new RemoveNodeCommand(console, remotes))
                .addSubcommand(new WeightCommand(console, remotes))
                .addSubcommand(new ZoneCommand(console, remotes));
    }

    private CommandLine rebalance() {
        return new CommandLine(new RebalanceCommand(console, remotes))
                .addSubcommand(new PauseCommand(console, remotes))
                .addSubcommand(new ResumeCommand(console, remotes))
                .addSubcommand(new BackCommand(console, remotes))
                .addSubcommand(new AutomaticCommand(console, remotes));
    }

    private CommandLine user() {
        return new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(console, remotes))
                .addSubcommand(new UserListCommand(console, remotes))
                .addSubcommand(new UserRemoveCommand(console, remotes))
                .addSubcommand(new UserRotateCommand(console, remotes))
                .addSubcommand(new UserGrantCommand(console, remotes))
                .addSubcommand(new UserRevokeCommand(console, remotes));
    }
}
