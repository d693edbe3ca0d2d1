package io.trivet.chunk;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest extends DiskFilesContract {
    @TempDir
    Path directory;

    @Override
    DiskFiles files() {
        return new LocalFiles();
    }

    @Override
    Path directory() {
        return directory;
    }
}
