package io.trivet.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must be at a path when an operation is applied. Otherwise the operation is refused as {@link
 * Refusal.Kind#CONDITION_FAILED} and changes nothing. So of two clients that change one name at
 * once, one is refused.
 *
 * @param path one that the command changes: {@link #isAbout}
 * @param expected what must be there
 * @param content the id of the file that must be there, which changes with its content and stays
 *     when it is renamed; null unless {@code expected} is {@link Expected#CONTENT}
 */
public record Condition(
        RemotePath path, Expected expected, @Nullable FileId content) {
    /** The most conditions of an operation. */
    public static final int MAX = 2;

    /** What a condition can demand of a name. */
    public enum Expected {
        NOTHING,
        DIRECTORY,
        CONTENT
    }

    public Condition {
        if ((expected == Expected.CONTENT) != (content != null)) {
            throw new IllegalArgumentException("a condition on a content names it, no other one does");
        }
    }

    /** Nothing exists at this path. */
    public static Condition absent(RemotePath path) {
        return new Condition(path, Expected.NOTHING, null);
    }

    /** A directory is at this path: for a removal that must not take a file. */
    public static Condition directory(RemotePath path) {
        return new Condition(path, Expected.DIRECTORY, null);
    }

    /** The file or symbolic link at this path has this content. */
    public static Condition unchanged(RemotePath path, FileId content) {
        return new Condition(path, Expected.CONTENT, content);
    }

    /** Whether the condition holds with this entry at the path. */
    public boolean holds(Optional<NameEntry> there) {
        return switch (expected) {
            case NOTHING -> there.isEmpty();
            case DIRECTORY -> there.isPresent() && there.get() instanceof NameEntry.Directory;
            case CONTENT ->
                there.isPresent()
                        && there.get() instanceof NameEntry.Recorded entry
                        && entry.record().id().equals(content);
        };
    }

    /**
     * Whether the command changes what is at {@link #path}. For another path, the answer could
     * reveal to the caller whether it exists.
     */
    public boolean isAbout(Command command) {
        return switch (command) {
            case Command.Commit commit -> path.equals(commit.path());
            case Command.ChangeFile change -> path.equals(change.path());
            case Command.Create create -> path.equals(create.path());
            case Command.SetMetadata set -> path.equals(set.path());
            case Command.MakeDirectory make -> path.equals(make.path());
            case Command.CompleteUpload complete -> path.equals(complete.path());
            case Command.Copy copy -> path.equals(copy.from()) || path.equals(copy.to());
            case Command.Rename rename -> path.equals(rename.from()) || path.equals(rename.to());
            case Command.Remove remove -> path.equals(remove.path());
            case Command.Untrash untrash -> path.equals(untrash.path());
            default -> false;
        };
    }
}
