package io.trivet.cli.files;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.FileCheck;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet verify}. */
@Command(
        name = "verify",
        sortOptions = false,
        header = "Has every node read its replicas of a file, and says what is bad.",
        description = {
            "",
            "Every byte is read from the disks and checked; bad replicas are set aside, and repaired from good ones. Exit code 1 when anything is bad or missing.",
            ""
        })
public final class VerifyCommand extends ClusterCommand {
    @Option(names = "--all", description = "Every file of the cluster.")
    boolean all;

    @Option(
            names = "--json",
            description =
                    "As JSON, a line for each file: {\"path\",\"whole\",\"chunks\",\"checked\",\"bad\",\"missing\",\"wholeMatches\",\"silent\",\"faults\":[{\"number\",\"sound\",\"bad\"}]}.")
    boolean json;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PATH",
            description = "The file, or a directory for all that is below it.")
    @Nullable
    String path;

    public VerifyCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (all == (path != null)) {
            throw new WrongUsage(Text.of("name a PATH, or --all"));
        }
    }

    /** The totals of all files. */
    private static final class Sum {
        private long files;
        private long checked;
        private long bad;
        private long missing;
        private long notWhole;
        private final TreeSet<NodeId> silent = new TreeSet<>();
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath root = path == null ? RemotePath.ROOT : RemoteName.path(path);
        Sum sum = new Sum();
        boolean one = !root.isRoot() && !(client.stat(root) instanceof NameEntry.Directory);
        try (ProgressDisplay display = new ProgressDisplay(
                console, Text.of("verify {0}", root), verbose, Text.of("nothing was changed; run the command again"))) {
            if (one) {
                add(client.replicas().verify(root, display.meter().onlyFile()), sum, display);
            } else {
                walk(client, root, sum, display);
            }
        }
        if (!json) {
            console.say(closing(sum));
        }
        return sum.notWhole == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void walk(TrivetClient client, RemotePath root, Sum sum, ProgressDisplay display) {
        if (console.redraws()) {
            int replicas = client.cluster().status().view().layout().replicas();
            display.meter().expect(replicas * LoadTree.bytesBelow(client, root));
        }
        Deque<RemotePath> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (NameEntry nameEntry : client.list(directory)) {
                below(directory, nameEntry, sum).ifPresent(below -> {
                    switch (nameEntry) {
                        case NameEntry.Directory _ -> open.push(below);
                        case NameEntry.Link _ -> {} // it has no chunk
                        case NameEntry.File _ ->
                            verified(client, below, display).ifPresent(check -> add(check, sum, display));
                    }
                });
            }
        }
    }

    /**
     * A path that is too long, because an earlier release allowed it, is reported and does not end
     * the command.
     */
    private Optional<RemotePath> below(RemotePath directory, NameEntry nameEntry, Sum sum) {
        try {
            return Optional.of(directory.resolve(nameEntry.name()));
        } catch (TrivetException e) {
            console.complain(ErrorMessage.about(e));
            sum.notWhole++;
            return Optional.empty();
        }
    }

    /** Empty for a file that was removed after it was listed. */
    private static Optional<FileCheck> verified(TrivetClient client, RemotePath file, ProgressDisplay display) {
        try {
            return Optional.of(client.replicas().verify(file, display.meter().oneOfMany()));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.IS_A_DIRECTORY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void add(FileCheck check, Sum sum, ProgressDisplay display) {
        sum.files++;
        sum.checked += check.checked();
        sum.bad += check.bad();
        sum.missing += check.missing();
        sum.notWhole += check.isWhole() ? 0 : 1;
        sum.silent.addAll(check.silent());
        if (json) {
            display.say(json(check));
        } else {
            text(check).forEach(display::say);
        }
    }

    private static Text closing(Sum sum) {
        Text read = Text.of(
                "verified {0}: {1} read, {2} bad, {3} missing",
                Text.count(sum.files, "file"), Text.count(sum.checked, "replica"), sum.bad, sum.missing);
        return sum.silent.isEmpty() ? read : Text.of("{0}; did not answer: {1}", read, Text.list(sum.silent));
    }

    static List<Text> text(FileCheck check) {
        List<Text> lines = new ArrayList<>();
        lines.add(Text.of(
                "{0}: {1}, {2}, {3} read, {4} bad, {5} missing, crc32c {6}",
                check.path(),
                check.isWhole() ? Text.of("whole") : Text.of("NOT WHOLE"),
                Text.count(check.chunks().size(), "chunk"),
                Text.count(check.checked(), "replica"),
                check.bad(),
                check.missing(),
                check.wholeMatches() ? Checksums.text(check.record().crc32c()) : Text.of("not proven")));
        for (FileCheck.ChunkCheck chunk : faults(check)) {
            Text sound = Text.of(
                    "  chunk {0}: sound on {1}",
                    chunk.number(), chunk.sound().isEmpty() ? Text.of("no node") : Text.list(chunk.sound()));
            lines.add(chunk.bad().isEmpty() ? sound : Text.of("{0}, bad on {1}", sound, Text.list(chunk.bad())));
        }
        return lines;
    }

    static Json json(FileCheck check) {
        return new Json()
                .put("path", check.path().toString())
                .put("whole", check.isWhole())
                .put("chunks", check.chunks().size())
                .put("checked", check.checked())
                .put("bad", check.bad())
                .put("missing", check.missing())
                .put("wholeMatches", check.wholeMatches())
                .put("silent", check.silent().stream().map(NodeId::toString).toList())
                .put(
                        "faults",
                        faults(check).stream()
                                .map(chunk -> new Json()
                                        .put("number", chunk.number())
                                        .put(
                                                "sound",
                                                chunk.sound().stream()
                                                        .map(NodeId::toString)
                                                        .toList())
                                        .put(
                                                "bad",
                                                chunk.bad().stream()
                                                        .map(NodeId::toString)
                                                        .toList()))
                                .toList());
    }

    private static List<FileCheck.ChunkCheck> faults(FileCheck check) {
        return check.chunks().stream()
                .filter(chunk -> !chunk.bad().isEmpty() || chunk.sound().size() < check.replicas())
                .toList();
    }
}
