package io.trivet.namespace;

import io.trivet.namespace.Store.Change;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * A running hash of all changes ever written, by which replicas detect that they differ (rule 9).
 *
 * <p>Two checksums whose polynomials share no factor, each over the previous hash and the changes
 * of one entry. Two states with different hashes stay different under the same changes, so an old
 * divergence does not hide. Not collision resistant against an attacker.
 */
final class StateHash {
    /** How many entries' hashes are remembered. */
    static final int REMEMBERED = 1024;

    private final TreeMap<Long, Long> byIndex = new TreeMap<>();
    private long newest;

    /** The state of the store: {@code hash} after entry {@code index}. */
    StateHash(long index, long hash) {
        remember(index, hash);
    }

    long newest() {
        return newest;
    }

    /** The hash after these changes; takes effect with {@link #remember}. */
    long with(List<Change> changes) {
        return (long) checksum(new CRC32C(), changes) << 32 | Integer.toUnsignedLong(checksum(new CRC32(), changes));
    }

    void remember(long index, long hash) {
        byIndex.put(index, hash);
        newest = hash;
        if (byIndex.size() > REMEMBERED) {
            byIndex.pollFirstEntry();
        }
    }

    /**
     * The divergence if the own hash after entry {@code index} is not {@code stated}; empty if that
     * entry is no longer remembered.
     */
    Optional<DivergedException> contradict(long index, long stated) {
        return Optional.ofNullable(byIndex.get(index))
                .filter(own -> own != stated)
                .map(own -> new DivergedException(index, own, stated));
    }

    private int checksum(Checksum checksum, List<Change> changes) {
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(newest).flip());
        for (Change change : changes) {
            byte[] value = change.value();
            checksum.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(change.key().length)
                    .putInt(value == null ? -1 : value.length)
                    .flip());
            checksum.update(change.key());
            if (value != null) {
                checksum.update(value);
            }
        }
        return (int) checksum.getValue();
    }
}
