package io.trivet.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.node.LocalCluster;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node uses the directory and address with which it is started, whatever its files say; and a
 * failed first start can be repeated.
 */
class MovedDataTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final NodeId NODE = new NodeId(0);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path base;

    private void save(TrivetClient client, String name) throws IOException {
        byte[] bytes = new byte[5 * CHUNK.bytes() - 9];
        new Random(name.hashCode()).nextBytes(bytes);
        client.save(Files.write(base.resolve(name), bytes), RemotePath.parse("/" + name), Progress.NONE);
    }

    private void loads(TrivetClient client, String name) throws IOException {
        Path target = base.resolve("loaded");
        client.load(RemotePath.parse("/" + name), target, Progress.NONE);
        assertThat(Files.mismatch(base.resolve(name), target)).isEqualTo(-1);
    }

    private static long chunksIn(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("chunks"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static String lossEpoch(Path data) throws IOException {
        return Files.readString(data.resolve("loss-epoch")).strip();
    }

    private static TrivetNode restart(Path data, Path... disks) throws IOException {
        TrivetNode node = TrivetNode.start(new NodeOptions(
                data,
                List.of(disks),
                Optional.empty(),
                new NodeOptions.Start.Restart(),
                MaintenanceSettings.USUAL.withSmallChunks(0)));
        assertThat(node.awaitReady(LIMIT)).isTrue();
        return node;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void aMovedDirectoryIsServedFromWhereItIs() throws IOException {
        Path moved = base.resolve("moved");
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK);
                TrivetClient client = cluster.client()) {
            save(client, "before");
            cluster.stop(NODE);
            Files.move(cluster.data(NODE), moved);
            try (TrivetNode _ = restart(moved)) {
                loads(client, "before");
                long before = chunksIn(moved);
                save(client, "after");
                loads(client, "after");
                assertThat(chunksIn(moved)).isEqualTo(before + 5);
            }
            assertThat(lossEpoch(moved)).as("nothing was lost").isEqualTo("0");
            assertThat(cluster.data(NODE)).doesNotExist();
            assertThat(NodeIdentity.writtenIn(moved)).contains(moved);
        }
    }

    @Test
    void aCopyServesWhatIsInItAndLeavesTheOriginalAlone() throws IOException {
        Path copy = base.resolve("copy");
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK);
                TrivetClient client = cluster.client()) {
            save(client, "before");
            cluster.stop(NODE);
            copy(cluster.data(NODE), copy);
            long before = chunksIn(copy);
            try (TrivetNode _ = restart(copy)) {
                loads(client, "before");
                save(client, "after");
            }
            assertThat(chunksIn(copy)).isEqualTo(before + 5);
            assertThat(chunksIn(cluster.data(NODE))).isEqualTo(before);
            assertThat(lossEpoch(copy))
                    .as("rule 7: the original may have got chunks after the copy was made")
                    .isEqualTo("1");
            restart(copy).close();
            assertThat(lossEpoch(copy)).isEqualTo("1");
        }
    }

    /** Rule 12. */
    @Test
    void aFurtherDiskIsKnownByItsIdWhereverItIsMounted() throws IOException {
        Path first = base.resolve("first");
        Path second = base.resolve("second");
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK);
                TrivetClient client = cluster.client()) {
            Path data = cluster.data(NODE);
            cluster.stop(NODE);
            try (TrivetNode _ = restart(data, first)) {
                save(client, "before");
            }
            String losses = lossEpoch(data);
            Files.move(first, second);
            try (TrivetNode _ = restart(data, second)) {
                loads(client, "before");
            }
            restart(data).close();

            assertThat(NodeIdentity.read(data).disks()).containsExactly(data, second);
            assertThat(lossEpoch(data)).isEqualTo(losses);
            assertThatThrownBy(() -> restart(data, data))
                    .isInstanceOf(TrivetException.class)
                    .hasMessageContaining("it is the node's own directory");
            copy(second, first);
            assertThatThrownBy(() -> restart(data, first))
                    .isInstanceOf(TrivetException.class)
                    .hasMessageContaining("it is the same disk as " + second);
        }
    }

    /** An identity as an earlier release wrote it. */
    @Test
    void anIdentityWithoutIdsOfDisksIsReadAndCompleted() throws IOException {
        Path disk = base.resolve("disk");
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK)) {
            Path data = cluster.data(NODE);
            cluster.stop(NODE);
            restart(data, disk).close();
            Path file = data.resolve("node");
            Files.write(
                    file,
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.matches("disk\\d+-id .*"))
                            .toList());
            restart(data).close();
            assertThat(NodeIdentity.read(data).places())
                    .hasSize(2)
                    .allMatch(place -> place.disk().isPresent());
            assertThat(lossEpoch(data)).isEqualTo("0");
        }
    }

    @Test
    void aClusterThatWasNeverFinishedIsBegunAgain() throws IOException {
        Path data = base.resolve("cluster").resolve("n0");
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK)) {
            cluster.stop(NODE);
        }
        NodeIdentity there = NodeIdentity.read(data);
        new NodeIdentity(
                        there.cluster(),
                        there.node(),
                        there.key(),
                        there.trustSettings(),
                        there.address(),
                        there.places(),
                        false,
                        there.seating(),
                        there.seatEpoch())
                .write(data);
        assertThatThrownBy(() -> restart(data)).hasMessageContaining("begin again with --init");

        Address address = LocalCluster.freeAddress();
        try (TrivetNode node = TrivetNode.start(
                new NodeOptions(data, List.of(), Optional.of(address), new NodeOptions.Start.Init(1, CHUNK)))) {
            assertThat(node.awaitReady(LIMIT)).isTrue();
            assertThat(node.address()).isEqualTo(address);
            assertThat(node.administrator()).isPresent();
        }
        restart(data).close();
    }

    @Test
    void aNameWithoutAnAddressLeavesNothingBehind() {
        Path data = base.resolve("data");
        NodeOptions options = new NodeOptions(
                data,
                List.of(),
                Optional.of(new Address("no-such-name.invalid", 7777)),
                new NodeOptions.Start.Init(1, CHUNK));

        assertThatThrownBy(() -> TrivetNode.start(options))
                .isInstanceOf(TrivetException.class)
                .hasMessageContaining("no-such-name.invalid")
                .hasMessageContaining("this name cannot be resolved");

        assertThat(data).doesNotExist();
    }

    /** Chunks and names are stored unencrypted. */
    @Test
    void nobodyElseMayEnterWhereANodeKeepsItsData() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("cluster"), 1, CHUNK);
                TrivetClient client = cluster.client()) {
            Path data = cluster.data(NODE);
            save(client, "a");
            cluster.stop(NODE);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .isEqualTo("rwx------");
            for (String part : List.of("chunks", "quorum")) {
                Files.setPosixFilePermissions(data.resolve(part), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            restart(data).close();
            for (String part : List.of("chunks", "quorum", "temporary", "quarantine")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(part))))
                        .as(part)
                        .isEqualTo("rwx------");
            }
        }
    }
}
