package io.trivet.faults.fuzz;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every input of a target is read or refused as documented. The inputs are the same at every run:
 * the kept ones, and mutations with a fixed seed. {@code faults/fuzz} looks for new ones.
 */
class FuzzTest {
    private static final int CHANGED = 2000;
    private static final long SEED = 20261123;
    private static final Duration ENOUGH = Duration.ofSeconds(3);

    static Stream<String> doors() {
        return FuzzTargets.all().stream().map(Door::name);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void strangeBytesAreRefusedAsDocumented(String name) throws IOException {
        Door door = FuzzTargets.named(name);
        List<byte[]> corpus = Corpus.of(door);
        corpus.forEach(input -> enter(door, input));
        Mutations mutations = new Mutations(SEED, corpus);
        long begin = System.nanoTime();
        for (int i = 0; i < CHANGED && System.nanoTime() - begin < ENOUGH.toNanos(); i++) {
            enter(door, mutations.next());
        }
    }

    private static void enter(Door door, byte[] input) {
        try {
            door.reader().read(input);
        } catch (Throwable thrown) {
            Assertions.fail(door.name() + " with " + HexFormat.of().formatHex(input), thrown);
        }
    }
}
