package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.Checksums;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.Entry;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.Identity;
import io.trivet.model.Node;
import io.trivet.model.OpenToken;
import io.trivet.model.Operation;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.wire.Connector;
import io.trivet.wire.Introduction;
import io.trivet.wire.JoinToken;
import io.trivet.wire.Protection;
import io.trivet.wire.Secret;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster, seen from outside. Any thread may call it; close it when done.
 *
 * <p>Expected failures are {@link TrivetException}, whose refusal says what, which, what to do, and whether a retry can help. Everything is tried again
 * for {@link ClientOptions#patience} while a retry can help; a change happens once, however often it had to be sent. {@code OUTCOME_UNKNOWN} means that
 * nobody could be asked any more whether it happened.
 *
 * <p>Paths are absolute ({@link RemotePath}). Reads of the namespace are linearizable: whoever asks after a change was acknowledged sees it.
 */
public final class TrivetClient implements AutoCloseable {
    private static final int COPY_BYTES = 256 << 10;

    private final ClientOptions options;
    private final Connector connector;
    private final Cluster cluster;
    private final LeaderCalls leader;
    private final Session session;
    private final FileIds ids;
    private final SaveJournals journals;
    private final Transfers transfers;
    private final FileLoader loader;

    private TrivetClient(ClientOptions options) {
        this.options = options;
        this.connector = new Connector("trivet-client", options.cluster(), Protection.of(options.trust()));
        if (options.account() instanceof Account(var accessKey, var secret)) {
            connector.introduceAs(new Introduction(new Identity.OfUser(accessKey, 0), secret::bytes), false);
        }
        this.cluster = new Cluster(connector, options.seeds());
        this.leader = new LeaderCalls(connector, cluster, options.patience());
        this.session = new Session(leader);
        this.ids = new FileIds(cluster, session);
        this.journals = new SaveJournals(options.state());
        this.transfers = new Transfers(cluster, connector, options.parallelism());
        this.loader = new FileLoader(transfers);
    }

    /** Finds the cluster by any of the seeds; throws {@code UNREACHABLE} if none answers. */
    public static TrivetClient connect(ClientOptions options) {
        TrivetClient client = new TrivetClient(options);
        try {
            client.cluster.refresh();
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Saves a local file. On return R replicas of every chunk are on R different nodes on stable storage, and the record is on a majority of masters;
     * before that nobody sees anything of it. Missing parent directories are made; a file of that name is replaced in one step. A save that throws has
     * changed nothing, but for {@code OUTCOME_UNKNOWN}. A source that changes meanwhile is {@code SOURCE_CHANGED}. With {@link ClientOptions#state} a save
     * that was interrupted is resumed: of a source that has not changed since, only chunks that no node has travel.
     */
    public SaveSummary save(Path source, RemotePath target, Progress progress) {
        checkIsFileName(target);
        return new FileSaver(transfers, session, ids, journals).save(source, target, progress);
    }

    /** Saves a stream of unknown length, to its end, with the promise of the other {@link #save(Path, RemotePath, Progress)}. */
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException {
        try (RemoteOutput output = create(target, progress)) {
            source.transferTo(output);
            return output.commit();
        }
    }

    /**
     * Loads a file to a local one, which appears under its name only when it is whole: every block and the whole are checked, then a temporary file beside
     * the target is renamed. A load that throws leaves the target as it was. The local file is not fsynced. A load that was interrupted is resumed: of a
     * file that has not changed since, only chunks that are not in place travel.
     */
    public LoadSummary load(RemotePath source, Path target, Progress progress) {
        return loader.load(OpenFile.at(leader, source), source.toString(), target, progress);
    }

    /** Loads a file to a stream, in order. The blocks are checked as they pass; the whole at the end, when all bytes were written. */
    public LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException {
        long begin = System.nanoTime();
        OpenFile file = OpenFile.at(leader, source);
        FileRecord record = file.record();
        progress.started(record.size());
        try (RemoteInput input = new FileReader(transfers, file, progress)) {
            int sum = copy(input, Channels.newChannel(target));
            if (sum != record.crc32c()) {
                throw WholeFile.differs(record, source.toString(), sum);
            }
        }
        target.flush();
        return new LoadSummary(record, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static int copy(RemoteInput input, WritableByteChannel output) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        int sum = 0;
        while (input.read(buffer) >= 0) {
            buffer.flip();
            sum = Checksums.combine(sum, Checksums.of(buffer), buffer.remaining());
            while (buffer.hasRemaining()) {
                output.write(buffer);
            }
            buffer.clear();
        }
        return sum;
    }

    /** Opens a file for reading: seekable, checked block by block. */
    public RemoteInput open(RemotePath path) {
        return new FileReader(transfers, OpenFile.at(leader, path), Progress.NONE);
    }

    /** A writable stream of unknown length; the file appears with {@link RemoteOutput#commit}. */
    public RemoteOutput create(RemotePath path) {
        return create(path, Progress.NONE);
    }

    private RemoteOutput create(RemotePath path, Progress progress) {
        checkIsFileName(path);
        return new StreamSaver(transfers, session, ids, path, progress);
    }

    /** What is at this path. Throws {@code NO_SUCH_FILE}. */
    public Entry stat(RemotePath path) {
        return ((Answer.Found) leader.ask(new Question.Lookup(path))).entry();
    }

    /**
     * The entries of a directory in the order of their names, fetched page by page as they are asked for: each page is of one moment, the whole need not
     * be.
     */
    public Iterable<Entry> list(RemotePath directory) {
        Pages first = new Pages(leader, directory);
        boolean[] used = {false};
        return () -> {
            Pages pages = used[0] ? new Pages(leader, directory) : first;
            used[0] = true;
            return pages;
        };
    }

    /** Makes a directory and its missing parents; one that exists is no error. */
    public void makeDirectory(RemotePath path) {
        session.submit(new Command.MakeDirectory(path));
    }

    /** Renames a file or directory in one step; a file may replace a file. */
    public void rename(RemotePath from, RemotePath to) {
        session.submit(new Command.Rename(from, to));
    }

    /** Removes a file or an empty directory, or with {@code recursive} a directory with all that is in it: in one step, for all to see. */
    public void remove(RemotePath path, boolean recursive) {
        remove(path, recursive, false);
    }

    /** The same; {@code now}: past the trash. */
    public void remove(RemotePath path, boolean recursive, boolean now) {
        session.submit(new Command.Remove(path, recursive, now));
    }

    /** A page of the trash, from an id on, with what all of it comes to. */
    public Answer.Trash trash(FileId from) {
        return (Answer.Trash) leader.ask(new Question.Trash(from, Question.MAX_PAGE));
    }

    /** Gives a file of the trash a name again; {@code ALREADY_EXISTS} where something has it. */
    public void restore(FileId file, RemotePath path) {
        session.submit(new Command.Untrash(file, path));
    }

    /** These leave the trash for good; at most {@link Command#MAX_FORGET}. Others than those in the trash are left alone. */
    public void discard(List<FileId> files) {
        leader.submit(Operation.unnumbered(new Command.Discard(Instant.ofEpochMilli(Long.MAX_VALUE), files)));
    }

    /** How long removed and replaced files stay in the trash; zero for not at all, and then it empties at once. */
    public void keepTrash(Duration time) {
        leader.submit(Operation.unnumbered(new Command.SetTrash(time.toSeconds())));
    }

    /** How many files a caller with many should save or load at once: more where the nodes are far, as far as this client has measured. */
    public int filesAtOnce() {
        return transfers.lanes.files();
    }

    /** Where the chunks of a file are, from asking the nodes. */
    public FilePlacement where(RemotePath path) {
        OpenFile file = OpenFile.at(leader, path);
        cluster.refresh();
        return new Whereabouts(transfers, file).of(path);
    }

    /**
     * Has every node read its replicas of a file, to the last byte, and quarantine what is bad. A file that is replaced meanwhile is checked as it was
     * when this was called.
     */
    public FileCheck verify(RemotePath path) {
        return verify(path, Progress.NONE);
    }

    /** The same, told while it lasts: bytes that nodes have read, of all replicas. */
    public FileCheck verify(RemotePath path, Progress progress) {
        OpenFile file = OpenFile.at(leader, path);
        cluster.refresh();
        return new Verification(transfers, file, progress).of(path);
    }

    /**
     * Lets nodes delete the chunks of abandoned saves and removed files, or no longer (rule 4).
     *
     * @param grace how long removed files are kept for their readers; null leaves it as it is
     */
    public void sweeping(boolean on, @Nullable Duration grace) {
        leader.submit(Operation.unnumbered(new Command.SetSweeping(on, grace == null ? 0 : grace.toSeconds())));
    }

    /** How many masters the cluster is to have: one of {@link io.trivet.model.Masters#CHOICE}. They are seated one by one, after this returns. */
    public void masters(int wanted) {
        leader.submit(Operation.unnumbered(new Command.SetMasters(wanted)));
    }

    /**
     * Writes a backup of the namespace, as of one moment, to a local file; whole and on stable storage on return.
     *
     * @return its bytes
     */
    public long backUpNamespace(Path target) {
        cluster.refresh();
        return new NamespaceCopy(connector, cluster).into(target);
    }

    /** Of all nodes that belong to the cluster, as far as this client was told; nobody is asked. */
    public List<Address> addresses() {
        return cluster.view().nodes().stream()
                .filter(Node::isMember)
                .map(Node::address)
                .toList();
    }

    /** The cluster as its leader sees it now. */
    public ClusterStatus status() {
        return cluster.status();
    }

    /** What repair still owes, as the leader knows from what all nodes report; it says itself whether that was checked. */
    public Debt debt() {
        return leader.debt();
    }

    /** What operators do with the layout: nodes come and go, get weights and zones, the number of replicas changes. */
    public Growth growth() {
        return new Growth(transfers, leader, session);
    }

    /** Whom this client believes. */
    public Trust trust() {
        return options.trust();
    }

    /** The tokens that are good for something, in the order of their ids. */
    public List<OpenToken> tokens() {
        return ((Answer.Tokens) leader.ask(new Question.Tokens())).tokens();
    }

    /** Makes a token worthless at once. Throws {@code BAD_REQUEST} if none has this {@link OpenToken#id}. */
    public void revokeToken(String id) {
        leader.submit(Operation.unnumbered(new Command.RevokeToken(id)));
    }

    /** One line that lets {@code uses} nodes join within {@code validFor}. Whoever has it can join. */
    public String issueToken(Duration validFor, int uses) {
        ClusterView view = cluster.view();
        List<Address> addresses =
                new ArrayList<>(view.masters().stream().map(Node::address).toList());
        JoinToken token =
                JoinToken.random(view.cluster(), options.trust(), addresses.isEmpty() ? options.seeds() : addresses);
        leader.submit(Operation.unnumbered(
                new Command.IssueToken(token.secretHash(), Instant.now().plus(validFor), uses)));
        return token.text();
    }

    /** A new user, who may do nothing until rights are given to him. */
    public void addUser(String name, Secret secret) {
        User.checkName(name);
        session.submit(new Command.AddUser(name, onTheWay(name, secret), List.of()));
    }

    /** Another secret for a user; one may do that for oneself. Who logged in with the one before has to log in again. */
    public void rotateSecret(String name, Secret secret) {
        session.submit(new Command.RotateSecret(name, onTheWay(name, secret)));
    }

    public void removeUser(String name) {
        session.submit(new Command.RemoveUser(name));
    }

    /** These are the rights of a user at the grant's path from now on; none takes the grant away. */
    public void setRights(String name, Grant grant) {
        session.submit(new Command.SetRights(name, grant));
    }

    /** All users in the order of their names. */
    public List<User> users() {
        List<User> all = new ArrayList<>();
        List<User> page;
        do {
            String after = all.isEmpty() ? "" : all.getLast().name();
            page = ((Answer.Users) leader.ask(new Question.Users(after, Question.MAX_USERS))).users();
            all.addAll(page);
        } while (page.size() == Question.MAX_USERS);
        return all;
    }

    /** A secret travels under the sender's own, so that plain TCP does not show it either. */
    private byte[] onTheWay(String name, Secret secret) {
        Account own = options.account();
        if (own == null) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, "", "this takes a user: give an access key and its secret");
        }
        return Secret.onTheWay(own.secret().bytes()).close(secret.bytes(), name);
    }

    private static void checkIsFileName(RemotePath path) {
        if (path.isRoot()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, "/", "name a file in it");
        }
    }

    /** Ends the session and closes all connections. What is under way fails; what can be resumed leaves its temporary file. */
    @Override
    public void close() {
        session.close();
        loader.close();
        transfers.close();
        connector.close();
    }
}
