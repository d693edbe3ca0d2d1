package io.trivet.wire;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import io.trivet.wire.protocol.WireCodec;
import java.net.ProtocolException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Encoding and decoding headers of frames: of a request to store a chunk, with its token, and of
 * its answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FrameBenchmark {
    private static final int TOKEN_BYTES = 120;

    private final RequestEnvelope request = new RequestEnvelope(
            new NodeId(1),
            new Request.StoreChunk(
                    new ChunkId(new FileId(1, 5000), 3),
                    new Slot(12),
                    ChunkSize.DEFAULT,
                    ChunkSize.DEFAULT.bytes(),
                    false,
                    RemotePath.parse("/data/2026/measurements.csv"),
                    List.of(new NodeId(2)),
                    0),
            new RequestId(42),
            new byte[TOKEN_BYTES]);
    private final byte[] requestBytes = WireCodec.to(request).toByteArray();
    private final Reply reply = new Reply.Refused(ConnectionErrors.plaintext());
    private final byte[] replyBytes = WireCodec.to(reply).toByteArray();

    @Benchmark
    public byte[] requestWritten() {
        return WireCodec.to(request).toByteArray();
    }

    @Benchmark
    public RequestEnvelope requestRead() throws ProtocolException {
        return WireCodec.request(requestBytes);
    }

    @Benchmark
    public Reply refusalRead() throws ProtocolException {
        return WireCodec.reply(replyBytes);
    }
}
