package io.trivet.client;

import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import org.jspecify.annotations.Nullable;

/** How much may be below a directory. Any thread. */
public interface QuotaAdmin {
    /**
     * All quotas that this user may see: of directories where it may do something, above them and below.
     */
    QueryResult.Quotas list();

    /**
     * How much may be below a directory from now on.
     *
     * @param bytes {@link io.trivet.model.Quota#NO_LIMIT} for any number, null leaves it as it is; like
     *     {@code files}
     */
    void set(RemotePath directory, @Nullable Long bytes, @Nullable Long files);
}
