package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.wire.credentials.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a cluster and how hard to try.
 *
 * @param seeds nodes to ask first, any of the cluster; one that answers is enough
 * @param trustSettings the authority to trust, from the cluster's profile
 * @param parallelism chunks of one file in transfer at once; 1 to {@link #MAX_PARALLELISM}, or
 *     {@link #AUTOMATIC} to choose by the distance to the nodes. All files of a client share {@link
 *     #MAX_PARALLELISM}
 * @param patience how long an operation retries while nodes or the leader do not answer
 * @param state a directory for the journals of interrupted saves; null for none, and then an
 *     interrupted save begins again
 * @param account the user; null for an anonymous client, which can only learn that there is a
 *     cluster
 * @param cluster the only cluster to accept; null to accept the first that answers
 * @param openFiles how many files are expected to be open for reading at once; each takes 1 MiB,
 *     and further ones wait for memory beside the transfers
 */
public record ClientOptions(
        List<Address> seeds,
        TrustSettings trustSettings,
        int parallelism,
        Duration patience,
        @Nullable Path state,
        @Nullable Account account,
        @Nullable ClusterId cluster,
        int openFiles) {
    public static final int AUTOMATIC = 0;
    public static final int USUAL_OPEN_FILES = 8;
    public static final int MAX_PARALLELISM = TransferPermits.ALL;
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    public ClientOptions {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("at least one node's address is needed");
        }
        if (parallelism < AUTOMATIC || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException(
                    "parallelism goes from 1 to " + MAX_PARALLELISM + ", not " + parallelism);
        }
        if (openFiles < 0) {
            throw new IllegalArgumentException("a number of open files is 0 or more, not " + openFiles);
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience is more than nothing, not " + patience);
        }
    }

    public ClientOptions(List<Address> seeds, TrustSettings trustSettings, int parallelism, Duration patience) {
        this(seeds, trustSettings, parallelism, patience, null, null, null, USUAL_OPEN_FILES);
    }

    /** The same with another {@link #state}. */
    public ClientOptions withState(@Nullable Path directory) {
        return new ClientOptions(seeds, trustSettings, parallelism, patience, directory, account, cluster, openFiles);
    }

    /** The same for another user. */
    public ClientOptions as(@Nullable Account user) {
        return new ClientOptions(seeds, trustSettings, parallelism, patience, state, user, cluster, openFiles);
    }

    /**
     * The same for only this cluster. In plaintext nothing else distinguishes it from another
     * cluster at the same address.
     */
    public ClientOptions of(ClusterId only) {
        return new ClientOptions(seeds, trustSettings, parallelism, patience, state, account, only, openFiles);
    }

    /** The same with another {@link #patience}. */
    public ClientOptions withPatience(Duration other) {
        return new ClientOptions(seeds, trustSettings, parallelism, other, state, account, cluster, openFiles);
    }

    /** The same with another {@link #openFiles}. */
    public ClientOptions withOpenFiles(int number) {
        return new ClientOptions(seeds, trustSettings, parallelism, patience, state, account, cluster, number);
    }

    public static ClientOptions of(List<Address> seeds, TrustSettings trustSettings) {
        return new ClientOptions(seeds, trustSettings, AUTOMATIC, DEFAULT_PATIENCE);
    }

    public static ClientOptions of(Profile profile) {
        return of(profile.addresses(), profile.trustSettings())
                .as(profile.account())
                .of(profile.cluster());
    }
}
