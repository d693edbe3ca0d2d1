package io.trivet.cli;

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

/** A command that only has others below it: without one of them it says what there is. */
@Command(sortOptions = false, synopsisSubcommandLabel = "COMMAND")
abstract sealed class GroupCommand implements Callable<Integer>, Parent
        permits ConfigurationCommand, NamespaceCommand, NodesCommand, TrashCommand, UserCommand {
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
    Parent parent;

    @Override
    public @Nullable List<Address> seeds() {
        return parent == null ? null : parent.seeds();
    }

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getErr());
        return Program.WRONG_USAGE;
    }
}
