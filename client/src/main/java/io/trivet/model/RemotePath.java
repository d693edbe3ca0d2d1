package io.trivet.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An absolute path in the cluster: {@code /}, or {@code /a/b}. A segment has 1 to {@link
 * #MAX_SEGMENT} bytes of UTF-8, is not {@code .} or {@code ..}, and contains no {@code /} and no
 * NUL. The whole has at most {@link #MAX_PATH} bytes.
 */
public record RemotePath(List<String> segments) implements Comparable<RemotePath> {
    public static final int MAX_SEGMENT = 255;
    public static final int MAX_PATH = 4096;
    public static final RemotePath ROOT = new RemotePath(List.of());

    /** Throws {@link TrivetException} ({@link Refusal.Kind#BAD_NAME}) that says what is wrong. */
    public RemotePath {
        segments = List.copyOf(segments);
        int bytes = 0;
        for (String segment : segments) {
            bytes += 1 + checkSegment(segment);
        }
        if (bytes > MAX_PATH) {
            throw bad(
                    abbreviated(String.join("/", segments)),
                    "the path is " + bytes + " bytes, at most " + MAX_PATH + " are allowed");
        }
    }

    /**
     * Reads an absolute path. Ignores empty segments and a slash at the end; refuses {@code ..},
     * never resolves it.
     */
    public static RemotePath parse(String text) {
        if (!text.startsWith("/")) {
            throw bad(abbreviated(text), text.isEmpty() ? "the name is empty" : "remote paths begin with /");
        }
        List<String> segments = new ArrayList<>();
        for (String segment : text.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return new RemotePath(segments);
    }

    /**
     * A valid path from stored segments of any number: if they are too long together, the last one
     * and as many of the first as fit. So the path stays below the same top directories, whose
     * grants apply to it, and keeps its name. Only for names that an earlier release stored too
     * long. Invalid segments are refused.
     */
    public static RemotePath fitted(List<String> segments) {
        int room = MAX_PATH;
        for (String segment : segments) {
            room -= 1 + utf8Length(segment);
        }
        if (room >= 0) {
            return new RemotePath(segments);
        }
        List<String> kept = new ArrayList<>();
        room = MAX_PATH - 1 - utf8Length(segments.getLast());
        for (String segment : segments.subList(0, segments.size() - 1)) {
            room -= 1 + utf8Length(segment);
            if (room < 0) {
                break;
            }
            kept.add(segment);
        }
        kept.add(segments.getLast());
        return new RemotePath(kept);
    }

    /** Reads a stored path like {@link #parse}; if it is too long, like {@link #fitted}. */
    public static RemotePath parseFitted(String text) {
        return text.length() * 3L <= MAX_PATH
                ? parse(text)
                : fitted(Arrays.stream(text.split("/", -1))
                        .filter(segment -> !segment.isEmpty())
                        .toList());
    }

    /**
     * Bytes of UTF-8 in {@link #toString}. The root counts 0, because a path below it brings its
     * own slash.
     */
    public int length() {
        return segments.stream().mapToInt(segment -> 1 + utf8Length(segment)).sum();
    }

    public boolean isRoot() {
        return segments.isEmpty();
    }

    /** The last segment. Throws {@link IllegalStateException} for the root. */
    public String name() {
        if (isRoot()) {
            throw new IllegalStateException("the root has no name");
        }
        return segments.getLast();
    }

    /** The parent directory. Throws {@link IllegalStateException} for the root. */
    public RemotePath parent() {
        if (isRoot()) {
            throw new IllegalStateException("the root has no parent");
        }
        return new RemotePath(segments.subList(0, segments.size() - 1));
    }

    public RemotePath resolve(String segment) {
        List<String> longer = new ArrayList<>(segments);
        longer.add(segment);
        return new RemotePath(longer);
    }

    /** Whether this path is {@code other} or below it. */
    public boolean startsWith(RemotePath other) {
        return segments.size() >= other.segments.size()
                && segments.subList(0, other.segments.size()).equals(other.segments);
    }

    @Override
    public int compareTo(RemotePath other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }

    private static int checkSegment(String segment) {
        if (segment.isEmpty()) {
            throw bad(segment, "a name is not empty");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw bad(segment, "a name is not . or ..");
        }
        if (segment.indexOf('/') >= 0 || segment.indexOf('\0') >= 0) {
            throw bad(abbreviated(segment.replace('\0', '?')), "a name holds no / and no NUL");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(segment)) {
            throw bad(abbreviated(segment), "a name is Unicode text");
        }
        int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SEGMENT) {
            throw bad(abbreviated(segment), "a name is at most " + MAX_SEGMENT + " bytes, this one has " + bytes);
        }
        return bytes;
    }

    private static int utf8Length(String segment) {
        return segment.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static TrivetException bad(String name, String why) {
        return new TrivetException(new Refusal(Refusal.Kind.BAD_NAME, name, why));
    }
}
