package io.trivet.cli.trash;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet trash empty}. */
@picocli.CommandLine.Command(
        name = "empty",
        sortOptions = false,
        header = "Permanently deletes files in the trash.",
        description = {
            "",
            "The space is freed when the grace period for readers ends (`trivet namespace sweeping --help`).",
            ""
        })
public final class TrashEmptyCommand extends ClusterCommand {
    @Option(names = "--all", description = "Everything in the trash.")
    boolean all;

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Only what was there or below.")
    List<String> paths = new ArrayList<>();

    public TrashEmptyCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (all != paths.isEmpty()) {
            throw new WrongUsage(Text.of("name a PATH, or --all"));
        }
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        List<RemotePath> wanted = paths.stream().map(RemoteName::path).toList();
        List<FileId> ids = new ArrayList<>();
        long[] sum = {0, 0};
        TrashCan.await(client, console);
        TrashCan.each(client, wanted, file -> {
            ids.add(file.record().id());
            sum[0]++;
            sum[1] += file.record().size();
            if (ids.size() == Command.MAX_FORGET) {
                client.trash().discard(List.copyOf(ids));
                ids.clear();
            }
        });
        if (!ids.isEmpty()) {
            client.trash().discard(ids);
        }
        console.say(Text.of("permanently deleted {0}, {1}", Text.count(sum[0], "file"), Format.bytes(sum[1])));
        return ExitCode.DONE;
    }
}
