package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Changes with conditions, which must hold when the change is applied; otherwise it is refused as
 * {@code CONDITION_FAILED} and changes nothing. They differ from those of {@link TrivetClient} in
 * one more point: a save whose session ended is not repeated, because then nobody can tell whether
 * its own commit made the condition fail.
 *
 * <p>A save also checks the conditions before it sends the first byte.
 */
public interface ConditionalChanges {
    default SaveSummary save(Path source, RemotePath target, Progress progress) {
        return save(source, target, Preserve.USUAL, progress);
    }

    SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress);

    /**
     * Like {@link TrivetClient#save(Path, RemotePath, Progress)}, but what {@code metadata} says is
     * kept instead of the local file's mode, time and attributes.
     */
    SaveSummary save(Path source, RemotePath target, MetadataChange metadata, Progress progress);

    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    RemoteOutput create(RemotePath path);

    RemoteOutput create(RemotePath path, ChunkSize chunkSize);

    RemoteOutput create(RemotePath path, long expectedBytes);

    /** Like {@link TrivetClient#createEmpty}; with {@code Condition.absent(path)} it replaces nothing. */
    FileRecord createEmpty(RemotePath path, MetadataChange metadata);

    /** Like {@link TrivetClient#createLink}; with {@code Condition.absent(path)} it replaces nothing. */
    FileRecord createLink(RemotePath path, String target, MetadataChange metadata);

    void setMetadata(RemotePath path, MetadataChange change);

    /** Like {@link TrivetClient#copy}; a condition may be about either path. */
    FileRecord copy(RemotePath from, RemotePath to, MetadataChange change);

    default void makeDirectory(RemotePath path) {
        makeDirectory(path, MetadataChange.NONE);
    }

    /** Like {@link TrivetClient#makeDirectory(RemotePath, MetadataChange)}. */
    void makeDirectory(RemotePath path, MetadataChange metadata);

    void rename(RemotePath from, RemotePath to);

    /**
     * Like {@link TrivetClient#remove(RemotePath, boolean, boolean)}; {@code now} skips the trash.
     */
    void remove(RemotePath path, boolean recursive, boolean now);
}
