package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 4: no epoch begins twice, although no other node can be asked. */
final class NextEpochTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    Path data;

    private int next(int seatEpoch, int backup, Instant now) throws IOException {
        NodeIdentity identity = new NodeIdentity(
                new ClusterId(new UUID(1, 2)),
                new NodeId(1),
                new UUID(3, 4),
                new TrustSettings.Plaintext(),
                new Address("127.0.0.1", 7777),
                List.of(new NodeIdentity.DiskPlace(data, Optional.empty())),
                true,
                NodeIdentity.Seating.TAKEN,
                seatEpoch);
        return NextEpoch.of(data, identity, backup, now);
    }

    @Test
    void aLaterRestoreHasTheGreaterEpochWithoutAnyTraceOfTheFirst() throws IOException {
        int first = next(1, 1, NOW);
        assertThat(first).isGreaterThan(28_000_000);
        assertThat(next(1, 1, NOW.plusSeconds(1))).isEqualTo(first + 1);
    }

    @Test
    void aClockThatIsBehindTakesNothingBack() throws IOException {
        assertThat(next(1, 7, Instant.EPOCH)).isBetween(8, 7 + (1 << 20));
        assertThat(next(9, 7, Instant.EPOCH)).isGreaterThanOrEqualTo(10);
        Path slot = Files.createDirectories(data.resolve("chunks/0001"));
        Files.createFile(slot.resolve("0000000c-0000000000000001.part0001"));
        assertThat(next(9, 7, Instant.EPOCH)).isGreaterThanOrEqualTo(13);
        assertThat(next(9, 7, NOW)).isGreaterThan(13);
    }

    @Test
    void twoNodesWithClocksThatAreBehindDoNotBeginTheSameEpoch() throws IOException {
        Set<Integer> epochs = new HashSet<>();
        for (int restore = 0; restore < 8; restore++) {
            epochs.add(next(7, 7, Instant.EPOCH));
        }
        // One pair in a million is the same.
        assertThat(epochs).hasSizeGreaterThan(6);
    }

    @Test
    void theLastEpochsAreNotPassed() throws IOException {
        assertThat(next(Integer.MAX_VALUE - 1, 1, NOW)).isEqualTo(Integer.MAX_VALUE);
    }
}
