package io.trivet.cli;

import io.trivet.model.Address;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code trivet user} without a command: says what there is. */
@Command(
        name = "user",
        sortOptions = false,
        header = "Looks after users: who may do what, and below which path.",
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand implements Callable<Integer>, Parent {
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
        CommandLine commandLine = java.util.Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getErr());
        return Program.WRONG_USAGE;
    }
}
