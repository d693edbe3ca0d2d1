package io.trivet.repair;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkWriter;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.QueryResult;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The repair of a few nodes with real stores and no network, run step by step by the test. */
public final class Neighbourhood implements AutoCloseable {
    static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    static final RepairSettings SETTINGS =
            new RepairSettings(Duration.ofSeconds(1), Duration.ofNanos(1), Duration.ofNanos(1), 1L << 40);

    private static final int MOST_STEPS = 20_000;

    private final ClusterId cluster = new ClusterId(UUID.randomUUID());
    private final Path base;
    final Map<NodeId, Resident> residents = new TreeMap<>();
    final Set<NodeId> silent = new HashSet<>();
    final Set<FileId> dead = new HashSet<>();
    final Map<RemotePath, FileRecord> records = new HashMap<>();

    /** What the quorum throws when it is asked about ids; null if it answers. */
    @Nullable
    RuntimeException undecided;

    List<Layout> published;
    long event = 1;
    RebalanceSettings rebalanceSettings = RebalanceSettings.USUAL;

    public Neighbourhood(Path base, int nodes, List<Layout> published) throws IOException {
        this.base = base;
        this.published = published;
        for (int number = 0; number < nodes; number++) {
            residents.put(new NodeId(number), new Resident(new NodeId(number)));
        }
        learnAll();
    }

    /** Gives every node the published layouts. */
    void learnAll() {
        residents.values().forEach(resident -> resident.known = view());
    }

    /** Removes a node from the cluster. */
    void remove(int number) throws IOException {
        residents.remove(new NodeId(number)).store.close();
    }

    public ClusterView view() {
        List<Node> nodes = residents.keySet().stream()
                .map(id -> new Node(id, new Address("127.0.0.1", 7000 + id.number()), 1, "", 0, false))
                .toList();
        return new ClusterView(
                cluster,
                published.getFirst().version(),
                1,
                CHUNK,
                2,
                nodes,
                published,
                SweepSettings.USUAL,
                rebalanceSettings,
                null);
    }

    public Resident at(int number) {
        return residents.get(new NodeId(number));
    }

    QueryResult.IdStates states(List<FileId> ids) {
        if (undecided != null && !ids.isEmpty()) {
            throw undecided;
        }
        return new QueryResult.IdStates(
                true,
                ids.stream()
                        .<IdState>map(id -> dead.contains(id) ? new IdState.Dead() : new IdState.Alive())
                        .toList());
    }

    @Override
    public void close() throws IOException {
        for (Resident resident : residents.values()) {
            resident.store.close();
        }
    }

    public final class Resident implements RepairContext {
        private final NodeId self;
        final Path disk;
        final SlotDigests digests = new SlotDigests();
        final ChunkStore store;
        final RepairQueue repairQueue = new RepairQueue();
        final Reconciler reconciler;
        final Promises promises;
        final SurplusRemover surplusRemover;
        final ConflictResolver conflictResolver;
        final Puller puller;
        final List<String> losses = new ArrayList<>();
        ClusterView known = Neighbourhood.this.view();

        Resident(NodeId self) throws IOException {
            this.self = self;
            this.disk = Files.createDirectories(base.resolve(self.toString()));
            ChunkStore.format(new SystemDiskFiles(), disk, cluster, self);
            store = ChunkStore.open(
                    new SystemDiskFiles(), new StoreSettings(cluster, self, List.of(disk), 0, 0), digests, digests);
            reconciler = new Reconciler(this, store, digests, Neighbourhood.this::states, repairQueue, SETTINGS);
            promises = new Promises(this, store, reconciler::wake);
            conflictResolver = new ConflictResolver(this, store, reconciler::wake);
            surplusRemover = new SurplusRemover(this, store, digests, promises, Neighbourhood.this::states, SETTINGS);
            puller = new Puller(this, store, repairQueue, new ThroughputMeter(), SETTINGS.bytesPerSecond());
        }

        /**
         * Stores a chunk of one block filled with {@code content}; the file begins in slot {@code
         * first}.
         */
        ChunkId put(long file, int number, int first, int content) {
            ChunkId chunk = new ChunkId(new FileId(1, file), number);
            ByteBuffer bytes = ByteBuffer.allocateDirect(1000);
            while (bytes.hasRemaining()) {
                bytes.put((byte) content);
            }
            put(chunk, first, bytes.flip(), null);
            return chunk;
        }

        /**
         * Stores a chunk of one block with this SHA-256 from its writer; null as from an earlier
         * release.
         */
        void put(ChunkId chunk, int first, ByteBuffer bytes, @Nullable Sha256 sha256) {
            int length = bytes.remaining();
            int sum = Checksums.of(bytes);
            try (ChunkWriter writer = store.begin(
                    new ChunkHeader(chunk, new Slot(first), CHUNK, length, true, RemotePath.parse("/test")))) {
                writer.write(bytes, new int[] {sum});
                writer.finish(length, sum, sha256);
            }
        }

        boolean has(ChunkId chunk, int first) {
            return store.find(chunk, new Slot(first)).isPresent();
        }

        /** Runs one reconciliation, then pulls everything that it found. */
        void reconcile() {
            long before = reconciler.rounds();
            for (int step = 0; step < MOST_STEPS && reconciler.rounds() == before; step++) {
                reconciler.step();
            }
        }

        void pull() {
            for (int step = 0; step < 100 && !repairQueue.isEmpty(); step++) {
                puller.step();
            }
        }

        /** Runs one pass that removes surplus replicas. */
        void letGo() {
            long before = surplusRemover.passes();
            for (int step = 0; step < MOST_STEPS && surplusRemover.passes() == before; step++) {
                surplusRemover.step();
            }
        }

        Path file(ChunkId chunk, int slot) {
            return disk.resolve("chunks").resolve(String.format("%04d", slot)).resolve(chunk.toString());
        }

        @Override
        public NodeId self() {
            return self;
        }

        @Override
        public Optional<ClusterView> view() {
            return Optional.ofNullable(known);
        }

        @Override
        public ClusterView newestView() {
            return Neighbourhood.this.view();
        }

        @Override
        public Optional<FileRecord> record(RemotePath path) {
            return Optional.ofNullable(records.get(path));
        }

        @Override
        public long event() {
            return event;
        }

        @Override
        public Reply ask(NodeId node, Request request, Duration limit) {
            Resident other = residents.get(node);
            if (silent.contains(node) || other == null) {
                throw TrivetException.of(Refusal.Kind.UNREACHABLE, node.toString(), "silent");
            }
            return other.answer(request);
        }

        private Reply answer(Request request) {
            return switch (request) {
                case Request.GetDigests get ->
                    new Reply.Digests(get.slots().stream().map(digests::of).toList());
                case Request.ListSlot list -> SlotNames.page(store, list);
                case Request.PromiseToKeep promise -> promises.promise(promise);
                case Request.ForwardChunk forward -> forward(forward);
                case Request.ReportChunk report -> {
                    conflictResolver.suspect(
                            report.chunk(), report.first().plus(report.chunk().number() - 1L));
                    yield new Reply.Done();
                }
                case Request.HasChunk has ->
                    new Reply.Has(
                            has.chunks().stream()
                                    .flatMap(chunk -> store.find(chunk, has.first()).stream())
                                    .map(trailer -> SlotNames.held(trailer.stored()))
                                    .toList(),
                            0);
                default -> throw new IllegalArgumentException(request.toString());
            };
        }

        private Reply forward(Request.ForwardChunk forward) {
            NodeId target = forward.chain().getFirst();
            try (ChunkReader reader = store.open(forward.chunk(), forward.first())) {
                ByteBuffer bytes = ByteBuffer.allocateDirect(reader.length());
                reader.readBlocks(0, bytes);
                Sha256 found = Sha256.of(bytes.flip());
                reader.requireContent(found);
                try (ChunkWriter writer =
                        residents.get(target).store.begin(reader.trailer().header())) {
                    writer.write(bytes, reader.blockCrcs(0, reader.length()));
                    writer.finish(reader.length(), reader.trailer().crc32c(), found);
                }
                List<Reply.Holder> holders = List.of(new Reply.Holder(self, 0), new Reply.Holder(target, 0));
                return new Reply.Stored(
                        holders, List.of(), reader.length(), reader.trailer().crc32c());
            }
        }

        @Override
        public boolean usersAreActive() {
            return false;
        }

        @Override
        public void lost(String what) {
            losses.add(what);
        }
    }
}
