package io.trivet.client;

import io.trivet.model.Condition;
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

    @Override
    public String toString() {
        return path.toString();
    }
}
