package io.trivet.namespace;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.NodeKeyRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.model.FileId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.namespace.Store.Pair;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the rows of a namespace that was just restored agree with each other, for it is one that somebody gave us: a checksum is no seal, and a cluster that goes on from rows which
 * contradict each other stops, or takes files for dead that are not. Memory for the directories, not for the files.
 *
 * <pre>
 *   every name        lies in a directory that is in the tree or detached, and its file's or directory's location leads back to it
 *   every location    leads to a name that is there, of this very file or directory; no directory lies below itself
 *   every file id     was issued, and is either recorded, in the trash, or removed
 *   nodes, layouts    layouts name nodes that are there; keys of nodes too; numbers of nodes were given
 *   users             one of them may administer everything
 *   counters          are above all that they counted
 * </pre>
 */
final class Consistency {
    private static final int PAGE = 1000;

    private final Transaction rows;
    private final Store store;
    private final int epochOfIds;

    /** @param epochOfIds the last epoch in which the counter of file ids counted */
    Consistency(Store store, int epochOfIds) {
        this.store = store;
        this.rows = new Transaction(store);
        this.epochOfIds = epochOfIds;
    }

    /** Throws {@link IllegalStateException} with what contradicts what. */
    void require() {
        new Names(rows).root();
        each('N', this::name);
        each('I', this::file);
        each('D', this::directory);
        each('G', row -> file(row, Keys.fileOf(row.key())));
        each('Z', row -> file(row, Keys.fileOf(row.key())));
        each('M', this::node);
        each('K', row -> member(row, new NodeId(read(row, NodeKeyRow.parser()).getNode())));
        each('L', this::layout);
        head();
        trash();
        users();
    }

    private void each(char letter, Consumer<Pair> check) {
        byte[] from = {(byte) letter};
        byte[] to = {(byte) (letter + 1)};
        List<Pair> page = store.range(from, to, PAGE);
        while (!page.isEmpty()) {
            page.forEach(check);
            page = store.range(Keys.after(page.getLast().key()), to, PAGE);
        }
    }

    private void name(Pair row) {
        Place place = new Place(ByteBuffer.wrap(row.key()).getLong(1), Keys.nameOf(row.key()));
        Spot spot = new Spot(place, read(row, NameRow.parser()));
        if (place.equals(Place.ROOT)) {
            return;
        }
        long parent = place.parent();
        boolean there = parent == Place.ROOT_DIRECTORY
                || store.get(Keys.directoryLocation(parent)) != null
                || store.get(Keys.detached(parent)) != null;
        hold(there, row, "it lies in directory " + parent + ", which is not there");
        byte[] back = store.get(
                spot.isDirectory() ? Keys.directoryLocation(spot.directory()) : Keys.fileLocation(spot.file()));
        hold(
                back != null && Place.of(location(back)).equals(place),
                row,
                "what it names says that it is elsewhere, or nowhere");
    }

    private void file(Pair row) {
        FileId file = Keys.fileOf(row.key());
        Spot spot = spot(row);
        hold(spot != null && !spot.isDirectory() && spot.file().equals(file), row, "no such file is where it leads to");
        file(row, file);
    }

    private void file(Pair row, FileId file) {
        boolean issued = file.epoch() < epochOfIds
                || (file.epoch() == epochOfIds && file.counter() <= rows.count(Counter.FILES));
        hold(issued && file.counter() > 0, row, "file " + file + " was never issued");
        int kinds = (store.get(Keys.fileLocation(file)) == null ? 0 : 1)
                + (store.get(Keys.trashed(file)) == null ? 0 : 1)
                + (store.get(Keys.removed(file)) == null ? 0 : 1);
        hold(kinds == 1, row, "file " + file + " is both kept and removed");
    }

    private void directory(Pair row) {
        long directory = Keys.directoryOf(row.key());
        Spot spot = spot(row);
        hold(
                spot != null && spot.isDirectory() && spot.directory() == directory,
                row,
                "no such directory is where it leads to");
        hold(directory <= rows.count(Counter.DIRECTORIES), row, "directory " + directory + " was never made");
        new Identities(new Transaction(store)).requireEnds(directory);
    }

    private void node(Pair row) {
        NodeId id = new NodeId(ByteBuffer.wrap(row.key()).getInt(1));
        hold(
                StateCodec.from(read(row, StateMessages.Node.parser())).id().equals(id),
                row,
                "it says that it is another node");
        hold(id.number() < rows.count(Counter.NODES) - Restoration.SKIPPED_NODES, row, id + " never joined");
    }

    private void member(Pair row, NodeId node) {
        hold(store.get(Keys.node(node)) != null, row, "there is no " + node);
    }

    private void layout(Pair row) {
        Layout layout = StateCodec.from(read(row, StateMessages.Layout.parser()));
        hold(layout.version() == ByteBuffer.wrap(row.key()).getLong(1), row, "it is another version");
        layout.nodes().forEach(node -> member(row, node));
    }

    private void head() {
        LayoutHead head = rows.get(Keys.LAYOUT_HEAD, LayoutHead.parser());
        List<Layout> published = new Layouts(rows).published();
        long newest = published.isEmpty() ? 0 : published.getFirst().version();
        hold(
                (head == null ? 0 : head.getVersion()) == newest,
                "the newest layout is " + newest + ", not the one that is said to be");
    }

    private void trash() {
        long[] sums = new long[2];
        each('G', row -> {
            sums[0]++;
            sums[1] += StateCodec.from(read(row, TrashRow.parser())).record().size();
        });
        hold(
                sums[0] == rows.count(Counter.TRASH_FILES) && sums[1] == rows.count(Counter.TRASH_BYTES),
                "the trash has " + sums[0] + " files and " + sums[1] + " bytes, and counts "
                        + rows.count(Counter.TRASH_FILES) + " and " + rows.count(Counter.TRASH_BYTES));
    }

    private void users() {
        boolean[] found = new boolean[2];
        each('U', row -> {
            found[0] = true;
            found[1] |= Users.user(Keys.userOf(row.key()), read(row, UserRow.parser()))
                    .isAdministrator();
        });
        hold(!found[0] || found[1], "no user may administer /: nobody could ever give a right again");
    }

    private @Nullable Spot spot(Pair row) {
        return new Names(new Transaction(store)).at(Place.of(location(row.value())));
    }

    private static LocationRow location(byte[] value) {
        return Transaction.parse(new Pair(new byte[] {'I'}, value), LocationRow.parser());
    }

    private static <T extends MessageLite> T read(Pair row, Parser<T> parser) {
        return Transaction.parse(row, parser);
    }

    private static void hold(boolean holds, Pair row, String otherwise) {
        hold(holds, "row " + Keys.text(row.key()) + ": " + otherwise);
    }

    private static void hold(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
