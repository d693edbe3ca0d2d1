package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every queue, cache and pool has a bound: everything that can grow as long as the process runs,
 * and is shared by threads, is in {@code bounds.txt} with its bound. What callers can make a node
 * hold has a line in {@code CallerLimits} and a test as well.
 */
class BoundsTest {
    private static final Pattern GROWS = Pattern.compile(
            "new (LinkedBlockingQueue|LinkedBlockingDeque|ConcurrentLinkedQueue|ConcurrentLinkedDeque|PriorityBlockingQueue"
                    + "|LinkedTransferQueue|DelayQueue|ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool"
                    + "|ConcurrentHashMap|ConcurrentSkipListMap|ConcurrentSkipListSet|CopyOnWriteArrayList|WeakHashMap)\\b"
                    + "|(ConcurrentHashMap\\.newKeySet|Executors\\.new\\w+)\\(");

    /** As {@code Class: things=bound}. */
    private static Map<String, String> stated() throws IOException {
        try (InputStream file = Objects.requireNonNull(BoundsTest.class.getResourceAsStream("bounds.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(parts -> parts[0].strip(), parts -> parts[1].strip()));
        }
    }

    private static String things(Path file) {
        try {
            Matcher found = GROWS.matcher(Files.readString(file));
            List<String> things = found.results()
                    .map(each -> each.group(1) == null ? each.group(2) : each.group(1))
                    .sorted()
                    .toList();
            return String.join(" ", things);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> found() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String module : List.of("client", "node", "gateway", "cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    String things = things(file);
                    if (!things.isEmpty()) {
                        all.put(file.getFileName().toString().replace(".java", "") + ": " + things, file.toString());
                    }
                });
            }
        }
        return all;
    }

    @Test
    void whateverGrowsSaysWhatBoundsIt() throws IOException {
        assertThat(found().keySet()).containsExactlyInAnyOrderElementsOf(stated().keySet());
        assertThat(stated().values()).allSatisfy(bound -> assertThat(bound).isNotEmpty());
    }
}
