package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.mount.fuse.NodeAttributes;
import io.trivet.mount.fuse.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OpenDirectoryTest {
    /** Room for two entries with attributes and short names, not for three. */
    private static final int TWO = 2 * 160;

    /** Of the structures of the protocol: the header of a reply, an entry without its name, and where its parts are. */
    private static final int HEADER = 16;

    private static final int ENTRY = 152;
    private static final int NAME_LENGTH = 128 + 16;

    private final NodeTable nodes = new NodeTable(RemotePath.parse("/"));
    private final DirectoryNode top = nodes.directory(NodeTable.ROOT);

    /** The cluster has the directories a, b and c, in one page. */
    private final OpenDirectory directory = new OpenDirectory(top, nodes, new Fake(), Duration.ofSeconds(1));

    private static NameEntry.Directory entry(String name) {
        return new NameEntry.Directory(name, Instant.EPOCH);
    }

    private final class Fake implements OpenDirectory.Source {
        @Override
        public Iterator<NameEntry> list(DirectoryNode asked) {
            return List.<NameEntry>of(entry("a"), entry("b"), entry("c")).iterator();
        }

        @Override
        public Node given(DirectoryNode parent, NameEntry found, long asked) {
            return nodes.given(nodes.found(parent, found.name(), (NameEntry.Directory) found));
        }

        @Override
        public NodeAttributes attributes(DirectoryNode parent, NameEntry found) {
            return new NodeAttributes(7, 0, Instant.EPOCH, NodeAttributes.DIRECTORY, 2, 0, 0);
        }

        @Override
        public NodeAttributes attributes(Node node) {
            return new NodeAttributes(node.inode(), 0, Instant.EPOCH, NodeAttributes.DIRECTORY, 2, 0, 0);
        }
    }

    /** Names and node numbers that the kernel is told, from an offset on. */
    private Map<String, Long> read(long offset) {
        Reply reply = new Reply(ByteBuffer.allocate(4096));
        directory.read(offset, TWO, true, reply);
        ByteBuffer bytes = reply.finish(1).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Long> told = new LinkedHashMap<>();
        for (int at = HEADER; at < bytes.limit(); ) {
            byte[] name = new byte[bytes.getInt(at + NAME_LENGTH)];
            bytes.get(at + ENTRY, name);
            told.put(new String(name, StandardCharsets.UTF_8), bytes.getLong(at));
            at += ENTRY + (name.length + 7) / 8 * 8;
        }
        return told;
    }

    @Test
    void theKernelIsGivenTheNodesOfWhatIsListed() {
        assertThat(read(0)).containsOnlyKeys(".", "..");
        Map<String, Long> told = read(2);
        assertThat(told).containsOnlyKeys("a", "b");
        assertThat(told.get("a"))
                .isEqualTo(nodes.child(top, "a").orElseThrow().number)
                .isPositive();
    }

    /** Else the kernel would show a removed name for as long as it may rely on a node. */
    @Test
    void aNameThatWasRemovedSinceTheListWasAskedForIsNotGivenAgain() {
        DirectoryNode removed = nodes.given(nodes.found(top, "b", entry("b")));
        read(0);
        nodes.removed(removed);
        assertThat(read(2)).containsEntry("b", 0L);
        assertThat(nodes.child(top, "b")).isEmpty();
        read(0); // a new list
        assertThat(read(2).get("b")).isPositive();
    }

    @Test
    void aNameThatWasMovedSinceTheListWasAskedForIsNotGivenAgain() {
        DirectoryNode other = nodes.given(nodes.found(top, "other", entry("other")));
        DirectoryNode moved = nodes.given(nodes.found(top, "a", entry("a")));
        read(0);
        nodes.renamed(moved, other, "a");
        assertThat(read(2)).containsEntry("a", 0L);
        assertThat(nodes.child(top, "a")).isEmpty();
    }
}
