package io.trivet.node;

import io.trivet.chunk.Loss;
import io.trivet.chunk.LossListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often this node has lost data that it may have acknowledged (rule 7): raised, durably, before anybody gets an answer that rests on it. Any thread.
 */
final class LossEpoch implements LossListener {
    private static final Logger LOG = LoggerFactory.getLogger(LossEpoch.class);

    private final Path file;
    private volatile long value;

    LossEpoch(Path data) throws IOException {
        this.file = data.resolve("loss-epoch");
        this.value = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    }

    long value() {
        return value;
    }

    @Override
    public void lost(Loss loss) {
        LOG.error("lost disk={} reason=\"{}\" what={}", loss.disk(), loss.reason(), loss);
        raise(loss.reason());
    }

    /** On return the loss is on stable storage. */
    synchronized void raise(String reason) {
        LOG.warn("raised lossEpoch={} reason=\"{}\"", value + 1, reason);
        try {
            DurableFile.write(file, (value + 1) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record a loss in " + file, e);
        } finally {
            value++;
        }
    }
}
