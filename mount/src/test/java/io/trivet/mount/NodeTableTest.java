package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class NodeTableTest {
    private final NodeTable nodes = new NodeTable(RemotePath.parse("/top"));
    private final DirectoryNode root = nodes.directory(NodeTable.ROOT);

    private DirectoryNode directory(DirectoryNode parent, String name) {
        return nodes.given(nodes.found(parent, name, new NameEntry.Directory("", Instant.EPOCH)));
    }

    @Test
    void pathsBeginWithWhatIsMounted() {
        DirectoryNode a = directory(root, "a");
        DirectoryNode b = directory(a, "b");
        assertThat(nodes.path(root)).isEqualTo(RemotePath.parse("/top"));
        assertThat(nodes.path(b)).isEqualTo(RemotePath.parse("/top/a/b"));
        assertThat(nodes.path(b, "c")).isEqualTo(RemotePath.parse("/top/a/b/c"));
    }

    @Test
    void aRenameTakesWhatIsBelowWithIt() {
        DirectoryNode a = directory(root, "a");
        DirectoryNode b = directory(a, "b");
        DirectoryNode other = directory(root, "other");
        nodes.renamed(a, other, "moved");
        assertThat(nodes.path(b)).isEqualTo(RemotePath.parse("/top/other/moved/b"));
        assertThat(nodes.child(root, "a")).isEmpty();
        assertThat(nodes.child(other, "moved")).contains(a);
    }

    @Test
    void whatARenameReplacesIsRemoved() {
        DirectoryNode a = directory(root, "a");
        DirectoryNode b = directory(root, "b");
        nodes.renamed(a, root, "b");
        assertThat(b.removed).isTrue();
        assertThat(a.removed).isFalse();
        assertThat(nodes.child(root, "b")).contains(a);
    }

    @Test
    void aNodeIsKeptUntilTheKernelForgetsItAndNothingIsBelow() {
        DirectoryNode a = directory(root, "a");
        DirectoryNode b = directory(a, "b");
        assertThat(nodes.given(nodes.found(root, "a", new NameEntry.Directory("", Instant.EPOCH))))
                .isSameAs(a);
        nodes.forget(a.number, 2);
        assertThat(nodes.node(a.number)).isSameAs(a);
        nodes.forget(b.number, 1);
        assertThatThrownBy(() -> nodes.node(b.number)).hasMessage("ESTALE");
        assertThatThrownBy(() -> nodes.node(a.number)).hasMessage("ESTALE");
        assertThat(nodes.child(root, "a")).isEmpty();
    }

    @Test
    void aPinnedNodeIsKept() {
        DirectoryNode a = directory(root, "a");
        nodes.pin(a);
        nodes.forget(a.number, 1);
        assertThat(nodes.node(a.number)).isSameAs(a);
        nodes.unpin(a);
        assertThatThrownBy(() -> nodes.node(a.number)).hasMessage("ESTALE");
    }

    /** Programs that walk a tree take equal numbers for a circle. */
    @Test
    void aDirectoryMadeAgainHasAnotherInodeThanTheOneThatWasMovedAway() {
        DirectoryNode a = directory(root, "a");
        nodes.renamed(a, root, "b");
        assertThat(directory(root, "a").inode()).isNotEqualTo(a.inode());
    }
}
