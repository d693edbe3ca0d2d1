package io.trivet.packages;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The parameters of a build of the packages.
 *
 * @param root the sources
 * @param target the directory for results
 * @param version of Trivet
 * @param time the time of every entry in every archive
 * @param libraries jars of other projects
 */
record Build(Path root, Path target, String version, Instant time, List<Path> libraries, Platform platform) {
    Build {
        libraries = libraries.stream().sorted().toList();
    }

    /** Trivet's own jars, in the order of the class path. */
    List<Path> own() {
        return List.of(own("cli"), own("client"), own("gateway"), own("mount"), own("node"));
    }

    private Path own(String module) {
        return root.resolve(module).resolve("target").resolve("trivet-" + module + "-" + version + ".jar");
    }

    /** A file of this module. */
    Path source(String name) {
        return root.resolve("packages/src").resolve(name);
    }
}
