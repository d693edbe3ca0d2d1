package io.trivet.repair;

import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import java.util.List;

/** Asks the leader for the states of file ids, linearizably (rule 3). */
@FunctionalInterface
public interface FileStates {
    /**
     * Asks the quorum; the answer reflects everything that was acknowledged before this call.
     *
     * @param ids at most {@link io.trivet.model.Query#MAX_IDS}
     * @throws io.trivet.model.TrivetException if there is no answer; then none of the states is
     *     known
     */
    QueryResult.IdStates of(List<FileId> ids);
}
