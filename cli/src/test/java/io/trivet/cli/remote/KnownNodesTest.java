package io.trivet.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownNodesTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 1));
    private static final Address FIRST = new Address("server1", 7777);
    private static final Address SECOND = new Address("server2", 7777);

    @TempDir
    Path base;

    @Test
    void whatWasRememberedComesBehindWhatTheProfileNames() throws IOException {
        Path state = base.resolve("not/there/yet");
        new KnownNodes(Optional.of(state), CLUSTER).remember(List.of(SECOND, FIRST));
        assertThat(new KnownNodes(Optional.of(state), CLUSTER).beside(List.of(FIRST)))
                .containsExactly(FIRST, SECOND);
        assertThat(new KnownNodes(Optional.of(state), new ClusterId(new UUID(1, 2))).beside(List.of(FIRST)))
                .containsExactly(FIRST);
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    /** What a person wrote stays; what the cluster published and does no longer goes. */
    @Test
    void aProfileFollowsTheNodes() {
        Address name = new Address("trivet.example", 7777);
        Address third = new Address("server3", 7777);
        KnownNodes known = new KnownNodes(Optional.of(base), CLUSTER);
        assertThat(known.refreshed(List.of(name, FIRST), List.of(FIRST, SECOND)))
                .containsExactly(name, FIRST, SECOND);
        known.remember(List.of(FIRST, SECOND));
        assertThat(known.refreshed(List.of(name, FIRST, SECOND), List.of(third, SECOND)))
                .containsExactly(name, SECOND, third);
    }

    @Test
    void whatCannotBeReadOrWrittenIsDoneWithout() throws IOException {
        KnownNodes damaged = new KnownNodes(Optional.of(base), CLUSTER);
        Files.write(base.resolve("nodes-" + CLUSTER), new byte[] {(byte) 0xff, 1, '\n'});
        assertThat(damaged.beside(List.of(FIRST))).containsExactly(FIRST);
        KnownNodes nowhere = new KnownNodes(
                Optional.of(Files.writeString(base.resolve("file"), "").resolve("below")), CLUSTER);
        nowhere.remember(List.of(SECOND));
        assertThat(nowhere.beside(List.of(FIRST))).containsExactly(FIRST);
    }
}
