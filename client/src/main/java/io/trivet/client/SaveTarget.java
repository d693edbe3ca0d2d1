package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import java.util.List;

/**
 * The target of a save.
 *
 * @param conditions what must hold at the commit; usually none
 */
record SaveTarget(RemotePath path, List<Condition> conditions) {
    SaveTarget {
        conditions = List.copyOf(conditions);
    }

    /** Makes an empty file there: one operation, and no chunk. */
    FileRecord createEmpty(Session session, SaveInProgress.Metadata metadata) {
        return create(session, metadata, "");
    }

    /** Makes a symbolic link there, or an empty file if its target is empty. */
    FileRecord create(Session session, SaveInProgress.Metadata metadata, String linkTarget) {
        Command.Create create = new Command.Create(
                path, metadata.owner(), metadata.modified(), metadata.mode(), metadata.attributes(), linkTarget);
        return ((Outcome.Committed) session.submit(create, conditions)).record();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
