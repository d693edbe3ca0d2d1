package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Walks everything below a directory of the cluster. Memory grows with the number of open
 * directories, not of files.
 */
public final class RemoteWalk {
    private RemoteWalk() {}

    /** Receives each selected entry, directories before their content. */
    public interface Visitor {
        /** {@code path} is that of the entry. False ends the walk. */
        boolean visit(RemotePath path, NameEntry nameEntry);
    }

    /** Depth first. A directory that is removed during the walk counts as empty. */
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
