package io.trivet.client;

import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import org.jspecify.annotations.Nullable;

/** Quotas: how much may be below a directory. Any thread. */
public interface QuotaAdmin {
    /**
     * All quotas that this user may see: of directories where the user has rights, above them and
     * below.
     */
    QueryResult.Quotas list();

    /**
     * Sets the quota of a directory.
     *
     * @param bytes {@link io.trivet.model.Quota#NO_LIMIT} for no limit, null to keep the setting;
     *     like {@code files}
     */
    void set(RemotePath directory, @Nullable Long bytes, @Nullable Long files);
}
