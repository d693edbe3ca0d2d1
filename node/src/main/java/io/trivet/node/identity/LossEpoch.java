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
 * How often this node has lost data that it may have acknowledged (rule 7). Raised before any
 * caller gets an answer that depends on it. Any thread.
 *
 * <p>It never decreases. A loss that cannot be written counts in memory, goes to the namespace with
 * the next heartbeat, and is written as soon as possible. A node that starts with an older file
 * (after a full disk, or from an old copy) continues with the namespace's number. The file exists
 * from the first start on, so that a full disk has room for a larger number.
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

    /** Empty if there is no file, or a damaged one: a truncated number may read as another one. */
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
            case StoreLoss.Volume(var _, var volume, var reason) ->
                LOG.error("lost volume={} reason=\"{}\"", volume, reason);
            case StoreLoss.WholeDisk(var disk, var reason) -> LOG.error("lost disk={} reason=\"{}\"", disk, reason);
        }
        raise();
    }

    /** On return the loss counts; it is on stable storage if the disk can be written. */
    public void raise(String reason) {
        LOG.warn("lost reason=\"{}\"", reason);
        raise();
    }

    private synchronized void raise() {
        LOG.info("raised lossEpoch={}", value + 1);
        value++;
        keep();
    }

    /** Takes over the namespace's number, if that is higher. */
    public synchronized void atLeast(long known) {
        if (known > value) {
            LOG.warn("took the loss epoch of the namespace lossEpoch={} own={}", known, value);
            value = known;
        }
        keep();
    }

    /**
     * Like {@link #atLeast}, for a number heard since this node started. If the file was damaged,
     * that counts as a loss from now on.
     */
    public synchronized void atLeastNow(long known) {
        if (forgotten) {
            forgotten = false;
            value = Math.max(value, known) + 1;
        }
        atLeast(known);
    }

    /** Writes the number. If it fails, a later call tries again. */
    private synchronized void keep() {
        if (written == value || forgotten) {
            return; // A damaged file stays, so that another start also counts it as a loss.
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

    /** Needs no new space: writes a few bytes in place, within the first sector. */
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
