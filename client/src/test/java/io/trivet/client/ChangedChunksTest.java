package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ChangedChunksTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);

    /** A file of ones whose reads fail on demand. */
    private static final class Ones implements RemoteFile {
        private final FileRecord record;
        boolean fails;

        Ones(long size) {
            record = new FileRecord(new FileId(1, 1), size, CHUNK, new Slot(0), 0, Instant.EPOCH, "", 0);
        }

        @Override
        public FileRecord record() {
            return record;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            if (fails) {
                throw new IOException("away");
            }
            int length = (int) Math.min(target.remaining(), record.size() - position);
            for (int i = 0; i < length; i++) {
                target.put((byte) 1);
            }
            return length;
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer twos(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 2);
        }
        return bytes.flip();
    }

    @Test
    void aChunkThatChangesInPartHasTheOldBytesToo() throws IOException {
        try (ChangedChunks chunks = new ChangedChunks(new Ones(3L * CHUNK.bytes()), CHUNK, null)) {
            chunks.write(CHUNK.bytes() + 2L, twos(3));
            assertThat(chunks.ranges()).containsExactly(new ChunkRange(2, 2));
            ByteBuffer found = ByteBuffer.allocate(7);
            chunks.read(2, 0, found);
            assertThat(found.array()).containsExactly(1, 1, 2, 2, 2, 1, 1);
        }
    }

    /** Otherwise a chunk would be stored that has zeros where its bytes could not be read. */
    @Test
    void afterAFailureNothingIsCommitted() throws IOException {
        Ones file = new Ones(3L * CHUNK.bytes());
        try (ChangedChunks chunks = new ChangedChunks(file, CHUNK, null)) {
            file.fails = true;
            assertThatThrownBy(() -> chunks.write(5, twos(3))).isInstanceOf(IOException.class);
            assertThat(chunks.isEmpty()).isTrue();
            file.fails = false;
            assertThatThrownBy(() -> chunks.write(5, twos(3))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(chunks::requireSound).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void moreChunksThanACommitMayNameAreRefusedBeforeTheyAreMade() throws IOException {
        try (ChangedChunks chunks = new ChangedChunks(new Ones(10), CHUNK, null)) {
            long tooLong = (Command.MAX_PROVEN + 1L) * CHUNK.bytes();
            assertThatThrownBy(() -> chunks.truncate(tooLong)).isInstanceOf(TrivetException.class);
        }
        try (ChangedChunks chunks = new ChangedChunks(new Ones(10), CHUNK, null)) {
            chunks.truncate((long) Command.MAX_PROVEN * CHUNK.bytes());
            assertThat(chunks.ranges()).containsExactly(new ChunkRange(1, Command.MAX_PROVEN));
        }
    }
}
