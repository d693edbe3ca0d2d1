package io.trivet.faults.history;

import io.trivet.model.RemotePath;
import java.util.List;

/** An operation on a few names in one directory that is never removed. */
public sealed interface NameOperation {
    /** The names that it reads or changes. */
    default List<RemotePath> names() {
        return switch (this) {
            case MakeDirectory make -> List.of(make.path);
            case Save save -> List.of(save.path);
            case Rename rename -> List.of(rename.from, rename.to);
            case Remove remove -> List.of(remove.path);
            case Stat stat -> List.of(stat.path);
        };
    }

    /** Makes a directory. */
    record MakeDirectory(RemotePath path) implements NameOperation {}

    /** Saves a file, identified by its checksum. */
    record Save(RemotePath path, int crc32c) implements NameOperation {}

    /** Renames a file or directory. */
    record Rename(RemotePath from, RemotePath to) implements NameOperation {}

    /** Removes a file or directory. */
    record Remove(RemotePath path) implements NameOperation {}

    /** Reads what is there. */
    record Stat(RemotePath path) implements NameOperation {}
}
