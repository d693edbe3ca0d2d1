package io.trivet.cli.remote;

import io.trivet.cli.Samples;
import io.trivet.client.ClusterAdmin;
import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.ConditionalChanges;
import io.trivet.client.FileAttributes;
import io.trivet.client.FileCheck;
import io.trivet.client.FileEdit;
import io.trivet.client.FilePlacement;
import io.trivet.client.FileToLoad;
import io.trivet.client.FileToSave;
import io.trivet.client.GroupAdmin;
import io.trivet.client.LayoutAdmin;
import io.trivet.client.LayoutProposal;
import io.trivet.client.ListedEntry;
import io.trivet.client.LoadSummary;
import io.trivet.client.MetadataChange;
import io.trivet.client.Preserve;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.Progress;
import io.trivet.client.QuotaAdmin;
import io.trivet.client.RemoteFile;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.Replicas;
import io.trivet.client.SaveSummary;
import io.trivet.client.TokenAdmin;
import io.trivet.client.Trash;
import io.trivet.client.TrivetClient;
import io.trivet.client.Uploads;
import io.trivet.client.UserAdmin;
import io.trivet.model.Address;
import io.trivet.model.Attributes;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.placement.LayoutChange;
import io.trivet.placement.LayoutRequest;
import io.trivet.placement.PlannedTraffic;
import io.trivet.placement.SlotSize;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory: files are byte arrays. Paths in {@link #refusing} are refused as by a full
 * disk.
 */
public final class FakeClient implements TrivetClient {
    public static final int FILES_AT_ONCE = 5;
    static final Duration TOOK = Duration.ofMillis(1900);

    private final FakeUsers users = new FakeUsers();
    private final Map<String, QuotaUse> quotas = new TreeMap<>();
    final List<Duration> rekeyed = new ArrayList<>();

    /** What a backup of the namespace is. */
    public byte[] backup = golden();

    public final Map<RemotePath, byte[]> files = new TreeMap<>();
    public final Set<RemotePath> directories = new TreeSet<>(Set.of(RemotePath.ROOT));
    public final Map<RemotePath, Refusal.Kind> refusing = new TreeMap<>();
    /** Transfers that would go on where they stopped. */
    public final Set<RemotePath> resumable = new TreeSet<>();
    /** Entries that a cluster that lies would list. */
    public final List<NameEntry> forged = new ArrayList<>();

    public final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger now = new AtomicInteger();

    /** Whether the leader does not answer for the debt. */
    public volatile boolean noDebt;

    /** Of the nodes; {@link #applied} are the changes that were made, none of which changes this. */
    public volatile ClusterNodes nodes = new ClusterNodes(Samples.status(), Samples.debt(), Map.of());

    public final List<Command> applied = new ArrayList<>();
    /** Runs before a plan is applied. */
    public Runnable beforeApply = () -> {};

    /** Attributes of files, and all changes of metadata in words. */
    public final Map<RemotePath, Attributes> attributes = new TreeMap<>();

    public final List<String> changed = new ArrayList<>();
    public final Map<RemotePath, Integer> modes = new TreeMap<>();
    public final Map<RemotePath, Instant> times = new TreeMap<>();

    /** How often each file was saved: the content's id changes with it. */
    private final Map<RemotePath, Integer> saves = new TreeMap<>();

    /** What somebody else does before a change with conditions is applied, or a loaded file gets its name. */
    public Runnable meanwhile = () -> {};

    public final List<RemotePath> only = new ArrayList<>();

    @Override
    public SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress) {
        try {
            return put(Files.readAllBytes(source), target, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) {
        try {
            return put(source.readAllBytes(), target, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void saveAll(List<FileToSave> files, FileToSave.Listener listener) {
        for (FileToSave file : files) {
            if (!listener.goesOn()) {
                return;
            }
            SaveSummary summary;
            try {
                summary = onlyIf(file.conditions().toArray(Condition[]::new))
                        .save(file.source(), file.target(), file.preserve(), file.progress());
            } catch (RuntimeException e) {
                listener.failed(file, e);
                continue;
            }
            listener.saved(file, summary);
        }
    }

    @Override
    public void loadAll(List<FileToLoad> files, FileToLoad.Listener listener) {
        for (FileToLoad file : files) {
            if (!listener.goesOn()) {
                return;
            }
            LoadSummary summary;
            try {
                summary = load(file.source(), file.target(), file.preserve(), file.progress());
            } catch (RuntimeException e) {
                listener.failed(file, e);
                continue;
            }
            listener.loaded(file, summary);
        }
    }

    @Override
    public LoadSummary load(RemotePath source, Path target, Preserve preserve, Progress progress) {
        byte[] bytes = bytes(source);
        meanwhile.run();
        progress.placing();
        try {
            Files.write(target, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return loaded(source, bytes, progress);
    }

    @Override
    public LoadSummary load(RemotePath source, OutputStream target, Progress progress) {
        byte[] bytes = bytes(source);
        try {
            target.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return loaded(source, bytes, progress);
    }

    @Override
    public synchronized NameEntry stat(RemotePath path) {
        String name = path.isRoot() ? "" : path.name();
        if (directories.contains(path)) {
            return new NameEntry.Directory(
                    name, times.getOrDefault(path, Instant.EPOCH), "me", modes.getOrDefault(path, 0755));
        }
        if (links.containsKey(path)) {
            return new NameEntry.Link(name, linkRecord(path), 52);
        }
        return new NameEntry.File(name, record(path, bytes(path)), 52);
    }

    /** Where symbolic links lead. */
    public final Map<RemotePath, String> links = new TreeMap<>();

    @Override
    public synchronized FileRecord createLink(RemotePath path, String target, MetadataChange metadata) {
        files.remove(path);
        links.put(path, target);
        if (metadata.modified() instanceof Instant modified) {
            times.put(path, modified);
        }
        return linkRecord(path);
    }

    @Override
    public synchronized String readLink(RemotePath path) {
        String target = links.get(path);
        if (target == null) {
            stat(path);
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, path.toString(), "it is a file, and no link");
        }
        return target;
    }

    private FileRecord linkRecord(RemotePath path) {
        return FileRecord.link(
                new FileId(1, 1 + Math.abs((long) path.hashCode())),
                links.getOrDefault(path, "?"),
                ChunkSize.DEFAULT,
                times.getOrDefault(path, Instant.EPOCH),
                "me",
                0777);
    }

    @Override
    public synchronized Iterable<NameEntry> list(RemotePath directory) {
        if (!directories.contains(directory)) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_FILE, directory.toString(), "");
        }
        List<NameEntry> entries = new ArrayList<>(forged);
        Set<RemotePath> all = new TreeSet<>(files.keySet());
        all.addAll(directories);
        all.addAll(links.keySet());
        all.stream()
                .filter(path -> !path.isRoot() && path.parent().equals(directory))
                .forEach(path -> entries.add(stat(path)));
        return entries;
    }

    @Override
    public int filesAtOnce() {
        return FILES_AT_ONCE;
    }

    @Override
    public synchronized void makeDirectory(RemotePath path, MetadataChange metadata) {
        if (files.containsKey(path)) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, path.toString(), "");
        }
        for (RemotePath above = path; !above.isRoot(); above = above.parent()) {
            directories.add(above);
        }
        if (metadata.mode() instanceof Integer mode && mode != NameEntry.Directory.DEFAULT_MODE) {
            modes.put(path, mode);
        }
    }

    @Override
    public synchronized void rename(RemotePath from, RemotePath to) {
        byte[] bytes = bytes(from);
        files.remove(from);
        files.put(to, bytes);
    }

    /** In the order of ids. */
    public final List<TrashedFile> trashed = new ArrayList<>();

    /** So many answers about the trash say that a removal is under way; its files are there from then on. */
    public int removing;

    public final List<TrashedFile> removed = new ArrayList<>();

    @Override
    public synchronized void remove(RemotePath path, boolean recursive, boolean now) {
        if (directories.contains(path) && !recursive) {
            throw TrivetException.of(Refusal.Kind.NOT_EMPTY, path.toString(), "add -r to remove all that is in it");
        }
        if (!directories.contains(path) && !links.containsKey(path)) {
            bytes(path);
        }
        files.keySet().removeIf(file -> file.startsWith(path));
        links.keySet().removeIf(link -> link.startsWith(path));
        directories.removeIf(directory -> directory.startsWith(path));
    }

    /** Files whose verification finds replica 2 of chunk 1 bad. */
    public final Set<RemotePath> rotten = new TreeSet<>();

    public final List<String> sweepings = new ArrayList<>();
    public final List<Integer> mastersWanted = new ArrayList<>();

    @Override
    public RemoteInput open(RemotePath path) {
        throw new UnsupportedOperationException("no command reads in the middle of a file");
    }

    @Override
    public RemoteFile openFile(RemotePath path) {
        throw new UnsupportedOperationException("no command reads at a position");
    }

    @Override
    public FileEdit edit(RemotePath path) {
        FileRecord before = ((NameEntry.File) stat(path)).record();
        return new FileEdit() {
            private byte[] bytes = bytes(path).clone();

            @Override
            public FileRecord before() {
                return before;
            }

            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void write(long position, ByteBuffer some) {
                truncate(Math.max(bytes.length, position + some.remaining()));
                some.get(bytes, (int) position, some.remaining());
            }

            @Override
            public void truncate(long size) {
                bytes = Arrays.copyOf(bytes, (int) size);
            }

            @Override
            public FileRecord commit() {
                return put(bytes, path, Progress.NONE).record();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FileEdit edit(RemotePath path, Path local) {
        return edit(path);
    }

    @Override
    public FileRecord append(RemotePath path, InputStream source) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(files.getOrDefault(path, new byte[0]));
        source.transferTo(whole);
        return put(whole.toByteArray(), path, Progress.NONE).record();
    }

    /** The rates that were set, in bytes per second. */
    public final List<Long> rates = new ArrayList<>();

    @Override
    public void limitRate(long bytesPerSecond) {
        rates.add(bytesPerSecond);
    }

    @Override
    public RemoteOutput create(RemotePath path) {
        throw new UnsupportedOperationException("no command writes a file piece by piece");
    }

    @Override
    public RemoteOutput create(RemotePath path, long expectedBytes) {
        return create(path);
    }

    @Override
    public synchronized FileRecord createEmpty(RemotePath path, MetadataChange metadata) {
        putQuietly(path, new byte[0]);
        if (metadata.modified() instanceof Instant modified) {
            times.put(path, modified);
        }
        return record(path, new byte[0]);
    }

    @Override
    public ChunkSize chunkSize() {
        return ChunkSize.DEFAULT;
    }

    @Override
    public Iterable<NameEntry> list(RemotePath directory, String after) {
        throw new UnsupportedOperationException("no command lists from a name on");
    }

    @Override
    public Iterable<ListedEntry> list(RemotePath directory, String after, String attribute) {
        throw new UnsupportedOperationException("no command lists attributes");
    }

    @Override
    public RemoteOutput create(RemotePath path, ChunkSize chunkSize) {
        return create(path);
    }

    @Override
    public Trash trash() {
        return new FakeTrash();
    }

    @Override
    public Uploads uploads() {
        throw new UnsupportedOperationException("no command stores a file in pieces");
    }

    @Override
    public Replicas replicas() {
        return new FakeReplicas();
    }

    @Override
    public QuotaAdmin quotas() {
        return new FakeQuotas();
    }

    @Override
    public UserAdmin users() {
        return users;
    }

    @Override
    public FileAttributes attributes(RemotePath path) {
        return new FileAttributes(
                ((NameEntry.File) stat(path)).record(), attributes.getOrDefault(path, Attributes.NONE));
    }

    @Override
    public void setMetadata(RemotePath path, MetadataChange change) {
        stat(path);
        changed.add(path + " " + change);
        Attributes others = change.attributes();
        if (others != null) {
            attributes.put(path, others);
        }
        if (change.mode() instanceof Integer mode) {
            modes.put(path, mode);
        }
        if (change.modified() instanceof Instant time) {
            times.put(path, time);
        }
    }

    @Override
    public synchronized FileRecord copy(RemotePath from, RemotePath to, MetadataChange change) {
        byte[] bytes = bytes(from);
        makeDirectory(to.parent());
        files.put(to, bytes);
        changed.add(from + " copied to " + to);
        return record(to, bytes);
    }

    @Override
    public ConditionalChanges onlyIf(Condition... conditions) {
        return new FakeConditionalChanges(this, List.of(conditions));
    }

    @Override
    public GroupAdmin groups() {
        return users.groups();
    }

    @Override
    public TokenAdmin tokens() {
        return new FakeTokens();
    }

    @Override
    public LayoutAdmin layout() {
        return new FakeLayout();
    }

    @Override
    public ClusterAdmin cluster() {
        return new FakeCluster();
    }

    @Override
    public void close() {}

    /** This as a command is connected to it, by somebody without an account. */
    public Remote remote() {
        Profile nobody = new Profile(
                nodes.view().cluster(), List.of(new Address("127.0.0.1", 7777)), new TrustSettings.Plaintext());
        try {
            return new Remote(this, OwnSecret.of(new Profiles.Found(Path.of("nowhere"), nobody), _ -> false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FakeClient with(String path, String content) {
        putQuietly(RemotePath.parse(path), content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public String text(String path) {
        return new String(bytes(RemotePath.parse(path)), StandardCharsets.UTF_8);
    }

    private final class FakeTrash implements Trash {
        @Override
        public QueryResult.Trash page(FileId from) {
            synchronized (FakeClient.this) {
                if (removing == 0) {
                    trashed.addAll(removed);
                    removed.clear();
                }
                List<TrashedFile> rest = trashed.stream()
                        .filter(file -> file.record().id().compareTo(from) >= 0)
                        .toList();
                return new QueryResult.Trash(
                        rest,
                        false,
                        trashed.size(),
                        trashed.stream().mapToLong(file -> file.record().size()).sum(),
                        86_400,
                        removing > 0 && removing-- > 0);
            }
        }

        @Override
        public void restore(FileId file, RemotePath path) {
            synchronized (FakeClient.this) {
                if (files.containsKey(path)) {
                    throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, path.toString(), "");
                }
                trashed.removeIf(each -> each.record().id().equals(file));
                putQuietly(path, new byte[] {'R'});
            }
        }

        @Override
        public void discard(List<FileId> ids) {
            trashed.removeIf(file -> ids.contains(file.record().id()));
        }

        @Override
        public void setRetention(Duration time) {
            sweepings.add("trash " + time);
        }
    }

    private final class FakeReplicas implements Replicas {
        @Override
        public FilePlacement where(RemotePath path) {
            return Samples.placement(path, record(path, bytes(path)), Samples.chain(3, 2));
        }

        @Override
        public FileCheck verify(RemotePath path, Progress progress) {
            FilePlacement where = where(path);
            boolean bad = rotten.contains(path);
            List<FileCheck.ChunkCheck> chunks = where.chunks().stream()
                    .map(chunk -> bad && chunk.number() == 1
                            ? new FileCheck.ChunkCheck(
                                    1,
                                    chunk.nodes().subList(0, 1),
                                    chunk.nodes().subList(1, 2))
                            : new FileCheck.ChunkCheck(chunk.number(), chunk.nodes(), List.of()))
                    .toList();
            return new FileCheck(path, where.record(), 2, chunks, List.of(), true);
        }

        @Override
        public SignedReceipt receipt(RemotePath path) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, "", "this cluster speaks plaintext: its nodes have no keys to sign with");
        }
    }

    private final class FakeQuotas implements QuotaAdmin {
        @Override
        public QueryResult.Quotas list() {
            return new QueryResult.Quotas(List.copyOf(quotas.values()), 0, false);
        }

        @Override
        public void set(RemotePath directory, @Nullable Long bytes, @Nullable Long files) {
            Quota quota = new Quota(bytes == null ? -1 : bytes, files == null ? -1 : files);
            quotas.put(directory.toString(), new QuotaUse(directory, quota, 1L << 30, 7));
            if (quota.isNone()) {
                quotas.remove(directory.toString());
            }
        }
    }

    private final class FakeTokens implements TokenAdmin {
        @Override
        public List<OpenToken> list() {
            return List.of(new OpenToken("0123456789ab", Instant.EPOCH, 2));
        }

        @Override
        public String issue(Duration validFor, int uses) {
            return "token-" + validFor.toHours() + "-" + uses;
        }

        @Override
        public void revoke(String id) {
            if (!id.equals("0123456789ab")) {
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "token", "there is no token " + id);
            }
        }
    }

    private final class FakeLayout implements LayoutAdmin {
        @Override
        public ClusterNodes nodes() {
            return nodes;
        }

        @Override
        public LayoutProposal plan(LayoutRequest layoutRequest) {
            Set<NodeId> present = nodes.status().nodes().stream()
                    .filter(ClusterStatus.NodeStatus::reachable)
                    .map(ClusterStatus.NodeStatus::node)
                    .collect(Collectors.toSet());
            LayoutChange layoutChange = LayoutChange.of(nodes.view(), present, layoutRequest);
            List<SlotSize> sizes = Collections.nCopies(Slot.COUNT, new SlotSize(1, 1 << 20));
            PlannedTraffic plannedTraffic =
                    PlannedTraffic.of(layoutChange.layoutPlan().moves(), sizes);
            return new LayoutProposal(nodes.status(), layoutChange, sizes, plannedTraffic, Set.of(), Set.of());
        }

        @Override
        public void apply(LayoutProposal layoutProposal) {
            beforeApply.run();
            applied.add(layoutProposal.layoutChange().command());
        }

        @Override
        public void setRebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic) {
            applied.add(new Command.SetRebalancing(paused, bytesPerSecond, automatic));
        }

        @Override
        public List<RemotePath> onlyOn(Set<NodeId> asked, LongConsumer looked) {
            return only;
        }
    }

    private final class FakeCluster implements ClusterAdmin {
        @Override
        public ClusterStatus status() {
            return nodes.status();
        }

        @Override
        public Debt debt() {
            if (noDebt) {
                throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader answers");
            }
            return nodes.debt();
        }

        @Override
        public TrustSettings trust() {
            return new TrustSettings.Plaintext();
        }

        @Override
        public Optional<TrustSettings> newTrust() {
            return Optional.empty();
        }

        @Override
        public List<Address> addresses() {
            return nodes.view().nodes().stream().map(Node::address).toList();
        }

        @Override
        public void rekey(Duration overlap) {
            rekeyed.add(overlap);
        }

        @Override
        public void setSweeping(boolean on, @Nullable Duration grace) {
            sweepings.add(on + " " + grace);
        }

        @Override
        public void setMasterCount(int wanted) {
            mastersWanted.add(wanted);
        }

        @Override
        public long backUpNamespace(Path target, Consumer<Path> check) {
            try {
                Path temporary = target.resolveSibling("new");
                Files.write(temporary, backup);
                check.accept(temporary);
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
                return backup.length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A backup that can be restored. */
    private static byte[] golden() {
        try {
            String hex = Files.readString(Path.of("../node/src/test/resources/io/trivet/namespace/backup-1.txt"));
            return HexFormat.of().parseHex(hex.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SaveSummary put(byte[] bytes, RemotePath target, Progress progress) {
        mostAtOnce.accumulateAndGet(now.incrementAndGet(), Math::max);
        try {
            synchronized (this) {
                if (resumable.contains(target)) {
                    progress.resumable();
                }
                if (refusing.containsKey(target)) {
                    throw TrivetException.of(refusing.get(target), target.toString(), "as the test wants it");
                }
                if (directories.contains(target)) {
                    throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, target.toString(), "");
                }
                putQuietly(target, bytes);
            }
            progress.started(bytes.length);
            progress.moved(new NodeId(0), bytes.length);
            return new SaveSummary(record(target, bytes), 2, Set.of(new NodeId(0), new NodeId(1), new NodeId(2)), TOOK);
        } finally {
            now.decrementAndGet();
        }
    }

    private synchronized void putQuietly(RemotePath target, byte[] bytes) {
        saves.merge(target, 1, Integer::sum);
        for (RemotePath above = target.parent(); !above.isRoot(); above = above.parent()) {
            directories.add(above);
        }
        links.remove(target);
        files.put(target, bytes);
    }

    private LoadSummary loaded(RemotePath source, byte[] bytes, Progress progress) {
        progress.started(bytes.length);
        progress.moved(new NodeId(0), bytes.length);
        return new LoadSummary(record(source, bytes), TOOK);
    }

    private synchronized byte[] bytes(RemotePath path) {
        if (directories.contains(path)) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "");
        }
        if (links.containsKey(path)) {
            throw TrivetException.of(Refusal.Kind.IS_A_LINK, path.toString(), "links are not followed");
        }
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_FILE, path.toString(), "");
        }
        return bytes;
    }

    private FileRecord record(RemotePath path, byte[] bytes) {
        return new FileRecord(
                new FileId(1, 1 + Math.abs((long) path.hashCode()) + 1_000_000L * (saves.getOrDefault(path, 1) - 1)),
                bytes.length,
                new ChunkSize(ChunkSize.BLOCK_BYTES),
                new Slot(0),
                Checksums.of(bytes),
                times.getOrDefault(path, Instant.EPOCH),
                "me",
                modes.getOrDefault(path, 0644));
    }
}
