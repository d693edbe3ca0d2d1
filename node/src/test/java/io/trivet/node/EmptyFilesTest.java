package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.FileCheck;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteFile;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However an empty file is made, no node stores anything of it, and it can be used like any other. */
@Timeout(120)
class EmptyFilesTest {
    private static final Instant TIME = Instant.parse("1955-02-03T04:05:06.123456789Z");

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, new ChunkSize(64 << 10));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static RemotePath path(String path) {
        return RemotePath.parse(path);
    }

    private static FileRecord record(String path) {
        return ((NameEntry.File) client.stat(path(path))).record();
    }

    private static void assertEmpty(String path) throws IOException {
        FileRecord record = record(path);
        assertThat(record.size()).isZero();
        assertThat(record.chunkCount()).isZero();
        Path target = base.resolve("loaded");
        client.load(path(path), target, Progress.NONE);
        assertThat(target).isEmptyFile();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        client.load(path(path), bytes, Progress.NONE);
        assertThat(bytes.size()).isZero();
        try (RemoteInput input = client.open(path(path))) {
            assertThat(input.read(ByteBuffer.allocate(9))).isEqualTo(-1);
        }
        try (RemoteFile file = client.openFile(path(path))) {
            assertThat(file.read(0, ByteBuffer.allocate(9))).isEqualTo(-1);
        }
        FileCheck check = client.replicas().verify(path(path), Progress.NONE);
        assertThat(check.isWhole()).isTrue();
        assertThat(check.chunks()).isEmpty();
        assertThat(client.replicas().where(path(path)).chunks()).isEmpty();
        try (Stream<Path> files = Files.walk(base.resolve("c"))) {
            assertThat(files.filter(each -> each.getFileName().toString().startsWith(record.id() + ".")))
                    .isEmpty();
        }
    }

    @Test
    void everyWayToSaveNothingMakesARecordAlone() throws IOException {
        Path source = Files.createFile(base.resolve("source"));
        SaveSummary saved = client.save(source, path("/a/file"), Progress.NONE);
        assertThat(saved.record()).isEqualTo(record("/a/file"));
        assertThat(saved.nodes()).isEmpty();
        assertEmpty("/a/file");
        client.save(InputStream.nullInputStream(), path("/a/stream"), Progress.NONE);
        assertEmpty("/a/stream");
        try (RemoteOutput output = client.create(path("/a/output"), 1 << 20)) {
            output.setAttributes(Attributes.NONE.with("a", "b"));
            output.write(new byte[0]);
            output.commit(TIME);
        }
        assertEmpty("/a/output");
        assertThat(record("/a/output").modified()).isEqualTo(TIME);
        assertThat(client.attributes(path("/a/output")).attributes().text("a")).contains("b");
        FileRecord made = client.createEmpty(
                path("/a/made"), MetadataChange.NONE.withMode(0600).withModified(TIME));
        assertThat(made).isEqualTo(record("/a/made"));
        assertThat(made.mode()).isEqualTo(0600);
        assertThat(made.modified()).isEqualTo(TIME);
        assertEmpty("/a/made");
        client.copy(path("/a/made"), path("/a/copy"), MetadataChange.NONE);
        assertEmpty("/a/copy");
    }

    @Test
    void aStreamOfBytesIsStillAFileWithChunks() throws IOException {
        try (RemoteOutput output = client.create(path("/bytes"))) {
            output.write(1);
            output.commit();
        }
        assertThat(record("/bytes").chunkCount()).isEqualTo(1);
        try (RemoteOutput output = client.create(path("/never"))) {
            output.abort();
        }
        assertThatThrownBy(() -> client.stat(path("/never"))).isInstanceOf(TrivetException.class);
    }

    @Test
    void aDirectoryIsRenamedOverAnEmptyOneInOneStep() {
        client.createEmpty(path("/from/f"), MetadataChange.NONE);
        client.makeDirectory(path("/to"));
        client.rename(path("/from"), path("/to"));
        assertThat(record("/to/f").chunkCount()).isZero();
        client.makeDirectory(path("/from"));
        assertThatThrownBy(() -> client.rename(path("/from"), path("/to")))
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Refusal.Kind.NOT_EMPTY));
    }

    @Test
    void ofTwoExclusiveCreatesOneIsRefused() {
        RemotePath lock = path("/lock");
        client.onlyIf(Condition.absent(lock)).createEmpty(lock, MetadataChange.NONE);
        assertThatThrownBy(() -> client.onlyIf(Condition.absent(lock)).createEmpty(lock, MetadataChange.NONE))
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Refusal.Kind.CONDITION_FAILED));
    }

    @Test
    void itReplacesAndIsReplacedAndComesBackFromTheTrash() throws IOException {
        client.createEmpty(path("/r"), MetadataChange.NONE);
        FileRecord first = record("/r");
        client.save(new ByteArrayInputStream(new byte[9]), path("/r"), Progress.NONE);
        client.createEmpty(path("/r"), MetadataChange.NONE);
        client.trash().setRetention(Duration.ofDays(1));
        FileRecord empty = record("/r");
        assertThat(empty.id()).isNotEqualTo(first.id());
        client.remove(path("/r"), false);
        client.trash().restore(empty.id(), path("/r"));
        assertThat(record("/r")).isEqualTo(empty);
        assertEmpty("/r");
    }

    @Test
    void itHasAReceipt() throws IOException {
        client.createEmpty(path("/proven"), MetadataChange.NONE);
        SignedReceipt receipt = client.replicas().receipt(path("/proven"));
        SignedReceipt read = SignedReceipt.parse(receipt.text().getBytes(StandardCharsets.UTF_8));
        read.requireSignedUnder((TrustSettings.Authority) cluster.trust());
        assertThat(read.head().size()).isZero();
        assertThat(read.replicas()).isZero();
    }
}
