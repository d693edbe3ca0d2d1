package io.trivet.namespace;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.GroupRow;
import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.NodeKeyRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.model.Extent;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Group;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.User;
import io.trivet.namespace.Store.Pair;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the rows of a restored namespace agree with each other. A backup comes from
 * outside and its checksum is no signature; with rows that contradict each other, a cluster would
 * stop, or take files for dead that are not. Needs memory for the directories, not for the files.
 *
 * <pre>
 *   every name        is in a directory that is in the tree or detached, and the location of its
 *                     file or directory leads back to it
 *   every location    leads to an existing name of this file or directory; no directory is below itself
 *   every file id     was issued, and is either recorded, in the trash, or removed
 *   shared contents   have a row for each of their files, and no other
 *   symbolic links    have a target of the length in their record
 *   nodes, layouts    layouts and node keys name existing nodes; node numbers were issued
 *   users             one may administer everything; groups and users name each other
 *   quotas            belong to existing directories; usage is counted again
 *   counters          are above everything they counted
 * </pre>
 */
final class ConsistencyCheck {
    private static final int PAGE = 1000;

    private final Transaction rows;
    private final Store store;
    private final int epochOfIds;

    /** The last directory that was found to exist; names come in the order of their directories. */
    private long there = EntryKey.ROOT_DIRECTORY;

    /** The number of files with a name. */
    private long files;

    /**
     * The contents of files, with a name or in the trash, that are copies or were changed: as many as
     * files have them.
     */
    private long copies;

    /** The number of rows that such files have among those of the content. */
    private long copiesSharing;

    /** @param epochOfIds the last epoch in which file ids were counted */
    ConsistencyCheck(Store store, int epochOfIds) {
        this.store = store;
        this.rows = new Transaction(store);
        this.epochOfIds = epochOfIds;
    }

    /** Throws {@link IllegalStateException} that names the contradiction or the invalid row. */
    void require() {
        try {
            requireAll();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a row names what cannot be: " + e.getMessage(), e);
        }
    }

    private void requireAll() {
        new PathResolver(rows).root();
        eachPage('N', this::names);
        files();
        each('D', this::directory);
        each('G', row -> {
            file(row, RowKeys.fileOf(row.key()));
            count(StateCodec.from(read(row, TrashRow.parser())).record());
        });
        each('Z', row -> file(row, RowKeys.fileOf(row.key())));
        each('H', row -> file(row, RowKeys.fileOf(row.key())));
        each('B', this::sharer);
        hold(copies == copiesSharing, copies + " files are copies, and " + copiesSharing + " share a content");
        each('M', this::node);
        each('K', row -> member(row, new NodeId(read(row, NodeKeyRow.parser()).getNode())));
        each('L', this::layout);
        each('Q', this::quota);
        head();
        trash();
        users();
        each('E', this::group);
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
            page = store.range(RowKeys.after(page.getLast().key()), to, PAGE);
        }
    }

    private void names(List<Pair> page) {
        List<Pair> below = page.stream()
                .filter(row -> !Arrays.equals(row.key(), EntryKey.ROOT.key()))
                .toList();
        List<DirectoryEntry> spots = below.stream().map(ConsistencyCheck::named).toList();
        List<byte @Nullable []> locations =
                store.get(spots.stream().map(ConsistencyCheck::locationOf).toList());
        for (int i = 0; i < spots.size(); i++) {
            name(below.get(i), spots.get(i), locations.get(i));
        }
    }

    private static DirectoryEntry named(Pair row) {
        EntryKey entryKey = new EntryKey(ByteBuffer.wrap(row.key()).getLong(1), RowKeys.nameOf(row.key()));
        return new DirectoryEntry(entryKey, read(row, NameRow.parser()));
    }

    private static byte[] locationOf(DirectoryEntry directoryEntry) {
        return directoryEntry.isDirectory()
                ? RowKeys.directoryLocation(directoryEntry.directory())
                : RowKeys.fileLocation(directoryEntry.file());
    }

    private void name(Pair row, DirectoryEntry directoryEntry, byte @Nullable [] back) {
        long parent = directoryEntry.entryKey().parent();
        if (parent != there) {
            boolean found = parent == EntryKey.ROOT_DIRECTORY
                    || store.get(RowKeys.directoryLocation(parent)) != null
                    || store.get(RowKeys.detached(parent)) != null;
            hold(found, row, "it lies in directory " + parent + ", which is not there");
            there = parent;
        }
        hold(
                back != null && EntryKey.of(location(back)).equals(directoryEntry.entryKey()),
                row,
                "what it names says that it is elsewhere, or nowhere");
        if (!directoryEntry.isDirectory()) {
            files++;
            count(directoryEntry.record());
        }
    }

    private void count(FileRecord file) {
        copies += file.isCopy() ? 1 : file.isChanged() ? file.contents().size() : 0;
        if (file.isLink()) {
            int target = FileMetadata.linkTarget(rows, file.id()).getBytes(StandardCharsets.UTF_8).length;
            hold(
                    target == file.size(),
                    "link " + file.id() + " has a target of " + target + " bytes, not " + file.size());
        }
    }

    /** A file shares this content, and if the content's first file is there, it has its row too. */
    private void sharer(Pair row) {
        FileId content = RowKeys.contentOf(row.key());
        FileId file = RowKeys.fileOf(row.key());
        issued(row, content);
        issued(row, file);
        SharedContents shared = new SharedContents(new Transaction(store));
        FileRecord record = shared.record(file);
        hold(record.contents().contains(content), row, "the file has another content");
        StoredContent stored = shared.stored(row);
        hold(stored.id().equals(content), row, "it does not say which chunks are stored");
        List<Extent> extents = record.allExtents();
        for (int i = 0; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            hold(
                    !extent.content().equals(content)
                            || (extent.first().equals(stored.first()) && stored.has(record, record.rangeOf(i))),
                    row,
                    "the file has chunks of the content that are not stored");
        }
        hold(store.get(RowKeys.removed(content)) == null, row, "the content is both kept and removed");
        boolean firstIsThere =
                store.get(RowKeys.fileLocation(content)) != null || store.get(RowKeys.trashed(content)) != null;
        hold(
                !firstIsThere || store.get(RowKeys.sharer(content, content)) != null,
                row,
                "the content's first file is there, and has no such row");
        copiesSharing += file.equals(content) && !record.isChanged() ? 0 : 1;
    }

    /**
     * Every named file was found to have a location that leads back to it. So if there are as many
     * locations as named files, none has to be followed; if there are more, all are, to name the
     * wrong one. The checks of the trash and of removed files show that none of them is there.
     */
    private void files() {
        long[] located = {0};
        each('I', row -> {
            located[0]++;
            issued(row, RowKeys.fileOf(row.key()));
        });
        if (located[0] != files) {
            each('I', this::file);
            hold(false, files + " files have a name, and " + located[0] + " a location");
        }
    }

    private void file(Pair row) {
        DirectoryEntry directoryEntry = spot(row);
        hold(
                directoryEntry != null
                        && !directoryEntry.isDirectory()
                        && directoryEntry.file().equals(RowKeys.fileOf(row.key())),
                row,
                "no such file is where it leads to");
    }

    private void file(Pair row, FileId file) {
        issued(row, file);
        int kinds = (store.get(RowKeys.fileLocation(file)) == null ? 0 : 1)
                + (store.get(RowKeys.trashed(file)) == null ? 0 : 1)
                + (store.get(RowKeys.removed(file)) == null ? 0 : 1);
        hold(kinds == 1, row, "the file is both kept and removed");
    }

    private void issued(Pair row, FileId file) {
        boolean issued = file.epoch() < epochOfIds
                || (file.epoch() == epochOfIds && file.counter() <= rows.count(Counter.FILES));
        hold(issued && file.counter() > 0, row, "the file was never issued");
    }

    private void directory(Pair row) {
        long directory = RowKeys.directoryOf(row.key());
        DirectoryEntry directoryEntry = spot(row);
        hold(
                directoryEntry != null && directoryEntry.isDirectory() && directoryEntry.directory() == directory,
                row,
                "no such directory is where it leads to");
        hold(directory <= rows.count(Counter.DIRECTORIES), row, "directory " + directory + " was never made");
        new FileIndex(new Transaction(store)).requireEnds(directory);
    }

    private void node(Pair row) {
        NodeId id = new NodeId(ByteBuffer.wrap(row.key()).getInt(1));
        hold(
                StateCodec.from(read(row, StateMessages.Node.parser())).id().equals(id),
                row,
                "it says that it is another node");
        hold(id.number() < rows.count(Counter.NODES) - BackupRestore.SKIPPED_NODES, row, id + " never joined");
    }

    private void member(Pair row, NodeId node) {
        hold(store.get(RowKeys.node(node)) != null, row, "there is no " + node);
    }

    private void layout(Pair row) {
        Layout layout = StateCodec.from(read(row, StateMessages.Layout.parser()));
        hold(layout.version() == ByteBuffer.wrap(row.key()).getLong(1), row, "it is another version");
        layout.nodes().forEach(node -> member(row, node));
    }

    private void quota(Pair row) {
        long directory = RowKeys.directoryOf(row.key());
        hold(
                directory == EntryKey.ROOT_DIRECTORY
                        || store.get(RowKeys.directoryLocation(directory)) != null
                        || store.get(RowKeys.detached(directory)) != null,
                row,
                "there is no directory " + directory);
    }

    private void head() {
        LayoutHead head = rows.get(RowKeys.LAYOUT_HEAD, LayoutHead.parser());
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
            User user = Users.user(RowKeys.userOf(row.key()), read(row, UserRow.parser()));
            found[1] |= user.isAdministrator();
            for (String group : user.groups()) {
                hold(
                        new Groups(rows)
                                .find(group)
                                .filter(each -> each.members().contains(user.name()))
                                .isPresent(),
                        row,
                        "it is not in group " + group);
            }
        });
        hold(!found[0] || found[1], "no user may administer /: nobody could ever give a right again");
    }

    private void group(Pair row) {
        Group group = Groups.group(RowKeys.userOf(row.key()), read(row, GroupRow.parser()));
        for (String member : group.members()) {
            hold(
                    new Users(rows)
                            .find(member)
                            .filter(user -> user.groups().contains(group.name()))
                            .isPresent(),
                    row,
                    "user " + member + " is not in it");
        }
    }

    private @Nullable DirectoryEntry spot(Pair row) {
        return new PathResolver(new Transaction(store)).at(EntryKey.of(location(row.value())));
    }

    private static LocationRow location(byte[] value) {
        return Transaction.parse(new Pair(new byte[] {'I'}, value), LocationRow.parser());
    }

    private static <T extends MessageLite> T read(Pair row, Parser<T> parser) {
        return Transaction.parse(row, parser);
    }

    private static void hold(boolean holds, Pair row, String otherwise) {
        if (!holds) {
            hold(false, "row " + RowKeys.text(row.key()) + ": " + otherwise);
        }
    }

    private static void hold(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
