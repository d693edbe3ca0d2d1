package io.trivet.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Disks that are removed for a while by renaming their directories, which to a node looks like an
 * unmount. One thread.
 */
final class UnpluggedDisks {
    private final Map<ServerProcess, Path> away = new HashMap<>();

    void unplug(ServerProcess node, int disk) throws IOException {
        if (isOf(node)) {
            throw new IllegalStateException(node.address() + " lacks a disk already");
        }
        Path root = node.disks().get(disk);
        Files.move(root, aside(root));
        away.put(node, root);
    }

    private static Path aside(Path root) {
        return root.resolveSibling(root.getFileName() + ".away");
    }

    boolean isOf(ServerProcess node) {
        return away.containsKey(node);
    }

    /** The node must not run. Fails if something was written at the disk's place in between. */
    void plugIn(ServerProcess node) throws IOException {
        if (isOf(node)) {
            Path root = Objects.requireNonNull(away.remove(node));
            Files.deleteIfExists(root);
            Files.move(aside(root), root);
        }
    }
}
