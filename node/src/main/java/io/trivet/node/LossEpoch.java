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
        switch (loss) {
            case Loss.Replica(var disk, var chunk, var reason) ->
                LOG.error("lost chunk={} disk={} reason=\"{}\"", chunk, disk, reason);
            case Loss.WholeDisk(var disk, var reason) -> LOG.error("lost disk={} reason=\"{}\"", disk, reason);
        }
        raise();
    }

    /** On return the loss is on stable storage. */
    void raise(String reason) {
        LOG.warn("lost reason=\"{}\"", reason);
        raise();
    }

    private synchronized void raise() {
        LOG.info("raised lossEpoch={}", value + 1);
        try {
            DurableFile.write(file, (value + 1) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record a loss in " + file, e);
        } finally {
            value++;
        }
    }
}
