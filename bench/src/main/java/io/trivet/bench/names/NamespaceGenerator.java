package io.trivet.bench.names;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.SessionId;
import io.trivet.namespace.Backup;
import io.trivet.namespace.Namespace;
import io.trivet.quorum.RocksStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Adds files to the backup of a namespace: reservations and commits, as clients would have sent them, are applied to the state machine without a quorum,
 * and the result is another backup, for {@code trivet namespace restore}. One thread.
 */
final class NamespaceGenerator {
    private static final int OF_ENTRY = 1000;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long LARGEST_FILE = 1 << 20;
    private static final int MODE = 0644;

    /** A year: files were changed at any time before they were saved. */
    private static final long AGE_MS = 366L * 24 * 3600 * 1000;

    private final GeneratedTree tree;
    private final Namespace namespace;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Instant now = Instant.now();
    private long index;
    private SessionId session = new SessionId(1);
    private long sequence = 1;

    private NamespaceGenerator(GeneratedTree tree, Namespace namespace) {
        this.tree = tree;
        this.namespace = namespace;
    }

    /**
     * Writes the backup {@code target}: what {@code source} has, and the files of the tree.
     *
     * @param scratch a directory that is not there yet; it stays, for its size on disk
     */
    static void generate(Path source, GeneratedTree tree, Path scratch, Path target) throws IOException {
        try (RocksStore store = RocksStore.open(scratch);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), BUFFER_BYTES)) {
            NamespaceGenerator generator = new NamespaceGenerator(tree, new Namespace(store));
            generator.begin(source);
            generator.add();
            generator.namespace.backup(out);
        }
    }

    private void begin(Path source) throws IOException {
        Backup.Summary summary = Backup.check(open(source));
        index = summary.index();
        try (InputStream in = open(source)) {
            Backup.replay(
                    in, new NodeId(0), summary.epoch() + 1, command -> apply(List.of(Operation.unnumbered(command))));
        }
        Outcome opened =
                apply(List.of(Operation.unnumbered(new Command.OpenSession()))).getFirst();
        session = ((Outcome.SessionOpened) opened).session();
    }

    private static InputStream open(Path source) throws IOException {
        return new BufferedInputStream(Files.newInputStream(source), BUFFER_BYTES);
    }

    private void add() {
        for (long turn = 0; turn < tree.files(); ) {
            int some = (int) Math.min(Command.MAX_RESERVE, tree.files() - turn);
            Outcome reserved =
                    apply(List.of(numbered(new Command.Reserve(some, -1)))).getFirst();
            FileId start = ((Outcome.Reserved) reserved).start();
            for (int done = 0; done < some; done += OF_ENTRY) {
                commit(start, turn, done, Math.min(some, done + OF_ENTRY));
            }
            turn += some;
        }
        apply(List.of(Operation.unnumbered(new Command.EndSession(session))));
    }

    private void commit(FileId start, long turn, int from, int to) {
        List<Operation> operations = new ArrayList<>();
        for (int i = from; i < to; i++) {
            operations.add(numbered(new Command.Commit(
                    new FileId(start.epoch(), start.counter() + i),
                    tree.saved(turn + i),
                    random.nextLong(LARGEST_FILE),
                    random.nextInt(),
                    now.minusMillis(random.nextLong(AGE_MS)),
                    "someone",
                    MODE,
                    List.of())));
        }
        apply(operations);
    }

    /** Outcomes of earlier entries are known to whoever sent them. */
    private Operation numbered(Command command) {
        long own = sequence++;
        return new Operation(session, own, own - own % OF_ENTRY, command);
    }

    private List<Outcome> apply(List<Operation> operations) {
        List<Outcome> outcomes = namespace.apply(++index, now, operations);
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Refused(var refusal)) {
                throw new IllegalStateException("entry " + index + ": " + refusal.message());
            }
        }
        return outcomes;
    }
}
