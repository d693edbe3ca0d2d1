package io.trivet.cli;

import io.trivet.model.Entry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet mkdir}. */
@Command(name = "mkdir", sortOptions = false, header = "Makes directories, and the missing ones above them.")
final class MakeDirectoryCommand extends ClusterCommand {
    @Option(
            names = {"-p", "--parents"},
            description = "Be content where the directory exists already.")
    boolean content;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The directories to make.")
    List<String> paths = new ArrayList<>();

    MakeDirectoryCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        List<RemotePath> all = paths.stream().map(RemoteName::path).toList();
        for (RemotePath path : all) {
            make(remote, path);
        }
        return Program.DONE;
    }

    private void make(Remote remote, RemotePath path) {
        try {
            remote.makeDirectory(path);
        } catch (TrivetException e) {
            boolean there = e.kind() == Refusal.Kind.ALREADY_EXISTS;
            if (!content || !there || !(remote.stat(path) instanceof Entry.Directory)) {
                throw e;
            }
        }
    }
}
