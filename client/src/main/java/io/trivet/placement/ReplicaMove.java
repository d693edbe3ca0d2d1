package io.trivet.placement;

import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import org.jspecify.annotations.Nullable;

/**
 * A node becomes a home of a slot and must get the chunks in it.
 *
 * @param from the home that it replaces; null if R grew and no node gives up a place
 */
public record ReplicaMove(Slot slot, @Nullable NodeId from, NodeId to) {}
