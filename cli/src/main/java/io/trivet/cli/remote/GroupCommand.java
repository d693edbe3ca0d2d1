package io.trivet.cli.remote;

import io.trivet.cli.text.ExitCode;
import io.trivet.model.Address;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command with subcommands only: without one of them it prints its help. */
@Command(sortOptions = false, synopsisSubcommandLabel = "COMMAND")
public abstract class GroupCommand implements Callable<Integer>, CommandGroup {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    @ParentCommand
    @Nullable
    CommandGroup parent;

    @Override
    public @Nullable List<Address> seeds() {
        return parent == null ? null : parent.seeds();
    }

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getErr());
        return ExitCode.WRONG_USAGE;
    }
}
