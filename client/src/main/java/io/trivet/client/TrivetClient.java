package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A cluster, seen from outside. Any thread may call it; close it when done.
 *
 * <p>What programs do every day is here. The rest has a part of its own: {@link #trash}, {@link
 * #replicas}, {@link #quotas}, and for administrators {@link #users}, {@link #groups}, {@link
 * #tokens}, {@link #layout}, {@link #cluster}. The parts belong to this client and end with it.
 *
 * <p>Expected failures are {@link io.trivet.model.TrivetException}, whose refusal says what, which,
 * what to do, and whether a retry can help. Everything is tried again for {@link
 * ClientOptions#patience} while a retry can help; a change happens once, however often it had to be
 * sent. {@code OUTCOME_UNKNOWN} means that nobody could be asked any more whether it happened.
 *
 * <p>Paths are absolute ({@link RemotePath}). Reads of the namespace are linearizable: whoever asks
 * after a change was acknowledged sees it.
 */
public interface TrivetClient extends AutoCloseable {
    /**
     * Finds the cluster by any of the seeds. Where a seed is slow to answer it is asked again for
     * {@link ClientOptions#patience}, ten seconds at most; throws {@code UNREACHABLE} at once if no
     * seed is there.
     */
    static TrivetClient connect(ClientOptions options) {
        return ConnectedClient.connect(options);
    }

    /**
     * Saves a local file. On return R replicas of every chunk are on R different nodes on stable
     * storage, and the record is on a majority of masters; before that nobody sees anything of it.
     * Missing parent directories are made; a file of that name is replaced in one step. A save that
     * throws has changed nothing, but for {@code OUTCOME_UNKNOWN}. A source that changes meanwhile
     * is {@code SOURCE_CHANGED}. With {@link ClientOptions#state} a save that was interrupted is
     * resumed: of a source that has not changed since, only chunks that no node has travel.
     *
     * <p>A FIFO, a device, and a file that has bytes although its size is 0 (as in {@code /proc})
     * are read to their end, like a stream.
     */
    SaveSummary save(Path source, RemotePath target, Progress progress);

    /**
     * Saves a stream of unknown length, to its end, with the promise of the other {@link
     * #save(Path, RemotePath, Progress)}.
     */
    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    /**
     * Loads a file to a local one, which appears under its name only when it is whole: every block
     * and the whole are checked, then a temporary file beside the target is renamed. A load that
     * throws leaves the target as it was. The local file is not fsynced. A load that was
     * interrupted is resumed: of a file that has not changed since, only chunks that are not in
     * place travel.
     *
     * <p>A symbolic link is followed and stays. A FIFO or a character device is written to, in
     * order; what else is no regular file is refused.
     */
    LoadSummary load(RemotePath source, Path target, Progress progress);

    /**
     * Loads a file to a stream, in order. The blocks are checked as they pass; the whole at the
     * end, when all bytes were written.
     */
    LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException;

    /** Opens a file for reading: seekable, checked block by block. */
    RemoteInput open(RemotePath path);

    /** A writable stream of unknown length; the file appears with {@link RemoteOutput#commit}. */
    RemoteOutput create(RemotePath path);

    /**
     * The same with chunks of this size, 1 MiB to the cluster's: a stream holds two chunks in
     * memory, so a program that writes many streams at once takes smaller ones. More chunks are more
     * files on the nodes' disks.
     */
    RemoteOutput create(RemotePath path, ChunkSize chunkSize);

    /** What is at this path. Throws {@code NO_SUCH_FILE}. */
    NameEntry stat(RemotePath path);

    /**
     * The entries of a directory in the order of their names, fetched page by page as they are
     * asked for: each page is of one moment, the whole need not be.
     */
    Iterable<NameEntry> list(RemotePath directory);

    /** What programs keep beside the content of a file; empty if there is nothing. Throws {@code NO_SUCH_FILE}. */
    Attributes attributes(RemotePath path);

    /** Changes mode, time or attributes of a file in one step; its content and the content's id stay. */
    void setMetadata(RemotePath path, MetadataChange change);

    /** Makes a directory and its missing parents; one that exists is no error. */
    void makeDirectory(RemotePath path);

    /** Renames a file or directory in one step; a file may replace a file. */
    void rename(RemotePath from, RemotePath to);

    /**
     * Removes a file or an empty directory, or with {@code recursive} a directory with all that is
     * in it: in one step, for all to see.
     */
    default void remove(RemotePath path, boolean recursive) {
        remove(path, recursive, false);
    }

    /** The same; {@code now}: past the trash. */
    void remove(RemotePath path, boolean recursive, boolean now);

    /**
     * Changes that happen only where these conditions hold, at most {@link Condition#MAX}: {@code
     * onlyIf(Condition.absent(path)).save(source, path, progress)} never replaces anything.
     */
    ConditionalChanges onlyIf(Condition... conditions);

    /**
     * How many files a caller with many should save or load at once: more where the nodes are far,
     * as far as this client has measured.
     */
    int filesAtOnce();

    /** Files that were removed or replaced. */
    Trash trash();

    /** The replicas of a file: where they are, whether they are sound, and a receipt for them. */
    Replicas replicas();

    /** How much may be below a directory. */
    QuotaAdmin quotas();

    /** Users, what each may do and how much. */
    UserAdmin users();

    /** Groups of users. */
    GroupAdmin groups();

    /** Tokens with which nodes join. */
    TokenAdmin tokens();

    /** Which nodes have which slots: nodes come and go, and the number of replicas changes. */
    LayoutAdmin layout();

    /** The cluster as a whole: its state, its settings, its keys, its backup. */
    ClusterAdmin cluster();

    /**
     * Ends the session and closes all connections. What is under way fails; what can be resumed
     * leaves its temporary file.
     */
    @Override
    void close();
}
