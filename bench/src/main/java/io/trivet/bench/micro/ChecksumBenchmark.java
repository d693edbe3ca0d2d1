package io.trivet.bench.micro;

import io.trivet.model.Checksums;
import io.trivet.wire.BlockSums;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The checksums sent with chunk data. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChecksumBenchmark {
    private static final int BLOCK = 64 << 10;
    private static final int PIECE = 1 << 20;

    private final ByteBuffer block = random(BLOCK);
    private final ByteBuffer piece = random(PIECE);
    private final int[] sums = BlockSums.checksums(piece);

    private static ByteBuffer random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return ByteBuffer.allocateDirect(bytes).put(content).flip();
    }

    @Benchmark
    public int ofABlock64KiB() {
        return Checksums.of(block);
    }

    @Benchmark
    public int[] ofThe16BlocksOfAPiece1MiB() {
        return BlockSums.checksums(piece);
    }

    @Benchmark
    public int ofAPieceFromThoseOfItsBlocks() {
        return BlockSums.append(0, sums, PIECE);
    }
}
