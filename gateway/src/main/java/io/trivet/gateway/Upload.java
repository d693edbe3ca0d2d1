package io.trivet.gateway;

import io.trivet.model.RemotePath;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An upload in parts that was begun.
 *
 * @param directory of its files
 * @param modified the time that the object gets; empty for the moment of completion
 */
record Upload(String id, RemotePath directory, String key, Optional<Instant> modified, Instant begun) {
    /** Whether its files are in the directory of the object, not in that of the bucket. */
    boolean isInDirectory() {
        return id.startsWith(UploadFiles.OF_DIRECTORY);
    }

    /** The file of a part. */
    RemotePath part(int number) {
        return directory.resolve(String.format(Locale.ROOT, "p%05d", number));
    }
}
