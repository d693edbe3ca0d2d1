package io.trivet.faults;

import io.trivet.model.RemotePath;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What must be in a worker's directory. Immutable; every change returns a new tree. Changes are
 * assumed to be allowed, because the worker sends no others.
 */
record ExpectedTree(SortedSet<RemotePath> directories, SortedMap<RemotePath, Content> files) {
    ExpectedTree {
        directories = Collections.unmodifiableSortedSet(new TreeSet<>(directories));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    static ExpectedTree of(RemotePath directory) {
        return new ExpectedTree(new TreeSet<>(), new TreeMap<>()).withDirectory(directory);
    }

    /** Missing parents are created. */
    ExpectedTree withDirectory(RemotePath path) {
        TreeSet<RemotePath> more = new TreeSet<>(directories);
        for (RemotePath at = path; !at.isRoot(); at = at.parent()) {
            more.add(at);
        }
        return new ExpectedTree(more, files);
    }

    ExpectedTree withFile(RemotePath path, Content content) {
        TreeMap<RemotePath, Content> more = new TreeMap<>(files);
        more.put(path, content);
        return new ExpectedTree(withDirectory(path.parent()).directories, more);
    }

    /** With everything below it. */
    ExpectedTree without(RemotePath path) {
        TreeSet<RemotePath> fewer = new TreeSet<>(directories);
        fewer.removeIf(directory -> directory.startsWith(path));
        TreeMap<RemotePath, Content> rest = new TreeMap<>(files);
        rest.keySet().removeIf(file -> file.startsWith(path));
        return new ExpectedTree(fewer, rest);
    }

    /** A file, which may replace a file, or a directory with everything below it. */
    ExpectedTree renamed(RemotePath from, RemotePath to) {
        UnaryOperator<RemotePath> moved = path -> path.startsWith(from) ? moved(path, from, to) : path;
        ExpectedTree rest = from.equals(to) ? this : without(to);
        TreeSet<RemotePath> places = new TreeSet<>();
        rest.directories.forEach(directory -> places.add(moved.apply(directory)));
        TreeMap<RemotePath, Content> contents = new TreeMap<>();
        rest.files.forEach((path, content) -> contents.put(moved.apply(path), content));
        return new ExpectedTree(places, contents);
    }

    private static RemotePath moved(RemotePath path, RemotePath from, RemotePath to) {
        RemotePath result = to;
        for (String segment :
                path.segments().subList(from.segments().size(), path.segments().size())) {
            result = result.resolve(segment);
        }
        return result;
    }

    boolean isEmpty(RemotePath directory) {
        return files.keySet().stream().noneMatch(path -> path.startsWith(directory))
                && directories.stream().noneMatch(path -> path.startsWith(directory) && !path.equals(directory));
    }
}
