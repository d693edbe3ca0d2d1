package io.trivet.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeysTest {
    private static final byte[] SECRET = "a secret of a user".getBytes(StandardCharsets.UTF_8);
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    @TempDir
    Path data;

    private static ClusterKeys keys() {
        return ClusterKeys.make(CLUSTER, Instant.now());
    }

    @Test
    void keysAreTheSameAfterTheyWereWrittenAndOnlyTheOwnerMayReadThem() throws IOException {
        ClusterKeys keys = keys();
        keys.write(data);

        byte[] wrapped = keys.wrap("user alice", SECRET);
        ClusterKeys read = ClusterKeys.in(data, CLUSTER).orElseThrow();
        assertThat(read.unwrap("user alice", wrapped)).isEqualTo(SECRET);
        assertThat(read.derive("a purpose")).isEqualTo(keys.derive("a purpose"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ClusterKeys.file(data))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsWrappedOpensForNoOtherPurposeOrKeysAndNotWhenChanged() {
        ClusterKeys keys = keys();
        byte[] wrapped = keys.wrap("user alice", SECRET);

        assertRefused(Refusal.Kind.CORRUPT, () -> keys.unwrap("user bob", wrapped));
        assertRefused(Refusal.Kind.CORRUPT, () -> keys().unwrap("user alice", wrapped));
        for (int at = 0; at < wrapped.length; at++) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 1;
            assertRefused(Refusal.Kind.CORRUPT, () -> keys.unwrap("user alice", changed));
        }
    }

    @Test
    void aKeyForOnePurposeSaysNothingOfAnother() {
        ClusterKeys keys = keys();

        assertThat(keys.derive("node secret")).isNotEqualTo(keys.derive("chunk tokens"));
        assertThat(keys.derive("chunk tokens", new byte[] {1}))
                .isNotEqualTo(keys.derive("chunk tokens", new byte[] {2}));
        assertThat(keys.derive("node secret")).isNotEqualTo(keys().derive("node secret"));
    }

    @Test
    void keysThatOthersCanReadAreRefused() throws IOException {
        keys().write(data);
        Files.setPosixFilePermissions(ClusterKeys.file(data), PosixFilePermissions.fromString("rw-r-----"));

        assertRefused(Refusal.Kind.DENIED, () -> ClusterKeys.in(data, CLUSTER));
    }

    @Test
    void damagedKeysAreRefusedWithoutRepeatingThem() throws IOException {
        PrivateFile.write(ClusterKeys.file(data), "deadbeef".getBytes(StandardCharsets.US_ASCII));

        assertRefused(Refusal.Kind.CORRUPT, () -> ClusterKeys.in(data, CLUSTER));
        assertThatThrownBy(() -> ClusterKeys.in(data, CLUSTER)).hasMessageNotContaining("deadbeef");
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
