package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * A command that does the same with each of several files of the cluster. A failure that concerns
 * one file is reported, and the others are done nevertheless.
 */
abstract class PathsCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description = "One JSON object for each file, on a line of its own; \"error\" says what failed.")
    boolean json;

    PathsCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** The files as typed. */
    protected abstract List<String> paths();

    /** What is said of one file: always with {@code --json}, the text only where it is wanted. */
    record Said(Json json, Text text) {}

    /** Does it with one file. */
    protected abstract Said each(TrivetClient client, RemotePath path) throws IOException, CommandFailure;

    /** Whether the text is printed. */
    protected abstract boolean tells();

    @Override
    protected int run(TrivetClient client) throws IOException {
        List<RemotePath> all = paths().stream().map(RemoteName::path).toList();
        int failed = 0;
        for (RemotePath path : all) {
            failed += isDone(client, path) ? 0 : 1;
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean isDone(TrivetClient client, RemotePath path) throws IOException {
        try {
            tell(each(client, path));
            return true;
        } catch (TrivetException e) {
            if (ParallelTransfers.endsAll(e.kind())) {
                throw e; // the others would fail as well
            }
            tellFailure(path.toString(), e);
        } catch (CommandFailure e) {
            tellFailure(path.toString(), e);
        }
        return false;
    }

    /** Says what was done with one file. */
    final void tell(Said said) {
        if (json) {
            console.say(said.json());
        } else if (tells()) {
            console.say(said.text());
        }
    }
}
