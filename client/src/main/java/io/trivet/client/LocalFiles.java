package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What went wrong with a local file, in words. */
final class LocalFiles {
    private LocalFiles() {}

    /** The refusal names what is at fault: a directory where the file's directory is. */
    static TrivetException refusal(Path file, IOException e) {
        FileFailure cause = FileFailure.of(e);
        if (cause == FileFailure.OTHER && Files.isDirectory(file)) {
            cause = FileFailure.DIRECTORY;
        }
        String subject = cause == FileFailure.RIGHT ? subjectOfDenial(file) : file.toString();
        return new TrivetException(new Refusal(cause.kind(), subject, cause.sentence(e)), e);
    }

    /** A new file needs a right at its directory. */
    private static String subjectOfDenial(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || Files.exists(file) || !Files.isDirectory(directory) || Files.isWritable(directory)) {
            return file.toString();
        }
        return directory.toString();
    }
}
