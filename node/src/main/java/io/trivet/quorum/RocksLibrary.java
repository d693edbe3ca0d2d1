package io.trivet.quorum;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, loaded once in a process.
 *
 * <p>RocksDB's own loader leaves its 17 MB in the temporary directory until the process ends in an orderly way, and for ever when it is killed. Here
 * the file is removed as soon as it is loaded; the process keeps what it has mapped.
 */
final class RocksLibrary {
    private static boolean loaded;

    private RocksLibrary() {}

    static synchronized void load() {
        if (!loaded) {
            // The program's file is named for "rocksdb"; RocksDB.loadLibrary(List) looks for one named for
            // "rocksdbjni".
            extractAndLoad(
                    Environment.getJniLibraryFileName("rocksdb"), Environment.getJniLibraryFileName("rocksdbjni"));
            loaded = true;
        }
    }

    private static void extractAndLoad(String resource, String name) {
        try (InputStream library = RocksDB.class.getClassLoader().getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException(
                        "there is no " + resource + " in the program: RocksDB was not packaged for this machine");
            }
            Path directory = Files.createTempDirectory("trivet-rocksdb");
            Path file = directory.resolve(name);
            try {
                Files.copy(library, file);
                RocksDB.loadLibrary(List.of(directory.toString()));
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("RocksDB's native library cannot be loaded: " + e.getMessage(), e);
        }
    }
}
