package io.trivet.repair;

import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import java.util.List;

/** The leader's linearizable word on file ids (rule 3). */
@FunctionalInterface
public interface FileStates {
    /**
     * Asks the quorum; the answer has everything that was acknowledged before this call.
     *
     * @param ids at most {@link io.trivet.model.Query#MAX_IDS}
     * @throws io.trivet.model.TrivetException when there is no answer: then nothing is known of any of them
     */
    QueryResult.IdStates of(List<FileId> ids);
}
