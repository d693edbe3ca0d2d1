package io.trivet.client;

import io.trivet.model.FileRecord;
import java.nio.channels.SeekableByteChannel;

/**
 * A file of the cluster, open for reading: seekable, every block verified. It reads the content
 * that the name had when it was opened, even if the file is replaced. {@code write} and {@code
 * truncate} throw {@link java.nio.channels.NonWritableChannelException}. One thread at a time.
 */
public interface RemoteInput extends SeekableByteChannel {
    FileRecord record();
}
