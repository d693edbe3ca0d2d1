package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.DirectoryRecord;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changing the tree of names. Every file and directory has one name, and a location row that leads back to it; a directory's time of modification is
 * that of the last change of its names. Whatever is refused is a {@link TrivetException}.
 */
final class Directories {
    private final Transaction rows;
    private final Instant now;
    private final Names names;
    private final Removals removals;
    private final Trash trash;

    Directories(Transaction rows, Instant now) {
        this.rows = rows;
        this.now = now;
        this.names = new Names(rows);
        this.removals = new Removals(rows);
        this.trash = new Trash(rows);
    }

    void makeRoot() {
        if (rows.add(Counter.DIRECTORIES, 1) + 1 != Place.ROOT_DIRECTORY) {
            throw new IllegalStateException("the root is the first directory");
        }
        rows.put(Place.ROOT.key(), record(Place.ROOT_DIRECTORY));
    }

    void make(RemotePath path) {
        Spot made = ensure(path.segments());
        if (!made.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, path.toString(), "it is a file");
        }
    }

    /** Puts a file under its name, with missing parents; the file it replaces is stamped. */
    void put(RemotePath path, FileRecord record) {
        requireNotRoot(path, Refusal.Kind.IS_A_DIRECTORY, "a file needs a name");
        int depth = path.segments().size() - 1;
        Spot parent = ensure(path.segments().subList(0, depth));
        Names.requireDirectory(parent, path.segments(), depth);
        Place place = Place.of(parent.directory(), path.name());
        replace(names.at(place), path);
        put(place, NameRow.newBuilder().setFile(StateCodec.to(record)).build());
        touch(parent);
    }

    /** Gives a file of the trash a name again, where nothing has it. */
    void restore(FileId file, RemotePath path) {
        requireNotRoot(path, Refusal.Kind.IS_A_DIRECTORY, "a file needs a name");
        int depth = path.segments().size() - 1;
        Spot parent = ensure(path.segments().subList(0, depth));
        Names.requireDirectory(parent, path.segments(), depth);
        Place place = Place.of(parent.directory(), path.name());
        if (names.at(place) != null) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    path.toString(),
                    "restore it under another name, or move this one away");
        }
        put(place, NameRow.newBuilder().setFile(StateCodec.to(trash.take(file))).build());
        touch(parent);
    }

    void rename(RemotePath from, RemotePath to) {
        requireNotRoot(from, Refusal.Kind.BAD_REQUEST, "the root cannot be renamed");
        Spot source = names.find(from);
        if (from.equals(to)) {
            return;
        }
        requireNotRoot(to, Refusal.Kind.ALREADY_EXISTS, "it is the root");
        if (source.isDirectory() && to.startsWith(from)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, from.toString(), "a directory cannot be moved into itself: " + to);
        }
        Spot parent = names.parentOf(to);
        Place place = Place.of(parent.directory(), to.name());
        replace(source, names.at(place), to);
        rows.remove(source.place().key());
        put(place, source.row());
        touch(names.parentOf(from));
        touch(parent);
    }

    void remove(RemotePath path, boolean recursive, boolean pastTheTrash) {
        requireNotRoot(path, Refusal.Kind.BAD_REQUEST, "the root cannot be removed");
        Spot spot = names.find(path);
        boolean kept = !pastTheTrash && trash.isKept();
        if (!spot.isDirectory()) {
            putAside(spot, path, kept);
        } else if (names.isEmpty(spot)) {
            rows.remove(Keys.directoryLocation(spot.directory()));
        } else if (recursive) {
            removals.detach(spot.directory(), now, kept ? path.toString() : "");
        } else {
            throw TrivetException.of(
                    Refusal.Kind.NOT_EMPTY, path.toString(), "remove what is in it first, or all of it");
        }
        rows.remove(spot.place().key());
        touch(names.parentOf(path));
    }

    /** What is at a path, after making the directories that are missing on the way and the last one too. */
    private Spot ensure(List<String> segments) {
        Spot spot = names.root();
        for (int depth = 0; depth < segments.size(); depth++) {
            Names.requireDirectory(spot, segments, depth);
            Spot next = names.child(spot, segments.get(depth));
            spot = next == null ? make(spot, segments.get(depth)) : next;
        }
        return spot;
    }

    private Spot make(Spot parent, String name) {
        Place place = Place.of(parent.directory(), name);
        NameRow row = record(rows.add(Counter.DIRECTORIES, 1) + 1);
        put(place, row);
        touch(parent);
        return new Spot(place, row);
    }

    /** Makes room for a file. */
    private void replace(@Nullable Spot old, RemotePath path) {
        if (old == null) {
            return;
        }
        if (old.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "a file cannot replace it");
        }
        putAside(old, path, trash.isKept());
    }

    private void putAside(Spot file, RemotePath path, boolean kept) {
        if (kept) {
            trash.put(file.record(), path.toString(), now);
        } else {
            removals.stamp(file.file(), now);
        }
    }

    /** Makes room for what is renamed: only a file may replace, and only a file. */
    private void replace(Spot source, @Nullable Spot old, RemotePath to) {
        if (source.isDirectory() && old != null) {
            throw TrivetException.of(
                    old.isDirectory() ? Refusal.Kind.ALREADY_EXISTS : Refusal.Kind.NOT_A_DIRECTORY,
                    to.toString(),
                    "a directory cannot replace it");
        }
        replace(old, to);
    }

    private void put(Place place, NameRow row) {
        Spot spot = new Spot(place, row);
        rows.put(place.key(), row);
        rows.put(
                spot.isDirectory() ? Keys.directoryLocation(spot.directory()) : Keys.fileLocation(spot.file()),
                place.row());
    }

    private void touch(Spot directory) {
        rows.put(directory.place().key(), record(directory.directory()));
    }

    private NameRow record(long directory) {
        return NameRow.newBuilder()
                .setDirectory(DirectoryRecord.newBuilder().setId(directory).setModifiedMs(now.toEpochMilli()))
                .build();
    }

    private static void requireNotRoot(RemotePath path, Refusal.Kind kind, String detail) {
        if (path.isRoot()) {
            throw TrivetException.of(kind, path.toString(), detail);
        }
    }
}
