package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Debt;
import io.trivet.wire.credentials.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state, settings, keys and backup of a cluster. Any thread. */
public interface ClusterAdmin {
    /** The cluster's current state according to its leader. */
    ClusterStatus status();

    /**
     * What repair still owes, according to the leader, from the reports of all nodes, and whether
     * that was checked.
     */
    Debt debt();

    /** The addresses of all members in the cached view; sends no request. */
    List<Address> addresses();

    /**
     * The authorities that this client trusts: those it started with, or their successors according
     * to the cluster.
     */
    TrustSettings trust();

    /**
     * The authorities to trust from now on, if the cluster's keys were changed since the profile
     * was written. Empty until a node has proved that it knows this client's secret, because anyone
     * with a former authority's key could announce a successor.
     */
    Optional<TrustSettings> newTrust();

    /**
     * Replaces the cluster's keys; what was signed with the present ones stays valid for {@code
     * overlap}. Throws {@code ALREADY_EXISTS} if they were replaced in between, by another caller
     * or an earlier try of this call.
     */
    void rekey(Duration overlap);

    /**
     * Enables or disables the deletion of the chunks of abandoned saves and removed files (rule 4).
     *
     * @param grace how long removed files are kept for their readers; null keeps the setting
     */
    void setSweeping(boolean on, @Nullable Duration grace);

    /**
     * Sets how many masters the cluster shall have: one of {@link
     * io.trivet.model.MasterCount#CHOICE}. They get their seats one by one, after this call
     * returns.
     */
    void setMasterCount(int wanted);

    /**
     * Writes a consistent backup of the namespace to a local file; complete and on stable storage
     * on return.
     *
     * @return its length in bytes
     */
    default long backUpNamespace(Path target) {
        return backUpNamespace(target, ignored -> {});
    }

    /**
     * Like {@link #backUpNamespace(Path)}; the file keeps what it has unless the new backup, which
     * {@code check} gets under another name, passes. What {@code check} throws is thrown.
     */
    long backUpNamespace(Path target, Consumer<Path> check);
}
