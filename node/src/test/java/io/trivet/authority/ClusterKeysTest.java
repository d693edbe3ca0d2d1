package io.trivet.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.file.AtomicFile;
import io.trivet.model.ClusterId;
import io.trivet.model.KeySuccession;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
        AtomicFile.writePrivate(ClusterKeys.file(data), "deadbeef".getBytes(StandardCharsets.US_ASCII));

        assertRefused(Refusal.Kind.CORRUPT, () -> ClusterKeys.in(data, CLUSTER));
        assertThatThrownBy(() -> ClusterKeys.in(data, CLUSTER)).hasMessageNotContaining("deadbeef");
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    /**
     * Of several versions the cluster names the one in use; each version opens what it wrapped, as
     * in an older backup.
     */
    @Test
    void versionsAreKeptAndOneOfThemIsUsed() {
        ClusterKeys first = keys();
        ClusterKeys both = ClusterKeys.parse(first.withAnother(Instant.now()).file(), CLUSTER);
        assertThat(both.authority().trust()).isEqualTo(first.authority().trust());
        TrustSettings.Authority next = both.authorities().getLast();
        ClusterKeys second = both.as(next).orElseThrow();
        assertThat(second.authority().trust()).isEqualTo(next);
        byte[] secret = {1, 2, 3};
        byte[] old = first.wrap("user ada", secret);
        assertThat(second.unwrap("user ada", old)).isEqualTo(secret);
        assertThat(second.isCurrent("user ada", old)).isFalse();
        byte[] anew = second.wrap("user ada", secret);
        assertThat(second.isCurrent("user ada", anew)).isTrue();
        assertRefused(Refusal.Kind.CORRUPT, () -> first.unwrap("user ada", anew));
        assertThat(second.derive("chunk tokens")).isNotEqualTo(first.derive("chunk tokens"));
        assertThat(first.as(next)).isEmpty();
        assertThat(both.and(first).authorities()).hasSize(2);
        assertThat(both.without(next::isSame).authorities()).hasSize(1);
    }

    /**
     * The trusted authority follows from the one trusted before, step by step, and from nothing
     * else.
     */
    @Test
    void anAuthorityIsFollowedByTheOneThatItVouchesForAlone() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant until = now.plusSeconds(600);
        Authority one = keys().authority();
        Authority two = keys().authority();
        Authority three = keys().authority();
        KeySuccession toTwo = one.succeededBy(two, now, until);
        KeySuccession toThree = two.succeededBy(three, now, until);
        TrustSettings.Authority believed = one.trust().following(List.of(toTwo, toThree));
        assertThat(believed.isSame(three.trust())).isTrue();
        assertThat(believed.former())
                .containsExactly(
                        new TrustSettings.Authority.Former(two.trust().fingerprint(), until),
                        new TrustSettings.Authority.Former(one.trust().fingerprint(), until));
        assertThat(TrustSettings.parse(believed.text())).isEqualTo(believed);
        KeySuccession forged = new KeySuccession(toThree.authority(), toTwo.voucher(), toTwo.before(), 0);
        KeySuccession others = three.succeededBy(two, now, until);
        for (KeySuccession useless : List.of(forged, toThree, others, new KeySuccession("AAAA", "", "", 0))) {
            assertThat(one.trust().following(List.of(useless))).isEqualTo(one.trust());
        }
    }
}
