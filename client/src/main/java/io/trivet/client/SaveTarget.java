package io.trivet.client;

import io.trivet.model.Condition;
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

    @Override
    public String toString() {
        return path.toString();
    }
}
