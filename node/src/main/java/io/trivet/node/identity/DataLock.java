package io.trivet.node.identity;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One process at a time serves a data directory. The operating system lets go of it when the
 * process dies, however it dies.
 */
public final class DataLock implements AutoCloseable {
    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    @SuppressWarnings("ChannelNotClosed")
    public // the lock lives as long as the channel
    static DataLock take(Path data) throws IOException {
        PrivateDirectory.make(data);
        FileChannel channel =
                FileChannel.open(data.resolve("node.lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.tryLock() != null) {
                return new DataLock(channel);
            }
        } catch (OverlappingFileLockException _) {
            // Held by another node of this very process.
        }
        channel.close();
        throw TrivetException.of(
                Refusal.Kind.BUSY, data.toString(), "another process serves this directory: stop it first");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
