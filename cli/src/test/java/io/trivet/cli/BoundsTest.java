package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every queue, cache and pool has a bound: everything that can grow as long as the process runs,
 * and is shared by threads, is in {@code bounds.txt} with its bound, and every other collection in
 * a field in {@code bounds-of-fields.txt}. What callers can make a node hold has a line in {@code
 * CallerLimits} and a test as well.
 */
class BoundsTest {
    private static final Pattern GROWS = Pattern.compile(
            "new (LinkedBlockingQueue|LinkedBlockingDeque|ConcurrentLinkedQueue|ConcurrentLinkedDeque|PriorityBlockingQueue"
                    + "|LinkedTransferQueue|DelayQueue|ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool"
                    + "|ConcurrentHashMap|ConcurrentSkipListMap|ConcurrentSkipListSet|CopyOnWriteArrayList|WeakHashMap)\\b"
                    + "|(ConcurrentHashMap\\.newKeySet|Executors\\.new\\w+)\\(");

    private static final String FOR_ONE =
            " = +(?:[\\w.]+\\()?new (?:ArrayDeque|PriorityQueue|LinkedList|ArrayList|(?:Linked|Identity)?HashMap|TreeMap|EnumMap"
                    + "|(?:Linked)?HashSet|TreeSet|BitSet|StringBuilder|ByteArrayOutputStream)\\b";

    /** A field, or one that the constructor sets. */
    private static final Pattern FIELD = Pattern.compile(
            "^ {4,12}(?:(?:private|protected|public|static|final|volatile) )+[\\w.<>, ?@\\[\\]]+ (\\w+)" + FOR_ONE
                    + "|^ +this\\.(\\w+)" + FOR_ONE,
            Pattern.MULTILINE);

    /** As {@code things=bound}. */
    private static Map<String, String> stated(String list) throws IOException {
        try (InputStream file = Objects.requireNonNull(BoundsTest.class.getResourceAsStream(list))) {
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
        for (Path file : sources("client", "node", "gateway", "mount", "cli")) {
            String things = things(file);
            if (!things.isEmpty()) {
                all.put(className(file) + ": " + things, file.toString());
            }
        }
        return all;
    }

    private static List<Path> sources(String... modules) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : modules) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
            }
        }
        return all;
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static Set<String> fields() throws IOException {
        Set<String> all = new TreeSet<>();
        for (Path file : sources("client", "node", "gateway", "mount")) {
            FIELD.matcher(Files.readString(file))
                    .results()
                    .map(field -> field.group(1) == null ? field.group(2) : field.group(1))
                    .forEach(field -> all.add(className(file) + "." + field));
        }
        return all;
    }

    @Test
    void whateverGrowsSaysWhatBoundsIt() throws IOException {
        assertAllStated(found().keySet(), stated("bounds.txt"));
    }

    /** Likewise what one thread has, or threads share behind a lock. */
    @Test
    void everyCollectionInAFieldSaysWhatBoundsIt() throws IOException {
        assertAllStated(fields(), stated("bounds-of-fields.txt"));
    }

    private static void assertAllStated(Set<String> found, Map<String, String> stated) {
        assertThat(found).containsExactlyInAnyOrderElementsOf(stated.keySet());
        assertThat(stated.values()).allSatisfy(bound -> assertThat(bound).isNotEmpty());
    }
}
