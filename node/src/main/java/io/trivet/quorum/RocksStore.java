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
 * because the quorum's log serves as one. After a crash the store has the state after some earlier
 * write, complete, because with one column family the memtables reach the disk in the order of the
 * writes. {@link #checkpoint} makes everything durable; {@link #flush} starts to write what is in
 * memory.
 *
 * <p>Off-heap memory is bounded: {@value #CACHE_BYTES} bytes of blocks (with their indexes and
 * filters), and {@value #MEMTABLES} memtables of {@value #MEMTABLE_BYTES} bytes. A disk error is an
 * {@link UncheckedIOException} that names the directory; after a failed write the store must not be
 * used.
 */
public final class RocksStore implements Store, AutoCloseable {
    private static final long CACHE_BYTES = 32 << 20;
    private static final long MEMTABLE_BYTES = 8 << 20;
    private static final int MEMTABLES = 2;
    private static final int BLOOM_BITS_PER_KEY = 10;

    /**
     * The size of the parts into which filters and indexes are divided, so that only the used ones
     * are cached. Undivided, those of half a million rows would exceed their share of the cache and
     * be read again by every look-up; those of ten million rows would exceed the whole cache.
     */
    private static final int METADATA_BLOCK_BYTES = 4096;

    private static final int OPEN_FILES = 256;

    private final Path directory;
    /**
     * Readers hold the read lock inside native code, although that may do I/O: closing a native
     * store under a reader would crash the process.
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

    /** Opens the store in this directory; makes an empty one if there is none. */
    public static RocksStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        RocksLibrary.load(directory);
        return new RocksStore(directory);
    }

    /**
     * Opens a store with the content of a checkpoint, in a directory that must not exist. Immutable
     * files are shared by hard links, so this takes almost no time and space; the checkpoint does
     * not change.
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
            return List.of(); // RocksDB does not accept an empty list
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

    /** Reads everything on disk. Throws {@link IOException} if a checksum does not match. */
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

    /** Starts to write what is in memory to disk; does not wait for it. */
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
     * Writes what is in memory to disk and copies the store to a directory that must not exist, by
     * hard links. Everything in it is forced to disk on return.
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

    /** Waits for reads in progress; later ones throw {@link IllegalStateException}. Idempotent. */
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
