package io.trivet.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose chunks are in volumes. */
class RescueFromVolumesTest {
    private static final int CHUNK = TestDisks.CHUNK_SIZE.bytes();
    private static final int BLOCK = ChunkSize.BLOCK_BYTES;

    @TempDir
    Path base;

    private final Heard heard = new Heard();
    private Path target;
    private TestDisks disks;

    @BeforeEach
    void formatTwoDisks() throws IOException {
        target = base.resolve("out");
        disks = new TestDisks(base, 2, TestDisks.CLUSTER, StoreSettings.USUAL_SMALL_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        disks.close();
    }

    private RescueSummary rescue() throws IOException {
        return new Rescue(disks.roots(), target, KnownNames.NONE, heard).run();
    }

    private void holds(String name, byte[] content) throws IOException {
        assertThat(Files.readAllBytes(target.resolve(name))).isEqualTo(content);
    }

    private Map<String, RecordLocation> records(int disk) throws IOException {
        Map<String, RecordLocation> records = new TreeMap<>();
        for (Path volume : volumes(disk)) {
            VolumeSurvey.of(new SystemDiskFiles(), volume, new VolumeSurvey.Visitor() {
                @Override
                public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                    records.put(chunk.toString(), location);
                }

                @Override
                public void damaged(Path path, long from, long to) {}
            });
        }
        return records;
    }

    private List<Path> volumes(int disk) throws IOException {
        try (Stream<Path> files = Files.list(new DiskPaths(disks.roots().get(disk)).volumes())) {
            return files.sorted().toList();
        }
    }

    private void flip(int disk, long counter, int number, long at) throws IOException {
        RecordLocation location = records(disk).get(new ChunkId(new FileId(1, counter), number).toString());
        try (RandomAccessFile file = new RandomAccessFile(location.volume().toFile(), "rw")) {
            file.seek(location.start() + at);
            int old = file.read();
            file.seek(location.start() + at);
            file.write(old ^ 8);
        }
    }

    @Test
    void filesOfAnySizeComeOut() throws IOException {
        byte[] one = disks.save(2, "/deep/er/one", 1);
        byte[] exact = disks.save(3, "/deep/exact", 2 * CHUNK);
        byte[] many = disks.save(4, "/many", 4 * CHUNK + 77);
        assertThat(volumes(0)).hasSize(1);

        RescueSummary summary = rescue();

        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.whole()).isEqualTo(3);
        assertThat(heard.troubles).isEmpty();
        holds("deep/er/one", one);
        holds("deep/exact", exact);
        holds("many", many);
    }

    /** Each replica has another bad block; headers and volumes' headers are damaged too. */
    @Test
    void soundBlocksOfDamagedReplicasMakeAWholeFile() throws IOException {
        byte[] file = disks.save(1, "/file", CHUNK);
        byte[] other = disks.save(2, "/other", 500);
        flip(0, 1, 1, 5);
        flip(1, 1, 1, BLOCK + 5);
        flip(0, 2, 1, -60);
        flip(1, 2, 1, 3);
        for (int disk = 0; disk < 2; disk++) {
            try (RandomAccessFile volume =
                    new RandomAccessFile(volumes(disk).getFirst().toFile(), "rw")) {
                volume.write(new byte[64]);
            }
        }

        RescueSummary summary = rescue();

        assertThat(summary.whole()).isEqualTo(2);
        holds("file", file);
        holds("other", other);
    }

    @Test
    void theScriptOfThePageWritesTheBytesOfAFile() throws Exception {
        byte[] first = disks.save(1, "/first", 70_000);
        disks.save(2, "/second", 12);
        disks.close();
        Path script = Files.writeString(base.resolve("volume.py"), scriptOf(Path.of("../docs/formats.md")));
        assertThat(Files.readAllLines(script)).hasSizeLessThanOrEqualTo(25);
        Path volume = volumes(0).getFirst();
        assumeThat(run(base.resolve("version"), "python3", "--version")).isZero();

        Path list = base.resolve("list");
        assertThat(run(list, "python3", script.toString(), volume.toString())).isZero();
        Path bytes = base.resolve("bytes");
        String name = new ChunkId(new FileId(1, 1), 1).toString();
        assertThat(run(bytes, "python3", script.toString(), volume.toString(), name))
                .isZero();

        assertThat(Files.readAllLines(list)).hasSize(2).contains(name + " 70000");
        assertThat(Files.readAllBytes(bytes)).isEqualTo(first);
        assertThat(run(bytes, "python3", script.toString(), volume.toString(), name + "0"))
                .isNotZero();
        disks = new TestDisks(base.resolve("others"), 1);
    }

    private static String scriptOf(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(page)) {
            if (line.equals("```python")) {
                inside = true;
            } else if (line.equals("```")) {
                inside = false;
            } else if (inside) {
                lines.add(line);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static int run(Path out, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException _) {
            return -1;
        }
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }
}
