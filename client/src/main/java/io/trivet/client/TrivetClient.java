package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.OpenToken;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.model.UserUse;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cluster, seen from outside. Any thread may call it; close it when done.
 *
 * <p>Expected failures are {@link TrivetException}, whose refusal says what, which, what to do, and
 * whether a retry can help. Everything is tried again for {@link ClientOptions#patience} while a
 * retry can help; a change happens once, however often it had to be sent. {@code OUTCOME_UNKNOWN}
 * means that nobody could be asked any more whether it happened.
 *
 * <p>Paths are absolute ({@link RemotePath}). Reads of the namespace are linearizable: whoever asks
 * after a change was acknowledged sees it.
 */
public final class TrivetClient implements AutoCloseable {
    private static final int COPY_BYTES = 256 << 10;

    /** Somebody may be waiting who has mistyped an address. */
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(10);

    private final ClientOptions options;
    private final Connector connector;
    private final Cluster cluster;
    private final LeaderCalls leader;
    private final Session session;
    private final FileIds ids;
    private final SaveJournals journals;
    private final TransferResources transferResources;
    private final FileLoader loader;

    private volatile TrustSettings trustSettings;

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private TrivetClient(ClientOptions options) {
        this.options = options;
        this.trustSettings = options.trustSettings();
        this.connector = new Connector("trivet-client", options.cluster(), protection());
        if (options.account() instanceof Account(var accessKey, var secret)) {
            connector.introduceAs(new LoginHandshake(new CallerIdentity.OfUser(accessKey, 0), secret::bytes), false);
        }
        this.cluster = new Cluster(connector, options.seeds(), this::follow);
        this.leader = new LeaderCalls(connector, cluster, options.patience());
        this.session = new Session(leader);
        this.ids = new FileIds(cluster, session);
        this.journals = new SaveJournals(options.state());
        this.transferResources = new TransferResources(cluster, connector, options.parallelism(), options.openFiles());
        this.loader = new FileLoader(transferResources);
    }

    /**
     * Finds the cluster by any of the seeds. Where a seed is slow to answer it is asked again for
     * {@link ClientOptions#patience}, ten seconds at most; throws {@code UNREACHABLE} at once if no
     * seed is there.
     */
    public static TrivetClient connect(ClientOptions options) {
        TrivetClient client = new TrivetClient(options);
        try {
            client.cluster.find(new Backoff(min(options.patience(), LONGEST_SEARCH)));
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
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
    public SaveSummary save(Path source, RemotePath target, Progress progress) {
        checkIsFileName(target);
        if (SourceFile.isStream(source)) {
            return saveStream(source, target, progress);
        }
        return new FileSaver(transferResources, session, ids, journals).save(source, target, progress);
    }

    private SaveSummary saveStream(Path source, RemotePath target, Progress progress) {
        try (InputStream stream = Files.newInputStream(source)) {
            return save(stream, target, progress);
        } catch (IOException e) {
            throw LocalFiles.refusal(source, e);
        }
    }

    /**
     * Saves a stream of unknown length, to its end, with the promise of the other {@link
     * #save(Path, RemotePath, Progress)}.
     */
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException {
        try (RemoteOutput output = create(target, progress)) {
            try {
                source.transferTo(output);
                return output.commit();
            } finally {
                output.abort(); // where it was not committed
            }
        }
    }

    /**
     * Loads a file to a local one, which appears under its name only when it is whole: every block
     * and the whole are checked, then a temporary file beside the target is renamed. A load that
     * throws leaves the target as it was. The local file is not fsynced. A load that was
     * interrupted is resumed: of a file that has not changed since, only chunks that are not in
     * place travel.
     *
     * <p>A symbolic link is followed and stays. A FIFO or a character device is written to, in
     * order; what else is no regular file is refused ({@link LocalTarget}).
     */
    public LoadSummary load(RemotePath source, Path target, Progress progress) {
        return switch (LocalTarget.of(target)) {
            case LocalTarget.Replaceable(Path file) ->
                loader.load(OpenFile.at(leader, source), source.toString(), file, progress);
            case LocalTarget.Sink(Path file) -> loadInto(source, file, progress);
        };
    }

    private LoadSummary loadInto(RemotePath source, Path sink, Progress progress) {
        try (OutputStream stream = Files.newOutputStream(sink, StandardOpenOption.WRITE)) {
            return load(source, stream, progress);
        } catch (IOException e) {
            throw LocalFiles.refusal(sink, e);
        }
    }

    /**
     * Loads a file to a stream, in order. The blocks are checked as they pass; the whole at the
     * end, when all bytes were written.
     */
    public LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException {
        long begin = System.nanoTime();
        OpenFile file = OpenFile.at(leader, source);
        FileRecord record = file.record();
        progress.started(record.size());
        try (RemoteInput input = new FileReader(transferResources, file, progress)) {
            FileChecksum.require(record, source.toString(), copy(input, record, Channels.newChannel(target)));
        }
        target.flush();
        return new LoadSummary(record, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static ContentSums copy(RemoteInput input, FileRecord record, WritableByteChannel output)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        RunningSums sums = new RunningSums(record.chunkSize());
        while (input.read(buffer) >= 0) {
            sums.append(buffer.flip());
            while (buffer.hasRemaining()) {
                output.write(buffer);
            }
            buffer.clear();
        }
        return sums.finish();
    }

    /** Opens a file for reading: seekable, checked block by block. */
    public RemoteInput open(RemotePath path) {
        return new FileReader(transferResources, OpenFile.at(leader, path), Progress.NONE);
    }

    /** A writable stream of unknown length; the file appears with {@link RemoteOutput#commit}. */
    public RemoteOutput create(RemotePath path) {
        return create(path, Progress.NONE);
    }

    /**
     * The same, of which about {@code expectedBytes} are written: less than a chunk takes no more
     * memory than that.
     */
    public RemoteOutput create(RemotePath path, long expectedBytes) {
        return create(path, expectedBytes, Progress.NONE);
    }

    private RemoteOutput create(RemotePath path, Progress progress) {
        return create(path, Long.MAX_VALUE, progress);
    }

    private RemoteOutput create(RemotePath path, long expectedBytes, Progress progress) {
        checkIsFileName(path);
        return new StreamSaver(transferResources, session, ids, path, expectedBytes, progress);
    }

    /** How large the chunks of new files are: a stream that is written holds two of them at the most. */
    public ChunkSize chunkSize() {
        return cluster.view().chunkSize();
    }

    /** What is at this path. Throws {@code NO_SUCH_FILE}. */
    public NameEntry stat(RemotePath path) {
        return ((QueryResult.Found) leader.ask(new Query.Lookup(path))).nameEntry();
    }

    /**
     * The entries of a directory in the order of their names, fetched page by page as they are
     * asked for: each page is of one moment, the whole need not be.
     */
    public Iterable<NameEntry> list(RemotePath directory) {
        return list(directory, "");
    }

    /**
     * Those whose names come after {@code after}, which need not be the name of anything; all if it
     * is empty.
     */
    public Iterable<NameEntry> list(RemotePath directory, String after) {
        DirectoryPages first = new DirectoryPages(leader, directory, after);
        boolean[] used = {false};
        return () -> {
            DirectoryPages directoryPages = used[0] ? new DirectoryPages(leader, directory, after) : first;
            used[0] = true;
            return directoryPages;
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

    /**
     * Removes a file or an empty directory, or with {@code recursive} a directory with all that is
     * in it: in one step, for all to see.
     */
    public void remove(RemotePath path, boolean recursive) {
        remove(path, recursive, false);
    }

    /** The same; {@code now}: past the trash. */
    public void remove(RemotePath path, boolean recursive, boolean now) {
        session.submit(new Command.Remove(path, recursive, now));
    }

    /** A page of the trash, from an id on, with what all of it comes to. */
    public QueryResult.Trash trash(FileId from) {
        return (QueryResult.Trash) leader.ask(new Query.Trash(from, Query.MAX_PAGE));
    }

    /** Gives a file of the trash a name again; {@code ALREADY_EXISTS} where something has it. */
    public void restore(FileId file, RemotePath path) {
        session.submit(new Command.Untrash(file, path));
    }

    /**
     * These leave the trash for good; at most {@link Command#MAX_FORGET}. Others than those in the
     * trash are left alone.
     */
    public void discard(List<FileId> files) {
        leader.submit(Operation.unnumbered(new Command.Discard(Instant.ofEpochMilli(Long.MAX_VALUE), files)));
    }

    /**
     * All quotas that this user may see: of directories where it may do something, above them and below.
     */
    public QueryResult.Quotas quotas() {
        List<QuotaUse> all = new ArrayList<>();
        QueryResult.Quotas page = new QueryResult.Quotas(List.of(), 0, false);
        do {
            page = (QueryResult.Quotas) leader.ask(new Query.Quotas(page.next()));
            all.addAll(page.quotas());
        } while (page.next() != 0);
        return new QueryResult.Quotas(all, 0, page.counting());
    }

    /**
     * How much may be below a directory from now on.
     *
     * @param bytes {@link Quota#NO_LIMIT} for any number, null leaves it as it is; like {@code files}
     */
    public void setQuota(RemotePath directory, @Nullable Long bytes, @Nullable Long files) {
        leader.submit(Operation.unnumbered(new Command.SetQuota(directory, bytes, files)));
    }

    /** How long removed and replaced files stay in the trash; zero for not at all, and then it empties at once. */
    public void setTrashRetention(Duration time) {
        leader.submit(Operation.unnumbered(new Command.SetTrash(time.toSeconds())));
    }

    /**
     * How many files a caller with many should save or load at once: more where the nodes are far,
     * as far as this client has measured.
     */
    public int filesAtOnce() {
        return transferResources.transferPermits.files();
    }

    /** Where the chunks of a file are, from asking the nodes. */
    public FilePlacement where(RemotePath path) {
        OpenFile file = OpenFile.at(leader, path);
        cluster.refresh();
        return new ReplicaLocator(transferResources, file).of(path);
    }

    /**
     * Has every node read its replicas of a file, to the last byte, and quarantine what is bad. A
     * file that is replaced meanwhile is checked as it was when this was called.
     */
    public FileCheck verify(RemotePath path) {
        return verify(path, Progress.NONE);
    }

    /** The same, told while it lasts: bytes that nodes have read, of all replicas. */
    public FileCheck verify(RemotePath path, Progress progress) {
        OpenFile file = OpenFile.at(leader, path);
        cluster.refresh();
        return new FileVerification(transferResources, file, progress).of(path);
    }

    /**
     * What the cluster signs of a file: the leader that it is committed, each holder that it has
     * just read its chunks back. Throws {@code DENIED} where the cluster speaks plaintext, since
     * its nodes have no keys to sign with.
     */
    public SignedReceipt receipt(RemotePath path) {
        OpenFile file = OpenFile.at(leader, path);
        cluster.refresh();
        SignedReceipt receipt = new ReceiptCollector(transferResources, leader, file).collect();
        if (options.trustSettings() instanceof TrustSettings.Authority authority) {
            receipt.requireSignedUnder(authority);
        }
        return receipt;
    }

    /**
     * Lets nodes delete the chunks of abandoned saves and removed files, or no longer (rule 4).
     *
     * @param grace how long removed files are kept for their readers; null leaves it as it is
     */
    public void setSweeping(boolean on, @Nullable Duration grace) {
        leader.submit(Operation.unnumbered(new Command.SetSweeping(on, grace == null ? 0 : grace.toSeconds())));
    }

    /**
     * How many masters the cluster is to have: one of {@link io.trivet.model.MasterCount#CHOICE}.
     * They are seated one by one, after this returns.
     */
    public void setMasterCount(int wanted) {
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

    /**
     * What repair still owes, as the leader knows from what all nodes report; it says itself
     * whether that was checked.
     */
    public Debt debt() {
        return leader.debt();
    }

    /** What operators do with the layout: nodes come and go, get weights and zones, the number of replicas changes. */
    public LayoutAdmin layout() {
        return new LayoutAdmin(transferResources, leader, session);
    }

    /**
     * Whom this client believes: what the cluster says of its authorities included, where it
     * follows from whom it believed at first.
     */
    public TrustSettings trust() {
        return trustSettings;
    }

    /**
     * Whom to believe from now on, where the cluster's keys were changed since the profile was
     * written. Empty as long as no node has proved that it knows this client's secret: somebody
     * with a former authority's key could say it as well.
     */
    public Optional<TrustSettings> newTrust() {
        return trustSettings.equals(options.trustSettings()) || !connector.isProven()
                ? Optional.empty()
                : Optional.of(trustSettings);
    }

    private void follow(ClusterView view) {
        if (trustSettings instanceof TrustSettings.Authority known) {
            trustSettings = known.following(view.successions());
        }
    }

    private void vouched() {
        cluster.isVouchedFor();
    }

    private TransportSecurity protection() {
        return options.trustSettings() instanceof TrustSettings.Authority known
                ? TransportSecurity.believing(
                        () -> trustSettings instanceof TrustSettings.Authority now ? now : known,
                        CertificateTime.OF_THIS_MACHINE,
                        this::vouched)
                : TransportSecurity.of(options.trustSettings());
    }

    /**
     * Gives the cluster other keys; what was made with those of now is believed for {@code
     * overlap}. Throws {@code ALREADY_EXISTS} where they were changed by somebody else meanwhile,
     * or by an earlier try of this one.
     */
    public void rekey(Duration overlap) {
        cluster.refresh();
        leader.rekey(cluster.view().successions().size(), overlap);
    }

    /** The tokens that are good for something, in the order of their ids. */
    public List<OpenToken> tokens() {
        return ((QueryResult.Tokens) leader.ask(new Query.Tokens())).tokens();
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
                JoinToken.random(view.cluster(), trustSettings, addresses.isEmpty() ? options.seeds() : addresses);
        leader.submit(Operation.unnumbered(
                new Command.IssueToken(token.secretHash(), Instant.now().plus(validFor), uses, validFor)));
        return token.text();
    }

    /** A new user, who may do nothing until rights are given to him. */
    public void addUser(String name, Secret secret) {
        User.checkName(name);
        session.submit(new Command.AddUser(name, onTheWay(name, secret), List.of()));
    }

    /**
     * Another secret for a user; one may do that for oneself. Who logged in with the one before has
     * to log in again.
     */
    public void rotateSecret(String name, Secret secret) {
        session.submit(new Command.RotateSecret(name, onTheWay(name, secret)));
    }

    public void removeUser(String name) {
        session.submit(new Command.RemoveUser(name));
    }

    /**
     * These are the rights of a user, or of a group with @ before its name, at the grant's path
     * from now on; none takes the grant away.
     */
    public void setRights(String name, Grant grant) {
        session.submit(new Command.SetRights(name, grant));
    }

    /** A new group, without users and rights. */
    public void addGroup(String name) {
        session.submit(new Command.AddGroup(name));
    }

    /** Its users stay, and lose what was granted to it. */
    public void removeGroup(String name) {
        session.submit(new Command.RemoveGroup(name));
    }

    /** Whether a user is in a group from now on. */
    public void setMember(String group, String user, boolean member) {
        session.submit(new Command.SetMember(group, user, member));
    }

    /** All groups in the order of their names. */
    public List<Group> groups() {
        List<Group> all = new ArrayList<>();
        QueryResult.Groups page;
        do {
            page = (QueryResult.Groups) leader.ask(
                    new Query.Groups(all.isEmpty() ? "" : all.getLast().name()));
            all.addAll(page.groups());
        } while (page.more());
        return all;
    }

    /** All users in the order of their names, with what is granted to themselves. */
    public List<User> users() {
        List<User> all = new ArrayList<>();
        QueryResult.Users page;
        do {
            String after = all.isEmpty() ? "" : all.getLast().name();
            page = (QueryResult.Users) leader.ask(new Query.Users(after, Query.MAX_USERS));
            all.addAll(page.users());
        } while (page.more());
        return all;
    }

    /** All users with what each has, in the order of their names. */
    public Map<User, UserUse> usersWithUse() {
        Map<User, UserUse> all = new LinkedHashMap<>();
        String after = "";
        QueryResult.Users page;
        do {
            page = (QueryResult.Users) leader.ask(new Query.Users(after, Query.MAX_USERS));
            for (int i = 0; i < page.users().size(); i++) {
                after = page.users().get(i).name();
                all.put(page.users().get(i), page.uses().get(i));
            }
        } while (page.more());
        return all;
    }

    /**
     * How much a user may have and ask for from now on; as in {@link UserLimits}, with -1 for no
     * limit, or the usual one.
     *
     * @param bytes null leaves it as it is, like the others
     */
    public void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests) {
        session.submit(new Command.SetLimits(name, bytes, files, sessions, requests));
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

    /**
     * Ends the session and closes all connections. What is under way fails; what can be resumed
     * leaves its temporary file.
     */
    @Override
    public void close() {
        session.close();
        loader.close();
        transferResources.close();
        connector.close();
    }
}
