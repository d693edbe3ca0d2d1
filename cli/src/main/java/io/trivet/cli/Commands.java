package io.trivet.cli;

import io.trivet.cli.admin.BackupCommand;
import io.trivet.cli.admin.DiscardLogCommand;
import io.trivet.cli.admin.GroupAddCommand;
import io.trivet.cli.admin.GroupListCommand;
import io.trivet.cli.admin.GroupRemoveCommand;
import io.trivet.cli.admin.GroupsCommand;
import io.trivet.cli.admin.NamespaceCommand;
import io.trivet.cli.admin.RekeyCommand;
import io.trivet.cli.admin.RescueCommand;
import io.trivet.cli.admin.RestoreCommand;
import io.trivet.cli.admin.SweepingCommand;
import io.trivet.cli.admin.TokenCommand;
import io.trivet.cli.admin.TokenListCommand;
import io.trivet.cli.admin.TokenRevokeCommand;
import io.trivet.cli.admin.UserAddCommand;
import io.trivet.cli.admin.UserCommand;
import io.trivet.cli.admin.UserGrantCommand;
import io.trivet.cli.admin.UserLimitCommand;
import io.trivet.cli.admin.UserListCommand;
import io.trivet.cli.admin.UserRemoveCommand;
import io.trivet.cli.admin.UserRevokeCommand;
import io.trivet.cli.admin.UserRotateCommand;
import io.trivet.cli.admin.UserShowCommand;
import io.trivet.cli.doctor.DoctorCommand;
import io.trivet.cli.files.AppendCommand;
import io.trivet.cli.files.AttributeGetCommand;
import io.trivet.cli.files.AttributeListCommand;
import io.trivet.cli.files.AttributeRemoveCommand;
import io.trivet.cli.files.AttributeSetCommand;
import io.trivet.cli.files.AttributesCommand;
import io.trivet.cli.files.CatCommand;
import io.trivet.cli.files.CopyCommand;
import io.trivet.cli.files.FindCommand;
import io.trivet.cli.files.LinkCommand;
import io.trivet.cli.files.ListCommand;
import io.trivet.cli.files.LoadCommand;
import io.trivet.cli.files.MakeDirectoryCommand;
import io.trivet.cli.files.ModeCommand;
import io.trivet.cli.files.MoveCommand;
import io.trivet.cli.files.OwnerCommand;
import io.trivet.cli.files.ReadLinkCommand;
import io.trivet.cli.files.ReceiptCommand;
import io.trivet.cli.files.ReceiptGetCommand;
import io.trivet.cli.files.ReceiptVerifyCommand;
import io.trivet.cli.files.RemoveCommand;
import io.trivet.cli.files.SaveCommand;
import io.trivet.cli.files.StatCommand;
import io.trivet.cli.files.SumCommand;
import io.trivet.cli.files.SyncCommand;
import io.trivet.cli.files.TouchCommand;
import io.trivet.cli.files.TreeCommand;
import io.trivet.cli.files.TruncateCommand;
import io.trivet.cli.files.VerifyCommand;
import io.trivet.cli.files.WhereCommand;
import io.trivet.cli.layout.AutomaticCommand;
import io.trivet.cli.layout.BackCommand;
import io.trivet.cli.layout.DrainCommand;
import io.trivet.cli.layout.MastersCommand;
import io.trivet.cli.layout.NodesCommand;
import io.trivet.cli.layout.NodesListCommand;
import io.trivet.cli.layout.PauseCommand;
import io.trivet.cli.layout.RebalanceCommand;
import io.trivet.cli.layout.RemoveNodeCommand;
import io.trivet.cli.layout.ReplicasCommand;
import io.trivet.cli.layout.ResumeCommand;
import io.trivet.cli.layout.WeightCommand;
import io.trivet.cli.layout.ZoneCommand;
import io.trivet.cli.mount.MountCommand;
import io.trivet.cli.mount.UnmountCommand;
import io.trivet.cli.node.ConfigurationCommand;
import io.trivet.cli.node.ConfigurationShowCommand;
import io.trivet.cli.node.DemoCommand;
import io.trivet.cli.node.NodeCommand;
import io.trivet.cli.node.SettingOptions;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.s3.S3Command;
import io.trivet.cli.s3.S3EnvironmentCommand;
import io.trivet.cli.s3.S3ServeCommand;
import io.trivet.cli.s3.S3UrlCommand;
import io.trivet.cli.shell.CompletionCommand;
import io.trivet.cli.shell.ManualCommand;
import io.trivet.cli.shell.ShellCommand;
import io.trivet.cli.space.QuotaCommand;
import io.trivet.cli.space.QuotaListCommand;
import io.trivet.cli.space.QuotaRemoveCommand;
import io.trivet.cli.space.QuotaSetCommand;
import io.trivet.cli.space.SpaceCommand;
import io.trivet.cli.space.UsageCommand;
import io.trivet.cli.status.DebtCommand;
import io.trivet.cli.status.HealthCommand;
import io.trivet.cli.status.StatusCommand;
import io.trivet.cli.status.WhatIfCommand;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.LocalizedHelp;
import io.trivet.cli.trash.TrashCommand;
import io.trivet.cli.trash.TrashEmptyCommand;
import io.trivet.cli.trash.TrashKeepCommand;
import io.trivet.cli.trash.TrashListCommand;
import io.trivet.cli.trash.TrashRestoreCommand;
import io.trivet.cli.web.WebConsoleCommand;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/**
 * Creates commands on demand. Parsing the options of all commands takes longer than most commands
 * run, so a command line creates only the one that it names.
 */
record Commands(Console console, Remotes remotes) {
    /** The first word of a command line. */
    static final String PROGRAM = "trivet";

    /** In the order of the help. */
    static final List<LocalizedHelp.Group> GROUPS = List.of(
            new LocalizedHelp.Group("Getting started", "demo", "node", "s3", "doctor", "config"),
            new LocalizedHelp.Group(
                    "Files",
                    "save",
                    "load",
                    "sync",
                    "ls",
                    "cat",
                    "tree",
                    "find",
                    "du",
                    "mkdir",
                    "cp",
                    "mv",
                    "ln",
                    "rm",
                    "append",
                    "truncate",
                    "trash",
                    "readlink",
                    "stat",
                    "sum",
                    "touch",
                    "chmod",
                    "chown",
                    "attr",
                    "where",
                    "receipt",
                    "mount",
                    "unmount"),
            new LocalizedHelp.Group(
                    "State of the cluster", "status", "health", "console", "debt", "df", "verify", "masters"),
            new LocalizedHelp.Group("Servers", "token", "nodes", "rebalance", "replicas", "what-if"),
            new LocalizedHelp.Group("Users", "user", "group", "quota"),
            new LocalizedHelp.Group("Backup and rescue", "namespace", "rescue"),
            new LocalizedHelp.Group("This terminal", "shell", "completion", "man-pages"));

    static final List<String> NAMES =
            GROUPS.stream().flatMap(group -> group.names().stream()).toList();

    /** Its output covers all commands. */
    private static final String ABOUT_ALL = "completion";

    /** Commands that connect to no cluster, or prepare TLS themselves. */
    private static final Set<String> AT_HOME =
            Set.of("demo", "node", "s3", "config", "doctor", "rescue", "unmount", "completion", "man-pages");

    /** Options of the program itself, before the command, whose value is the next word. */
    private static final List<String> WITH_VALUE = List.of("--cluster", Language.OPTION);

    private static final List<String> VERSION = List.of("-V", "--version");

    /**
     * The commands that these arguments need: one; none for the version; all for the help or an
     * unknown word.
     */
    static List<String> meant(String... arguments) {
        if (arguments.length == 1 && VERSION.contains(arguments[0])) {
            return List.of();
        }
        String word = firstWord(arguments);
        return NAMES.contains(word) && !word.equals(ABOUT_ALL) ? List.of(word) : NAMES;
    }

    /** Whether the arguments name a command that connects to a cluster, and do not ask for help. */
    static boolean connects(String... arguments) {
        String word = firstWord(arguments);
        return NAMES.contains(word)
                && !AT_HOME.contains(word)
                && !arguments[arguments.length - 1].equals("-h")
                && !arguments[arguments.length - 1].equals("--help");
    }

    /** Empty if there are only options. */
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

    /** A command of {@link #NAMES}, with its subcommands. */
    Object named(String name) {
        return switch (name) {
            case "demo" -> new DemoCommand(console);
            case "node" -> SettingOptions.on(new NodeCommand(console));
            case "s3" -> s3();
            case "config" -> config();
            case "doctor" -> SettingOptions.on(new DoctorCommand(console));
            case "save" -> new SaveCommand(console, remotes);
            case "load" -> new LoadCommand(console, remotes);
            case "sync" -> new SyncCommand(console, remotes);
            case "ls" -> new ListCommand(console, remotes);
            case "cat" -> new CatCommand(console, remotes);
            case "tree" -> new TreeCommand(console, remotes);
            case "find" -> new FindCommand(console, remotes);
            case "du" -> new UsageCommand(console, remotes);
            case "df" -> new SpaceCommand(console, remotes);
            case "mkdir" -> new MakeDirectoryCommand(console, remotes);
            case "cp" -> new CopyCommand(console, remotes);
            case "mv" -> new MoveCommand(console, remotes);
            case "ln" -> new LinkCommand(console, remotes);
            case "readlink" -> new ReadLinkCommand(console, remotes);
            case "rm" -> new RemoveCommand(console, remotes);
            case "stat" -> new StatCommand(console, remotes);
            case "sum" -> new SumCommand(console, remotes);
            case "append" -> new AppendCommand(console, remotes);
            case "truncate" -> new TruncateCommand(console, remotes);
            case "touch" -> new TouchCommand(console, remotes);
            case "chmod" -> new ModeCommand(console, remotes);
            case "chown" -> new OwnerCommand(console, remotes);
            case "attr" -> attr();
            case "mount" -> new MountCommand(console, remotes);
            case "unmount" -> new UnmountCommand(console);
            case "where" -> new WhereCommand(console, remotes);
            case "status" -> new StatusCommand(console, remotes);
            case "health" -> new HealthCommand(console, remotes);
            case "console" -> new WebConsoleCommand(console, remotes);
            case "debt" -> new DebtCommand(console, remotes);
            case "masters" -> new MastersCommand(console, remotes);
            case "token" -> token();
            case "shell" -> new ShellCommand(console, remotes, Program::new);
            case "what-if" -> new WhatIfCommand(console, remotes);
            case "rescue" -> new RescueCommand(console);
            case "verify" -> new VerifyCommand(console, remotes);
            case "receipt" -> receipt();
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
            case "quota" -> quota();
            case "group" -> group();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private CommandLine config() {
        return new CommandLine(new ConfigurationCommand())
                .addSubcommand(SettingOptions.on(new ConfigurationShowCommand(console)));
    }

    private CommandLine s3() {
        return new CommandLine(new S3Command())
                .addSubcommand(new S3ServeCommand(console))
                .addSubcommand(new S3EnvironmentCommand(console))
                .addSubcommand(new S3UrlCommand(console));
    }

    private CommandLine token() {
        return new CommandLine(new TokenCommand(console, remotes))
                .addSubcommand(new TokenListCommand(console, remotes))
                .addSubcommand(new TokenRevokeCommand(console, remotes));
    }

    private CommandLine attr() {
        return new CommandLine(new AttributesCommand())
                .addSubcommand(new AttributeListCommand(console, remotes))
                .addSubcommand(new AttributeGetCommand(console, remotes))
                .addSubcommand(new AttributeSetCommand(console, remotes))
                .addSubcommand(new AttributeRemoveCommand(console, remotes));
    }

    private CommandLine receipt() {
        return new CommandLine(new ReceiptCommand())
                .addSubcommand(new ReceiptGetCommand(console, remotes))
                .addSubcommand(new ReceiptVerifyCommand(console));
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
                .addSubcommand(new DiscardLogCommand(console))
                .addSubcommand(new SweepingCommand(console, remotes));
    }

    private CommandLine nodes() {
        return new CommandLine(new NodesCommand())
                .addSubcommand(new NodesListCommand(console, remotes))
                .addSubcommand(new DrainCommand(console, remotes))
                .addSubcommand(new RemoveNodeCommand(console, remotes))
                .addSubcommand(new RekeyCommand(console, remotes))
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

    private CommandLine group() {
        return new CommandLine(new GroupsCommand())
                .addSubcommand(new GroupAddCommand(console, remotes))
                .addSubcommand(new GroupListCommand(console, remotes))
                .addSubcommand(new GroupRemoveCommand(console, remotes));
    }

    private CommandLine quota() {
        return new CommandLine(new QuotaCommand())
                .addSubcommand(new QuotaSetCommand(console, remotes))
                .addSubcommand(new QuotaListCommand(console, remotes))
                .addSubcommand(new QuotaRemoveCommand(console, remotes));
    }

    private CommandLine user() {
        return new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(console, remotes))
                .addSubcommand(new UserListCommand(console, remotes))
                .addSubcommand(new UserShowCommand(console, remotes))
                .addSubcommand(new UserLimitCommand(console, remotes))
                .addSubcommand(new UserRemoveCommand(console, remotes))
                .addSubcommand(new UserRotateCommand(console, remotes))
                .addSubcommand(new UserGrantCommand(console, remotes))
                .addSubcommand(new UserRevokeCommand(console, remotes));
    }
}
