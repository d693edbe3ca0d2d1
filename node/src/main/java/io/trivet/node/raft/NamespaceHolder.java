package io.trivet.node.raft;

import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The namespace to which this master's quorum applies entries; replaced when a checkpoint is
 * installed. Any thread.
 */
public final class NamespaceHolder {
    private volatile @Nullable Namespace current;

    /** Given to the quorum, which calls it whenever it opens a store. */
    public Namespace open(Store store) {
        Namespace namespace = new Namespace(store);
        current = namespace;
        return namespace;
    }

    public Optional<Namespace> current() {
        return Optional.ofNullable(current);
    }
}
