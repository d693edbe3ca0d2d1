package io.trivet.client;

import io.trivet.model.Refusal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The causes of failed operations on local files, and what a person can do about each. All messages
 * come from here, so that a limit, a missing right or a full disk is never reported as a failed
 * disk. Java passes on only the text of the C library, so most causes are recognized by their
 * texts.
 */
public enum FileFailure {
    MISSING(Refusal.Kind.NO_SUCH_FILE, "", "no such file or directory"),
    EXISTS(Refusal.Kind.ALREADY_EXISTS, "", "file exists"),
    DIRECTORY(Refusal.Kind.IS_A_DIRECTORY, "a file is wanted", "is a directory"),
    NO_DIRECTORY(Refusal.Kind.NOT_A_DIRECTORY, "", "not a directory"),
    NOT_EMPTY(Refusal.Kind.NOT_EMPTY, "", "directory not empty"),
    RIGHT(Refusal.Kind.DENIED, "you may not read or write it", "permission denied"),
    NOT_PERMITTED(
            Refusal.Kind.DENIED,
            "the system does not permit it: is it another user's, or marked immutable (lsattr)?",
            "operation not permitted"),
    READ_ONLY(
            Refusal.Kind.DENIED,
            "its file system is mounted read-only: mount it writable, or name another place",
            "read-only file system"),
    FULL(Refusal.Kind.DISK_FULL, "no room is left in its file system", "no space left", "not enough space"),
    QUOTA(Refusal.Kind.DISK_FULL, "the quota of this user in its file system is used up", "quota exceeded"),
    NAME_TOO_LONG(Refusal.Kind.BAD_NAME, "it is longer than this file system allows", "name too long"),
    LOOP(Refusal.Kind.BAD_NAME, "symbolic links lead in a circle", "levels of symbolic links"),
    BAD_CHARACTER(
            Refusal.Kind.BAD_NAME,
            "this file system does not take such a name",
            "illegal byte sequence",
            "invalid or incomplete multibyte"),
    TOO_LARGE(
            Refusal.Kind.DENIED,
            "a file may not become so large there: look at ulimit -f and at the limits of its file system",
            "file too large"),
    TOO_MANY_OPEN(
            Refusal.Kind.DENIED,
            "this program may open no more files: raise the limit (ulimit -n)",
            "too many open files"),
    IN_USE(Refusal.Kind.DENIED, "it is in use", "text file busy", "resource busy"),
    NO_READER(Refusal.Kind.DENIED, "nobody reads from it", "broken pipe", "no such device or address"),
    FAULTY(
            Refusal.Kind.DISK_FAILED,
            "its disk, or the way there, does not work: look at the system's log (dmesg)",
            "input/output error",
            "stale file handle",
            "no such device",
            "transport endpoint"),
    /** Any other cause: the system's text is shown. */
    OTHER(Refusal.Kind.DENIED, "");

    private final Refusal.Kind kind;
    private final String sentence;
    private final Pattern words;

    FileFailure(Refusal.Kind kind, String sentence, String... words) {
        this.kind = kind;
        this.sentence = sentence;
        this.words = Pattern.compile(words.length == 0 ? "(?!)" : String.join("|", words), Pattern.CASE_INSENSITIVE);
    }

    public static FileFailure of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException ignored -> MISSING;
            case AccessDeniedException ignored -> RIGHT;
            case NotDirectoryException ignored -> NO_DIRECTORY;
            case FileAlreadyExistsException ignored -> EXISTS;
            case DirectoryNotEmptyException ignored -> NOT_EMPTY;
            case FileSystemLoopException ignored -> LOOP;
            default -> of(reason(failure));
        };
    }

    private static FileFailure of(String reason) {
        return Arrays.stream(values())
                .filter(cause -> cause.words.matcher(reason).find())
                .findFirst()
                .orElse(OTHER);
    }

    public Refusal.Kind kind() {
        return kind;
    }

    /** One sentence with the cause and what to do; empty if the kind of refusal says everything. */
    public String sentence(IOException failure) {
        return this == OTHER ? "the system says: " + reason(failure) : sentence;
    }

    /** The system's text, without the file's name. */
    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : failure.getMessage();
        return Objects.requireNonNullElse(reason, "nothing more");
    }
}
