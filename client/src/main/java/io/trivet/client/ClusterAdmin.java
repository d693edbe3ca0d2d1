package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Debt;
import io.trivet.wire.credentials.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A cluster as a whole: its state, its settings, its keys, its backup. Any thread. */
public interface ClusterAdmin {
    /** The cluster as its leader sees it now. */
    ClusterStatus status();

    /**
     * What repair still owes, as the leader knows from what all nodes report; it says itself
     * whether that was checked.
     */
    Debt debt();

    /** Of all nodes that belong to the cluster, as far as this client was told; nobody is asked. */
    List<Address> addresses();

    /**
     * Whom this client believes: what the cluster says of its authorities included, where it
     * follows from whom it believed at first.
     */
    TrustSettings trust();

    /**
     * Whom to believe from now on, where the cluster's keys were changed since the profile was
     * written. Empty as long as no node has proved that it knows this client's secret: somebody
     * with a former authority's key could say it as well.
     */
    Optional<TrustSettings> newTrust();

    /**
     * Gives the cluster other keys; what was made with those of now is believed for {@code
     * overlap}. Throws {@code ALREADY_EXISTS} where they were changed by somebody else meanwhile,
     * or by an earlier try of this one.
     */
    void rekey(Duration overlap);

    /**
     * Lets nodes delete the chunks of abandoned saves and removed files, or no longer (rule 4).
     *
     * @param grace how long removed files are kept for their readers; null leaves it as it is
     */
    void setSweeping(boolean on, @Nullable Duration grace);

    /**
     * How many masters the cluster is to have: one of {@link io.trivet.model.MasterCount#CHOICE}.
     * They are seated one by one, after this returns.
     */
    void setMasterCount(int wanted);

    /**
     * Writes a backup of the namespace, as of one moment, to a local file; whole and on stable storage on return.
     *
     * @return its bytes
     */
    long backUpNamespace(Path target);
}
