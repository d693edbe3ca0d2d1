package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * HDFS 3.4 from Maven Central, which needs a Java 17 beside ours.
 *
 * @param durable whether the client requests that every block be on disk; otherwise the DataNodes
 *     have it in memory
 */
record Hdfs(Path checkout, boolean durable) implements Contender {
    private static final String JAVA = "17";
    private static final Path MACHINES = Path.of("/usr/lib/jvm");

    @Override
    public String name() {
        return durable ? "HDFS 3.4, hsync" : "HDFS 3.4";
    }

    /** Downloads Hadoop and compiles our client for it. */
    @Override
    public Optional<String> missing() {
        if (java().isEmpty()) {
            return Optional.of("no Java 17 in " + MACHINES + " (on Debian: apt install openjdk-17-jre-headless)");
        }
        try {
            Tool.run(
                    List.of(
                            checkout.resolve("mvnw").toString(),
                            "-B",
                            "-q",
                            "-f",
                            project().resolve("pom.xml").toString(),
                            "package"),
                    Map.of());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("Hadoop could not be fetched: " + e.getMessage());
        }
    }

    private Path project() {
        return checkout.resolve("bench/peers/hdfs");
    }

    /** The home of a Java 17; empty if there is none. */
    private static Optional<Path> java() {
        try (Stream<Path> homes = Files.list(MACHINES)) {
            return homes.filter(Hdfs::isRight).sorted().findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static boolean isRight(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin/java"))
                    && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + JAVA + ".");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public Cluster start(Workplace place, int servers) throws IOException {
        Path java = java().orElseThrow().resolve("bin/java");
        return HdfsCluster.start(place, new HdfsCluster.Program(java, project().resolve("target")), durable, servers);
    }

    @Override
    public boolean isRepaired() {
        return !durable;
    }
}
