package io.trivet.node;

import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.file.FileTree;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.SeedLeaderCalls;
import io.trivet.node.identity.AddressVersion;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PlainNodeKey;
import io.trivet.node.identity.PrivateDirectory;
import io.trivet.node.identity.SeatDirectory;
import io.trivet.node.keys.Keyring;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How a node gets its identity: as the first of a new cluster, by joining one, or from its data
 * directory. Formatting happens only here (rules 8 and 12).
 *
 * <p>An interrupted bootstrap can be repeated: the node's key is written before the cluster hears
 * of it, so that it stays the same node, and the identity is marked complete only when the disks
 * are formatted.
 */
final class NodeBootstrap {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

    private NodeBootstrap() {}

    static NodeIdentity identity(NodeOptions options) throws IOException {
        return switch (options.start()) {
            case NodeOptions.Start.Init init -> first(options, init);
            case NodeOptions.Start.Join(String token) -> joined(options, JoinToken.parse(token));
            case NodeOptions.Start.Restart restart ->
                DiskMembership.changed(options, restart.forgotten(), believing(options, restart, again(options)));
        };
    }

    /**
     * Checked first, because an address at which the node cannot listen must leave nothing behind.
     */
    static void requireListens(NodeOptions options) throws IOException {
        boolean born = !(options.start() instanceof NodeOptions.Start.Restart);
        if (born || options.listen().isPresent()) {
            ListenCheck.require(listen(options));
        }
    }

    /**
     * The cluster's keys are made before the identity, so that a cluster that exists always has
     * keys.
     */
    private static NodeIdentity first(NodeOptions options, NodeOptions.Start.Init init) throws IOException {
        Optional<NodeIdentity> unfinished = unfinished(options);
        if (unfinished.isPresent()) {
            return begunAgain(options, init, unfinished.get());
        }
        refuseIfInhabited(options);
        refuseIfDiskWithoutNode(options.data());
        Instant now = Instant.now();
        ClusterId cluster = new ClusterId(UUID.randomUUID());
        NodeId self = new NodeId(0);
        ClusterKeys keys = ClusterKeys.make(cluster, now);
        keys.write(options.data());
        Authority authority = keys.authority();
        TrustSettings trustSettings = init.plaintext() ? new TrustSettings.Plaintext() : authority.trust();
        UUID key = key(options.data(), trustSettings);
        if (!init.plaintext()) {
            NodeKey own = NodeKey.in(options.data());
            SigningRequest request = SigningRequest.parse(own.signingRequest());
            List<byte[]> chain = authority.chain(
                    self, request, now, options.maintenanceSettings().certificateLife());
            NodeCertificate.first(options.data(), own, authority.trust(), chain);
        }
        NodeIdentity identity = new NodeIdentity(
                cluster,
                self,
                key,
                trustSettings,
                listen(options),
                DiskMembership.first(options),
                false,
                NodeIdentity.Seating.TAKEN,
                NodeIdentity.FIRST_EPOCH);
        // Before the disks are formatted: if it is interrupted in between, the next try is for the
        // same cluster and takes them.
        identity.write(options.data());
        formatDisks(identity);
        return identity;
    }

    private static Optional<NodeIdentity> unfinished(NodeOptions options) throws IOException {
        return NodeIdentity.isIn(options.data())
                ? Optional.of(NodeIdentity.read(options.data())).filter(there -> !there.complete())
                : Optional.empty();
    }

    /**
     * Continues a cluster that was never completed: no node joined it and nothing was saved in it,
     * so its log is made again. Its keys and id are kept.
     */
    private static NodeIdentity begunAgain(NodeOptions options, NodeOptions.Start.Init init, NodeIdentity there)
            throws IOException {
        if (init.plaintext() != (there.trustSettings() instanceof TrustSettings.Plaintext)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.data().toString(),
                    init.plaintext()
                            ? "a cluster was begun here without --plaintext: begin it again without"
                            : "a cluster was begun here with --plaintext: begin it again with it");
        }
        NodeIdentity again = there.at(listen(options)).withDisks(DiskMembership.first(options));
        again.write(options.data());
        FileTree.delete(SeatDirectory.of(options.data()));
        formatDisks(again);
        return again;
    }

    private static NodeIdentity joined(NodeOptions options, JoinToken token) throws IOException {
        refuseIfInhabited(options);
        UUID key = key(options.data(), token.trustSettings());
        Address listen = listen(options);
        NodeId node = join(options.data(), token, key, listen);
        NodeIdentity identity = new NodeIdentity(
                token.cluster(),
                node,
                key,
                token.trustSettings(),
                listen,
                DiskMembership.first(options),
                true,
                NodeIdentity.Seating.NONE,
                0);
        formatDisks(identity);
        identity.write(options.data());
        return identity;
    }

    /**
     * There may be chunks, and on the first node the keys of a cluster: nothing of that is
     * overwritten.
     */
    private static void refuseIfDiskWithoutNode(Path data) {
        Path disk = new DiskPaths(data).identity();
        if (Files.exists(disk)) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    data.toString(),
                    "a disk of a node is there, but not the file 'node' that says which node it was:"
                            + " put that file back, or name another directory");
        }
    }

    /** On return the cluster knows this node, and this node knows where to send heartbeats. */
    private static NodeId join(Path data, JoinToken token, UUID key, Address listen) throws IOException {
        TransportSecurity transportSecurity = TransportSecurity.of(token.trustSettings());
        try (Connector connector = new Connector("trivet-join", token.cluster(), transportSecurity)) {
            SeedLeaderCalls leader = new SeedLeaderCalls(connector, token.addresses());
            byte[] request = token.trustSettings() instanceof TrustSettings.Plaintext
                    ? new byte[0]
                    : NodeKey.in(data).signingRequest();
            Reply.Entered entered = leader.enter(token, key, listen, request, JOIN_LIMIT);
            switch (token.trustSettings()) {
                case TrustSettings.Authority authority ->
                    NodeCertificate.first(data, NodeKey.in(data), authority, entered.chain());
                case TrustSettings.Plaintext _ ->
                    Keyring.keepNodeSecret(data, leader.nodeSecret(PlainNodeKey.in(data), JOIN_LIMIT));
            }
            new KnownCluster(data).learn(leader.view());
            return entered.node();
        }
    }

    /**
     * If the cluster's keys were changed while the node was off and the overlap is over, the
     * operator must say which authority to trust.
     */
    private static NodeIdentity believing(NodeOptions options, NodeOptions.Start.Restart restart, NodeIdentity identity)
            throws IOException {
        TrustSettings other = restart.authority().orElse(identity.trustSettings());
        if (other.equals(identity.trustSettings())) {
            return identity;
        }
        if (identity.trustSettings() instanceof TrustSettings.Plaintext || other instanceof TrustSettings.Plaintext) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.data().toString(),
                    "a cluster speaks TLS, or plaintext, for all its life");
        }
        NodeIdentity changed = identity.believing(other);
        changed.write(options.data());
        return changed;
    }

    private static NodeIdentity again(NodeOptions options) throws IOException {
        NodeIdentity identity = NodeIdentity.read(options.data());
        if (!identity.complete()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.data().toString(),
                    "the cluster that was begun here was never finished, and nothing was saved in it: begin again"
                            + " with --init");
        }
        if (options.listen().isEmpty() || options.listen().get().equals(identity.address())) {
            return identity;
        }
        NodeIdentity moved = identity.at(listen(options));
        AddressVersion.raise(options.data(), Instant.now());
        moved.write(options.data());
        return moved;
    }

    private static void refuseIfInhabited(NodeOptions options) throws IOException {
        if (NodeIdentity.isIn(options.data())) {
            NodeIdentity there = NodeIdentity.read(options.data());
            if (!there.complete()) {
                throw TrivetException.of(
                        Refusal.Kind.BAD_REQUEST,
                        options.data().toString(),
                        "a cluster was begun here and never finished, and nothing was saved in it: begin it again with"
                                + " --init, or join with another directory");
            }
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    options.data().toString(),
                    "node " + there.node() + " of cluster " + there.cluster()
                            + " lives there: start it with --data alone");
        }
    }

    private static Address listen(NodeOptions options) {
        Address listen = options.listen()
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.BAD_REQUEST, "--listen", "say where the node listens: --listen HOST:PORT"));
        if (listen.host().equals("0.0.0.0") || listen.host().equals("::")) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    listen.toString(),
                    "give the name or address by which the other servers reach this one");
        }
        return listen;
    }

    /**
     * The node key, durable before it is used. It identifies the node by its key pair or, in
     * plaintext, by a number.
     */
    private static UUID key(Path data, TrustSettings trustSettings) throws IOException {
        return trustSettings instanceof TrustSettings.Authority
                ? NodeKey.in(data).id()
                : PlainNodeKey.in(data).publicHalf();
    }

    /** Skips disks that an interrupted bootstrap has formatted; opening them checks their owner. */
    private static void formatDisks(NodeIdentity identity) throws IOException {
        for (Path disk : identity.disks()) {
            PrivateDirectory.make(disk);
            if (!Files.exists(new DiskPaths(disk).identity())) {
                ChunkStore.format(new SystemDiskFiles(), disk, identity.cluster(), identity.node());
            }
        }
    }
}
