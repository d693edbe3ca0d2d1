package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading the tree of names: from paths to what is there. One row is read for each segment. */
final class Names {
    private final Transaction rows;

    Names(Transaction rows) {
        this.rows = rows;
    }

    /** What is at a path; throws {@link TrivetException} with {@code NO_SUCH_FILE} or {@code NOT_A_DIRECTORY}. */
    Spot find(RemotePath path) {
        return find(path.segments());
    }

    /** The directory that holds a path, which is not the root. */
    Spot parentOf(RemotePath path) {
        Spot parent = find(path.segments().subList(0, path.segments().size() - 1));
        requireDirectory(parent, path.segments(), path.segments().size() - 1);
        return parent;
    }

    /** The directory at a path; throws {@link TrivetException} where there is none. */
    Spot directory(RemotePath path) {
        Spot spot = find(path);
        requireDirectory(spot, path.segments(), path.segments().size());
        return spot;
    }

    Spot root() {
        Spot root = at(Place.ROOT);
        if (root == null) {
            throw new IllegalStateException("there is no root");
        }
        return root;
    }

    @Nullable
    Spot child(Spot directory, String name) {
        return at(Place.of(directory.directory(), name));
    }

    @Nullable
    Spot at(Place place) {
        NameRow row = rows.get(place.key(), NameRow.parser());
        return row == null ? null : new Spot(place, row);
    }

    boolean isEmpty(Spot directory) {
        return rows.range(Keys.names(directory.directory()), 1).isEmpty();
    }

    /** At most {@code limit} names after {@code after} in the order of unsigned bytes; all when it is empty. */
    List<Spot> page(long directory, ByteString after, int limit) {
        Keys.Span all = Keys.names(directory);
        Keys.Span rest = after.isEmpty() ? all : all.startingAt(Keys.after(Keys.name(directory, after)));
        return rows.range(rest, limit).stream()
                .map(row -> new Spot(
                        new Place(directory, Keys.nameOf(row.key())), Transaction.parse(row, NameRow.parser())))
                .toList();
    }

    /** Refuses what is no directory; it stands at the first {@code depth} segments. */
    static void requireDirectory(Spot spot, List<String> segments, int depth) {
        if (!spot.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.NOT_A_DIRECTORY, text(segments.subList(0, depth)), "it is a file");
        }
    }

    private Spot find(List<String> segments) {
        Spot spot = root();
        for (int depth = 0; depth < segments.size(); depth++) {
            requireDirectory(spot, segments, depth);
            Spot next = child(spot, segments.get(depth));
            if (next == null) {
                throw TrivetException.of(Refusal.Kind.NO_SUCH_FILE, text(segments), "");
            }
            spot = next;
        }
        return spot;
    }

    private static String text(List<String> segments) {
        return "/" + String.join("/", segments);
    }
}
