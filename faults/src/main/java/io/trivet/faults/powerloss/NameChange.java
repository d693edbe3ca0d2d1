package io.trivet.faults.powerloss;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of names that happens whole or not at all: one name, or the two of a rename. */
record NameChange(List<Edit> edits) {
    /** From now on the name is that of {@code after}, or of nothing. */
    record Edit(
            Inode.Directory directory,
            String name,
            @Nullable Inode after) {}

    NameChange {
        edits = List.copyOf(edits);
    }

    boolean touches(Collection<Inode.Directory> directories) {
        return edits.stream().anyMatch(edit -> directories.contains(edit.directory));
    }

    List<Inode.Directory> directories() {
        return edits.stream().map(Edit::directory).toList();
    }

    /** It is durable from now on. */
    void commit() {
        for (Edit edit : edits) {
            if (edit.after == null) {
                edit.directory.durable.remove(edit.name);
            } else {
                edit.directory.durable.put(edit.name, edit.after);
            }
        }
    }
}
