package io.trivet.mount;

import io.trivet.client.ConditionalChanges;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
import io.trivet.model.RemotePath;
import java.util.concurrent.Semaphore;

/** What the parts of a mount share. */
record MountContext(
        TrivetClient client, Spool spool, NodeTable nodes, PathLocks paths, Semaphore earlySaves, MountEvents events) {
    /** Files that are sent while they are written: each takes two chunks of memory. */
    private static final int EARLY_SAVES = 2;

    MountContext(TrivetClient client, Spool spool, NodeTable nodes, MountEvents events) {
        this(client, spool, nodes, new PathLocks(), new Semaphore(EARLY_SAVES), events);
    }

    /** Changes of a file, which must be the first of its name if {@code exclusive}. */
    ConditionalChanges changes(RemotePath path, boolean exclusive) {
        return exclusive ? client.onlyIf(Condition.absent(path)) : client.onlyIf();
    }
}
