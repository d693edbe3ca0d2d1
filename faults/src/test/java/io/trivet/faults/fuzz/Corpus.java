package io.trivet.faults.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * The inputs that earlier long runs kept, one per line in hexadecimal, in a file for each target.
 * They include former findings, so that these stay fixed.
 */
final class Corpus {
    private static final Path DIRECTORY = Path.of("src/test/resources/io/trivet/faults/fuzz");
    private static final int MAX_INPUT = 2048;
    private static final int MAX_BYTES = 48 << 10;

    private Corpus() {}

    private static Path file(Door door) {
        return DIRECTORY.resolve(door.name() + ".txt");
    }

    static List<byte[]> of(Door door) throws IOException {
        List<byte[]> inputs = new ArrayList<>(door.seeds());
        if (Files.exists(file(door))) {
            for (String line : Files.readAllLines(file(door))) {
                inputs.add(HexFormat.of().parseHex(line));
            }
        }
        return inputs;
    }

    /** Each input as a file of its own, as a fuzzer wants them. */
    static void spread(Door door, Path directory) throws IOException {
        Files.createDirectories(directory);
        int number = 0;
        for (byte[] input : of(door)) {
            Files.write(directory.resolve(String.format("kept-%05d", number++)), input);
        }
    }

    /**
     * Keeps the smallest inputs of a directory, as many as are not too much for a repository; those
     * that were kept stay.
     */
    static void keep(Door door, Path directory) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path input : files) {
                if (Files.size(input) <= MAX_INPUT) {
                    found.add(Files.readAllBytes(input));
                }
            }
        }
        found.sort(java.util.Comparator.<byte[]>comparingInt(bytes -> bytes.length)
                .thenComparing(java.util.Arrays::compareUnsigned));
        List<String> lines =
                new ArrayList<>(Files.exists(file(door)) ? Files.readAllLines(file(door)) : Collections.emptyList());
        int bytes = lines.stream().mapToInt(line -> line.length() / 2).sum();
        for (byte[] input : found) {
            String line = HexFormat.of().formatHex(input);
            bytes += input.length;
            if (bytes <= MAX_BYTES && !lines.contains(line)) {
                lines.add(line);
            }
        }
        Files.write(file(door), lines, StandardCharsets.US_ASCII);
    }
}
