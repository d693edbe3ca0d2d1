package io.trivet.cli.remote;

import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** How commands reach a cluster. */
public interface Remotes {
    /** Uses a cluster; returns an exit code. */
    interface Use {
        int with(Remote remote) throws IOException, CommandFailure;
    }

    /**
     * Connects to a cluster through any of these nodes, and runs {@code use}.
     *
     * @param seeds empty: those of the profile
     */
    int use(List<Address> seeds, Use use) throws IOException, CommandFailure;

    /** The same with options of its own. */
    default int use(List<Address> seeds, UnaryOperator<ClientOptions> options, Use use)
            throws IOException, CommandFailure {
        return use(seeds, use);
    }

    /**
     * Connects over the network for one use, trusting the authority of the cluster's profile.
     *
     * @param state directory for the journals of interrupted saves; empty for none
     * @param tlsPreload awaited before a connection with TLS
     */
    static Remotes live(Profiles profiles, Optional<Path> state, TlsPreload tlsPreload) {
        return new Live(profiles, state, tlsPreload);
    }

    /** Over the network. */
    record Live(Profiles profiles, Optional<Path> state, TlsPreload tlsPreload) implements Remotes {
        @Override
        public int use(List<Address> seeds, Use use) throws IOException, CommandFailure {
            return use(seeds, UnaryOperator.identity(), use);
        }

        @Override
        public int use(List<Address> seeds, UnaryOperator<ClientOptions> options, Use use)
                throws IOException, CommandFailure {
            try (Remote remote = connect(profiles, seeds, state, tlsPreload, options)) {
                return use.with(remote);
            }
        }
    }

    private static Remote connect(
            Profiles profiles,
            List<Address> seeds,
            Optional<Path> state,
            TlsPreload tlsPreload,
            UnaryOperator<ClientOptions> adjusted)
            throws IOException, CommandFailure {
        Profiles.Found found = profiles.find(seeds, ClusterCommand.DEFAULT)
                .orElseThrow(() -> new CommandFailure(Text.of(
                        "no profile with a trusted authority for {0}: `trivet demo` starts a trial; for another cluster ask its administrator for a profile (`trivet user add NAME --profile FILE` writes one), and put it at {1} or name it in {2}",
                        seeds.isEmpty() ? ClusterCommand.DEFAULT : seeds.getFirst(),
                        profiles.usual(),
                        Profiles.ENVIRONMENT)));
        Profile profile = found.profile();
        KnownNodes known = new KnownNodes(state, profile.cluster());
        // Without TLS a node proves nothing: another cluster's node may be at a cached address now.
        boolean proven = profile.trustSettings() instanceof TrustSettings.Authority;
        List<Address> named = proven ? known.beside(profile.addresses()) : profile.addresses();
        List<Address> asked = seeds.isEmpty() ? named : seeds;
        ClientOptions options = ClientOptions.of(asked, profile.trustSettings())
                .of(profile.cluster())
                .withState(state.orElse(null));
        if (proven) {
            tlsPreload.await();
        }
        OwnSecret own = OwnSecret.of(found, account -> isAccepted(options.as(account)));
        TrivetClient client = TrivetClient.connect(adjusted.apply(options.as(own.account())));
        if (proven) {
            List<Address> published = client.cluster().addresses();
            own.find(known.refreshed(profile.addresses(), published));
            known.remember(published);
        }
        return new Remote(client, own);
    }

    /** Whether the account's secret is valid; a refusal for a missing right also shows that. */
    private static boolean isAccepted(ClientOptions options) {
        try (TrivetClient client = TrivetClient.connect(options)) {
            client.stat(RemotePath.ROOT);
            return true;
        } catch (TrivetException e) {
            return e.kind() == Refusal.Kind.FORBIDDEN;
        }
    }
}
