package io.trivet.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.ListedEntry;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Lists are compared with those of a plain sorted set of keys. */
class KeyWalkTest {
    private static final RemotePath BUCKET = RemotePath.parse("/s3/bucket");
    private static final Comparator<String> BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    /** A tree in memory: names of a directory in the order of their bytes. */
    private static final class MemoryTree implements Tree {
        final TreeMap<String, NameEntry> all = new TreeMap<>();
        int directoriesRead;

        /** Ignores a key that would need a file to be a directory. */
        boolean put(String key) {
            String[] parts = key.split("/", -1);
            StringBuilder path = new StringBuilder(BUCKET.toString());
            List<Runnable> changes = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].isEmpty()) {
                    if (i != parts.length - 1 || i == 0) {
                        return false;
                    }
                    break;
                }
                path.append('/').append(parts[i]);
                String here = path.toString();
                String name = parts[i];
                NameEntry there = all.get(here);
                boolean file = i == parts.length - 1;
                if (there != null && file == there instanceof NameEntry.Directory || there != null && file) {
                    return false;
                }
                changes.add(() -> all.put(
                        here,
                        file
                                ? new NameEntry.File(
                                        name,
                                        new FileRecord(
                                                new FileId(1, 1),
                                                1,
                                                new ChunkSize(1 << 20),
                                                new Slot(0),
                                                0,
                                                Instant.EPOCH,
                                                "",
                                                0644),
                                        1)
                                : new NameEntry.Directory(name, Instant.EPOCH)));
            }
            changes.forEach(Runnable::run);
            return true;
        }

        @Override
        public Optional<ListedEntry> find(RemotePath path) {
            return Optional.ofNullable(all.get(path.toString())).map(entry -> new ListedEntry(entry, null));
        }

        @Override
        public Iterator<ListedEntry> entries(RemotePath directory, String after) {
            directoriesRead++;
            String head = directory + "/";
            return all.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().startsWith(head) && entry.getKey().indexOf('/', head.length()) < 0)
                    .map(entry -> entry.getValue())
                    .sorted(Comparator.comparing(NameEntry::name, BYTES))
                    .filter(entry -> BYTES.compare(entry.name(), after) > 0)
                    .map(entry -> new ListedEntry(entry, null))
                    .iterator();
        }

        /** What S3 would hold: an empty directory stands for itself. */
        TreeSet<String> keys() {
            TreeSet<String> keys = new TreeSet<>(BYTES);
            String head = BUCKET + "/";
            all.forEach((path, entry) -> {
                String key = path.substring(head.length());
                if (entry instanceof NameEntry.File) {
                    keys.add(key);
                } else if (all.keySet().stream().noneMatch(other -> other.startsWith(path + "/"))) {
                    keys.add(key + "/");
                }
            });
            return keys;
        }
    }

    private static List<String> walk(Tree tree, String prefix, KeyPosition position, boolean grouped) {
        List<String> found = new ArrayList<>();
        new KeyWalk(tree, BUCKET, prefix, position, grouped).forEachRemaining(listed -> found.add(listed.key()));
        return found;
    }

    /** As S3 defines it, over the set of all keys. */
    private static List<String> model(TreeSet<String> keys, String prefix, KeyPosition position, boolean grouped) {
        List<String> found = new ArrayList<>();
        for (String key : keys) {
            boolean behind = position.passesGroup()
                    ? key.startsWith(position.key()) || BYTES.compare(key, position.key()) < 0
                    : BYTES.compare(key, position.key()) <= 0;
            if (behind || !key.startsWith(prefix)) {
                continue;
            }
            int slash = grouped ? key.indexOf('/', prefix.length()) : -1;
            String line = slash < 0 ? key : key.substring(0, slash + 1);
            if (found.isEmpty() || !found.getLast().equals(line)) {
                found.add(line);
            }
        }
        return found;
    }

    /** Names around the slash, in which directories are held back, and beyond ASCII. */
    @Provide
    Arbitrary<String> key() {
        return Arbitraries.strings()
                .withChars('a', 'b', '/', '-', '.', '0', '\u00e9', '\uffff', '!')
                .ofMinLength(1)
                .ofMaxLength(7)
                .map(text -> text.replace(".", ".0").replace("\uffff", "\ud83d\ude00"));
    }

    @Provide
    Arbitrary<Set<String>> keys() {
        return key().set().ofMaxSize(25);
    }

    private static MemoryTree tree(Set<String> keys) {
        MemoryTree tree = new MemoryTree();
        keys.forEach(tree::put);
        return tree;
    }

    @Property(tries = 3000)
    void aListIsThatOfTheSortedSet(
            @ForAll("keys") Set<String> keys,
            @ForAll("key") String prefix,
            @ForAll("key") String after,
            @ForAll boolean grouped,
            @ForAll boolean passes) {
        MemoryTree tree = tree(keys);
        for (String some : List.of("", prefix, prefix.substring(0, prefix.offsetByCodePoints(0, 1)))) {
            for (KeyPosition position : List.of(
                    KeyPosition.BEGIN,
                    passes ? KeyPosition.afterGroup(after) : KeyPosition.after(after),
                    KeyPosition.after(some + after))) {
                assertThat(walk(tree, some, position, grouped))
                        .as("prefix %s, %s, of %s", some, position, tree.keys())
                        .isEqualTo(model(tree.keys(), some, position, grouped));
            }
        }
    }

    /** However it is cut into pages, each key comes once. */
    @Property(tries = 500)
    void pagesAreTheWhole(@ForAll("keys") Set<String> keys, @ForAll boolean grouped) {
        MemoryTree tree = tree(keys);
        List<String> all = new ArrayList<>();
        KeyPosition position = KeyPosition.BEGIN;
        while (true) {
            KeyWalk walk = new KeyWalk(tree, BUCKET, "", position, grouped);
            if (!walk.hasNext()) {
                break;
            }
            Listed listed = walk.next();
            all.add(listed.key());
            position = KeyPosition.ofToken((listed instanceof Listed.Group
                                    ? KeyPosition.afterGroup(listed.key())
                                    : KeyPosition.after(listed.key()))
                            .token())
                    .orElseThrow();
        }
        assertThat(all).isEqualTo(model(tree.keys(), "", KeyPosition.BEGIN, grouped));
    }

    @Test
    void aDirectoryWaitsForWhatComesBeforeItsSlash() {
        MemoryTree tree = tree(Set.of("a/x", "a-b", "a.txt", "a0", "a!/y", "b/"));
        assertThat(walk(tree, "", KeyPosition.BEGIN, false)).containsExactly("a!/y", "a-b", "a.txt", "a/x", "a0", "b/");
        assertThat(walk(tree, "", KeyPosition.after("a.txt"), false)).containsExactly("a/x", "a0", "b/");
        assertThat(walk(tree, "b/", KeyPosition.BEGIN, true)).containsExactly("b/");
    }

    @Test
    void aPositionIsFoundWithoutReadingWhatIsBehindIt() {
        MemoryTree tree = new MemoryTree();
        for (int i = 100; i < 200; i++) {
            tree.put("d" + i + "/x");
        }
        tree.directoriesRead = 0;
        KeyWalk walk = new KeyWalk(tree, BUCKET, "", KeyPosition.after("d150/x"), false);
        assertThat(walk.next().key()).isEqualTo("d151/x");
        assertThat(tree.directoriesRead).isLessThanOrEqualTo(3);
    }
}
