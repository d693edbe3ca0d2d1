package io.trivet.node;

import io.trivet.namespace.Namespace;
import io.trivet.namespace.Store;
import io.trivet.quorum.ReplicatedState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The namespace that this master's quorum applies to, for whoever looks after it: another one after a snapshot was installed. Any thread. */
final class LiveNamespace {
    private volatile @Nullable Namespace current;

    /** Given to the quorum, which calls it whenever it opens a store. */
    ReplicatedState open(Store store) {
        Namespace namespace = new Namespace(store);
        current = namespace;
        return new ReplicatedState(namespace::apply, namespace::answer, namespace::appliedIndex);
    }

    Optional<Namespace> current() {
        return Optional.ofNullable(current);
    }
}
