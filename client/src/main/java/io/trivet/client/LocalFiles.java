package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What went wrong with a local file, in words. */
final class LocalFiles {
    private LocalFiles() {}

    static TrivetException refusal(Path file, IOException e) {
        Refusal.Kind kind = kind(file, e);
        return new TrivetException(new Refusal(kind, file.toString(), detail(kind, e)), e);
    }

    private static Refusal.Kind kind(Path file, IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> Refusal.Kind.NO_SUCH_FILE;
            case AccessDeniedException _ -> Refusal.Kind.DENIED;
            case FileAlreadyExistsException _ -> Refusal.Kind.ALREADY_EXISTS;
            default -> {
                if (isFull(e)) {
                    yield Refusal.Kind.DISK_FULL;
                }
                yield Files.isDirectory(file) ? Refusal.Kind.IS_A_DIRECTORY : Refusal.Kind.DISK_FAILED;
            }
        };
    }

    private static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded") || text.contains("not enough space");
    }

    private static String detail(Refusal.Kind kind, IOException e) {
        return switch (kind) {
            case NO_SUCH_FILE -> "";
            case DENIED -> "you may not read or write it";
            case DISK_FULL -> "the local disk has no room: nothing was left under that name";
            case IS_A_DIRECTORY -> "a file is wanted";
            default ->
                e instanceof FileSystemException system && system.getReason() != null
                        ? system.getReason()
                        : String.valueOf(e.getMessage());
        };
    }
}
