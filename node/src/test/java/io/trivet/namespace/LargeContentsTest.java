package io.trivet.namespace;

import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Upload;
import io.trivet.quorum.RocksStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much processor time an entry about a very large content takes, on the store of a master: as
 * long as that, all other operations wait. Not the time that passes, since other tests run beside
 * this one.
 */
final class LargeContentsTest {
    private static final int CHUNK = 35 << 20;
    private static final long PIECE = 3L * CHUNK; // 10,000 of them are about a terabyte

    @TempDir
    private Path base;

    private RocksStore store;
    private Namespace namespace;
    private SessionId session;
    private long index;
    private long sequence;

    @BeforeEach
    void open() throws IOException {
        store = RocksStore.open(base.resolve("state"));
        namespace = new Namespace(store);
        apply(Operation.unnumbered(Scene.found(0)));
        session = ((Outcome.SessionOpened) apply(Operation.unnumbered(new Command.OpenSession()))).session();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Outcome apply(Operation operation) {
        index++;
        return namespace
                .apply(index, Scene.BIRTH.plusMillis(index), List.of(operation))
                .getFirst();
    }

    private Outcome apply(Command command) {
        sequence++;
        return apply(new Operation(session, sequence, sequence, command));
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private FileId tebibyte() {
        FileId file = ((Outcome.Reserved)
                        apply(new Command.BeginUpload(path("/tera"), "eve", PIECE, new ChunkSize(CHUNK))))
                .start();
        Command.Proof chunk = new Command.Proof(7, Sha256.of(new byte[] {7}), List.of());
        for (int piece = 1; piece <= Upload.MAX_PIECES; piece++) {
            assertThat(apply(new Command.PutPiece(file, piece, PIECE, List.of(chunk, chunk, chunk), List.of(), "tag")))
                    .isEqualTo(new Outcome.Done());
        }
        return file;
    }

    @Test
    void tenThousandPiecesBecomeAFileInASecondAndACopyOfItTakesNoTime() {
        FileId file = tebibyte();
        long begin = processorNanos();
        Outcome completed = apply(new Command.CompleteUpload(
                file, path("/tera"), Upload.MAX_PIECES, Scene.BIRTH, "eve", 0600, Attributes.NONE));
        Duration took = Duration.ofNanos(processorNanos() - begin);
        assertThat(completed).isInstanceOf(Outcome.Committed.class);
        assertThat(took).as("completing").isLessThan(Duration.ofSeconds(1));

        List<Duration> copies = new ArrayList<>();
        for (int copy = 0; copy < 21; copy++) {
            begin = processorNanos();
            apply(new Command.Copy(path("/tera"), path("/copy" + copy), "eve", null, null, null));
            copies.add(Duration.ofNanos(processorNanos() - begin));
        }
        copies.sort(null);
        assertThat(copies.get(copies.size() / 2)).as("a copy").isLessThan(Duration.ofMillis(10));
    }
}
