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
import java.util.Arrays;
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

    /** A directory that is there: names come in the order of their directories. */
    private long there = Place.ROOT_DIRECTORY;

    /** Files with a name. */
    private long files;

    /** @param epochOfIds the last epoch in which the counter of file ids counted */
    Consistency(Store store, int epochOfIds) {
        this.store = store;
        this.rows = new Transaction(store);
        this.epochOfIds = epochOfIds;
    }

    /** Throws {@link IllegalStateException} with what contradicts what, or means nothing. */
    void require() {
        try {
            requireAll();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a row names what cannot be: " + e.getMessage(), e);
        }
    }

    private void requireAll() {
        new Names(rows).root();
        eachPage('N', this::names);
        files();
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
        eachPage(letter, page -> page.forEach(check));
    }

    private void eachPage(char letter, Consumer<List<Pair>> check) {
        byte[] from = {(byte) letter};
        byte[] to = {(byte) (letter + 1)};
        List<Pair> page = store.range(from, to, PAGE);
        while (!page.isEmpty()) {
            check.accept(page);
            page = store.range(Keys.after(page.getLast().key()), to, PAGE);
        }
    }

    private void names(List<Pair> page) {
        List<Pair> below = page.stream()
                .filter(row -> !Arrays.equals(row.key(), Place.ROOT.key()))
                .toList();
        List<Spot> spots = below.stream().map(Consistency::named).toList();
        List<byte @Nullable []> locations =
                store.get(spots.stream().map(Consistency::locationOf).toList());
        for (int i = 0; i < spots.size(); i++) {
            name(below.get(i), spots.get(i), locations.get(i));
        }
    }

    private static Spot named(Pair row) {
        Place place = new Place(ByteBuffer.wrap(row.key()).getLong(1), Keys.nameOf(row.key()));
        return new Spot(place, read(row, NameRow.parser()));
    }

    private static byte[] locationOf(Spot spot) {
        return spot.isDirectory() ? Keys.directoryLocation(spot.directory()) : Keys.fileLocation(spot.file());
    }

    private void name(Pair row, Spot spot, byte @Nullable [] back) {
        long parent = spot.place().parent();
        if (parent != there) {
            boolean found = parent == Place.ROOT_DIRECTORY
                    || store.get(Keys.directoryLocation(parent)) != null
                    || store.get(Keys.detached(parent)) != null;
            hold(found, row, "it lies in directory " + parent + ", which is not there");
            there = parent;
        }
        hold(
                back != null && Place.of(location(back)).equals(spot.place()),
                row,
                "what it names says that it is elsewhere, or nowhere");
        files += spot.isDirectory() ? 0 : 1;
    }

    /**
     * Every file that has a name was led back to by a location of its own. So as many locations as files are those locations, and none has to be followed; with
     * more, all are, to say which leads nowhere. That none of them is in the trash or removed, these say.
     */
    private void files() {
        long[] located = {0};
        each('I', row -> {
            located[0]++;
            issued(row, Keys.fileOf(row.key()));
        });
        if (located[0] != files) {
            each('I', this::file);
            hold(false, files + " files have a name, and " + located[0] + " a location");
        }
    }

    private void file(Pair row) {
        Spot spot = spot(row);
        hold(
                spot != null && !spot.isDirectory() && spot.file().equals(Keys.fileOf(row.key())),
                row,
                "no such file is where it leads to");
    }

    private void file(Pair row, FileId file) {
        issued(row, file);
        int kinds = (store.get(Keys.fileLocation(file)) == null ? 0 : 1)
                + (store.get(Keys.trashed(file)) == null ? 0 : 1)
                + (store.get(Keys.removed(file)) == null ? 0 : 1);
        hold(kinds == 1, row, "the file is both kept and removed");
    }

    private void issued(Pair row, FileId file) {
        boolean issued = file.epoch() < epochOfIds
                || (file.epoch() == epochOfIds && file.counter() <= rows.count(Counter.FILES));
        hold(issued && file.counter() > 0, row, "the file was never issued");
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
        if (!holds) {
            hold(false, "row " + Keys.text(row.key()) + ": " + otherwise);
        }
    }

    private static void hold(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
