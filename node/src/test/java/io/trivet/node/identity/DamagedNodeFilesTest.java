package io.trivet.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.MovedNodes;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each small file of a node truncated at every byte, or zeroed from there on: the node continues,
 * or names the file and what to do.
 */
final class DamagedNodeFilesTest {
    @TempDir
    Path data;

    private static List<byte[]> damagedForms(byte[] whole) {
        List<byte[]> forms = new ArrayList<>();
        for (int at = 0; at < whole.length; at++) {
            forms.add(Arrays.copyOf(whole, at));
            forms.add(Arrays.copyOf(Arrays.copyOf(whole, at), whole.length));
        }
        return forms;
    }

    private NodeIdentity written() throws IOException {
        NodeIdentity identity = new NodeIdentity(
                new ClusterId(UUID.randomUUID()),
                new NodeId(3),
                UUID.randomUUID(),
                new TrustSettings.Plaintext(),
                new Address("127.0.0.1", 7400),
                List.of(
                        new NodeIdentity.DiskPlace(data.toAbsolutePath().normalize(), Optional.of(UUID.randomUUID())),
                        new NodeIdentity.DiskPlace(Path.of("/disk2"), Optional.of(UUID.randomUUID()))),
                true,
                NodeIdentity.Seating.TAKEN,
                2);
        identity.write(data);
        return identity;
    }

    @Test
    void aDamagedNodeFileIsReadFromItsCopy() throws IOException {
        NodeIdentity identity = written();
        byte[] whole = Files.readAllBytes(data.resolve("node"));
        for (byte[] damaged : damagedForms(whole)) {
            Files.write(data.resolve("node"), damaged);
            assertThat(NodeIdentity.read(data)).isEqualTo(identity);
        }
    }

    @Test
    void aDamagedCopyIsNotLookedAt() throws IOException {
        NodeIdentity identity = written();
        Files.write(data.resolve("node.copy"), new byte[] {(byte) 0xff, 0});

        assertThat(NodeIdentity.read(data)).isEqualTo(identity);
    }

    @Test
    void whereBothAreDamagedItSaysWhichFileAndWhatToDo() throws IOException {
        written();
        byte[] whole = Files.readAllBytes(data.resolve("node"));
        for (byte[] damaged : damagedForms(whole)) {
            Files.write(data.resolve("node"), damaged);
            Files.write(data.resolve("node.copy"), new byte[whole.length]);
            assertThatThrownBy(() -> NodeIdentity.read(data)).isInstanceOfSatisfying(TrivetException.class, e -> {
                assertThat(e.kind()).isEqualTo(Refusal.Kind.CORRUPT);
                assertThat(e).hasMessageContaining("node").hasMessageContaining("start the node again");
            });
        }
    }

    /** A file of a release that wrote neither checksum nor copy. */
    @Test
    void anOlderFileIsReadAsItIs() throws IOException {
        NodeIdentity identity = written();
        String text = Files.readString(data.resolve("node"));
        Files.writeString(data.resolve("node"), text.substring(0, text.indexOf("crc32c ")));
        Files.delete(data.resolve("node.copy"));

        assertThat(NodeIdentity.read(data)).isEqualTo(identity);
    }

    /** An older release ran in between: its file is newer than the copy. */
    @Test
    void aNewerFileWithoutChecksumCountsMoreThanTheCopy() throws IOException {
        NodeIdentity moved = written().at(new Address("10.0.0.9", 7400));
        byte[] copy = Files.readAllBytes(data.resolve("node.copy"));
        moved.write(data);
        Files.write(data.resolve("node.copy"), copy);
        String text = Files.readString(data.resolve("node"));
        Files.writeString(data.resolve("node"), text.substring(0, text.indexOf("crc32c ")));

        assertThat(NodeIdentity.read(data)).isEqualTo(moved);
    }

    /** Rule 7: what only the damaged file held counts as a loss. */
    @Test
    void aDamagedLossEpochGoesOnAboveWhatTheNamespaceKnows() throws IOException {
        Path file = data.resolve("loss-epoch");
        for (byte[] damaged : damagedForms("1234\n".getBytes(StandardCharsets.US_ASCII))) {
            Files.write(file, damaged);
            LossEpoch epoch = new LossEpoch(data);
            epoch.atLeast(1200); // from an old view
            assertThat(file).hasBinaryContent(damaged);
            epoch.atLeastNow(1234);
            assertThat(epoch.value()).isEqualTo(1235);
            assertThat(new LossEpoch(data).value()).isEqualTo(1235);
        }
    }

    private static ClusterView view() {
        return new ClusterView(
                new ClusterId(new UUID(1, 1)),
                7,
                1,
                ChunkSize.DEFAULT,
                2,
                IntStream.range(0, 3)
                        .mapToObj(number -> new Node(
                                        new NodeId(number), new Address("127.0.0.1", 7000 + number), 1, "", 0, false)
                                .withKey(new UUID(2, number)))
                        .toList(),
                List.of());
    }

    @Test
    void aDamagedViewIsToldAgain() throws IOException {
        ClusterView view = view();
        new KnownCluster(data).learn(view);
        byte[] whole = Files.readAllBytes(data.resolve("view"));
        for (byte[] damaged : damagedForms(whole)) {
            Files.write(data.resolve("view"), damaged);
            KnownCluster known = new KnownCluster(data);
            assertThat(known.version()).isZero();
            known.learn(view);
            assertThat(known.view()).contains(view);
            assertThat(new KnownCluster(data).version()).isEqualTo(view.version());
        }
    }

    @Test
    void damagedAddressesAreToldAgain() throws IOException {
        Files.write(data.resolve("moved"), new byte[] {(byte) 0xc3, 0x28, 10, 'n', '1'});

        assertThat(new MovedNodes(data).all()).isEmpty();
    }
}
