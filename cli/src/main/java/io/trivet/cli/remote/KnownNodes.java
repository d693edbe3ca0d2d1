package io.trivet.cli.remote;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Caches the addresses of a cluster's nodes between commands, for profiles that cannot be written:
 * one that was made with the first node names only that one, and commands should work while it is
 * down. The profile alone says which authority to trust there. If the cache cannot be read or
 * written, it is not used.
 */
final class KnownNodes {
    private static final int MOST = 64;

    private final Optional<Path> file;

    /** {@code state} empty: nothing is cached. */
    KnownNodes(Optional<Path> state, ClusterId cluster) {
        this.file = state.map(directory -> directory.resolve("nodes-" + cluster));
    }

    /** These addresses, followed by the cached ones. */
    List<Address> beside(List<Address> named) {
        Set<Address> all = new LinkedHashSet<>(named);
        all.addAll(remembered());
        return List.copyOf(all);
    }

    private List<Address> remembered() {
        if (file.isEmpty()) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file.get())) {
            return lines.limit(MOST).map(Address::parse).toList();
        } catch (IOException | RuntimeException _) {
            return List.of();
        }
    }

    /**
     * What a profile that names {@code named} names from now on. Addresses that the cluster does
     * not publish stay, because a person may have written them (a name for all nodes, an address
     * outside of a network), but not those that it published once.
     *
     * @param published the present addresses of the nodes
     */
    List<Address> refreshed(List<Address> named, List<Address> published) {
        List<Address> gone = new ArrayList<>(remembered());
        gone.removeAll(published);
        Set<Address> all = new LinkedHashSet<>(named);
        gone.forEach(all::remove);
        all.addAll(published);
        return all.stream().limit(MOST).toList();
    }

    /**
     * Stores the addresses for the next command. If several commands run at the same time, the last
     * one wins.
     */
    void remember(List<Address> nodes) {
        List<Address> some = nodes.stream().limit(MOST).toList();
        if (some.equals(remembered())) {
            return;
        }
        file.ifPresent(known -> write(known, some));
    }

    private static void write(Path file, List<Address> nodes) {
        try {
            Files.createDirectories(file.getParent());
            Path next = Files.createTempFile(file.getParent(), "nodes-", ".new");
            try {
                Files.write(next, nodes.stream().map(Address::toString).toList());
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException _) {
            // The next command tries again.
        }
    }
}
