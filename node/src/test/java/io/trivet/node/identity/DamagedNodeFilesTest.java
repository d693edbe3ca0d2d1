package io.trivet.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
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
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.Keyring;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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

    @Test
    void aDamagedAddressVersionGoesOnAboveWhatOthersHeard() throws IOException {
        Instant now = Instant.parse("2026-11-29T12:00:00Z");
        Path file = data.resolve("address-version");
        for (byte[] damaged : damagedForms("1234\n".getBytes(StandardCharsets.US_ASCII))) {
            Files.write(file, damaged);
            long version = AddressVersion.in(data, now);
            assertThat(version).isGreaterThan(1234);
            assertThat(AddressVersion.in(data, now.plusSeconds(9))).isEqualTo(version);
            AddressVersion.raise(data, now);
            assertThat(AddressVersion.in(data, now)).isEqualTo(version + 1);
        }
    }

    private interface Reading {
        Object read() throws IOException;
    }

    /** Each damaged form is read as it was, or refused with what to do. */
    private static void saysWhatToDo(Path file, Reading reading, String what) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Object intact = reading.read();
        int refused = 0;
        for (byte[] damaged : damagedForms(whole)) {
            Files.write(file, damaged);
            try {
                assertThat(reading.read()).isEqualTo(intact);
            } catch (TrivetException e) {
                refused++;
                assertThat(e.kind()).isEqualTo(Refusal.Kind.CORRUPT);
                assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining(what);
            }
        }
        // All except those in which only the end of the last line is damaged.
        assertThat(refused).isGreaterThan(2 * (whole.length - 4));
        Files.write(file, whole);
    }

    @Test
    void damagedCredentialsSayWhatToDo() throws IOException {
        ClusterId cluster = new ClusterId(new UUID(1, 1));
        ClusterKeys keys = ClusterKeys.make(cluster, Instant.now());
        keys.write(data);
        saysWhatToDo(
                data.resolve("cluster-keys"),
                () -> keys(ClusterKeys.in(data, cluster).orElseThrow()),
                "copy the file from another master");

        NodeKey key = NodeKey.in(data);
        Authority authority = keys.authority();
        List<byte[]> chain = authority.chain(
                new NodeId(1), SigningRequest.parse(key.signingRequest()), Instant.now(), Duration.ofDays(90));
        NodeCertificate.first(data, key, authority.trust(), chain);
        String what = "put it back from a backup of this directory";
        saysWhatToDo(data.resolve("private-key"), () -> NodeKey.in(data).id(), what);
        saysWhatToDo(
                data.resolve("certificate"),
                () -> NodeCertificate.in(data, key).current().chain(),
                what);
    }

    private static String keys(ClusterKeys keys) {
        return new String(keys.file(), StandardCharsets.US_ASCII);
    }

    @Test
    void damagedSecretsOfAPlaintextClusterSayWhatToDo() throws IOException {
        NodeIdentity identity = written();
        Keyring.keepNodeSecret(data, new byte[32]);
        saysWhatToDo(
                data.resolve("node-secret"),
                () -> HexFormat.of()
                        .formatHex(Keyring.open(data, new ClusterKeyStore(data, identity), identity.trustSettings())
                                .nodeSecret()),
                "copy the file from another node");
        PlainNodeKey key = PlainNodeKey.in(data);
        saysWhatToDo(data.resolve("node-key"), () -> PlainNodeKey.in(data).publicHalf(), "join again");
        assertThat(PlainNodeKey.in(data).publicHalf()).isEqualTo(key.publicHalf());
    }

    /** A master derives it. */
    @Test
    void aDamagedSecretDoesNotStopAMaster() throws IOException {
        NodeIdentity identity = written();
        ClusterKeys.make(identity.cluster(), Instant.now()).write(data);
        Keyring.keepNodeSecret(data, new byte[32]);
        Files.write(data.resolve("node-secret"), new byte[7]);

        Keyring keyring = Keyring.open(data, new ClusterKeyStore(data, identity), identity.trustSettings());
        assertThat(keyring.nodeSecret()).hasSize(32);
    }
}
