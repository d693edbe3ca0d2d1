package io.trivet.node.cluster;

import io.trivet.client.Profile;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses and the authority in the profile of the data directory, if there is one, as
 * the cluster publishes them. The profile was made when there was one node; from another computer
 * it must still find the cluster while that node is down. One thread.
 */
public final class ProfileAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(ProfileAddresses.class);
    private static final int MOST = 64;

    private final Path file;
    private final Address own;
    private final KnownCluster cluster;
    private final Supplier<TrustSettings> believed;
    private TrustSettings trustSeen = new TrustSettings.Plaintext();
    private long versionSeen;

    public ProfileAddresses(Path data, Address own, KnownCluster cluster, Supplier<TrustSettings> believed) {
        this.believed = believed;
        this.file = data.resolve("profile");
        this.own = own;
        this.cluster = cluster;
    }

    /** Tries again in the next round if the view has changed or the profile was being changed. */
    public void round() {
        ClusterView view = cluster.view().orElse(null);
        TrustSettings trustSettings = believed.get();
        if (view == null || (view.version() == versionSeen && trustSettings.equals(trustSeen))) {
            return;
        }
        try {
            if (!Files.exists(file) || refreshed(view, trustSettings)) {
                versionSeen = view.version();
                trustSeen = trustSettings;
            }
        } catch (IOException | TrivetException e) {
            versionSeen = view.version();
            trustSeen = trustSettings;
            LOG.warn("profile not refreshed file={} cause=\"{}\"", file, e.getMessage());
        }
    }

    /**
     * Does not touch a profile whose secret is being changed: it holds two secrets, and a command
     * is writing it.
     */
    private boolean refreshed(ClusterView view, TrustSettings trustSettings) throws IOException {
        Profile profile = Profile.read(file);
        List<Address> addresses = addresses(view);
        Profile next = profile.at(addresses).believing(trustSettings);
        if (!profile.cluster().equals(view.cluster()) || profile.equals(next)) {
            return true;
        }
        return profile.nextSecret() == null && next.writeInPlaceOf(profile, file);
    }

    private List<Address> addresses(ClusterView view) {
        Set<Address> all = new LinkedHashSet<>(List.of(own));
        view.nodes().stream().filter(Node::isMember).map(Node::address).forEach(all::add);
        return all.stream().limit(MOST).toList();
    }
}
