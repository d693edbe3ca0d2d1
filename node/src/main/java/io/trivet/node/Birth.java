package io.trivet.node;

import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskTree;
import io.trivet.chunk.LocalFiles;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.JoinToken;
import io.trivet.wire.Protection;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How a node comes to have an identity: as the first of a new cluster, by joining one, or because it had one before. Formatting happens here and nowhere
 * else (rules 8 and 12).
 *
 * <p>A birth that is cut short can be repeated: the node's key is written before the cluster hears of it, so that it stays the same node, and the identity
 * is marked complete only when the disks are formatted.
 */
final class Birth {
    static final int WEIGHT = 1;
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

    private Birth() {}

    static NodeIdentity identity(NodeOptions options) throws IOException {
        return switch (options.start()) {
            case NodeOptions.Start.Init init -> first(options, init);
            case NodeOptions.Start.Join(String token) -> joined(options, JoinToken.parse(token));
            case NodeOptions.Start.Restart(List<Path> forgotten) -> Disks.changed(options, forgotten, again(options));
        };
    }

    /** The cluster's keys are made before the identity: a cluster that is there has them. */
    private static NodeIdentity first(NodeOptions options, NodeOptions.Start.Init init) throws IOException {
        refuseIfInhabited(options);
        Instant now = Instant.now();
        ClusterId cluster = new ClusterId(UUID.randomUUID());
        NodeId self = new NodeId(0);
        ClusterKeys keys = ClusterKeys.make(cluster, now);
        keys.write(options.data());
        Authority authority = keys.authority();
        Trust trust = init.plaintext() ? new Trust.Plaintext() : authority.trust();
        UUID key = key(options.data(), trust);
        if (!init.plaintext()) {
            NodeKey own = NodeKey.in(options.data());
            SigningRequest request = SigningRequest.parse(own.signingRequest());
            List<byte[]> chain =
                    authority.chain(self, request, now, options.upkeep().certificateLife());
            NodeCertificate.first(options.data(), own, authority.trust(), chain);
        }
        NodeIdentity identity = new NodeIdentity(
                cluster,
                self,
                key,
                trust,
                listen(options),
                disks(options),
                false,
                NodeIdentity.Seating.TAKEN,
                NodeIdentity.FIRST_EPOCH);
        formatDisks(identity);
        identity.write(options.data());
        return identity;
    }

    private static NodeIdentity joined(NodeOptions options, JoinToken token) throws IOException {
        refuseIfInhabited(options);
        UUID key = key(options.data(), token.trust());
        Address listen = listen(options);
        NodeId node = join(options.data(), token, key, listen);
        NodeIdentity identity = new NodeIdentity(
                token.cluster(), node, key, token.trust(), listen, disks(options), true, NodeIdentity.Seating.NONE, 0);
        formatDisks(identity);
        identity.write(options.data());
        return identity;
    }

    /** On return the cluster counts this node, and this node knows whom to tell that it lives. */
    private static NodeId join(Path data, JoinToken token, UUID key, Address listen) throws IOException {
        Protection protection = Protection.of(token.trust());
        try (Connector connector = new Connector("trivet-join", token.cluster(), protection)) {
            LeaderLink leader = new LeaderLink(connector, token.addresses());
            byte[] request = token.trust() instanceof Trust.Plaintext
                    ? new byte[0]
                    : NodeKey.in(data).signingRequest();
            Reply.Entered entered =
                    leader.enter(new Request.EnterCluster(token.secret(), key, listen, request), JOIN_LIMIT);
            switch (token.trust()) {
                case Trust.Authority authority ->
                    NodeCertificate.first(data, NodeKey.in(data), authority, entered.chain());
                case Trust.Plaintext _ ->
                    Keyring.keepNodeSecret(data, leader.nodeSecret(PlainNodeKey.in(data), JOIN_LIMIT));
            }
            new KnownCluster(data).learn(leader.view());
            return entered.node();
        }
    }

    private static NodeIdentity again(NodeOptions options) throws IOException {
        NodeIdentity identity = NodeIdentity.read(options.data());
        if (!identity.complete()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.data().toString(),
                    "this cluster was never finished: remove the directory, nothing was saved in it, and begin again"
                            + " with --init");
        }
        if (options.listen().isEmpty() || options.listen().get().equals(identity.address())) {
            return identity;
        }
        NodeIdentity moved = identity.at(listen(options));
        moved.write(options.data());
        return moved;
    }

    private static void refuseIfInhabited(NodeOptions options) throws IOException {
        if (NodeIdentity.isIn(options.data())) {
            NodeIdentity there = NodeIdentity.read(options.data());
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

    private static List<Path> disks(NodeOptions options) {
        List<Path> disks = new ArrayList<>(List.of(options.data()));
        disks.addAll(options.disks());
        return Disks.absolute(disks);
    }

    /** Made once, before anybody is told of it: it stands for what only this node can show, its key pair or, in plaintext, a number. */
    private static UUID key(Path data, Trust trust) throws IOException {
        return trust instanceof Trust.Authority
                ? NodeKey.in(data).id()
                : PlainNodeKey.in(data).publicHalf();
    }

    /** What a birth that was cut short has formatted already is left as it is: opening it checks whose it is. */
    private static void formatDisks(NodeIdentity identity) throws IOException {
        for (Path disk : identity.disks()) {
            Files.createDirectories(disk);
            if (!Files.exists(new DiskTree(disk).identity())) {
                ChunkStore.format(new LocalFiles(), disk, identity.cluster(), identity.node());
            }
        }
    }
}
