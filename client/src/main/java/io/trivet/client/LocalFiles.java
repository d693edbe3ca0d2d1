package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refusals for failures with local files. */
final class LocalFiles {
    private LocalFiles() {}

    /**
     * The refusal names the cause: the directory rather than the file if the directory is at fault.
     */
    static TrivetException refusal(Path file, IOException e) {
        FileFailure cause = FileFailure.of(e);
        if (cause == FileFailure.OTHER && Files.isDirectory(file)) {
            cause = FileFailure.DIRECTORY;
        }
        String subject = cause == FileFailure.RIGHT ? subjectOfDenial(file) : file.toString();
        return new TrivetException(new Refusal(cause.kind(), subject, cause.sentence(e)), e);
    }

    /** Making a new file needs a right at its directory. */
    private static String subjectOfDenial(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || Files.exists(file) || !Files.isDirectory(directory) || Files.isWritable(directory)) {
            return file.toString();
        }
        return directory.toString();
    }
}
