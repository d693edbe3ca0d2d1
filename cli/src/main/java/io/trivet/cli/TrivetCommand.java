package io.trivet.cli;

import io.trivet.cli.remote.AddressConverter;
import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.LanguageConverter;
import io.trivet.model.Address;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code trivet} without a command: prints the help. */
@Command(
        name = "trivet",
        description = "Keeps files on three or more ordinary servers, any one of which may fail.",
        versionProvider = TrivetCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class TrivetCommand implements Callable<Integer>, CommandGroup {
    @Option(
            names = "--cluster",
            split = ",",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = "Nodes to ask first, any of the cluster's; otherwise TRIVET_CLUSTER, otherwise those of the"
                    + " profile.")
    @Nullable
    List<Address> seeds;

    /** {@link Console#hearing} has read it already; here it is validated and shown in the help. */
    @Option(
            names = Language.OPTION,
            scope = ScopeType.INHERIT,
            paramLabel = "en|zh",
            converter = LanguageConverter.class,
            completionCandidates = LanguageConverter.Codes.class,
            description =
                    "The language of messages, English or Chinese; otherwise that of LC_ALL, LC_MESSAGES or LANG.")
    @Nullable
    Language language;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean version;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public @Nullable List<Address> seeds() {
        return seeds;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getErr());
        return ExitCode.WRONG_USAGE;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = TrivetCommand.class.getPackage().getImplementationVersion();
            return new String[] {"trivet " + (version == null ? "(from its classes)" : version)};
        }
    }
}
