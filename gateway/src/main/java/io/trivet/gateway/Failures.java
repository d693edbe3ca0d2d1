package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.TrivetException;

/** What the cluster refuses, in S3's words. */
final class Failures {
    private Failures() {}

    static S3Exception of(TrivetException e) {
        S3Error error = switch (e.kind()) {
            case NO_SUCH_FILE, IS_A_LINK -> S3Error.NO_SUCH_KEY;
            case ALREADY_EXISTS, NOT_A_DIRECTORY -> S3Error.PREFIX_IS_OBJECT;
            case IS_A_DIRECTORY -> S3Error.KEY_IS_PREFIX;
            case NOT_EMPTY -> S3Error.BUCKET_NOT_EMPTY;
            case CONDITION_FAILED -> S3Error.PRECONDITION_FAILED;
            case QUOTA -> S3Error.QUOTA_EXCEEDED;
            case BAD_NAME, BAD_REQUEST -> S3Error.INVALID_ARGUMENT;
            case DENIED, FORBIDDEN, NOT_LOGGED_IN, NO_SUCH_USER, NO_SUCH_GROUP -> S3Error.ACCESS_DENIED;
            case TOO_FEW_NODES,
                    NOT_LEADER,
                    NO_QUORUM,
                    SESSION_ENDED,
                    CHECK_AGAIN,
                    NO_SUCH_CHUNK,
                    DISK_FULL,
                    DISK_FAILED,
                    WRONG_NODE,
                    STALE,
                    BUSY,
                    UNREACHABLE,
                    UNTRUSTED,
                    BAD_TOKEN,
                    NOT_OPEN -> S3Error.SERVICE_UNAVAILABLE;
            case OUTCOME_UNKNOWN, DIFFERENT_CONTENT, CORRUPT, WRONG_CLUSTER, WRONG_VERSION, SOURCE_CHANGED ->
                S3Error.INTERNAL_ERROR;
        };
        return new S3Exception(error, e.refusal().message(), e);
    }
}
