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
 * @param metadata what the file gets whatever its source has; usually nothing
 */
record SaveTarget(RemotePath path, List<Condition> conditions, MetadataChange metadata) {
    SaveTarget {
        conditions = List.copyOf(conditions);
    }

    SaveTarget(RemotePath path, List<Condition> conditions) {
        this(path, conditions, MetadataChange.NONE);
    }

    /** Makes an empty file there: one operation, and no chunk. */
    FileRecord createEmpty(Session session, SaveInProgress.Metadata metadata) {
        return create(session, metadata, "");
    }

    /** What makes an empty file there, to be sent with others. */
    Session.Change emptyFile(SaveInProgress.Metadata metadata) {
        return new Session.Change(command(metadata, ""), conditions);
    }

    /** Makes a symbolic link there, or an empty file if its target is empty. */
    FileRecord create(Session session, SaveInProgress.Metadata found, String linkTarget) {
        return ((Outcome.Committed) session.submit(command(found, linkTarget), conditions)).record();
    }

    private Command.Create command(SaveInProgress.Metadata found, String linkTarget) {
        SaveInProgress.Metadata kept = found.changed(metadata);
        return new Command.Create(path, kept.owner(), kept.modified(), kept.mode(), kept.attributes(), linkTarget);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
