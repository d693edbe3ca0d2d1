package io.trivet.node.seat;

import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store;
import io.trivet.quorum.ReplicatedState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The namespace to which this master's quorum applies entries; replaced when a checkpoint is
 * installed. Any thread.
 */
public final class NamespaceHolder {
    private volatile @Nullable Namespace current;

    /** Called by the quorum whenever it opens a store. */
    public ReplicatedState open(Store store) {
        Namespace namespace = new Namespace(store);
        current = namespace;
        return new ReplicatedState(namespace::apply, namespace::answer, namespace::appliedIndex);
    }

    public Optional<Namespace> current() {
        return Optional.ofNullable(current);
    }
}
