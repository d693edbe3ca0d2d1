package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Walks through all that is below a directory of the cluster. Its memory grows with the number of
 * directories that are open, not of files.
 */
public final class RemoteWalk {
    private RemoteWalk() {}

    /** Hears of each entry that is meant, directories before what is in them. */
    public interface Visitor {
        /** {@code path} is that of the entry. False ends the walk. */
        boolean visit(RemotePath path, NameEntry nameEntry);
    }

    /** Depth first. A directory that goes away meanwhile is as if it had been empty. */
    public static void below(TrivetClient client, RemotePath source, FileSelection fileSelection, Visitor visitor) {
        Deque<Place> open = new ArrayDeque<>();
        for (Place next = new Place(source, ""); next != null; next = open.pollFirst()) {
            if (!visit(client, next, fileSelection, visitor, open)) {
                return;
            }
        }
    }

    private static boolean visit(
            TrivetClient client, Place place, FileSelection fileSelection, Visitor visitor, Deque<Place> open) {
        try {
            Deque<Place> found = new ArrayDeque<>();
            for (NameEntry nameEntry : client.list(place.path)) {
                Place below = place.below(nameEntry.name());
                boolean directory = nameEntry instanceof NameEntry.Directory;
                boolean meant = directory
                        ? fileSelection.takesDirectory(below.relative)
                        : fileSelection.takesFile(below.relative);
                if (meant && !visitor.visit(below.path, nameEntry)) {
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
