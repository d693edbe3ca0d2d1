package io.trivet.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Compares two trees: saves and loads 500 MiB with both in turn: FOLDER PORT ROUNDS CLASSPATH_A
 * CLASSPATH_B. Prints medians of A, of B, and of the ratios of each round, because both see the
 * same state of the machine in one round.
 */
public final class SideBySide {
    private static final int BYTES = 500 << 20;
    private static final int WARM_UP = 2;

    private SideBySide() {}

    public static void main(String[] words) throws IOException {
        Path folder = Path.of(words[0]);
        int port = Integer.parseInt(words[1]);
        int rounds = Integer.parseInt(words[2]);
        Path source = source(folder);
        for (boolean plaintext : new boolean[] {true, false}) {
            String form = plaintext ? "plain" : "tls";
            String own = System.getProperty("java.class.path");
            try (VersionCluster a = new VersionCluster(words[3], own, folder.resolve(form + "-a"), port, plaintext);
                    VersionCluster b =
                            new VersionCluster(words[4], own, folder.resolve(form + "-b"), port + 10, plaintext)) {
                measure(form, a, b, source, folder.resolve("target"), rounds);
            }
            port += 20;
        }
    }

    private static Path source(Path folder) throws IOException {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        return Files.write(Files.createDirectories(folder).resolve("source"), bytes);
    }

    private record Round(VersionCluster.Took a, VersionCluster.Took b) {}

    private static void measure(String form, VersionCluster a, VersionCluster b, Path source, Path target, int rounds)
            throws IOException {
        List<Round> saves = new ArrayList<>();
        List<Round> loads = new ArrayList<>();
        for (int round = 0; round < rounds + WARM_UP; round++) {
            Round save = round(a, b, "save " + source + " /large", round);
            Round load = round(a, b, "load /large " + target, round);
            if (round >= WARM_UP) {
                saves.add(save);
                loads.add(load);
            }
        }
        print(form + " save", saves);
        print(form + " load", loads);
    }

    /** The order alternates from round to round. */
    private static Round round(VersionCluster a, VersionCluster b, String request, int round) throws IOException {
        if (round % 2 == 0) {
            VersionCluster.Took first = a.transfer(request);
            return new Round(first, b.transfer(request));
        }
        VersionCluster.Took first = b.transfer(request);
        return new Round(a.transfer(request), first);
    }

    private static void print(String what, List<Round> rounds) {
        System.out.printf(
                "%s: %.2f s -> %.2f s, %.2f x; processor %.2f s -> %.2f s, %.2f x%n",
                what,
                median(rounds, round -> round.a().seconds()),
                median(rounds, round -> round.b().seconds()),
                median(rounds, round -> round.b().seconds() / round.a().seconds()),
                median(rounds, round -> round.a().cpu()),
                median(rounds, round -> round.b().cpu()),
                median(rounds, round -> round.b().cpu() / round.a().cpu()));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        List<Double> values =
                new ArrayList<>(rounds.stream().map(value::applyAsDouble).toList());
        Collections.sort(values);
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }
}
