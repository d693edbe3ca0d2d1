package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.wire.DataFrameBuffers;
import io.trivet.wire.credentials.DelegatedLogin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A client of a cluster. Any thread may use it; close it at the end.
 *
 * <p>The everyday operations are here, the others in {@link #trash}, {@link #replicas}, {@link
 * #quotas}, and for administrators {@link #users}, {@link #groups}, {@link #tokens}, {@link
 * #layout}, {@link #cluster}. These parts belong to the client and end with it.
 *
 * <p>Expected failures are {@link io.trivet.model.TrivetException}, whose refusal says what failed,
 * which object it concerns, what to do, and whether a retry can help. Operations retry for {@link
 * ClientOptions#patience} while that can help; a change is applied once, however often it is sent.
 * {@code OUTCOME_UNKNOWN} means that the client could not find out whether it was applied.
 *
 * <p>Paths are absolute ({@link RemotePath}). Reads of the namespace are linearizable: a read that
 * begins after a change was acknowledged sees the change.
 */
public interface TrivetClient extends AutoCloseable {
    /** The lowest rate that transfers can be limited to, in bytes per second. */
    long LEAST_RATE = RateLimit.LEAST;

    /**
     * Connects to a cluster through any of the seeds. If a seed answers slowly, retries for {@link
     * ClientOptions#patience}, but at most ten seconds. Throws {@code UNREACHABLE}, at once if
     * every seed refuses.
     */
    static TrivetClient connect(ClientOptions options) {
        return ConnectedClient.connect(options);
    }

    /**
     * Connects for a user who asked a node, which acts for the user by a {@link DelegatedLogin}. The
     * account of the options is not used.
     *
     * @param login asked before each exchange with the leader, by any thread: the login of now. What
     *     it throws ends the exchange
     * @param shared memory for transfers, of all clients that have the same: {@link #buffers}
     */
    static TrivetClient connectFor(Supplier<DelegatedLogin> login, ClientOptions options, DataFrameBuffers shared) {
        return ConnectedClient.connectFor(login, options, shared);
    }

    /**
     * Memory for the transfers of several clients, in 1 MiB pieces that are made when they are first
     * needed: for one client's chunks, and one more for each of {@code openFiles}, which may be as
     * slow as their readers.
     */
    static DataFrameBuffers buffers(int openFiles) {
        return TransferResources.buffers(openFiles);
    }

    /**
     * Saves a local file. On return R replicas of every chunk are on stable storage on R different
     * nodes, and the record is on a majority of masters; before that no client sees any of it.
     * Creates missing parent directories; replaces a file of that name in one step. A save that
     * throws has changed nothing, except with {@code OUTCOME_UNKNOWN}. Throws {@code
     * SOURCE_CHANGED} if the source changes during the save. With {@link ClientOptions#state} an
     * interrupted save is resumed: if the source has not changed, only chunks that no node has are
     * sent.
     *
     * <p>A FIFO, a device, and a file with bytes although its size is 0 (as in {@code /proc}) are
     * read to their end, like a stream.
     */
    default SaveSummary save(Path source, RemotePath target, Progress progress) {
        return save(source, target, Preserve.USUAL, progress);
    }

    /**
     * The same, keeping what {@code preserve} says. Throws {@code BAD_REQUEST} if the extended
     * attributes are larger than {@link io.trivet.model.Attributes} can be.
     */
    SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress);

    /**
     * Saves a stream of unknown length, with the guarantees of {@link #save(Path, RemotePath,
     * Progress)}.
     */
    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    /**
     * Loads a file to a local one, which appears under its name only when it is complete: every
     * block and the whole are verified, then a temporary file beside the target is renamed. A load
     * that throws leaves the target unchanged. The local file is not fsynced. An interrupted load
     * is resumed: if the file has not changed, only chunks that are not in place are fetched.
     *
     * <p>A symbolic link is followed and stays. A FIFO or a character device is written to in
     * order; anything else that is not a regular file is refused.
     */
    default LoadSummary load(RemotePath source, Path target, Progress progress) {
        return load(source, target, Preserve.USUAL, progress);
    }

    /**
     * The same, giving back what {@code preserve} says before the file appears. Throws {@code
     * DENIED} if the local file system does not take the attributes; into a FIFO or a device only
     * bytes are written.
     */
    LoadSummary load(RemotePath source, Path target, Preserve preserve, Progress progress);

    /**
     * Loads a file to a stream, in order. Blocks are verified before they are written, the whole
     * file after all bytes were written.
     */
    LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException;

    /**
     * Saves many files, each as {@link #save(Path, RemotePath, Preserve, Progress)} does, and as durable:
     * a file is told as saved only when it is on stable storage on R nodes and a majority of masters.
     * Small ones travel together, which takes a fraction of the time: the chunks of up to 256 files to
     * a node in one request, and their names to the leader in one. One that fails does not concern the
     * others. Conditions of small files are checked only when they get their names.
     *
     * <p>Returns when each file is saved or has failed and the listener was told, or does not want the
     * rest. May transfer several batches at once, with at most 1 MiB of bytes in memory for each.
     */
    void saveAll(List<FileToSave> files, FileToSave.Listener listener);

    /**
     * Loads many files, each as {@link #load(RemotePath, Path, Preserve, Progress)} does; small ones
     * together, as in {@link #saveAll}. What a node does not give, or gives wrongly, is loaded from the
     * other ones.
     */
    void loadAll(List<FileToLoad> files, FileToLoad.Listener listener);

    /** Opens a file for reading: seekable, every block verified. */
    RemoteInput open(RemotePath path);

    /**
     * Opens a file for reads at any position by any thread. Throws {@code NO_SUCH_FILE}, {@code
     * IS_A_DIRECTORY} or {@code FORBIDDEN}.
     */
    RemoteFile openFile(RemotePath path);

    /**
     * Opens a file to change it: {@link FileEdit}. Throws {@code NO_SUCH_FILE}, {@code
     * IS_A_DIRECTORY} or {@code FORBIDDEN}.
     */
    FileEdit edit(RemotePath path) throws IOException;

    /** The same with the temporary file in this local directory instead of the system's for such files. */
    FileEdit edit(RemotePath path, Path directory) throws IOException;

    /**
     * Appends all bytes of a stream to a file in one step, as durable as a save. A file that does
     * not exist is made. Clients that append to one file at once never mix their bytes: each waits
     * for the others, up to two minutes. A file that this makes has chunks of at most 4 MiB, because
     * each append stores the last chunk anew. One append changes at most 4,096 chunks; more throws
     * {@code BAD_REQUEST}.
     *
     * @return the record of the longer file, which has another id than before
     */
    FileRecord append(RemotePath path, InputStream bytes) throws IOException;

    /** A writable stream of unknown length; the file appears at {@link RemoteOutput#commit}. */
    RemoteOutput create(RemotePath path);

    /**
     * Like {@link #create(RemotePath)}, with chunks of this size, from 1 MiB to the cluster's. A
     * stream holds two chunks in memory, so smaller chunks suit programs that write many streams at
     * once. Smaller chunks mean more files on the nodes' disks.
     */
    RemoteOutput create(RemotePath path, ChunkSize chunkSize);

    /**
     * The same for a stream of about {@code expectedBytes}: less than a chunk takes no more memory
     * than that.
     */
    RemoteOutput create(RemotePath path, long expectedBytes);

    /**
     * Makes an empty file in one step, with no chunk on any node. Missing parents are made, and a
     * file of that name is replaced. What {@code metadata} leaves out is: the time is now, the mode
     * 0644, no attributes.
     *
     * @return the record of the new file
     */
    FileRecord createEmpty(RemotePath path, MetadataChange metadata);

    /**
     * Makes a symbolic link in one step, as {@link #createEmpty} makes a file. The cluster follows
     * no links: what is read or written through one is refused ({@code IS_A_LINK}, or {@code
     * NOT_A_DIRECTORY} for a name below it). Throws {@code BAD_NAME} unless {@code target} has 1 to
     * {@link FileRecord#MAX_LINK_BYTES} bytes, none of them zero; it need not exist.
     */
    FileRecord createLink(RemotePath path, String target, MetadataChange metadata);

    /**
     * Where a symbolic link leads. Takes the right to read it. Throws {@code BAD_REQUEST} for a file
     * and {@code IS_A_DIRECTORY} for a directory.
     */
    String readLink(RemotePath path);

    /** The chunk size of new files, unless another one is chosen. */
    ChunkSize chunkSize();

    /** The entry at this path. Throws {@code NO_SUCH_FILE}. */
    NameEntry stat(RemotePath path);

    /**
     * The entries of a directory, sorted by name, fetched page by page. Each page is consistent;
     * the whole need not be.
     */
    Iterable<NameEntry> list(RemotePath directory);

    /**
     * The entries with names after {@code after}, which need not exist; all of them if it is empty.
     */
    Iterable<NameEntry> list(RemotePath directory, String after);

    /** The same, each file with its attribute of this name, at the cost of one more read of the leader for each. */
    Iterable<ListedEntry> list(RemotePath directory, String after, String attribute);

    /** What programs keep beside the content of a file; empty if there is nothing. Throws {@code NO_SUCH_FILE}. */
    FileAttributes attributes(RemotePath path);

    /**
     * Changes mode, time, owner or attributes of a file, or mode, time or owner of a directory, in
     * one step; a file's content and the content's id stay. The time of a directory is that of the
     * last change of the names in it, until it is set.
     */
    void setMetadata(RemotePath path, MetadataChange change);

    /**
     * Copies a file on the servers: the new file has the content of the old one, and no byte moves,
     * whatever the size. Either can be changed or removed without the other. Missing parents are
     * made, and a file at {@code to} is replaced. The copy belongs to the user who makes it; time,
     * mode and attributes are those of the old file where {@code change} does not say them.
     * A symbolic link is copied itself. Directories are refused ({@code IS_A_DIRECTORY}).
     *
     * @return the record of the new file
     */
    FileRecord copy(RemotePath from, RemotePath to, MetadataChange change);

    /** Makes a directory with mode 0755 and its missing parents; one that exists is no error. */
    default void makeDirectory(RemotePath path) {
        makeDirectory(path, MetadataChange.NONE);
    }

    /**
     * Makes a directory and its missing parents, all of which belong to this user. Mode (0755
     * unless said) and time (now unless said) are those of the last; one that exists stays as it
     * is, and is no error.
     */
    void makeDirectory(RemotePath path, MetadataChange metadata);

    /**
     * Renames a file, a symbolic link or a directory in one step. A file or link may replace a file
     * or link, and a directory an empty directory; a directory with something in it is refused
     * ({@code NOT_EMPTY}).
     */
    void rename(RemotePath from, RemotePath to);

    /**
     * Removes a file or an empty directory, or with {@code recursive} a directory with everything
     * in it, in one step.
     */
    default void remove(RemotePath path, boolean recursive) {
        remove(path, recursive, false);
    }

    /** As above; {@code now} skips the trash. */
    void remove(RemotePath path, boolean recursive, boolean now);

    /**
     * Changes that are applied only if all these conditions hold, at most {@link Condition#MAX}:
     * {@code onlyIf(Condition.absent(path)).save(source, path, progress)} never replaces a file.
     */
    ConditionalChanges onlyIf(Condition... conditions);

    /**
     * How many files to save or load at once when there are many: more if the nodes are far away,
     * as measured by this client.
     */
    int filesAtOnce();

    /**
     * Limits the bytes per second that all transfers of this client send and receive together, from
     * now on; 0 for no limit, which is so at first. With a limit fewer chunks are in transfer at
     * once. Throws {@link IllegalArgumentException} for less than {@link #LEAST_RATE}.
     */
    void limitRate(long bytesPerSecond);

    /** Removed and replaced files. */
    Trash trash();

    /** Files that are stored in pieces, by one client or several. */
    Uploads uploads();

    /** The replicas of files: where they are, whether they are sound, and receipts. */
    Replicas replicas();

    /** Quotas: how much may be below a directory. */
    QuotaAdmin quotas();

    /** Users, their rights and limits. */
    UserAdmin users();

    /** Groups of users. */
    GroupAdmin groups();

    /** Join tokens. */
    TokenAdmin tokens();

    /** The layout: adding and removing nodes, and the number of replicas. */
    LayoutAdmin layout();

    /** The state, settings, keys and backup of the cluster. */
    ClusterAdmin cluster();

    /**
     * Ends the session and closes all connections. Transfers in progress fail; those that can be
     * resumed keep their temporary files.
     */
    @Override
    void close();
}
