package io.trivet.packages;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * An image for containers, as an OCI image layout in one tar: {@code oci-layout}, {@code
 * index.json}, and under {@code blobs/sha256} a manifest, a configuration and two layers. The upper
 * layer is the data of the Debian package. The lower one has everything that Java and RocksDB need
 * of a system: the C and C++ libraries of the build machine, an account, a directory for temporary
 * files. There is no base image, no shell and no package manager.
 */
final class Image {
    private static final String ACCOUNT = "999:999";
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    /** A blob that is JSON. */
    private record Text(String digest, long size) {}

    private final Build build;
    private final Map<String, byte[]> small = new TreeMap<>();
    private final Map<String, Path> blobs = new TreeMap<>();

    Image(Build build) {
        this.build = build;
    }

    /** Returns the image's file. */
    Path write(StagedTree tree, Path data) throws IOException, InterruptedException {
        Path system = build.target().resolve("system.tar.gz");
        system(system, tree);
        Text configuration = blob(configuration(system, data));
        Text manifest = blob("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s,%s]}""".formatted(
                        descriptor("config.v1+json", configuration.digest(), configuration.size()),
                        layer(system),
                        layer(data)));
        String index = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                "digest":"sha256:%s","size":%d,"platform":{"architecture":"%s","os":"linux"},\
                "annotations":{"org.opencontainers.image.ref.name":"%s"}}]}""".formatted(
                        manifest.digest(), manifest.size(), build.platform().debian(), build.version());
        return pack(index);
    }

    private Path pack(String index) throws IOException {
        Path result = build.target().resolve("trivet-" + build.version() + "-image.tar");
        try (OutputStream file = Files.newOutputStream(result);
                Tar tar = Tar.plain(file, build.time())) {
            tar.text("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", 0644);
            tar.text("index.json", index, 0644);
            tar.directories("blobs/sha256");
            for (Map.Entry<String, byte[]> blob : small.entrySet()) {
                tar.text("blobs/sha256/" + blob.getKey(), new String(blob.getValue(), StandardCharsets.UTF_8), 0644);
            }
            for (Map.Entry<String, Path> blob : blobs.entrySet()) {
                tar.file("blobs/sha256/" + blob.getKey(), blob.getValue());
            }
        }
        return result;
    }

    private String configuration(Path system, Path data) throws IOException {
        String crypto = "/usr/lib/trivet/lib/native/" + build.platform().machine();
        String entry = Stream.of(
                        "/usr/lib/trivet/runtime/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Xmn16m",
                        "-Xmx256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djdk.tls.maxHandshakeMessageSize=16384",
                        "-Dtrivet.crypto=" + crypto,
                        "-Djava.library.path=" + crypto,
                        "-Dcom.amazon.corretto.crypto.provider.useExternalLib=true",
                        "-Xlog:cds=off",
                        "-Xlog:aot=off",
                        "-XX:SharedArchiveFile=/usr/lib/trivet/lib/node.jsa",
                        "-cp",
                        "/usr/lib/trivet/lib/trivet.jar:/usr/lib/trivet/lib/engines.jar",
                        "io.trivet.cli.Main")
                .map(word -> '"' + word + '"')
                .collect(Collectors.joining(","));
        return """
                {"created":"%s","architecture":"%s","os":"linux","config":{"User":"%s","Env":["LC_ALL=C.UTF-8","HOME=/var/lib/trivet","MALLOC_ARENA_MAX=2"],\
                "Entrypoint":[%s],"Cmd":["--help"],"WorkingDir":"/var/lib/trivet","ExposedPorts":{"7777/tcp":{}},"Volumes":{"/var/lib/trivet":{}},\
                "Labels":{"org.opencontainers.image.title":"Trivet","org.opencontainers.image.version":"%s","org.opencontainers.image.licenses":"Apache-2.0"}},\
                "rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]}}""".formatted(
                        build.time(),
                        build.platform().debian(),
                        ACCOUNT,
                        entry,
                        build.version(),
                        plainDigest(system),
                        plainDigest(data));
    }

    private void system(Path file, StagedTree tree) throws IOException, InterruptedException {
        try (OutputStream out = Files.newOutputStream(file);
                Tar tar = new Tar(out, build.time())) {
            tar.directories("etc");
            tar.text("etc/passwd", "root:x:0:0:root:/:/\ntrivet:x:999:999:Trivet:/var/lib/trivet:/\n", 0644);
            tar.text("etc/group", "root:x:0:\ntrivet:x:999:\n", 0644);
            tar.text("etc/nsswitch.conf", "hosts: files dns\n", 0644);
            tar.directory("tmp", 01777, 0);
            tar.directories("var/lib");
            tar.directory("var/lib/trivet", 0750, 999);
            for (String library : libraries(tree)) {
                String name = library.substring(1);
                tar.directories(name.substring(0, name.lastIndexOf('/')));
                tar.file(name, Path.of(library).toRealPath());
            }
        }
    }

    /**
     * The libraries that the runtime and RocksDB are linked with, according to {@code ldd} on this
     * machine, without those of the runtime itself.
     */
    private Set<String> libraries(StagedTree tree) throws IOException, InterruptedException {
        Path runtime = tree.directory().resolve("runtime").toAbsolutePath();
        Set<String> found = new TreeSet<>();
        for (String part :
                List.of("bin/java", "lib/server/libjvm.so", "lib/libnet.so", "lib/libnio.so", "lib/libmanagement.so")) {
            found.addAll(linked(runtime.resolve(part)));
        }
        found.addAll(linked(rocks(tree)));
        found.addAll(linked(
                tree.lib().resolve("native").resolve(build.platform().machine()).resolve(StagedTree.CRYPTO)));
        found.removeIf(library -> library.startsWith(runtime.toString()));
        return found;
    }

    /** Libraries of the JVM are loaded already when others need them. */
    private static List<String> linked(Path binary) throws IOException, InterruptedException {
        Process ldd = new ProcessBuilder("ldd", binary.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ldd.waitFor() != 0
                || said.replaceAll("libj(vm|ava|li)\\.so => not found", "").contains("not found")) {
            throw new IllegalStateException("what " + binary + " is linked against is not all here:\n" + said);
        }
        return LIBRARY.matcher(said).results().map(line -> line.group(1)).toList();
    }

    /** The native library that its jar unpacks when a node starts. */
    private Path rocks(StagedTree tree) throws IOException {
        Path jar = build.libraries().stream()
                .map(library -> tree.lib().resolve(library.getFileName()))
                .filter(library -> library.getFileName().toString().startsWith("rocksdbjni-"))
                .findFirst()
                .orElseThrow();
        Path unpacked = build.target().resolve("rocksdb.so");
        try (JarFile content = new JarFile(jar.toFile())) {
            JarEntry library = content.stream()
                    .filter(entry -> entry.getName().endsWith(".so"))
                    .findFirst()
                    .orElseThrow();
            try (InputStream in = content.getInputStream(library)) {
                Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return unpacked;
    }

    private String layer(Path file) throws IOException {
        String digest;
        try (InputStream in = Files.newInputStream(file)) {
            digest = digest(in);
        }
        blobs.put(digest, file);
        return descriptor("layer.v1.tar+gzip", digest, Files.size(file));
    }

    private static String descriptor(String type, String digest, long size) {
        return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
                .formatted(type, digest, size);
    }

    private Text blob(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest = digest(new ByteArrayInputStream(bytes));
        small.put(digest, bytes);
        return new Text(digest, bytes.length);
    }

    private static String plainDigest(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            return digest(in);
        }
    }

    private static String digest(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
