package io.trivet.namespace;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files that share contents, as lists of chunks: slow and obviously correct. A content is needed if a
 * list has a chunk of it. Knows neither rows nor extents.
 */
final class ContentsReference {
    /** A file, wherever it is. Its id is alive, too, where it has no chunk of its own. */
    record File(FileId id, List<ChunkId> chunks, long size, String owner, String path) {
        static File of(FileRecord record, List<ChunkId> chunks, String path) {
            return new File(record.id(), chunks, record.size(), record.owner(), path);
        }

        File at(String other) {
            return new File(id, chunks, size, owner, other);
        }
    }

    /** A file below a directory that was removed in one step. */
    record Detached(File file, boolean kept) {}

    final TreeMap<String, File> files = new TreeMap<>();
    final TreeSet<String> directories = new TreeSet<>();
    final Map<FileId, File> trash = new LinkedHashMap<>();
    final List<Detached> detached = new ArrayList<>();

    /** What was stored under each id: never changes. */
    final Map<FileId, Set<ChunkId>> stored = new HashMap<>();

    /** The bytes of these chunks. */
    private final Map<FileId, Long> storedBytes = new HashMap<>();

    /** Contents that no list has any more, since the first operation after which none had it. */
    final Map<FileId, Instant> unneeded = new HashMap<>();

    /** Those that were needed before. */
    private Set<FileId> needs = Set.of();

    boolean trashIsOn;

    /** A new file brings those of its chunks that have its id. */
    void store(FileRecord file, List<ChunkId> chunks) {
        Set<ChunkId> own = new HashSet<>();
        chunks.stream().filter(chunk -> chunk.file().equals(file.id())).forEach(own::add);
        if (!own.isEmpty()) {
            stored.put(file.id(), own);
            storedBytes.put(
                    file.id(),
                    own.stream()
                            .mapToLong(chunk -> file.chunkSize().lengthOf(chunk.number(), file.size()))
                            .sum());
        }
    }

    /** A file gets a name; what had it goes away. */
    void put(File file) {
        File before = files.put(file.path(), file);
        if (before != null) {
            goAway(before, trashIsOn);
        }
        for (String above = parent(file.path()); !above.isEmpty(); above = parent(above)) {
            directories.add(above);
        }
    }

    /** A changed file takes the place of another, which nobody gets back. */
    void replace(File file) {
        files.put(file.path(), file);
    }

    void remove(String path, boolean now) {
        goAway(files.remove(path), trashIsOn && !now);
    }

    private void goAway(File file, boolean kept) {
        if (kept) {
            trash.put(file.id(), file);
        }
    }

    void removeDirectory(String path, boolean now) {
        Map<String, File> below = files.subMap(path + "/", path + "0");
        below.values().forEach(file -> detached.add(new Detached(file, trashIsOn && !now)));
        below.clear();
        directories.removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    }

    void renameDirectory(String from, String to) {
        Map<String, File> below = new TreeMap<>(files.subMap(from + "/", from + "0"));
        files.keySet().removeAll(below.keySet());
        below.forEach((path, file) -> {
            String moved = to + path.substring(from.length());
            files.put(moved, file.at(moved));
        });
        List<String> moved = directories.stream()
                .filter(each -> each.equals(from) || each.startsWith(from + "/"))
                .toList();
        directories.removeAll(moved);
        moved.forEach(each -> directories.add(to + each.substring(from.length())));
    }

    /** All that was detached has been taken apart. */
    void dissolved() {
        detached.stream()
                .filter(Detached::kept)
                .forEach(each -> trash.put(each.file().id(), each.file()));
        detached.clear();
    }

    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** Files that can be read or restored. */
    Stream<File> all() {
        return Stream.of(
                        files.values().stream(),
                        trash.values().stream(),
                        detached.stream().filter(Detached::kept).map(Detached::file))
                .flatMap(each -> each);
    }

    /** The contents that are needed. */
    Set<FileId> contents() {
        return contents(all());
    }

    /** Those that may be kept a while longer, until their directory has been taken apart. */
    Set<FileId> lingering() {
        return contents(detached.stream().map(Detached::file));
    }

    private static Set<FileId> contents(Stream<File> of) {
        Set<FileId> contents = new HashSet<>();
        of.forEach(file -> file.chunks().forEach(chunk -> contents.add(chunk.file())));
        return contents;
    }

    /** The ids of files that can be read or restored, and of their chunks. */
    Set<FileId> alive() {
        return ids(all());
    }

    /** The same for files whose directory was removed. */
    Set<FileId> lingeringIds() {
        return ids(detached.stream().map(Detached::file));
    }

    private static Set<FileId> ids(Stream<File> of) {
        Set<FileId> ids = new HashSet<>();
        of.forEach(file -> {
            ids.add(file.id());
            file.chunks().forEach(chunk -> ids.add(chunk.file()));
        });
        return ids;
    }

    /** Notes which contents are no longer needed, after each operation. */
    void look(Instant now) {
        Set<FileId> needed = contents();
        needs.stream().filter(content -> !needed.contains(content)).forEach(content -> unneeded.put(content, now));
        needs = needed;
    }

    /** A file counts with all that was stored under the ids of its chunks, once for each id. */
    long bytesOf(String owner) {
        return all().filter(file -> file.owner().equals(owner))
                .flatMap(file -> contents(Stream.of(file)).stream())
                .mapToLong(storedBytes::get)
                .sum();
    }
}
