package io.trivet.rescue;

import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the local name of each file. Without a namespace it is unknown which of several files of
 * one path is the current one, so none of them gets the path: all are named {@code path~id}. Files
 * that a copy of the namespace names get those names, and unknown files get other ones. The same
 * applies to a path that is a directory of another file. Files that were found only in part count
 * too, since the part may be of the current one.
 *
 * <p>No two files get the same name, and no file gets the name of a directory, whatever clients
 * called them. One thread.
 */
final class RescuedNames {
    static final String OLD =
            "several files were saved under this path: this one may be old, renamed, removed or never committed";
    static final String DIRECTORY =
            "the path is also a directory of another file: one of them is old, renamed or removed";
    static final String PATHS = "its chunks were saved under different paths";
    static final String NEWER = "the copy of the namespace does not know it: it may be newer, or never committed";
    static final String TAKEN = "the namespace gives this path, or a directory of it, to another file";
    static final String UNFIT = "the saved path cannot be a name here";

    /** The most bytes of {@code ~}, an id, {@code ~} and a number. */
    private static final int MAX_TAG = 40;

    private final int room;
    private final KnownNames known;
    private final Set<String> named = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> given = new HashSet<>();

    /**
     * Reads all files first.
     *
     * @param room the most bytes of a path below the target, with its first slash
     */
    RescuedNames(Collection<FoundFile> files, KnownNames known, int room) {
        this.room = room;
        this.known = known;
        for (KnownNames.Claim.Named claim : known.all()) {
            named.add(claim.path().toString());
            count(claim.path().toString());
        }
        for (FoundFile file : files) {
            if (known.of(file.id()) instanceof KnownNames.Claim.Unknown) {
                count(file.path());
            }
        }
    }

    private void count(String path) {
        counts.merge(path, 1, Integer::sum);
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (!directories.add(path.substring(0, slash))) {
                break;
            }
        }
    }

    /** For a file that the namespace names so. Must be called once for each of its names. */
    LocalName of(FileId file, RemotePath path) {
        return fits(path.toString())
                ? new LocalName(path.segments(), "")
                : tagged(RemotePath.ROOT, unfitName(path.toString()), file, UNFIT);
    }

    /** For a file that the namespace does not know. Must be called once for each. */
    LocalName of(FoundFile found) {
        FileId file = found.id();
        String path = found.path();
        if (!fits(path)) {
            return tagged(RemotePath.ROOT, unfitName(path), file, UNFIT);
        }
        RemotePath saved = RemotePath.parse(path);
        if (named.contains(path)) {
            return tagged(saved.parent(), saved.name(), file, TAKEN);
        }
        if (isBelowAFile(saved)) {
            return tagged(RemotePath.ROOT, saved.name(), file, TAKEN);
        }
        if (found.hasSeveralPaths()) {
            return tagged(saved.parent(), saved.name(), file, PATHS);
        }
        if (counts.getOrDefault(path, 0) > 1) {
            return tagged(saved.parent(), saved.name(), file, OLD);
        }
        if (directories.contains(path)) {
            return tagged(saved.parent(), saved.name(), file, DIRECTORY);
        }
        return new LocalName(saved.segments(), known.cluster().isPresent() ? NEWER : "");
    }

    /** Whether the namespace has another file where this path needs a directory. */
    private boolean isBelowAFile(RemotePath path) {
        for (RemotePath above = path.parent(); !above.isRoot(); above = above.parent()) {
            if (named.contains(above.toString())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the path, with and without an appended id, can be a name below the target. */
    private boolean fits(String path) {
        return path.length() > 1
                && bytes(path) + MAX_TAG <= room
                && !RemotePath.parse(path).segments().getFirst().equals(RescueTarget.TEMPORARY);
    }

    private static String unfitName(String path) {
        return path.length() > 1 ? RemotePath.parse(path).name() : "unnamed";
    }

    /** {@code directory/name~id}, with a number appended if that name is taken. */
    private LocalName tagged(RemotePath directory, String name, FileId file, String note) {
        for (int attempt = 1; ; attempt++) {
            String tag = tag(file.toString(), attempt);
            List<String> segments = new ArrayList<>(directory.segments());
            segments.add(cut(name, RemotePath.MAX_SEGMENT - bytes(tag)) + tag);
            String path = "/" + String.join("/", segments);
            if (!counts.containsKey(path) && !directories.contains(path) && given.add(path)) {
                return new LocalName(segments, note);
            }
        }
    }

    private static String tag(String id, int attempt) {
        return "~" + id + (attempt > 1 ? "~" + attempt : "");
    }

    /**
     * The longest beginning of a text with at most {@code max} bytes of UTF-8 that ends with a
     * whole character.
     */
    private static String cut(String text, int max) {
        int end = text.length();
        while (bytes(text.substring(0, end)) > max) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
