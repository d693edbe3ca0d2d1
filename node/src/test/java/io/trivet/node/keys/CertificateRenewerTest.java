package io.trivet.node.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.node.LocalCluster;
import io.trivet.node.MaintenanceSettings;
import io.trivet.wire.credentials.TrustSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are renewed before they expire, without effect on clients. */
final class CertificateRenewerTest {
    private static final int NODES = 4;
    private static final Duration LIFE = Duration.ofSeconds(6);

    @TempDir
    Path base;

    private static Instant until(LocalCluster cluster, NodeId node) {
        try {
            Path data = cluster.data(node);
            return NodeCertificate.in(data, NodeKey.in(data)).until();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean areRenewed(LocalCluster cluster, List<Instant> before) {
        Duration twice = LIFE.dividedBy(2);
        return IntStream.range(0, NODES)
                .allMatch(node -> until(cluster, new NodeId(node))
                        .isAfter(before.get(node).plus(twice)));
    }

    private static void saveAndLoad(TrivetClient client, int round) throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(round).nextBytes(bytes);
        RemotePath path = RemotePath.parse("/r/" + round);
        client.save(new ByteArrayInputStream(bytes), path, Progress.NONE);
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(path, loaded, Progress.NONE);
        assertThat(loaded.toByteArray()).isEqualTo(bytes);
    }

    /**
     * One client keeps its connections through all renewals; the others make new ones. n3 is no
     * master and has to ask for its certificates.
     */
    @Test
    void certificatesAreRenewedUnderLoadWithoutAFailedRequest() throws IOException {
        MaintenanceSettings maintenanceSettings = MaintenanceSettings.USUAL.withCertificateLife(LIFE);
        try (LocalCluster cluster = LocalCluster.start(base, NODES, new ChunkSize(64 << 10), maintenanceSettings);
                TrivetClient lasting = cluster.client()) {
            List<Instant> before = IntStream.range(0, NODES)
                    .mapToObj(node -> until(cluster, new NodeId(node)))
                    .toList();
            Instant end = Instant.now().plus(Duration.ofSeconds(40));
            for (int round = 0; !areRenewed(cluster, before); round++) {
                assertThat(Instant.now()).isBefore(end);
                saveAndLoad(lasting, round);
                try (TrivetClient fresh = cluster.client()) {
                    saveAndLoad(fresh, round);
                }
            }
        }
    }

    /**
     * All nodes were off for longer than their certificates last; the one with the authority's key
     * starts the renewal.
     */
    @Test
    void aClusterThatWasOffForLongComesUpByItself() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 2, new ChunkSize(64 << 10))) {
            TrustSettings.Authority authority = (TrustSettings.Authority) cluster.trust();
            ClusterId id = cluster.node(new NodeId(0)).profile().cluster();
            cluster.stopAll();
            for (int number = 0; number < 2; number++) {
                NodeId node = new NodeId(number);
                NodeKey key = NodeKey.in(cluster.data(node));
                ClusterKeys keys =
                        ClusterKeys.in(cluster.data(new NodeId(0)), id).orElseThrow();
                Instant longAgo = Instant.now().minus(Duration.ofDays(9));
                NodeCertificate.first(
                        cluster.data(node),
                        key,
                        authority,
                        keys.authority()
                                .chain(node, SigningRequest.parse(key.signingRequest()), longAgo, Duration.ofDays(1)));
                assertThat(NodeCertificate.in(cluster.data(node), key).until()).isBefore(Instant.now());
            }
            cluster.restartAll(2);
            try (TrivetClient client = cluster.client()) {
                saveAndLoad(client, 1);
            }
        }
    }
}
