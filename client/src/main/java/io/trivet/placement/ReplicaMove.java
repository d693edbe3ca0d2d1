package io.trivet.placement;

import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import org.jspecify.annotations.Nullable;

/**
 * A node becomes a home of a slot and must get what sits in it.
 *
 * @param from the home whose place it takes; null where R grew and nobody gives up a place
 */
public record ReplicaMove(Slot slot, @Nullable NodeId from, NodeId to) {}
