package io.trivet.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkWriter;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescueCommandTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    @TempDir
    Path directory;

    @BeforeEach
    void formatADisk() throws IOException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        ChunkStore.format(new SystemDiskFiles(), disk, CLUSTER, new NodeId(0));
    }

    private void store(long counter, String path, boolean last) throws IOException {
        byte[] bytes = new byte[ChunkSize.BLOCK_BYTES];
        ChunkHeader header = new ChunkHeader(
                new ChunkId(new FileId(1, counter), 2),
                new Slot(0),
                new ChunkSize(ChunkSize.BLOCK_BYTES),
                bytes.length,
                last,
                RemotePath.parse(path));
        store(header, bytes);
        if (last) {
            store(
                    new ChunkHeader(
                            new ChunkId(header.chunk().file(), 1),
                            header.first(),
                            header.chunkSize(),
                            bytes.length,
                            false,
                            header.path()),
                    bytes);
        }
    }

    private void store(ChunkHeader header, byte[] bytes) throws IOException {
        StoreSettings settings = new StoreSettings(CLUSTER, new NodeId(0), List.of(directory.resolve("disk")), 0, 0);
        try (ChunkStore store = ChunkStore.open(new SystemDiskFiles(), settings, _ -> {});
                ChunkWriter writer = store.begin(header)) {
            writer.write(ByteBuffer.wrap(bytes), new int[] {Checksums.of(bytes)});
            writer.finish(bytes.length, Checksums.of(bytes));
        }
    }

    private CommandRun run(String... more) {
        String[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("rescue", "--from", "disk", "--to", "out"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return CommandRun.of(new FakeClient(), directory, arguments);
    }

    @Test
    void wholeFilesEndWithZeroAndALineThatSaysWhatIsTrue() throws IOException {
        store(1, "/d/whole", true);
        CommandRun run = run();
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("whole       /d/whole")
                .contains("rescued 1 of 1 file, 128 KiB, from 1 disk into ");
        assertThat(directory.resolve("out/d/whole")).hasSize(2L * ChunkSize.BLOCK_BYTES);
    }

    @Test
    void anIncompleteFileEndsWithOneAndTheNumbersOfItsChunks() throws IOException {
        store(1, "/part", false);
        CommandRun run = run();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("incomplete  /part (00000001-0000000000000001): missing chunk 1; its end is missing")
                .contains("rescued 0 of 1 file, 0 bytes, from 1 disk")
                .contains("; 1 incomplete");
        assertThat(directory.resolve("out")).isEmptyDirectory();
    }

    @Test
    void scriptsGetOneObject() throws IOException {
        store(1, "/whole", true);
        store(2, "/part", false);
        CommandRun run = run("--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.out())
                .startsWith(
                        "{\"files\":2,\"whole\":1,\"incomplete\":1,\"conflict\":0,\"notWritten\":0,\"gone\":0,\"bytes\":131072,")
                .contains(
                        "{\"id\":\"00000001-0000000000000001\",\"path\":\"/whole\",\"status\":\"whole\",\"target\":\"whole\","
                                + "\"note\":\"\",\"size\":131072,")
                .contains("\"status\":\"incomplete\",\"missing\":[1],\"missingCount\":1,\"bad\":[],\"badCount\":0,"
                        + "\"endKnown\":false}");
    }

    @Test
    void aDirectoryThatIsNoDiskIsAnError() {
        CommandRun run = CommandRun.of(new FakeClient(), directory, "rescue", "--from", ".", "--to", "out");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("chunks: no such file or directory: name directories that hold chunks/");
        assertThat(directory.resolve("out")).doesNotExist();
    }
}
