package io.trivet.packages;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;

/**
 * The tree that all packages have in common:
 *
 * <pre>
 *   bin/trivet                 the launcher
 *   lib/trivet.jar             names the jars that clients need, and the main class
 *   lib/engines.jar            names the jars that only nodes need
 *   lib/*.jar, lib/start.sh    the program
 *   lib/native/MACHINE/        the native library for cryptography
 *   lib/client.jsa, node.jsa   linked classes, with which the JVM starts sooner; ignored if they do
 *                              not match
 *   runtime/                   Java, without what Trivet does not use
 *   docs/ LICENSE *.md         what the documents refer to is with them
 * </pre>
 */
record StagedTree(Path directory) {
    /**
     * What Trivet and its libraries refer to, according to jdeps, without graphics and HTTP
     * servers, which no code path of Trivet reaches.
     */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.logging",
            "java.management",
            "java.naming",
            "java.sql",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.management",
            "jdk.unsupported");

    /** The native library for cryptography; the start script looks for it by this name. */
    static final String CRYPTO = "libamazonCorrettoCryptoProvider.so";

    /** What Trivet's own code uses in servers only; the launchers omit it for most commands. */
    private static final Pattern ENGINE = Pattern.compile("bc|jetty-|prometheus-|ratis-|rocksdbjni-|trivet-gateway");

    private static final List<String> DOCUMENTS =
            List.of("LICENSE", "README.md", "README.zh-CN.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md");

    private static final Pattern DOCUMENT = Pattern.compile("\\.(md|svg|png)$");

    static StagedTree of(Build build) throws IOException, InterruptedException {
        StagedTree tree = new StagedTree(build.target().resolve("trivet"));
        delete(tree.directory);
        Files.createDirectories(tree.lib());
        Files.createDirectories(tree.directory.resolve("bin"));
        tree.program(build);
        tree.linkRuntime();
        new SharedClasses(tree, build, "client", "trivet.jar")
                .write("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m");
        new SharedClasses(tree, build, "node", "trivet.jar", "engines.jar")
                .write("-XX:+UseSerialGC", "-Xmn16m", "-Xmx256m");
        return tree;
    }

    Path lib() {
        return directory.resolve("lib");
    }

    Path launcher() {
        return directory.resolve("bin/trivet");
    }

    private void program(Build build) throws IOException {
        for (String document : DOCUMENTS) {
            copy(build.root().resolve(document), directory.resolve(document));
        }
        documents(build.root());
        copy(build.source("tree/bin/trivet"), launcher());
        copy(build.root().resolve("cli/src/main/sh/start.sh"), lib().resolve("start.sh"));
        Path crypto = lib().resolve("native").resolve(build.platform().machine());
        Files.createDirectories(crypto);
        copy(
                build.root()
                        .resolve("cli/target/crypto")
                        .resolve(build.platform().machine())
                        .resolve(CRYPTO),
                crypto.resolve(CRYPTO));
        List<String> names = new ArrayList<>();
        List<String> engines = new ArrayList<>();
        for (Path jar :
                Stream.concat(build.own().stream(), build.libraries().stream()).toList()) {
            String name = jar.getFileName().toString().replace("-" + build.version(), "");
            new Jar(jar).put(lib().resolve(name), build.platform(), build.time());
            (ENGINE.matcher(name).lookingAt() ? engines : names).add(name);
        }
        name(build, "trivet.jar", names);
        name(build, "engines.jar", engines);
        stamp(build);
    }

    /** The pages and their pictures, without the tools that draw them. */
    private void documents(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
            for (Path file : files.filter(
                            each -> DOCUMENT.matcher(each.toString()).find())
                    .sorted()
                    .toList()) {
                Path to = directory.resolve(root.relativize(file).toString());
                Files.createDirectories(to.getParent());
                copy(file, to);
            }
        }
    }

    /**
     * A jar that names others keeps the class path short and independent of the tree's location.
     */
    private void name(Build build, String jar, List<String> names) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, "io.trivet.cli.Main");
        attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        try (OutputStream file = Files.newOutputStream(lib().resolve(jar));
                ZipOutputStream out = new ZipOutputStream(file)) {
            JarEntry entry = new JarEntry(JarFile.MANIFEST_NAME);
            entry.setTimeLocal(LocalDateTime.ofInstant(build.time(), ZoneOffset.UTC));
            out.putNextEntry(entry);
            manifest.write(out);
            out.closeEntry();
        }
    }

    /**
     * The JVM uses shared classes only with jars of the recorded time and size; unpacked jars have
     * this time.
     */
    private void stamp(Build build) throws IOException {
        try (Stream<Path> files = Files.list(lib())) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(build.time()));
            }
        }
    }

    private void linkRuntime() throws IOException {
        ToolProvider jlink =
                ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException("this JDK has no jlink"));
        Path runtime = directory.resolve("runtime");
        int code = jlink.run(
                System.out,
                System.err,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                runtime.toString());
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code);
        }
        for (String tool : List.of("keytool", "rmiregistry")) {
            Files.deleteIfExists(runtime.resolve("bin").resolve(tool));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
