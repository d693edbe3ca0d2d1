package io.trivet.cli.files;

import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of {@code save} and {@code load}: several sources, files or trees, and a target. */
abstract class TreeTransferCommand extends TransferCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "Directories as well, with all that is in them. Links to directories are not followed.")
    boolean recursive;

    @Option(names = "--include", paramLabel = "GLOB", description = "With -r: only files that fit; may be repeated.")
    List<String> includes = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description =
                    "With -r: no files and no directories that fit; may be repeated. A GLOB without a slash is for names at any depth, one "
                            + "with a slash for paths below the directory: *.tmp, build/**, {a,b}/*.csv.")
    List<String> excludes = new ArrayList<>();

    @Option(
            names = {"-u", "--update"},
            description =
                    "Only what is new: a target with the same size and time is left as it is, and so is one that is newer than its source, "
                            + "which is said. Times count as far as the file system keeps them.")
    boolean update;

    @Parameters(
            arity = "1..*",
            paramLabel = "SRC... [TARGET]",
            hideParamSyntax = true,
            description = "What, and where to.")
    List<String> arguments = new ArrayList<>();

    TreeTransferCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected final Text unfinished() {
        return Text.of("complete files are kept; run the same command with --update to transfer the rest");
    }

    /** Throws {@link WrongUsage} for an invalid pattern. */
    final FileSelection selection() {
        if (!recursive && !(includes.isEmpty() && excludes.isEmpty())) {
            throw new WrongUsage(Text.of("--include and --exclude are for trees: add -r"));
        }
        return selection(includes, excludes);
    }

    final Existing existing() {
        return update ? Existing.UPDATED : Existing.REPLACED;
    }

    final TreeRules rules() {
        return new TreeRules(selection(), existing(), false, preserve());
    }
}
