package io.trivet.cli;

import io.trivet.model.Entry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Walks through all that is below a directory of the cluster. Its memory grows with the number of directories that are open, not of files. */
final class RemoteWalk {
    private RemoteWalk() {}

    /** Hears of each entry that is meant, directories before what is in them. */
    interface Visitor {
        /** {@code path} is that of the entry. False ends the walk. */
        boolean visit(RemotePath path, Entry entry);
    }

    /** Depth first. A directory that goes away meanwhile is as if it had been empty. */
    static void below(Remote remote, RemotePath source, Selection selection, Visitor visitor) {
        Deque<Place> open = new ArrayDeque<>();
        for (Place next = new Place(source, ""); next != null; next = open.pollFirst()) {
            if (!visit(remote, next, selection, visitor, open)) {
                return;
            }
        }
    }

    private static boolean visit(Remote remote, Place place, Selection selection, Visitor visitor, Deque<Place> open) {
        try {
            Deque<Place> found = new ArrayDeque<>();
            for (Entry entry : remote.list(place.path)) {
                Place below = place.below(entry.name());
                boolean directory = entry instanceof Entry.Directory;
                boolean meant =
                        directory ? selection.takesDirectory(below.relative) : selection.takesFile(below.relative);
                if (meant && !visitor.visit(below.path, entry)) {
                    return false;
                }
                if (meant && directory) {
                    found.addFirst(below);
                }
            }
            found.forEach(open::addFirst);
            return true;
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE && !place.relative.isEmpty()) {
                return true;
            }
            throw e;
        }
    }

    private record Place(RemotePath path, String relative) {
        Place below(String name) {
            return new Place(path.resolve(name), relative.isEmpty() ? name : relative + "/" + name);
        }
    }
}
