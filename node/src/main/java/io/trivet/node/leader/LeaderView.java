package io.trivet.node.leader;

import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the leader knows, for its census. Any thread. */
public interface LeaderView {
    /** How the cluster is now, linearizable; empty where this node does not lead. */
    Optional<Situation> situation();

    /**
     * A page of the files that have a name or can be restored from the trash, in the order of their
     * ids, as this node's state has them: at least everything that was acknowledged before the last
     * {@link #situation}.
     *
     * @param from null for the first page
     * @throws io.trivet.model.TrivetException when this node has no state
     */
    Page files(@Nullable FileId from);

    /**
     * Where a file is now, or was before it went into the trash; empty if nobody may want it any
     * more. Throws {@code BAD_NAME} where the path is none.
     */
    Optional<RemotePath> nameOf(FileId file);

    /**
     * A moment of the cluster.
     *
     * @param event another number after anything that repair must look at
     * @param present the nodes that were heard from lately
     */
    record Situation(long event, ClusterView view, Set<NodeId> present) {
        public Situation {
            present = Set.copyOf(present);
        }
    }

    /** {@code next}: where the page after this one begins; null after the last. */
    record Page(List<FileRecord> files, @Nullable FileId next) {
        public Page {
            files = List.copyOf(files);
        }
    }
}
