package io.trivet.bench.namespace;

import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.namespace.Backup;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store.Pair;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds files to the backup of an empty namespace; the result is another backup, for {@code trivet
 * namespace restore}.
 */
final class NamespaceGenerator {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] SETTINGS = {'F', 1};

    private NamespaceGenerator() {}

    /**
     * Writes the backup {@code target}: the content of {@code source}, and the files of the tree.
     */
    static void generate(Path source, GeneratedTree tree, Path target) throws IOException {
        List<Pair> rows = new ArrayList<>();
        Backup.Summary summary;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(source), BUFFER_BYTES)) {
            summary = Backup.replay(in, new NodeId(0), Integer.MAX_VALUE, command -> {
                switch (command) {
                    case Command.Restore(List<Command.Row> some) ->
                        some.forEach(row -> rows.add(new Pair(row.key(), row.value())));
                    case Command.Restored restored -> rows.add(new Pair(SETTINGS, restored.settings()));
                    default -> throw new IllegalStateException("a backup is replayed as " + command);
                }
            });
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), BUFFER_BYTES)) {
            new Namespace(new GeneratedRows(rows, tree, summary.epoch())).backup(out);
        }
    }
}
