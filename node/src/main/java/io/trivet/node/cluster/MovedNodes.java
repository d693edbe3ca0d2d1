package io.trivet.node.cluster;

import io.trivet.file.AtomicFile;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that are at other addresses than the published ones, in the file {@code moved}: without a
 * leader new addresses cannot be published, and without these nodes there may be no leader. What a
 * node says of itself counts at once; hearsay counts if it is newer. An address proves nothing: a
 * peer authenticates as at any address. Any thread.
 */
public final class MovedNodes {
    private static final Logger LOG = LoggerFactory.getLogger(MovedNodes.class);

    private final Path file;
    private final Map<NodeId, Reply.Moved> moved = new TreeMap<>();

    /** Nodes whose published address is tried next, since the other one failed. */
    private final Set<NodeId> doubted = new HashSet<>();

    public MovedNodes(Path data) throws IOException {
        this.file = data.resolve("moved");
        if (Files.exists(file)) {
            read();
        }
    }

    public synchronized List<Reply.Moved> all() {
        return List.copyOf(moved.values());
    }

    /** The address to try next, if it is not the published one. */
    synchronized Optional<Address> of(NodeId node) {
        return doubted.contains(node)
                ? Optional.empty()
                : Optional.ofNullable(moved.get(node)).map(Reply.Moved::address);
    }

    /** The node was not reached there; its other address is tried next. */
    synchronized void failed(NodeId node) {
        if (moved.containsKey(node) && !doubted.remove(node)) {
            doubted.add(node);
        }
    }

    /** The node itself says where it is. */
    synchronized void heard(Reply.Moved said, Address published) {
        if (said.address().equals(published)) {
            forget(said.node());
        } else if (!said.equals(moved.get(said.node()))) {
            keep(said);
        }
    }

    /** Another node says where it was heard from. */
    synchronized void told(Reply.Moved said, Address published) {
        Reply.Moved known = moved.get(said.node());
        if (!said.address().equals(published) && (known == null || known.version() < said.version())) {
            keep(said);
        }
    }

    /** An operator says where it is; that holds until the node itself says otherwise. */
    synchronized void named(NodeId node, Address address) {
        Reply.Moved known = moved.get(node);
        keep(new Reply.Moved(node, address, known == null ? 0 : known.version()));
    }

    private void keep(Reply.Moved said) {
        LOG.info("other address node={} address={}", said.node(), said.address());
        moved.put(said.node(), said);
        doubted.remove(said.node());
        write();
    }

    /** Its published address is newer. */
    synchronized void forget(NodeId node) {
        doubted.remove(node);
        if (moved.remove(node) != null) {
            write();
        }
    }

    private void write() {
        String text = moved.values().stream()
                .map(node -> node.node() + " " + node.address() + " " + node.version() + "\n")
                .collect(Collectors.joining());
        try {
            AtomicFile.write(file, text);
        } catch (IOException e) {
            LOG.warn("other addresses not kept file={} cause=\"{}\"", file, e.toString());
        }
    }

    /** Skips damaged lines, because the nodes report their addresses again. */
    private void read() throws IOException {
        for (String line :
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
            try {
                String[] words = line.split(" ", -1);
                NodeId node = NodeId.parse(words[0]);
                moved.put(node, new Reply.Moved(node, Address.parse(words[1]), Long.parseLong(words[2])));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                LOG.warn("other address not read file={} cause=\"{}\"", file, e.toString());
            }
        }
    }
}
