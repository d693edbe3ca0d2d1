package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.CensusReport;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.MissingChunk;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.StoredContent;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import io.trivet.repair.Neighbourhood;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chunks that no node holds are found by comparison with the records. Nodes here are maps, records
 * a list.
 */
class CensusTest {
    private static final int NODES = 4;
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);

    @TempDir
    Path base;

    private final Layout layout = Planner.fresh(
                    IntStream.range(0, NODES)
                            .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                            .toList(),
                    2)
            .layout();
    private final Facts facts = new Facts();
    private final Map<NodeId, Map<Slot, NavigableMap<ChunkId, Reply.Held>>> holdings = new HashMap<>();
    private final Set<NodeId> silent = new HashSet<>();
    private int asked;

    /** Records sorted by id, in pages of 7. */
    private final class Facts implements LeaderView {
        final NavigableMap<FileId, FileRecord> records = new TreeMap<>();
        final Set<FileId> removed = new HashSet<>();
        final Set<FileId> nameless = new HashSet<>();
        final Set<ChunkId> cutAway = new HashSet<>();
        Set<NodeId> present = new TreeSet<>(layout.nodes());
        long event = 1;
        Neighbourhood nodes;

        @Override
        public Optional<Situation> situation() {
            return Optional.of(new Situation(event, nodes.view(), present));
        }

        @Override
        public Page contents(@Nullable FileId from) {
            List<FileRecord> rest = List.copyOf((from == null ? records : records.tailMap(from, true)).values());
            return new Page(
                    rest.subList(0, Math.min(7, rest.size())).stream()
                            .map(StoredContent::of)
                            .toList(),
                    rest.size() > 7 ? rest.get(7).id() : null);
        }

        @Override
        public Optional<RemotePath> nameOf(FileId file) {
            if (nameless.contains(file)) {
                throw TrivetException.of(Refusal.Kind.BAD_NAME, "", "the path is 35867 bytes");
            }
            return removed.contains(file) ? Optional.empty() : Optional.of(RemotePath.parse("/file" + file.counter()));
        }

        @Override
        public boolean isInFile(ChunkId chunk) {
            return !cutAway.contains(chunk);
        }
    }

    private List<Reply.Held> held(NodeId node, Slot slot) {
        asked++;
        if (silent.contains(node)) {
            throw TrivetException.of(Refusal.Kind.UNREACHABLE, node.toString(), "silent");
        }
        return List.copyOf(holdings.getOrDefault(node, Map.of())
                .getOrDefault(slot, new TreeMap<>())
                .values());
    }

    private FileRecord record(long id, int first, long size) {
        FileRecord file = new FileRecord(new FileId(1, id), size, CHUNK, new Slot(first), 0, Instant.EPOCH, "", 0644);
        facts.records.put(file.id(), file);
        return file;
    }

    private void put(NodeId node, FileRecord file, int number) {
        Reply.Held held = new Reply.Held(file.chunk(number), file.chunkLength(number), 0);
        holdings.computeIfAbsent(node, _ -> new HashMap<>())
                .computeIfAbsent(file.slotOf(number), _ -> new TreeMap<>())
                .put(held.chunk(), held);
    }

    private void atHome(FileRecord file, int number) {
        layout.homes(file.slotOf(number)).forEach(node -> put(node, file, number));
    }

    private CensusReport count(int maxChunks) throws IOException {
        Path disks = base.resolve("counted" + maxChunks);
        try (Neighbourhood nodes = new Neighbourhood(disks, NODES, List.of(layout))) {
            facts.nodes = nodes;
            CensusPass censusPass =
                    new CensusPass(facts, this::held, facts.situation().orElseThrow(), maxChunks);
            while (censusPass.step()) {}
            return censusPass.report();
        }
    }

    /**
     * Compared with a plain list of what was stored nowhere, for several sizes of memory; empty
     * files, files of one chunk, and files with more chunks than slots.
     */
    @Test
    void whatNoNodeHoldsIsCountedAndNamed() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Set<ChunkId> expected = new TreeSet<>();
        for (long id = 1; id <= 60; id++) {
            int chunks = id == 30 ? 2 * Slot.COUNT + 5 : random.nextInt(6);
            FileRecord file = record(id, random.nextInt(Slot.COUNT), Math.max(0, (long) CHUNK.bytes() * chunks - 1));
            for (int number = 1; number <= file.chunkCount(); number++) {
                if (random.nextInt(50) == 0) {
                    expected.add(file.chunk(number));
                } else {
                    NodeId somewhere = new NodeId(random.nextInt(NODES));
                    put(somewhere, file, number);
                }
            }
        }
        for (int maxChunks : new int[] {1, 100, CensusPass.MAX_CHUNKS}) {
            CensusReport report = count(maxChunks);
            assertThat(report.missing()).as("seed %d", seed).isEqualTo(expected.size());
            assertThat(report.named())
                    .hasSize(Math.min(expected.size(), CensusReport.MAX_NAMED))
                    .extracting(MissingChunk::chunk)
                    .isSubsetOf(expected);
        }
    }

    @Test
    void whereAllIsAtHomeOneHomeOfEachSlotIsAskedOnce() throws IOException {
        for (long id = 1; id <= 20; id++) {
            atHome(record(id, (int) id, 10), 1);
        }
        assertThat(count(CensusPass.MAX_CHUNKS).missing()).isZero();
        assertThat(asked).isEqualTo(20);
    }

    @Test
    void aChunkOfAnotherLengthIsNotTheChunk() throws IOException {
        FileRecord file = record(1, 5, 10);
        FileRecord other = new FileRecord(file.id(), 11, CHUNK, file.first(), 0, Instant.EPOCH, "", 0644);
        put(new NodeId(0), other, 1);
        CensusReport report = count(CensusPass.MAX_CHUNKS);
        assertThat(report.missing()).isEqualTo(1);
        assertThat(report.bytes()).isEqualTo(10);
        assertThat(report.named().getFirst().path()).isEqualTo(RemotePath.parse("/file1"));
    }

    @Test
    void aFileThatWasRemovedMeanwhileIsNotMissing() throws IOException {
        facts.removed.add(record(1, 5, 10).id());
        assertThat(count(CensusPass.MAX_CHUNKS).missing()).isZero();
    }

    /** A stand-in hands back after the home was asked and before it is asked itself. */
    @Test
    void aChunkThatMovesMeanwhileIsNotMissing() throws IOException {
        FileRecord file = record(1, 0, 10);
        List<NodeId> homes = layout.homes(new Slot(0));
        try (Neighbourhood nodes = new Neighbourhood(base, NODES, List.of(layout))) {
            facts.nodes = nodes;
            Census.Source moving = (node, slot) -> {
                List<Reply.Held> here = held(node, slot);
                if (node.equals(homes.getLast())) {
                    atHome(file, 1);
                }
                return here;
            };
            CensusPass censusPass =
                    new CensusPass(facts, moving, facts.situation().orElseThrow());
            while (censusPass.step()) {}
            assertThat(censusPass.report().missing()).isZero();
        }
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotTakenToHoldNothing() {
        record(1, 0, 10);
        silent.addAll(layout.nodes());
        assertThatThrownBy(() -> count(CensusPass.MAX_CHUNKS)).isInstanceOf(TrivetException.class);
    }

    /**
     * A census waits for all nodes of the layout, discards its findings when an event occurs, and
     * then starts again.
     */
    @Test
    void anEventMeanwhileMakesACensusWorthless() throws IOException {
        try (Neighbourhood nodes = new Neighbourhood(base, NODES, List.of(layout))) {
            facts.nodes = nodes;
            List<CensusReport> reports = new ArrayList<>();
            Census census = new Census(nodes.at(0), facts, this::held, into(reports), Duration.ofHours(1));
            facts.present = Set.of(new NodeId(0));
            assertThat(census.step()).isPositive();
            facts.present = new TreeSet<>(layout.nodes());
            census.step();
            facts.event = 2;
            for (int step = 0; step < 10; step++) {
                census.step();
            }
            assertThat(reports).extracting(CensusReport::event).containsExactly(2L);
        }
    }

    private static Census.Results into(List<CensusReport> reports) {
        return new Census.Results() {
            @Override
            public void counted(CensusReport report) {
                reports.add(report);
            }

            @Override
            public void givenUp(String cause) {
                reports.add(CensusReport.NONE);
            }
        };
    }

    /**
     * Its earlier findings are discarded as well; a node that does not answer is not asked again at
     * once.
     */
    @Test
    void aCensusThatIsGivenUpSaysSoAndRests() throws IOException {
        record(1, 0, 10);
        try (Neighbourhood nodes = new Neighbourhood(base, NODES, List.of(layout))) {
            facts.nodes = nodes;
            List<CensusReport> reports = new ArrayList<>();
            Census census = new Census(nodes.at(0), facts, this::held, into(reports), Duration.ofHours(1));
            silent.addAll(layout.nodes());
            for (int step = 0; step < 100; step++) {
                census.step();
            }
            assertThat(reports).containsExactly(CensusReport.NONE);
            assertThat(asked).isEqualTo(1);
        }
    }

    @Test
    void aLostChunkThatIsInNoFileAnyMoreIsNotMissing() throws IOException {
        FileRecord file = record(1, 5, 3L * CHUNK.bytes());
        facts.cutAway.add(file.chunk(3));
        CensusReport report = count(CensusPass.MAX_CHUNKS);
        assertThat(report.named()).extracting(MissingChunk::chunk).containsExactly(file.chunk(1), file.chunk(2));
        assertThat(report.missing()).isEqualTo(2);
    }

    /** One such name must not stop the census of other files. */
    @Test
    void aFileWithoutATellablePathIsMissingAsAnyOther() throws IOException {
        facts.nameless.add(record(1, 5, 10).id());
        record(2, 5, 10);
        CensusReport report = count(CensusPass.MAX_CHUNKS);
        assertThat(report.missing()).isEqualTo(2);
        assertThat(report.named()).extracting(MissingChunk::path).containsExactly(RemotePath.parse("/file2"));
    }

    /** A record can have any size; what is gathered for one slot is bounded nevertheless. */
    @Test
    void aFileWithMoreChunksInASlotThanFitIsCountedInParts() throws IOException {
        int most = 10;
        FileRecord vast = record(1, 5, (long) CHUNK.bytes() * Slot.COUNT * 3 * most);
        record(2, 5, 10);
        put(new NodeId(2), vast, 1);
        put(new NodeId(2), vast, 2 * most * Slot.COUNT + 1);
        try (Neighbourhood nodes = new Neighbourhood(base, NODES, List.of(layout))) {
            facts.nodes = nodes;
            CensusPass censusPass =
                    new CensusPass(facts, this::held, facts.situation().orElseThrow(), most);
            while (censusPass.step()) {
                assertThat(censusPass.gathered()).isLessThanOrEqualTo(most);
            }
            assertThat(censusPass.report().missing()).isEqualTo((long) Slot.COUNT * 3 * most + 1 - 2);
        }
    }
}
