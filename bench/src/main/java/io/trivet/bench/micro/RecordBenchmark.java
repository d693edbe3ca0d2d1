package io.trivet.bench.micro;

import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Slot;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Encoding and decoding the record of a file, which a look-up and a commit do once each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RecordBenchmark {
    private final FileRecord record = new FileRecord(
            new FileId(1, 123_456_789),
            500L << 20,
            ChunkSize.DEFAULT,
            new Slot(1563),
            0x12345678,
            Instant.ofEpochMilli(1_780_000_000_123L),
            "somebody",
            0644);
    private final byte[] bytes = StateCodec.to(record).toByteArray();

    @Benchmark
    public byte[] written() {
        return StateCodec.to(record).toByteArray();
    }

    @Benchmark
    public FileRecord read() throws InvalidProtocolBufferException {
        return StateCodec.from(StateMessages.FileRecord.parseFrom(bytes));
    }
}
