package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeyTest {
    private static final byte[] SECRET = "a secret of a user".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path data;

    @Test
    void keyIsTheSameAfterItWasWrittenAndOnlyTheOwnerMayReadIt() throws IOException {
        ClusterKey key = ClusterKey.random();
        key.write(data);

        byte[] wrapped = key.wrapping("user").close(SECRET, "alice");
        assertThat(ClusterKey.read(data).orElseThrow().wrapping("user").open(wrapped, "alice"))
                .isEqualTo(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ClusterKey.in(data))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsWrappedOpensForNoOtherOwnerPurposeOrKeyAndNotWhenChanged() {
        ClusterKey key = ClusterKey.random();
        byte[] wrapped = key.wrapping("user").close(SECRET, "alice");

        assertRefused(Refusal.Kind.CORRUPT, () -> key.wrapping("user").open(wrapped, "bob"));
        assertRefused(Refusal.Kind.CORRUPT, () -> key.wrapping("authority").open(wrapped, "alice"));
        assertRefused(
                Refusal.Kind.CORRUPT, () -> ClusterKey.random().wrapping("user").open(wrapped, "alice"));
        for (int at = 0; at < wrapped.length; at++) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 1;
            assertRefused(Refusal.Kind.CORRUPT, () -> key.wrapping("user").open(changed, "alice"));
        }
    }

    @Test
    void keyThatOthersCanReadIsRefused() throws IOException {
        ClusterKey.random().write(data);
        Files.setPosixFilePermissions(ClusterKey.in(data), PosixFilePermissions.fromString("rw-r-----"));

        assertRefused(Refusal.Kind.DENIED, () -> ClusterKey.read(data));
    }

    @Test
    void damagedKeyIsRefusedWithoutRepeatingIt() throws IOException {
        SecretFile.write(ClusterKey.in(data), "trivet-cluster-key 1 deadbeef\n");

        assertThatThrownBy(() -> ClusterKey.read(data)).hasMessageNotContaining("deadbeef");
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
