package io.trivet.node.identity;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lets one process at a time serve a data directory. The operating system releases the lock when
 * the process ends, however it ends.
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
            // Another node of this process holds it.
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
