package io.trivet.packages;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A package for Debian and its derivatives: an {@code ar} archive of a version, a {@code
 * control.tar.gz} (what dpkg reads and runs) and a {@code data.tar.gz} (what it unpacks). The
 * latter is also a layer of the image.
 *
 * @param data everything below {@code /}
 */
record DebianPackage(Build build, Path data) {
    /**
     * The program below {@code usr/lib/trivet}, the command, its manual and completions, the
     * service, its settings.
     */
    static DebianPackage of(Build build, StagedTree tree, SharedFiles shared) throws IOException {
        Path data = build.target().resolve("data.tar.gz");
        try (OutputStream file = Files.newOutputStream(data);
                Tar tar = new Tar(file, build.time())) {
            tar.directory(".", 0755, 0);
            tar.tree(build.source("debian/root"), ".");
            tar.tree(tree.directory(), "./usr/lib/trivet");
            tar.directories("./usr/bin");
            tar.link("./usr/bin/trivet", "../lib/trivet/bin/trivet");
            for (String completions : List.of("bash-completion", "zsh", "fish")) {
                tar.tree(shared.directory().resolve(completions), "./usr/share/" + completions);
            }
            tar.tree(build.source("monitoring"), "./usr/share/trivet/monitoring");
            tar.directories("./usr/share/man/man1");
            for (Path page : shared.pages()) {
                tar.compressed("./usr/share/man/man1/" + page.getFileName(), page);
            }
            tar.directories("./usr/share/doc/trivet");
            tar.file("./usr/share/doc/trivet/copyright", build.root().resolve("LICENSE"));
            tar.compressed("./usr/share/doc/trivet/changelog", build.root().resolve("CHANGELOG.md"));
        }
        return new DebianPackage(build, data);
    }

    /** Returns the package's file. */
    Path write(StagedTree tree) throws IOException {
        Path control = build.target().resolve("control.tar.gz");
        try (OutputStream file = Files.newOutputStream(control);
                Tar tar = new Tar(file, build.time())) {
            tar.directory(".", 0755, 0);
            tar.text("./control", control(kibibytes(tree)), 0644);
            tar.text("./conffiles", "/etc/trivet/trivet.conf\n", 0644);
            for (String script : new String[] {"postinst", "prerm", "postrm"}) {
                tar.text("./" + script, Files.readString(build.source("debian/" + script)), 0755);
            }
        }
        Path result = build.target()
                .resolve("trivet_" + version() + "_" + build.platform().debian() + ".deb");
        try (OutputStream out = Files.newOutputStream(result)) {
            out.write("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
            member(out, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            member(out, "control.tar.gz", Files.readAllBytes(control));
            member(out, "data.tar.gz", Files.readAllBytes(data));
        }
        return result;
    }

    /** A tilde sorts before everything: a snapshot is older than its release. */
    private String version() {
        return build.version().replace("-SNAPSHOT", "~snapshot");
    }

    private String control(long kibibytes) throws IOException {
        return Files.readString(build.source("debian/control"))
                .replace("@VERSION@", version())
                .replace("@ARCHITECTURE@", build.platform().debian())
                .replace("@SIZE@", Long.toString(kibibytes));
    }

    private static long kibibytes(StagedTree tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree.directory())) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length() / 1024 + 1)
                    .sum();
        }
    }

    private void member(OutputStream out, String name, byte[] bytes) throws IOException {
        String header = "%-16s%-12d%-6d%-6d%-8s%-10d`\n"
                .formatted(name, build.time().getEpochSecond(), 0, 0, "100644", bytes.length);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        if (bytes.length % 2 == 1) {
            out.write('\n');
        }
    }
}
