package io.trivet.client;

import io.trivet.file.AtomicFile;
import io.trivet.file.FileSync;
import io.trivet.file.PrivateFiles;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.ReceivedFile;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Fetches a backup of the namespace from the leader into a local file, which gets its name only
 * when it is complete and on stable storage. Only its owner may read it: it contains all names and
 * the users' wrapped secrets.
 */
final class NamespaceCopy {
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(30);

    private final Connector connector;
    private final Cluster cluster;

    NamespaceCopy(Connector connector, Cluster cluster) {
        this.connector = connector;
        this.cluster = cluster;
    }

    /**
     * Replaces the file only by a backup that {@code check} does not throw for. Of two at once each
     * has a temporary file of its own.
     *
     * @return the length in bytes
     */
    long into(Path target, Consumer<Path> check) {
        Path whole = LocalTarget.replaceable(target).toAbsolutePath();
        try {
            Path temporary = Files.createTempFile(
                    whole.resolveSibling(".").normalize(),
                    whole.getFileName() + ".",
                    ".trivet-backup",
                    PrivateFiles.file(whole));
            try {
                long length = fetch(temporary);
                check.accept(temporary);
                AtomicFile.replace(whole, temporary);
                return length;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw LocalFiles.refusal(target, e);
        }
    }

    private long fetch(Path file) throws IOException {
        NodeId leader = cluster.leader()
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.NO_QUORUM, "", "there is no leader: a backup needs a majority of the masters"));
        Address address = cluster.address(leader);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Connection connection = connector.takeAsOneself(address, PIECE_LIMIT);
            boolean ended = false;
            try {
                connection.send(new RequestEnvelope(leader, new Request.BackUp(0)));
                if (!(connection.receive().message() instanceof Reply.Done)) {
                    throw new IOException(address + ": not an answer to a backup");
                }
                long length = ReceivedFile.into(connection, out);
                ended = true;
                FileSync.force(out);
                return length;
            } finally {
                connector.release(connection, ended);
            }
        }
    }
}
