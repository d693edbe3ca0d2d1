package io.trivet.node;

import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.wire.protocol.Request;
import java.util.List;
import java.util.function.Predicate;

/**
 * As how many requests under way a request of a user counts. Small ones that travel together are
 * less work than as many requests, and more than one; large ones are as much work as alone.
 */
final class RequestWeight {
    /** So many small operations or questions of one request count as one request of its user. */
    private static final int TOGETHER_AS_ONE = 16;

    private RequestWeight() {}

    /** 0 for a request that does not count: its own limits hold it, or it costs next to nothing. */
    static int of(Request request) {
        return switch (request) {
            case Request.Submit _, Request.Ask _, Request.RenewToken _ -> 1;
            // Both read what the leader knows of all nodes.
            case Request.GetDebt _, Request.GetReports _ -> 1;
            case Request.SubmitAll(var operations) -> together(operations, RequestWeight::isSmall);
            case Request.AskAll(var queries) -> together(queries, RequestWeight::isSmall);
            default -> 0;
        };
    }

    private static <T> int together(List<T> all, Predicate<T> isSmall) {
        int small = (int) all.stream().filter(isSmall).count();
        return all.size() - small + Math.ceilDiv(small, TOGETHER_AS_ONE);
    }

    private static boolean isSmall(Operation operation) {
        return operation.command() instanceof Command.Commit || operation.command() instanceof Command.Create;
    }

    private static boolean isSmall(Query query) {
        return query instanceof Query.Lookup || query instanceof Query.AttributesOf;
    }
}
