package io.trivet.packages;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a build of the packages knows.
 *
 * @param root the sources
 * @param target where results go
 * @param version of Trivet
 * @param time what every archive names as the time of all that is in it
 * @param libraries jars that are not Trivet's own
 */
record Build(Path root, Path target, String version, Instant time, List<Path> libraries, Platform platform) {
    Build {
        libraries = libraries.stream().sorted().toList();
    }

    /** Trivet's own jars, in the order of the class path. */
    List<Path> own() {
        return List.of(own("cli"), own("client"), own("gateway"), own("node"));
    }

    private Path own(String module) {
        return root.resolve(module).resolve("target").resolve("trivet-" + module + "-" + version + ".jar");
    }

    /** A file of this module. */
    Path source(String name) {
        return root.resolve("packages/src").resolve(name);
    }
}
