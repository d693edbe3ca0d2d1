package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a local file has besides its bytes is kept and given back. */
@Timeout(120)
class PreservedMetadataTest {
    private static final int CHUNK = 64 << 10;
    private static final RemotePath REMOTE = RemotePath.parse("/kept");
    private static final Instant TIME = Instant.parse("2001-02-03T04:05:06.123456789Z");

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 1, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    private static Path source(String name, int size) throws IOException {
        Path source = Files.write(base.resolve(name), new byte[size]);
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("r---w---x"));
        Files.setLastModifiedTime(source, FileTime.from(TIME));
        return source;
    }

    private static void requireExtendedAttributes(Path file) {
        boolean there;
        try {
            view(file).write("probe", ByteBuffer.allocate(1));
            view(file).delete("probe");
            there = true;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "the file system of the tests has no extended attributes");
    }

    @Test
    void permissionsAndTimeComeBack() throws IOException {
        for (int size : new int[] {0, 5, 5 * CHUNK}) { // the last one is kept if it is interrupted
            Path source = source("source" + size, size);
            client.save(source, REMOTE, Preserve.ALL, Progress.NONE);
            Path target = base.resolve("target" + size);
            client.load(REMOTE, target, Preserve.ALL, Progress.NONE);
            assertThat(Files.getPosixFilePermissions(target)).isEqualTo(Files.getPosixFilePermissions(source));
            assertThat(Files.getLastModifiedTime(target)).isEqualTo(Files.getLastModifiedTime(source));
            assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        }
    }

    @Test
    void withoutPreservingTheLoadedFileHasThePermissionsOfANewOne() throws IOException {
        client.save(source("plain", 5), REMOTE, Progress.NONE);
        Path target = base.resolve("plain-target");
        client.load(REMOTE, target, Progress.NONE);
        assertThat(Files.getPosixFilePermissions(target))
                .isEqualTo(Files.getPosixFilePermissions(Files.createFile(base.resolve("new"))));
    }

    @Test
    void extendedAttributesComeBack() throws IOException {
        Path source = source("extended", 5);
        requireExtendedAttributes(source);
        view(source).write("text", StandardCharsets.UTF_8.encode("数据"));
        view(source).write("bytes", ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
        view(source).write("empty", ByteBuffer.allocate(0));
        client.save(source, REMOTE, Preserve.ALL, Progress.NONE);
        assertThat(client.attributes(REMOTE).attributes().names())
                .containsExactly("user.bytes", "user.empty", "user.text");
        Path target = base.resolve("extended-target");
        client.load(REMOTE, target, Preserve.ALL, Progress.NONE);
        assertThat(view(target).list()).containsExactlyInAnyOrder("text", "bytes", "empty");
        ByteBuffer value = ByteBuffer.allocate(100);
        view(target).read("bytes", value);
        assertThat(value.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
        client.save(source, REMOTE, Progress.NONE);
        assertThat(client.attributes(REMOTE).attributes().isEmpty()).isTrue();
    }

    @Test
    void extendedAttributesThatAreTooLargeAreRefusedAndNothingIsSaved() throws IOException {
        Path source = source("large", 5);
        requireExtendedAttributes(source);
        RemotePath path = RemotePath.parse("/large");
        try {
            for (int i = 0; i < 9; i++) {
                view(source).write("v" + i, ByteBuffer.allocate(1000));
            }
        } catch (IOException e) {
            assumeTrue(false, "the file system of the tests has too little room for extended attributes");
        }
        assertThatThrownBy(() -> client.save(source, path, Preserve.ALL, Progress.NONE))
                .hasMessageContaining("its extended attributes cannot be kept")
                .hasMessageContaining("at most 8192 bytes");
        assertThatThrownBy(() -> client.stat(path)).hasMessageContaining("no such file");
    }

    /** Whoever may not read the file must not read it while it arrives. */
    @Test
    void aFileThatArrivesIsReadByItsOwnerOnly() throws IOException {
        client.save(source("secret", 5 * CHUNK), REMOTE, Preserve.ALL, Progress.NONE);
        Path directory = Files.createDirectory(base.resolve("arriving"));
        boolean[] seen = {false};
        client.load(REMOTE, directory.resolve("target"), Preserve.ALL, new Progress() {
            @Override
            public void started(long totalBytes) {}

            @Override
            public synchronized void moved(NodeId node, long bytes) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.filter(each -> !each.toString().endsWith(".list~"))
                            .toList()) {
                        seen[0] = true;
                        assertThat(Files.getPosixFilePermissions(file))
                                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void retried(NodeId node, String reason) {}
        });
        assertThat(seen[0]).isTrue();
    }

    @Test
    void anExceptionBeforeTheFileGetsItsNameLeavesTheTarget() throws IOException {
        for (int size : new int[] {5, 5 * CHUNK}) {
            client.save(source("before" + size, size), REMOTE, Progress.NONE);
            Path directory = Files.createDirectory(base.resolve("placing" + size));
            Path target = Files.writeString(directory.resolve("target"), "old");
            assertThatThrownBy(() -> client.load(REMOTE, target, new Progress() {
                        @Override
                        public void started(long totalBytes) {}

                        @Override
                        public void moved(NodeId node, long bytes) {}

                        @Override
                        public void retried(NodeId node, String reason) {}

                        @Override
                        public void placing() {
                            throw new IllegalStateException("not now");
                        }
                    }))
                    .hasMessage("not now");
            assertThat(target).hasContent("old");
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).containsExactly(target);
            }
        }
    }
}
