package io.trivet.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must be at a path at the moment in which an operation is applied; if it is not, the operation
 * is refused as {@link Refusal.Kind#CONDITION_FAILED} and changes nothing. With it two clients that
 * change one name at once notice each other: one of them is refused.
 *
 * @param path one that the command changes: {@link #isAbout}
 * @param content the file that must be there: its id changes with its content, and stays when it is
 *     renamed; null where nothing may have the name
 */
public record Condition(RemotePath path, @Nullable FileId content) {
    /** An operation has at most so many. */
    public static final int MAX = 2;

    /** Nothing has this name. */
    public static Condition absent(RemotePath path) {
        return new Condition(path, null);
    }

    /** The file of this name has this content. */
    public static Condition unchanged(RemotePath path, FileId content) {
        return new Condition(path, content);
    }

    /** Whether it holds where this is at the path. */
    public boolean holds(Optional<NameEntry> there) {
        return content == null
                ? there.isEmpty()
                : there.filter(entry -> entry instanceof NameEntry.File file
                                && file.record().id().equals(content))
                        .isPresent();
    }

    /**
     * Whether the command changes what is at {@link #path}. Of another path the answer would tell
     * whether it exists to a caller that may not know.
     */
    public boolean isAbout(Command command) {
        return switch (command) {
            case Command.Commit commit -> path.equals(commit.path());
            case Command.SetMetadata set -> path.equals(set.path());
            case Command.MakeDirectory make -> path.equals(make.path());
            case Command.Rename rename -> path.equals(rename.from()) || path.equals(rename.to());
            case Command.Remove remove -> path.equals(remove.path());
            case Command.Untrash untrash -> path.equals(untrash.path());
            default -> false;
        };
    }
}
