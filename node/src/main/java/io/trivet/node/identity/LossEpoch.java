package io.trivet.node.identity;

import io.trivet.chunk.StoreLoss;
import io.trivet.chunk.StoreLossListener;
import io.trivet.file.AtomicFile;
import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often this node has lost data that it may have acknowledged (rule 7): raised before anybody
 * gets an answer that rests on it. Any thread.
 *
 * <p>It never goes back. A loss that could not be written down counts in memory, goes to the
 * namespace with the next heartbeat, and is written as soon as that is possible. A node that starts
 * with an older file (a full disk, an old copy put back) goes on with the number that the namespace
 * knows. The file is there from the first start on, so that even a full disk has room for a larger
 * number in it.
 */
public final class LossEpoch implements StoreLossListener {
    private static final Logger LOG = LoggerFactory.getLogger(LossEpoch.class);

    private final Path file;
    private volatile long value;
    private long written;
    private boolean forgotten;

    public LossEpoch(Path data) throws IOException {
        this.file = data.resolve("loss-epoch");
        OptionalLong there = read(file);
        this.value = there.orElse(0);
        this.written = there.orElse(-1);
        this.forgotten = Files.exists(file) && there.isEmpty();
        keep();
    }

    /** Empty where there is none, or one that is damaged: a number without its end may be another one. */
    private static OptionalLong read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!text.matches("\\d{1,18}\\n")) {
            LOG.error("damaged file={}: it counts as a loss, and goes on from what the namespace knows", file);
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(text.strip()));
    }

    public long value() {
        return value;
    }

    @Override
    public void lost(StoreLoss storeLoss) {
        switch (storeLoss) {
            case StoreLoss.Replica(var disk, var chunk, var reason) ->
                LOG.error("lost chunk={} disk={} reason=\"{}\"", chunk, disk, reason);
            case StoreLoss.WholeSlot(var disk, var slot, var reason) ->
                LOG.error("lost slot={} disk={} reason=\"{}\"", slot, disk, reason);
            case StoreLoss.WholeDisk(var disk, var reason) -> LOG.error("lost disk={} reason=\"{}\"", disk, reason);
        }
        raise();
    }

    /** On return the loss counts; it is on stable storage if that can be written at all. */
    public void raise(String reason) {
        LOG.warn("lost reason=\"{}\"", reason);
        raise();
    }

    private synchronized void raise() {
        LOG.info("raised lossEpoch={}", value + 1);
        value++;
        keep();
    }

    /** The namespace knew of so many losses when it was last heard. */
    public synchronized void atLeast(long known) {
        if (known > value) {
            LOG.warn("took the loss epoch of the namespace lossEpoch={} own={}", known, value);
            value = known;
        }
        keep();
    }

    /**
     * The same, where the namespace was heard since this node started: a loss that only a damaged
     * file knew of counts from now on.
     */
    public synchronized void atLeastNow(long known) {
        if (forgotten) {
            forgotten = false;
            value = Math.max(value, known) + 1;
        }
        atLeast(known);
    }

    /** Writes down what counts already. To be called again where it failed. */
    private synchronized void keep() {
        if (written == value || forgotten) {
            return; // A damaged file says, at another start too, that something may have been lost.
        }
        String text = value + "\n";
        try {
            write(text);
            written = value;
        } catch (IOException e) {
            LOG.error("cannot record a loss file={} cause=\"{}\": it is tried again", file, e.toString());
        }
    }

    private void write(String text) throws IOException {
        try {
            AtomicFile.write(file, text);
        } catch (IOException e) {
            if (!Files.exists(file)) {
                throw e;
            }
            overwrite(text, e);
        }
    }

    /** Without new room: a few bytes in place, within the first sector. */
    private void overwrite(String text, IOException failure) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            FileSync.force(channel);
        } catch (IOException e) {
            e.addSuppressed(failure);
            throw e;
        }
    }
}
