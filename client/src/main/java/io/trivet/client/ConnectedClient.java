package io.trivet.client;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.DataFrameBuffers;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.credentials.DelegatedLogin;
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
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client connected to a cluster over the network. */
final class ConnectedClient implements TrivetClient {
    private static final int COPY_BYTES = 256 << 10;

    /** As often may a file change between two questions about it. */
    private static final int CHANGES_MEANWHILE = 5;

    /** An interactive user may have mistyped the address. */
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(10);

    private final ClientOptions options;
    private final FollowedTrust trust;
    private final Connector connector;
    private final Cluster cluster;
    private final LeaderCalls leader;
    private final Session session;
    private final Changes changes;
    private final TransferResources transferResources;
    private final FileLoader loader;
    private final ReadWindows readWindows;

    private ConnectedClient(
            ClientOptions options, @Nullable LoginHandshake oneself, @Nullable DataFrameBuffers shared) {
        this.options = options;
        this.trust = new FollowedTrust(options.trustSettings());
        this.connector = new Connector("trivet-client", options.cluster(), trust.security(this::vouched));
        if (oneself != null) {
            connector.introduceAs(oneself, false);
        }
        this.cluster = new Cluster(connector, options.seeds(), trust::follow);
        this.leader = new LeaderCalls(connector, cluster, options.patience());
        this.session = new Session(leader);
        this.transferResources = new TransferResources(
                cluster,
                connector,
                options.parallelism(),
                shared == null ? TransferResources.buffers(options.openFiles()) : shared);
        this.changes = new Changes(
                transferResources, leader, session, new FileIds(cluster, session), new SaveJournals(options.state()));
        this.loader = new FileLoader(transferResources);
        this.readWindows = new ReadWindows(options.openFiles());
    }

    /** Implements {@link TrivetClient#connect}. */
    static TrivetClient connect(ClientOptions options) {
        return connect(
                options,
                options.account() instanceof Account(var accessKey, var secret)
                        ? new LoginHandshake(new CallerIdentity.OfUser(accessKey, 0), secret::bytes)
                        : null,
                null);
    }

    /** Implements {@link TrivetClient#connectFor}. */
    static TrivetClient connectFor(Supplier<DelegatedLogin> login, ClientOptions options, DataFrameBuffers shared) {
        return connect(options, LoginHandshake.ofDelegate(login), shared);
    }

    private static TrivetClient connect(
            ClientOptions options, @Nullable LoginHandshake oneself, @Nullable DataFrameBuffers shared) {
        ConnectedClient client = new ConnectedClient(options, oneself, shared);
        try {
            client.cluster.find(new Backoff(min(options.patience(), LONGEST_SEARCH)));
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void vouched() {
        cluster.isVouchedFor();
    }

    @Override
    public ConditionalChanges onlyIf(Condition... conditions) {
        return changes.onlyIf(List.of(conditions));
    }

    @Override
    public SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress) {
        return changes.save(source, target, preserve, progress);
    }

    @Override
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException {
        return changes.save(source, target, progress);
    }

    @Override
    public void saveAll(List<FileToSave> files, FileToSave.Listener listener) {
        changes.saveAll(files, listener);
    }

    @Override
    public void loadAll(List<FileToLoad> files, FileToLoad.Listener listener) {
        new ManyLoads(transferResources, leader, loader, this).load(files, listener);
    }

    @Override
    public LoadSummary load(RemotePath source, Path target, Preserve preserve, Progress progress) {
        return switch (LocalTarget.of(target)) {
            case LocalTarget.Replaceable(Path file)
            when preserve == Preserve.ALL -> loadPreserving(source, file, progress);
            case LocalTarget.Replaceable(Path file) ->
                loader.load(OpenFile.at(leader, source), source.toString(), file, null, progress);
            case LocalTarget.Sink(Path file) -> loadInto(source, file, progress);
        };
    }

    /** Attributes and content are those of one moment. */
    private LoadSummary loadPreserving(RemotePath source, Path target, Progress progress) {
        for (int tries = CHANGES_MEANWHILE; tries > 0; tries--) {
            OpenFile file = OpenFile.at(leader, source);
            FileAttributes kept = attributes(source);
            if (kept.record().equals(file.record())) {
                return loader.load(file, source.toString(), target, kept.attributes(), progress);
            }
        }
        throw TrivetException.of(Refusal.Kind.BUSY, source.toString(), "it changes all the time: try again");
    }

    private LoadSummary loadInto(RemotePath source, Path sink, Progress progress) {
        try (OutputStream stream = Files.newOutputStream(sink, StandardOpenOption.WRITE)) {
            return load(source, stream, progress);
        } catch (IOException e) {
            throw LocalFiles.refusal(sink, e);
        }
    }

    @Override
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

    @Override
    public RemoteInput open(RemotePath path) {
        return new FileReader(transferResources, OpenFile.at(leader, path), Progress.NONE);
    }

    @Override
    public RemoteFile openFile(RemotePath path) {
        OpenFile file = OpenFile.at(leader, path);
        return new WindowedFile(transferResources, readWindows, file);
    }

    @Override
    public FileEdit edit(RemotePath path) throws IOException {
        return changes.edit(path, readWindows, null);
    }

    @Override
    public FileEdit edit(RemotePath path, Path directory) throws IOException {
        return changes.edit(path, readWindows, directory);
    }

    @Override
    public FileRecord append(RemotePath path, InputStream bytes) throws IOException {
        return new Appender(changes, this::edit).append(path, bytes, chunkSize());
    }

    @Override
    public RemoteOutput create(RemotePath path) {
        return changes.create(path);
    }

    @Override
    public RemoteOutput create(RemotePath path, ChunkSize chunkSize) {
        return changes.create(path, chunkSize);
    }

    @Override
    public NameEntry stat(RemotePath path) {
        return ((QueryResult.Found) leader.ask(new Query.Lookup(path))).nameEntry();
    }

    @Override
    public Iterable<NameEntry> list(RemotePath directory) {
        return list(directory, "");
    }

    @Override
    public Iterable<NameEntry> list(RemotePath directory, String after) {
        Iterable<ListedEntry> listed = list(directory, after, "");
        return () -> {
            Iterator<ListedEntry> entries = listed.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public NameEntry next() {
                    return entries.next().entry();
                }
            };
        };
    }

    @Override
    public Iterable<ListedEntry> list(RemotePath directory, String after, String attribute) {
        DirectoryPages first = new DirectoryPages(leader, directory, after, attribute);
        boolean[] used = {false};
        return () -> {
            DirectoryPages directoryPages = used[0] ? new DirectoryPages(leader, directory, after, attribute) : first;
            used[0] = true;
            return directoryPages;
        };
    }

    @Override
    public RemoteOutput create(RemotePath path, long expectedBytes) {
        return changes.create(path, expectedBytes);
    }

    @Override
    public FileRecord createEmpty(RemotePath path, MetadataChange metadata) {
        return changes.createEmpty(path, metadata);
    }

    @Override
    public FileRecord createLink(RemotePath path, String target, MetadataChange metadata) {
        return changes.createLink(path, target, metadata);
    }

    @Override
    public String readLink(RemotePath path) {
        var found = (QueryResult.AttributesOf) leader.ask(new Query.AttributesOf(path));
        if (!found.entry().record().isLink()) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, path.toString(), "it is a file, and no link");
        }
        return found.linkTarget();
    }

    @Override
    public ChunkSize chunkSize() {
        return cluster.view().chunkSize();
    }

    @Override
    public FileAttributes attributes(RemotePath path) {
        var found = (QueryResult.AttributesOf) leader.ask(new Query.AttributesOf(path));
        return new FileAttributes(found.entry().record(), found.attributes());
    }

    @Override
    public void setMetadata(RemotePath path, MetadataChange change) {
        changes.setMetadata(path, change);
    }

    @Override
    public FileRecord copy(RemotePath from, RemotePath to, MetadataChange change) {
        return changes.copy(from, to, change);
    }

    @Override
    public void makeDirectory(RemotePath path, MetadataChange metadata) {
        changes.makeDirectory(path, metadata);
    }

    @Override
    public void rename(RemotePath from, RemotePath to) {
        changes.rename(from, to);
    }

    @Override
    public void remove(RemotePath path, boolean recursive, boolean now) {
        changes.remove(path, recursive, now);
    }

    @Override
    public int filesAtOnce() {
        return transferResources.transferPermits.files();
    }

    @Override
    public Uploads uploads() {
        return new UploadCalls(transferResources, leader, session);
    }

    @Override
    public void limitRate(long bytesPerSecond) {
        transferResources.limitRate(bytesPerSecond);
    }

    @Override
    public Trash trash() {
        return new TrashCalls(leader, session);
    }

    @Override
    public Replicas replicas() {
        return new ReplicaCalls(transferResources, leader, options.trustSettings());
    }

    @Override
    public QuotaAdmin quotas() {
        return new QuotaCalls(leader);
    }

    @Override
    public UserAdmin users() {
        return new UserCalls(leader, session, options.account());
    }

    @Override
    public GroupAdmin groups() {
        return new GroupCalls(leader, session);
    }

    @Override
    public TokenAdmin tokens() {
        return new TokenCalls(cluster, leader, trust, options.seeds());
    }

    @Override
    public LayoutAdmin layout() {
        return new LayoutCalls(transferResources, leader, session);
    }

    @Override
    public ClusterAdmin cluster() {
        return new ClusterCalls(connector, cluster, leader, trust);
    }

    @Override
    public void close() {
        session.close();
        loader.close();
        transferResources.close();
        connector.close();
    }
}
