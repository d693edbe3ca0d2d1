package io.trivet.quorum;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's native library, loaded once per process.
 *
 * <p>RocksDB's own loader leaves its 17 MB in the temporary directory until the process ends
 * normally, and for ever if it is killed. Here the file is removed as soon as it is loaded; the
 * process keeps the mapped pages.
 */
final class RocksLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(RocksLibrary.class);

    private static boolean loaded;

    private RocksLibrary() {}

    /**
     * Loads the library unless it is loaded. Unpacks it in the temporary directory or, if that is
     * full or does not allow programs, in {@code otherwise}.
     *
     * @throws IOException if neither works
     */
    static synchronized void load(Path otherwise) throws IOException {
        if (!loaded) {
            fromFirst(
                    List.of(Path.of(System.getProperty("java.io.tmpdir")), otherwise.toAbsolutePath()),
                    RocksLibrary::extractAndLoad);
            loaded = true;
        }
    }

    interface Loading {
        void from(Path directory) throws IOException;
    }

    static void fromFirst(List<Path> places, Loading loading) throws IOException {
        @Nullable Throwable last = null;
        for (Path place : places) {
            try {
                loading.from(place);
                return;
            } catch (IOException | UnsatisfiedLinkError e) {
                last = e;
                LOG.info("native library not loaded directory={} cause=\"{}\"", place, e.toString());
            }
        }
        throw new IOException(
                "RocksDB's native library can be loaded from none of these: "
                        + places.stream().map(Path::toString).collect(Collectors.joining(", "))
                        + "; mount one so that programs can be run from it, or name another with TRIVET_JAVA_OPTS=-Djava.io.tmpdir=DIR",
                last);
    }

    /** The packaged file has the name for "rocksdb"; RocksDB looks for that for "rocksdbjni". */
    private static void extractAndLoad(Path place) throws IOException {
        String resource = Environment.getJniLibraryFileName("rocksdb");
        try (InputStream library = RocksDB.class.getClassLoader().getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException(
                        "there is no " + resource + " in the program: RocksDB was not packaged for this machine");
            }
            Path directory = Files.createTempDirectory(place, "trivet-rocksdb");
            Path file = directory.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
            try {
                Files.copy(library, file);
                RocksDB.loadLibrary(List.of(directory.toString()));
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(directory);
            }
        }
    }
}
