package io.trivet.faults.powerloss;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An atomic change of names: one name, or the two of a rename. */
record NameChange(List<Edit> edits) {
    /** The name refers to {@code after} from now on, or to nothing. */
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

    /** Makes the change durable. */
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
