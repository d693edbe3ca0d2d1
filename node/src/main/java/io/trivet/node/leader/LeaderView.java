package io.trivet.node.leader;

import io.trivet.model.ChunkId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.namespace.StoredContent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the leader knows, for its census. Any thread. */
public interface LeaderView {
    /** The current state of the cluster, linearizable; empty if this node does not lead. */
    Optional<Situation> situation();

    /**
     * A page of the contents of files that have a name or can be restored from the trash, in the
     * order of their ids, from this node's state: at least everything that was acknowledged before the last {@link
     * #situation}.
     *
     * @param from null for the first page
     * @throws io.trivet.model.TrivetException if this node has no state
     */
    Page contents(@Nullable FileId from);

    /**
     * The file's path, or its path before it went into the trash; empty if it is neither named nor
     * in the trash. Throws {@code BAD_NAME} if the stored path is invalid.
     */
    Optional<RemotePath> nameOf(FileId file);

    /** Whether a file may have this chunk; false if changes cut it away from all files of its content. */
    boolean isInFile(ChunkId chunk);

    /**
     * The state of the cluster at a moment.
     *
     * @param event the number of the last event
     * @param present the nodes that were heard from recently
     */
    record Situation(long event, ClusterView view, Set<NodeId> present) {
        public Situation {
            present = Set.copyOf(present);
        }
    }

    /** {@code next}: where the following page begins; null after the last. */
    record Page(List<StoredContent> contents, @Nullable FileId next) {
        public Page {
            contents = List.copyOf(contents);
        }
    }
}
