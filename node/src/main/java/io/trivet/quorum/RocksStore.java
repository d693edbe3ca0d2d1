package io.trivet.quorum;

import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A {@link Store} in RocksDB: one key space in one column family.
 *
 * <p>A write is one {@code WriteBatch} and goes to memory only: there is no write-ahead log,
 * because the quorum's log is one already. What a crash leaves is the state after some earlier
 * write, whole, never a mixture: with one column family memory reaches the disk in the order of the
 * writes. {@link #checkpoint} makes everything durable, {@link #flush} what was written before it,
 * soon.
 *
 * <p>Off-heap memory is bounded: {@value #CACHE_BYTES} bytes of blocks (with their indexes and
 * filters), and {@value #MEMTABLES} memtables of {@value #MEMTABLE_BYTES} bytes. An error of the
 * disk is an {@link UncheckedIOException} that names the directory; after a failed write the store
 * must not be used on.
 */
public final class RocksStore implements Store, AutoCloseable {
    private static final long CACHE_BYTES = 32 << 20;
    private static final long MEMTABLE_BYTES = 8 << 20;
    private static final int MEMTABLES = 2;
    private static final int BLOOM_BITS_PER_KEY = 10;

    /**
     * Filters and indexes are cut into pieces of this size, and only those that are asked for are
     * in the cache. Whole, one of half a million rows would be larger than the part of the cache
     * where it belongs, and be read anew by every look-up; with ten million rows they are larger
     * than all of it.
     */
    private static final int METADATA_BLOCK_BYTES = 4096;

    private static final int OPEN_FILES = 256;

    private final Path directory;
    /**
     * Readers hold the read lock inside native code, although that may touch the disk: a native
     * store closed under a reader ends the process.
     */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private final Cache cache = new LRUCache(CACHE_BYTES);
    private final BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);
    private final Options options;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final RocksDB database;
    private boolean closed;

    private RocksStore(Path directory) throws IOException {
        this.directory = directory;
        this.options = options(cache, filter);
        try {
            this.database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            closeOptions();
            throw new IOException(directory + ": the store cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Opens the store in this directory; makes an empty one where there is none. */
    public static RocksStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        RocksLibrary.load(directory);
        return new RocksStore(directory);
    }

    /**
     * Opens a store that begins with what a checkpoint holds, in a directory that must not exist.
     * Files that never change are shared by hard links, so it takes no time and no space; the
     * checkpoint itself stays as it is.
     */
    public static RocksStore openFrom(Path checkpoint, Path directory) throws IOException {
        CheckpointFiles.share(checkpoint, directory);
        return open(directory);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return reading(() -> {
            try {
                return database.get(key);
            } catch (RocksDBException e) {
                throw failed("read", e);
            }
        });
    }

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) {
        if (keys.isEmpty()) {
            return List.of(); // which RocksDB does not answer
        }
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        return reading(() -> {
            try {
                values.addAll(database.multiGetAsList(keys));
                return values;
            } catch (RocksDBException e) {
                throw failed("read", e);
            }
        });
    }

    @Override
    public List<Pair> range(byte[] from, byte[] to, int limit) {
        return range(null, from, to, limit);
    }

    @Override
    public Snapshot snapshot() {
        org.rocksdb.Snapshot moment = reading(database::getSnapshot);
        return new Snapshot() {
            @Override
            public List<Pair> range(byte[] from, byte[] to, int limit) {
                return RocksStore.this.range(moment, from, to, limit);
            }

            @Override
            public void close() {
                reading(() -> {
                    database.releaseSnapshot(moment);
                    return null;
                });
            }
        };
    }

    private List<Pair> range(org.rocksdb.@Nullable Snapshot moment, byte[] from, byte[] to, int limit) {
        return reading(() -> {
            try (Slice end = new Slice(to);
                    ReadOptions bounded = at(moment).setIterateUpperBound(end);
                    RocksIterator iterator = database.newIterator(bounded)) {
                List<Pair> pairs = new ArrayList<>();
                iterator.seek(from);
                while (pairs.size() < limit && iterator.isValid()) {
                    pairs.add(new Pair(iterator.key(), iterator.value()));
                    iterator.next();
                }
                iterator.status();
                return pairs;
            } catch (RocksDBException e) {
                throw failed("scanned", e);
            }
        });
    }

    private static ReadOptions at(org.rocksdb.@Nullable Snapshot moment) {
        return moment == null ? new ReadOptions() : new ReadOptions().setSnapshot(moment);
    }

    @Override
    public void write(List<Change> changes) {
        reading(() -> {
            try (WriteBatch batch = new WriteBatch()) {
                for (Change change : changes) {
                    add(batch, change);
                }
                database.write(unlogged, batch);
                return null;
            } catch (RocksDBException e) {
                throw failed("written", e);
            }
        });
    }

    private static void add(WriteBatch batch, Change change) throws RocksDBException {
        byte[] value = change.value();
        if (value == null) {
            batch.delete(change.key());
        } else {
            batch.put(change.key(), value);
        }
    }

    /** Reads all that is on disk. Throws where it is not what was written. */
    void verify() throws IOException {
        try {
            reading(() -> {
                try {
                    database.verifyChecksum();
                    return null;
                } catch (RocksDBException e) {
                    throw failed("read", e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Begins to make durable what was written up to now, and does not wait for it. */
    void flush() {
        reading(() -> {
            try (FlushOptions behind = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
                database.flush(behind);
                return null;
            } catch (RocksDBException e) {
                throw failed("flushed", e);
            }
        });
    }

    /**
     * Writes what is in memory to disk and makes a copy of the store in a directory that must not
     * exist, by hard links. Everything in it is forced to disk on return.
     */
    public void checkpoint(Path copy) throws IOException {
        try {
            reading(() -> {
                try (Checkpoint checkpoint = Checkpoint.create(database)) {
                    checkpoint.createCheckpoint(copy.toString());
                    return null;
                } catch (RocksDBException e) {
                    throw failed("copied", e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        CheckpointFiles.force(copy);
    }

    /** Waits for the reads under way; later ones get an {@link IllegalStateException}. Closing again does nothing. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                database.close();
                closeOptions();
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    private void closeOptions() {
        unlogged.close();
        options.close();
        filter.close();
        cache.close();
    }

    private <T extends @Nullable Object> T reading(Supplier<T> work) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(directory + ": the store is closed");
            }
            return work.get();
        } finally {
            open.readLock().unlock();
        }
    }

    private UncheckedIOException failed(String what, RocksDBException e) {
        return new UncheckedIOException(
                new IOException(directory + ": the store cannot be " + what + ": " + e.getMessage(), e));
    }

    private static Options options(Cache cache, BloomFilter filter) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(METADATA_BLOCK_BYTES)
                .setPinTopLevelIndexAndFilter(true)
                .setFilterPolicy(filter);
        return new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setMaxWriteBufferNumber(MEMTABLES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(OPEN_FILES)
                .setMaxFileOpeningThreads(1)
                .setMaxManifestFileSize(MEMTABLE_BYTES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }
}
