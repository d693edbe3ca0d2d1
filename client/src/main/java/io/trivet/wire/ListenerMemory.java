package io.trivet.wire;

import io.trivet.model.CallerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A listener's memory for what callers make it hold, with a budget for strangers and one for users.
 * Nodes have none: they are few and known.
 */
final class ListenerMemory {
    static final int STRANGERS_BYTES = 24 << 20;
    static final int USERS_BYTES = 48 << 20;

    private final MemoryBudget strangers = new MemoryBudget(STRANGERS_BYTES);
    private final MemoryBudget users = new MemoryBudget(USERS_BYTES);

    @Nullable
    MemoryBudget of(Connection connection) {
        return switch (connection.identity()) {
            case CallerIdentity.OfNode ignored -> null;
            case CallerIdentity.OfUser ignored -> users;
            case CallerIdentity.Anonymous ignored -> connection.isStranger() ? strangers : users;
        };
    }
}
