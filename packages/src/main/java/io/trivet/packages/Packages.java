package io.trivet.packages;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Builds all packages: {@code Packages ROOT TARGET VERSION TIME LIBRARIES}, the last a file with a
 * class path.
 */
public final class Packages {
    private Packages() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<Path> libraries = Arrays.stream(
                        Files.readString(Path.of(arguments[4])).strip().split(File.pathSeparator))
                .map(Path::of)
                .toList();
        Build build = new Build(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                arguments[2],
                Instant.parse(arguments[3]),
                libraries,
                Platform.here());
        StagedTree tree = StagedTree.of(build);
        SharedFiles shared = SharedFiles.of(build, tree);
        tell(archive(build, tree, shared));
        DebianPackage debian = DebianPackage.of(build, tree, shared);
        tell(debian.write(tree));
        tell(new Image(build).write(tree, debian.data()));
    }

    private static Path archive(Build build, StagedTree tree, SharedFiles shared) throws IOException {
        String name = "trivet-" + build.version();
        Path result = build.target().resolve(name + ".tar.gz");
        try (OutputStream file = Files.newOutputStream(result);
                Tar tar = new Tar(file, build.time())) {
            tar.tree(tree.directory(), name);
            tar.tree(shared.directory(), name + "/share");
            tar.tree(build.source("monitoring"), name + "/share/monitoring");
        }
        return result;
    }

    private static void tell(Path file) throws IOException {
        System.out.printf("%s: %.1f MB%n", file.getFileName(), Files.size(file) / 1e6);
    }
}
