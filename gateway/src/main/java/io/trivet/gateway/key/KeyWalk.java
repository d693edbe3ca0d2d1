package io.trivet.gateway.key;

import io.trivet.client.ListedEntry;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a bucket in the order of their bytes as whole strings, from any position on.
 *
 * <p>A directory's names come in the order of the names. The keys below the directory {@code a} begin
 * with {@code a/}, and {@code a-b} and {@code a.txt} come before that, though after {@code a}: a
 * directory is held back until a name comes that is after its own and a slash. Directories that are
 * held back at one time are each the beginning of the next name, so a name's length bounds their
 * number. Memory: a page of each directory between the bucket and the key, whatever there is. One
 * thread.
 */
public final class KeyWalk implements Iterator<Listed> {
    private final Tree tree;
    private final boolean groupsDirectories;
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable Listed next;

    /** A directory under way. All strings but the names of paths are of {@link ByteOrder}. */
    private final class Level {
        final RemotePath directory;
        /** What its keys begin with: empty, or ends with a slash. */
        final String base;
        /** What its names must begin with. */
        final String namePrefix;

        final Iterator<ListedEntry> entries;
        /** By name and slash. */
        final TreeMap<String, NameEntry.Directory> held = new TreeMap<>();
        /** How much of {@code held} is to be read from a position on: by name and slash. */
        private final TreeMap<String, String> heldAfter = new TreeMap<>();

        private final String after;
        private @Nullable ListedEntry peeked;
        private boolean mayBeMarker;
        private final NameEntry.@Nullable Directory itself;

        /** {@code after} is relative to {@code base}; empty for the beginning. */
        Level(
                RemotePath directory,
                NameEntry.@Nullable Directory itself,
                String base,
                String namePrefix,
                String after) {
            this.directory = directory;
            this.itself = itself;
            this.base = base;
            this.namePrefix = namePrefix;
            this.after = after;
            this.mayBeMarker = itself != null && namePrefix.isEmpty() && after.isEmpty();
            this.entries = seek();
        }

        private Iterator<ListedEntry> seek() {
            if (after.isEmpty() && namePrefix.isEmpty()) {
                return tree.entries(directory, "");
            }
            if (after.compareTo(namePrefix) < 0) {
                find(namePrefix).ifPresent(entry -> peeked = entry); // the first of all names that begin so
                return tree.entries(directory, ByteOrder.text(namePrefix));
            }
            int slash = after.indexOf('/');
            String name = slash < 0 ? after : after.substring(0, slash);
            // Names before this one whose keys come after it: each is a beginning of it.
            for (int end = Math.max(1, namePrefix.length()); end < name.length(); end++) {
                if (name.charAt(end) < '/') {
                    find(name.substring(0, end)).ifPresent(found -> hold(found.entry()));
                }
            }
            if (name.length() >= namePrefix.length()) {
                find(name)
                        .map(ListedEntry::entry)
                        .filter(NameEntry.Directory.class::isInstance)
                        .ifPresent(entry -> {
                            if (slash < 0) {
                                hold(entry);
                            } else if (!after.startsWith(BEYOND, slash + 1)) {
                                hold(entry);
                                heldAfter.put(name + "/", after.substring(slash + 1));
                            }
                        });
            }
            return tree.entries(directory, rawAfter(name, slash >= 0));
        }

        /** A name after which the entries are read; none that is wanted comes before it. */
        private String rawAfter(String name, boolean andSlash) {
            return name.endsWith(BEYOND)
                    ? ByteOrder.text(name.substring(0, name.length() - 1))
                            + Character.toString(Character.MAX_CODE_POINT)
                    : ByteOrder.text(name) + (andSlash ? "/" : "");
        }

        private Optional<ListedEntry> find(String name) {
            if (name.isEmpty() || name.endsWith(BEYOND) || name.equals(ObjectKey.RESERVED)) {
                return Optional.empty();
            }
            RemotePath path;
            try {
                path = directory.resolve(ByteOrder.text(name));
            } catch (TrivetException _) {
                return Optional.empty(); // no name of a path
            }
            return tree.find(path);
        }

        private void hold(NameEntry entry) {
            if (entry instanceof NameEntry.Directory below) {
                held.put(ByteOrder.bytes(below.name()) + "/", below);
            }
        }

        private @Nullable ListedEntry peek() {
            while (peeked == null && entries.hasNext()) {
                ListedEntry listed = entries.next();
                NameEntry entry = listed.entry();
                if (entry.name().equals(ObjectKey.RESERVED)) {
                    mayBeMarker = false; // parts of an upload are on their way to it
                    continue;
                }
                String name = ByteOrder.bytes(entry.name());
                if (!name.startsWith(namePrefix)) {
                    if (name.compareTo(namePrefix) > 0) {
                        return null;
                    }
                    continue;
                }
                String key = entry instanceof NameEntry.Directory ? name + "/" : name;
                if (key.compareTo(after) > 0) {
                    peeked = listed;
                }
            }
            return peeked;
        }

        /** The next line; null where a directory below is to be read first, or nothing is left. */
        @Nullable
        Listed advance() {
            while (true) {
                ListedEntry listed = peek();
                NameEntry entry = listed == null ? null : listed.entry();
                if (!held.isEmpty()
                        && (entry == null || held.firstKey().compareTo(ByteOrder.bytes(entry.name())) < 0)) {
                    mayBeMarker = false;
                    return descend();
                }
                if (listed == null || entry == null) {
                    levels.pop();
                    return marker();
                }
                mayBeMarker = false;
                peeked = null;
                switch (entry) {
                    case NameEntry.Directory below -> hold(below);
                    case NameEntry.Link _ -> {}
                    case NameEntry.File file -> {
                        return new Listed.StoredObject(
                                key(ByteOrder.bytes(file.name())), file.record(), listed.attribute());
                    }
                }
            }
        }

        private @Nullable Listed marker() {
            if (!mayBeMarker || itself == null) {
                return null;
            }
            // It may have gone since it was read: a list shows nothing that is not there.
            return tree.find(directory).isPresent() ? new Listed.Marker(key(""), itself.modified()) : null;
        }

        private @Nullable Listed descend() {
            Map.Entry<String, NameEntry.Directory> first = Objects.requireNonNull(held.pollFirstEntry());
            String name = first.getKey();
            String from = heldAfter.getOrDefault(name, "");
            // Below a position within it, what it holds may all be behind us: so it is read.
            boolean partly = heldAfter.containsKey(name);
            if (groupsDirectories && !partly) {
                return new Listed.Group(key(name));
            }
            RemotePath path = directory.resolve(first.getValue().name());
            if (groupsDirectories) {
                KeyWalk rest = new KeyWalk(tree, false);
                rest.levels.push(rest.level(path, first.getValue(), name, "", from, partly));
                return rest.hasNext() ? new Listed.Group(key(name)) : null;
            }
            levels.push(level(path, first.getValue(), base + name, "", from, partly));
            return null;
        }

        private String key(String relative) {
            return ByteOrder.text(base + relative);
        }
    }

    private static final String BEYOND = String.valueOf(ByteOrder.BEYOND);

    /** {@code entered}: the list begins within it, so what stands for itself is behind. */
    private Level level(
            RemotePath path,
            NameEntry.@Nullable Directory itself,
            String base,
            String namePrefix,
            String after,
            boolean entered) {
        return new Level(path, entered ? null : itself, base, namePrefix, after);
    }

    private KeyWalk(Tree tree, boolean groupsDirectories) {
        this.tree = tree;
        this.groupsDirectories = groupsDirectories;
    }

    /**
     * Begins after a position.
     *
     * @param bucket its directory
     * @param prefix what keys must begin with
     * @param groupsDirectories whether what lies in a directory beyond the prefix is one {@link
     *     Listed.Group}: S3's delimiter, where it is the slash
     */
    public KeyWalk(Tree tree, RemotePath bucket, String prefix, KeyPosition position, boolean groupsDirectories) {
        this(tree, groupsDirectories);
        String wanted = ByteOrder.bytes(prefix);
        String after = position.bytes();
        if (after.compareTo(wanted) >= 0 && !after.startsWith(wanted)) {
            return; // all keys of the prefix are behind
        }
        String base = wanted.substring(0, wanted.lastIndexOf('/') + 1);
        boolean within = after.startsWith(base) && after.compareTo(wanted) >= 0 && !after.isEmpty();
        directory(bucket, base).ifPresent(found -> {
            boolean entered = base.isEmpty() || within;
            levels.push(level(
                    found.path,
                    found.entry,
                    base,
                    wanted.substring(base.length()),
                    within ? after.substring(base.length()) : "",
                    entered));
        });
    }

    private record Found(RemotePath path, NameEntry.@Nullable Directory entry) {}

    private Optional<Found> directory(RemotePath bucket, String base) {
        if (base.isEmpty()) {
            return Optional.of(new Found(bucket, null));
        }
        List<String> segments = new ArrayList<>(bucket.segments());
        Collections.addAll(
                segments, ByteOrder.text(base.substring(0, base.length() - 1)).split("/", -1));
        if (segments.contains(ObjectKey.RESERVED)) {
            return Optional.empty();
        }
        RemotePath path;
        try {
            path = new RemotePath(segments);
        } catch (TrivetException _) {
            return Optional.empty(); // no path begins so
        }
        return tree.find(path)
                .map(ListedEntry::entry)
                .filter(NameEntry.Directory.class::isInstance)
                .map(entry -> new Found(path, (NameEntry.Directory) entry));
    }

    @Override
    public boolean hasNext() {
        while (next == null && !levels.isEmpty()) {
            next = levels.peek().advance();
        }
        return next != null;
    }

    @Override
    public Listed next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Listed found = next;
        next = null;
        return found;
    }
}
