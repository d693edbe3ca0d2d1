package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.FileEdit;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Upload;
import io.trivet.repair.RepairSettings;
import io.trivet.rescue.CopiedNames;
import io.trivet.rescue.KnownNames;
import io.trivet.rescue.Rescue;
import io.trivet.rescue.RescueListener;
import io.trivet.rescue.RescueSummary;
import io.trivet.rescue.RescuedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rebuilds what real nodes saved when only the chunks are left, even with one node's chunks lost.
 */
class RescueAfterAllIsLostTest {
    private static final int CHUNK = 128 << 10;

    @TempDir
    Path base;

    private final Map<String, byte[]> saved = new TreeMap<>();
    private final List<RescuedFile> told = new ArrayList<>();

    @Test
    void everyFileIsWholeAfterAllElseWasDeleted() throws IOException {
        Path data = base.resolve("c");
        try (LocalCluster cluster = LocalCluster.start(data, 3, new ChunkSize(CHUNK));
                TrivetClient client = cluster.client()) {
            save(client, "/one", 1);
            save(client, "/deep/er/many", 7 * CHUNK + 9);
            save(client, "/文件", CHUNK);
            try (RemoteOutput abandoned = client.create(RemotePath.parse("/never"))) {
                abandoned.write(new byte[3 * CHUNK]);
                abandoned.abort();
            }
        }
        for (Path node : nodes(data)) {
            keepOnly(node, "chunks", "volumes");
        }
        rescue(nodes(data), base.resolve("all"));
        for (Path gone : nodes(data)) {
            List<Path> left =
                    nodes(data).stream().filter(node -> !node.equals(gone)).toList();
            rescue(left, base.resolve("without-" + gone.getFileName()));
        }
    }

    /**
     * The disks hold copies of the namespace: the last names, and nothing removed, replaced or
     * uncommitted.
     */
    @Test
    void withACopyOfTheNamespaceTheListingComesBackExactly() throws IOException {
        Path data = base.resolve("c");
        MaintenanceSettings maintenanceSettings = new MaintenanceSettings(
                Duration.ofHours(1), Duration.ofDays(30), RepairSettings.USUAL, Duration.ofMillis(300));
        try (LocalCluster cluster = LocalCluster.start(data, 3, new ChunkSize(CHUNK), maintenanceSettings);
                TrivetClient client = cluster.client()) {
            save(client, "/kept", 3 * CHUNK + 1);
            save(client, "/empty", 0);
            save(client, "/old/name", CHUNK);
            upload(client, "/in/pieces", 2 * CHUNK, 2);
            save(client, "/changed", 3 * CHUNK + 5);
            change(client, "/changed", CHUNK + 3, 100);
            save(client, "/longer", 2 * CHUNK);
            change(client, "/longer", 2 * CHUNK, CHUNK + 7);
            save(client, "/cut", 3 * CHUNK + 5);
            try (FileEdit edit = client.edit(RemotePath.parse("/cut"))) {
                edit.truncate(2 * CHUNK);
                edit.commit();
            }
            saved.put("/cut", Arrays.copyOf(saved.get("/cut"), 2 * CHUNK));
            client.copy(RemotePath.parse("/changed"), RemotePath.parse("/copy/of changed"), MetadataChange.NONE);
            saved.put("/copy/of changed", saved.get("/changed"));
            save(client, "/removed", CHUNK);
            save(client, "/replaced", 2 * CHUNK);
            save(client, "/replaced", 5);
            client.createLink(RemotePath.parse("/link"), "/nowhere", MetadataChange.NONE);
            client.rename(RemotePath.parse("/old"), RemotePath.parse("/new"));
            client.copy(RemotePath.parse("/kept"), RemotePath.parse("/copy/of kept"), MetadataChange.NONE);
            save(client, "/copied and removed", CHUNK + 9);
            client.copy(RemotePath.parse("/copied and removed"), RemotePath.parse("/copy/left"), MetadataChange.NONE);
            client.remove(RemotePath.parse("/copied and removed"), false);
            saved.put("/copy/of kept", saved.get("/kept"));
            saved.put("/copy/left", saved.remove("/copied and removed"));
            client.remove(RemotePath.parse("/removed"), false);
            saved.put("/new/name", saved.remove("/old/name"));
            saved.remove("/removed");
            try (RemoteOutput abandoned = client.create(RemotePath.parse("/never"))) {
                abandoned.write(new byte[3 * CHUNK]);
                abandoned.abort();
            }
            for (Path node : nodes(data)) {
                LocalCluster.await(
                        "the copy on " + node + " is as new", () -> copied(node).equals(withLink()));
            }
        }
        Files.write(nodes(data).getFirst().resolve("namespace-copy"), new byte[] {1, 2, 3});
        for (Path node : nodes(data)) {
            keepOnly(node, "chunks", "volumes", "namespace-copy");
        }
        List<String> troubles = new ArrayList<>();
        CopiedNames names = CopiedNames.newest(nodes(data), troubles::add).orElseThrow();
        assertThat(troubles).hasSize(1).allMatch(trouble -> trouble.contains("n0"));
        Path target = base.resolve("named");
        RescueSummary summary = new Rescue(nodes(data), target, names, listener()).run();
        assertThat(summary.whole()).isEqualTo(saved.size() + 1);
        assertThat(summary.gone()).isBetween(2L, 3L);
        for (Map.Entry<String, byte[]> file : saved.entrySet()) {
            assertThat(target.resolve(file.getKey().substring(1))).hasBinaryContent(file.getValue());
        }
        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("/nowhere"));
        try (Stream<Path> all = Files.walk(target)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(saved.size());
        }
    }

    private Set<String> withLink() {
        return Stream.concat(saved.keySet().stream(), Stream.of("/link")).collect(Collectors.toSet());
    }

    /** One lost chunk costs its file and no other, and what the file was before is there. */
    @Test
    void whatIsLeftOfAChangedFileIsWhatItWasBefore() throws IOException {
        Path data = base.resolve("c");
        MaintenanceSettings maintenanceSettings = new MaintenanceSettings(
                Duration.ofHours(1), Duration.ofDays(30), RepairSettings.USUAL, Duration.ofMillis(300));
        List<String> lost = new ArrayList<>();
        byte[] before;
        try (LocalCluster cluster = LocalCluster.inFiles(data, 3, new ChunkSize(CHUNK), maintenanceSettings);
                TrivetClient client = cluster.client()) {
            save(client, "/changed", 3 * CHUNK + 5);
            before = saved.remove("/changed");
            try (FileEdit edit = client.edit(RemotePath.parse("/changed"))) {
                edit.write(CHUNK, ByteBuffer.wrap(new byte[] {1}));
                lost.add(edit.commit().chunk(2).toString());
            }
            save(client, "/cut", 3 * CHUNK);
            saved.remove("/cut");
            try (FileEdit edit = client.edit(RemotePath.parse("/cut"))) {
                edit.truncate(CHUNK);
                lost.add(edit.commit().chunk(1).toString());
            }
            save(client, "/zz", 77);
            for (Path node : nodes(data)) {
                LocalCluster.await(
                        "the copy on " + node + " is as new", () -> copied(node).contains("/zz"));
            }
        }
        for (Path node : nodes(data)) {
            keepOnly(node, "chunks", "volumes", "namespace-copy");
            try (Stream<Path> files = Files.walk(node)) {
                for (Path file : files.filter(
                                each -> lost.contains(each.getFileName().toString()))
                        .toList()) {
                    Files.delete(file);
                }
            }
        }
        CopiedNames names = CopiedNames.newest(nodes(data), _ -> {}).orElseThrow();
        Path target = base.resolve("rest");
        RescueSummary summary = new Rescue(nodes(data), target, names, listener()).run();
        assertThat(summary.incomplete()).isEqualTo(2);
        assertThat(summary.whole()).isEqualTo(2);
        assertThat(target.resolve("zz")).hasBinaryContent(saved.get("/zz"));
        try (Stream<Path> former = Files.list(target)) {
            assertThat(former.filter(file -> file.getFileName().toString().startsWith("changed~")))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasBinaryContent(before));
        }
    }

    private static Set<String> copied(Path node) {
        return CopiedNames.newest(List.of(node), _ -> {}).stream()
                .flatMap(names -> names.all().stream())
                .map(named -> named.path().toString())
                .collect(Collectors.toSet());
    }

    private void change(TrivetClient client, String path, int position, int length) throws IOException {
        byte[] some = new byte[length];
        new Random(position).nextBytes(some);
        try (FileEdit edit = client.edit(RemotePath.parse(path))) {
            edit.write(position, ByteBuffer.wrap(some));
            edit.commit();
        }
        byte[] before = saved.get(path);
        byte[] after = Arrays.copyOf(before, Math.max(before.length, position + length));
        System.arraycopy(some, 0, after, position, length);
        saved.put(path, after);
    }

    /** In pieces of one length: no chunk says that it is the last. */
    private void upload(TrivetClient client, String path, int pieceBytes, int pieces) throws IOException {
        byte[] bytes = new byte[pieceBytes * pieces];
        new Random(bytes.length).nextBytes(bytes);
        Upload upload = client.uploads().begin(RemotePath.parse(path), pieceBytes);
        for (int number = 1; number <= pieces; number++) {
            ByteArrayInputStream piece = new ByteArrayInputStream(bytes, (number - 1) * pieceBytes, pieceBytes);
            client.uploads().put(upload, number, piece, pieceBytes, "");
        }
        client.uploads().complete(upload, pieces, MetadataChange.NONE);
        saved.put(path, bytes);
    }

    private void save(TrivetClient client, String path, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        client.save(Files.write(base.resolve("source"), bytes), RemotePath.parse(path), Progress.NONE);
        saved.put(path, bytes);
    }

    private void rescue(List<Path> disks, Path target) throws IOException {
        told.clear();
        RescueSummary summary = new Rescue(disks, target, KnownNames.NONE, listener()).run();
        assertThat(told.stream().filter(file -> file.outcome() instanceof RescuedFile.Outcome.Whole))
                .extracting(RescuedFile::path)
                .containsExactlyInAnyOrderElementsOf(saved.keySet());
        assertThat(summary.conflicts() + summary.notWritten()).isZero();
        assertThat(told.stream().filter(file -> !(file.outcome() instanceof RescuedFile.Outcome.Whole)))
                .extracting(RescuedFile::path)
                .allMatch("/never"::equals);
        for (Map.Entry<String, byte[]> file : saved.entrySet()) {
            assertThat(target.resolve(file.getKey().substring(1))).hasBinaryContent(file.getValue());
        }
        assertThat(target.resolve("never")).doesNotExist();
    }

    private static List<Path> nodes(Path data) {
        return Stream.of(0, 1, 2)
                .map(number -> data.resolve(new NodeId(number).toString()))
                .toList();
    }

    private static void keepOnly(Path node, String... kept) throws IOException {
        try (Stream<Path> all = Files.walk(node)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(node) && Stream.of(kept).noneMatch(name -> path.startsWith(node.resolve(name)))) {
                    Files.delete(path);
                }
            }
        }
    }

    private RescueListener listener() {
        return new RescueListener() {
            @Override
            public void surveyed(long replicas) {}

            @Override
            public void began(long bytes) {}

            @Override
            public void passed(long bytes) {}

            @Override
            public void trouble(String what) {
                throw new AssertionError(what);
            }

            @Override
            public void file(RescuedFile file) {
                told.add(file);
            }
        };
    }
}
