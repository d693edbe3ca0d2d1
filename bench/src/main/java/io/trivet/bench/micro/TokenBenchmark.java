package io.trivet.bench.micro;

import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Slot;
import io.trivet.wire.credentials.ChunkToken;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Verifying a chunk token, which a node does for every chunk request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenBenchmark {
    private static final long KEY_ID = 7;
    private static final int KEY_BYTES = 32;

    private final byte[] key = new byte[KEY_BYTES];
    private final ChunkToken token = new ChunkToken(
            Right.WRITE,
            new FileId(1, 5000),
            1000,
            new Slot(12),
            1559,
            ChunkSize.DEFAULT,
            99,
            "somebody",
            List.of(RemotePath.parse("/data")),
            1_780_000_000_000L);
    private final byte[] signed = token.signed(KEY_ID, key);

    @Benchmark
    public byte[] signed() {
        return token.signed(KEY_ID, key);
    }

    @Benchmark
    public ChunkToken checked() {
        return ChunkToken.verified(signed, id -> id == KEY_ID ? key : null);
    }
}
