package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Changes that happen only where conditions hold at the moment in which they are applied; else they
 * are refused as {@code CONDITION_FAILED}, and nothing changes. In everything else they are those of
 * {@link TrivetClient}, except that a save is not begun anew where its session ended meanwhile:
 * nobody can say then whether its own commit is why the condition does not hold.
 *
 * <p>Saves look at the conditions before the first byte travels as well.
 */
public interface ConditionalChanges {
    SaveSummary save(Path source, RemotePath target, Progress progress);

    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    RemoteOutput create(RemotePath path);

    RemoteOutput create(RemotePath path, ChunkSize chunkSize);

    void setMetadata(RemotePath path, MetadataChange change);

    void makeDirectory(RemotePath path);

    void rename(RemotePath from, RemotePath to);

    /** {@code now}: past the trash. */
    void remove(RemotePath path, boolean recursive, boolean now);
}
