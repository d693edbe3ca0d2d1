package io.trivet.namespace;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A reference implementation of the namespace as a map of whole paths: slow and obviously correct.
 * Returns null for a command that was applied, otherwise why it is refused.
 */
final class Reference {
    /** What is at a path: a file, or a directory if there is no id. */
    record Thing(@Nullable FileId file, Instant modified) {
        boolean isDirectory() {
            return file == null;
        }
    }

    /** An issued id, the first of its reservation, and its session. */
    record Open(FileId start, SessionId session) {}

    final TreeMap<String, Thing> things = new TreeMap<>();
    final Map<FileId, Open> open = new HashMap<>();

    /** Contents that no file has any more, since when. */
    final Map<FileId, Instant> removed = new HashMap<>();

    /** Of files that are copies: whose content they have. */
    final Map<FileId, FileId> copies = new HashMap<>();

    /** Files that have no chunk: a copy of one has nothing in common with it. */
    final Set<FileId> chunkless = new HashSet<>();

    long issued;

    Reference(Instant birth) {
        things.put("", new Thing(null, birth));
    }

    void reserve(SessionId session, int count) {
        FileId start = new FileId(1, issued + 1);
        for (int i = 0; i < count; i++) {
            open.put(new FileId(1, ++issued), new Open(start, session));
        }
    }

    @Nullable
    Kind commit(SessionId session, Command.Commit commit, Instant now) {
        Open row = open.get(commit.file());
        if (row == null || !row.session().equals(session)) {
            return Kind.NOT_OPEN;
        }
        String path = text(commit.path());
        Kind refused = path.isEmpty() ? Kind.IS_A_DIRECTORY : above(path, false);
        if (refused != null) {
            return refused;
        }
        Thing old = things.get(path);
        if (old != null && old.isDirectory()) {
            return Kind.IS_A_DIRECTORY;
        }
        make(parent(path), now);
        put(path, new Thing(commit.file(), now), now);
        open.remove(commit.file());
        return null;
    }

    @Nullable
    Kind abandon(SessionId session, FileId start) {
        boolean any = open.values()
                .removeIf(row -> row.start().equals(start) && row.session().equals(session));
        return any ? null : Kind.NOT_OPEN;
    }

    void end(SessionId session) {
        open.values().removeIf(row -> row.session().equals(session));
    }

    @Nullable
    Kind make(RemotePath path, Instant now) {
        String text = text(path);
        Kind refused = above(text, false);
        if (refused != null) {
            return refused;
        }
        Thing there = things.get(text);
        if (there != null && !there.isDirectory()) {
            return Kind.ALREADY_EXISTS;
        }
        make(text, now);
        return null;
    }

    @Nullable
    Kind rename(RemotePath fromPath, RemotePath toPath, boolean overEmpty, Instant now) {
        String from = text(fromPath);
        String to = text(toPath);
        if (from.isEmpty()) {
            return Kind.BAD_REQUEST;
        }
        Kind refused = above(from, true);
        if (refused != null) {
            return refused;
        }
        Thing thing = things.get(from);
        if (thing == null) {
            return Kind.NO_SUCH_FILE;
        }
        if (from.equals(to)) {
            return null;
        }
        if (to.isEmpty()) {
            return Kind.ALREADY_EXISTS;
        }
        if (thing.isDirectory() && to.startsWith(from + "/")) {
            return Kind.BAD_REQUEST;
        }
        refused = above(to, true);
        if (refused != null) {
            return refused;
        }
        Thing old = things.get(to);
        boolean bothDirectories = old != null && old.isDirectory() && thing.isDirectory();
        if (bothDirectories && overEmpty && !things.subMap(to + "/", to + "0").isEmpty()) {
            return Kind.NOT_EMPTY;
        }
        if (old != null && thing.isDirectory() && !(bothDirectories && overEmpty)) {
            return old.isDirectory() ? Kind.ALREADY_EXISTS : Kind.NOT_A_DIRECTORY;
        }
        if (old != null && old.isDirectory() && !bothDirectories) {
            return Kind.IS_A_DIRECTORY;
        }
        Map<String, Thing> below = new TreeMap<>(things.subMap(from + "/", from + "0"));
        things.keySet().removeAll(below.keySet());
        things.remove(from);
        touch(parent(from), now);
        put(to, thing, now);
        below.forEach((path, each) -> things.put(to + path.substring(from.length()), each));
        return null;
    }

    @Nullable
    Kind create(RemotePath at, Instant now) {
        String path = text(at);
        Kind refused = path.isEmpty() ? Kind.IS_A_DIRECTORY : above(path, false);
        if (refused != null) {
            return refused;
        }
        Thing old = things.get(path);
        if (old != null && old.isDirectory()) {
            return Kind.IS_A_DIRECTORY;
        }
        FileId file = new FileId(1, ++issued);
        chunkless.add(file);
        make(parent(path), now);
        put(path, new Thing(file, now), now);
        return null;
    }

    /** Sets the time of a directory; that of a file is not part of this model. */
    @Nullable
    Kind set(RemotePath at, Instant modified) {
        String path = text(at);
        Kind refused = above(path, true);
        if (refused != null) {
            return refused;
        }
        Thing thing = things.get(path);
        if (thing == null) {
            return Kind.NO_SUCH_FILE;
        }
        if (thing.isDirectory()) {
            things.put(path, new Thing(null, modified));
        }
        return null;
    }

    @Nullable
    Kind copy(RemotePath fromPath, RemotePath toPath, Instant now) {
        String from = text(fromPath);
        String to = text(toPath);
        Kind refused = above(from, true);
        if (refused != null) {
            return refused;
        }
        Thing thing = things.get(from);
        if (thing == null) {
            return Kind.NO_SUCH_FILE;
        }
        if (thing.isDirectory()) {
            return Kind.IS_A_DIRECTORY;
        }
        if (from.equals(to)) {
            return Kind.BAD_REQUEST;
        }
        refused = to.isEmpty() ? Kind.IS_A_DIRECTORY : above(to, false);
        if (refused != null) {
            return refused;
        }
        Thing old = things.get(to);
        if (old != null && old.isDirectory()) {
            return Kind.IS_A_DIRECTORY;
        }
        FileId copy = new FileId(1, ++issued);
        if (chunkless.contains(thing.file())) {
            chunkless.add(copy);
        } else {
            copies.put(copy, content(thing));
        }
        make(parent(to), now);
        put(to, new Thing(copy, now), now);
        return null;
    }

    /** The content of a file. */
    FileId content(Thing thing) {
        return copies.getOrDefault(thing.file(), thing.file());
    }

    /** Whether a content was ever that of two files. */
    boolean wasShared(FileId content) {
        return copies.containsValue(content);
    }

    @Nullable
    Kind remove(RemotePath at, boolean recursive, Instant now) {
        String path = text(at);
        if (path.isEmpty()) {
            return Kind.BAD_REQUEST;
        }
        Kind refused = above(path, true);
        if (refused != null) {
            return refused;
        }
        Thing thing = things.get(path);
        if (thing == null) {
            return Kind.NO_SUCH_FILE;
        }
        Map<String, Thing> below = things.subMap(path + "/", path + "0");
        if (!below.isEmpty() && !recursive) {
            return Kind.NOT_EMPTY;
        }
        List<Thing> gone = new ArrayList<>(below.values());
        below.clear();
        things.remove(path);
        gone.forEach(each -> stamp(each, now));
        stamp(thing, now);
        touch(parent(path), now);
        return null;
    }

    /** "" for the root, /a/b for others, so that the parent is the text before the last slash. */
    static String text(RemotePath path) {
        return path.isRoot() ? "" : path.toString();
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /**
     * Why no entry can be at this path, checking its parents from the root down; null if one can.
     */
    private @Nullable Kind above(String path, boolean mustExist) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            Thing thing = things.get(path.substring(0, slash));
            if (thing == null) {
                return mustExist ? Kind.NO_SUCH_FILE : null;
            }
            if (!thing.isDirectory()) {
                return Kind.NOT_A_DIRECTORY;
            }
        }
        return null;
    }

    private void make(String path, Instant now) {
        if (!things.containsKey(path)) {
            make(parent(path), now);
            put(path, new Thing(null, now), now);
        }
    }

    private void put(String path, Thing thing, Instant now) {
        stamp(things.put(path, thing), now);
        touch(parent(path), now);
    }

    private void touch(String directory, Instant now) {
        things.put(directory, new Thing(null, now));
    }

    private void stamp(@Nullable Thing thing, Instant now) {
        if (thing != null && thing.file() != null) {
            FileId content = content(thing);
            boolean had = things.values().stream()
                    .anyMatch(other -> other.file() != null && content(other).equals(content));
            if (!had) {
                removed.put(content, now);
            }
        }
    }
}
