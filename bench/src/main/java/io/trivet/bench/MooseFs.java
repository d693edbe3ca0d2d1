package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MooseFS 3.0 from Debian's packages, which are unpacked and not installed, so that nothing of it
 * stays on the machine.
 *
 * @param durable whether chunk servers fsync what they close, the master fsyncs its log, and the
 *     client fsyncs each file; by default none of them does
 */
record MooseFs(Path checkout, boolean durable) implements Contender {
    private static final String FETCH = """
            set -eu
            mkdir -p "$0"
            cd "$0"
            [ ! -e unpacked ] || exit 0
            if ! apt-get download -qq moosefs-master moosefs-chunkserver moosefs-client libfuse3-3; then
              apt-get update -qq
              apt-get download -qq moosefs-master moosefs-chunkserver moosefs-client libfuse3-3
            fi
            for package in *.deb; do dpkg -x "$package" root; done
            touch unpacked
            """;

    @Override
    public String name() {
        return durable ? "MooseFS 3.0, fsync" : "MooseFS 3.0";
    }

    @Override
    public Optional<String> missing() {
        try {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                return Optional.of("a network of its own and a mount take root");
            }
            if (!Files.exists(Path.of("/dev/fuse"))) {
                return Optional.of("no /dev/fuse");
            }
            Tool.run(List.of("sh", "-c", FETCH, packages().toString()), Map.of());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("Debian's packages could not be fetched: " + e.getMessage());
        }
    }

    private Path packages() {
        return checkout.resolve("bench/target/moosefs");
    }

    @Override
    public Cluster start(Workplace place, int servers) throws IOException {
        return MooseCluster.start(place, new MooseCluster.Program(packages().resolve("root")), durable, servers);
    }

    @Override
    public boolean isRepaired() {
        return !durable;
    }
}
