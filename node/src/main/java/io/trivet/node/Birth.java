package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskTree;
import io.trivet.chunk.LocalFiles;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
            case NodeOptions.Start.Init _ -> first(options);
            case NodeOptions.Start.Join(String token) -> joined(options, JoinToken.parse(token));
            case NodeOptions.Start.Restart(List<Path> forgotten) -> Disks.changed(options, forgotten, again(options));
        };
    }

    private static NodeIdentity first(NodeOptions options) throws IOException {
        refuseIfInhabited(options);
        NodeIdentity identity = new NodeIdentity(
                new ClusterId(UUID.randomUUID()),
                new NodeId(0),
                key(options.data()),
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
        UUID key = key(options.data());
        Address listen = listen(options);
        NodeId node = join(options.data(), token, key, listen);
        NodeIdentity identity = new NodeIdentity(
                token.cluster(), node, key, listen, disks(options), true, NodeIdentity.Seating.NONE, 0);
        formatDisks(identity);
        identity.write(options.data());
        return identity;
    }

    /** On return the cluster counts this node, and this node knows whom to tell that it lives. */
    private static NodeId join(Path data, JoinToken token, UUID key, Address listen) throws IOException {
        try (Connector connector = new Connector("trivet-join", token.cluster())) {
            LeaderLink leader = new LeaderLink(connector, token.addresses());
            Outcome outcome = leader.submit(
                    Operation.unnumbered(new Command.Join(token.secretHash(), key, listen, WEIGHT, "")), JOIN_LIMIT);
            new KnownCluster(data).learn(leader.view());
            return ((Outcome.Joined) outcome).node();
        }
    }

    private static NodeIdentity again(NodeOptions options) throws IOException {
        NodeIdentity identity = NodeIdentity.read(options.data());
        if (!identity.complete()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.data().toString(),
                    "this cluster was never finished: remove the directory, nothing was saved in it, and begin again with --init");
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

    /** Made once, before anybody is told of it. */
    private static UUID key(Path data) throws IOException {
        Path file = data.resolve("node-key");
        if (!Files.exists(file)) {
            DurableFile.write(file, UUID.randomUUID() + "\n");
        }
        return UUID.fromString(Files.readString(file).strip());
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
