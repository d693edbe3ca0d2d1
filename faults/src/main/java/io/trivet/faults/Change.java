package io.trivet.faults;

import io.trivet.model.RemotePath;

/** Something a worker does to its directory. */
sealed interface Change {
    /** What must be there once it has happened. */
    World applied(World before);

    /** A new file or a new content; {@code asStream} gives the client a stream of unknown length rather than a local file. */
    record Save(RemotePath path, Content content, boolean asStream) implements Change {
        @Override
        public World applied(World before) {
            return before.withFile(path, content);
        }
    }

    record MakeDirectory(RemotePath path) implements Change {
        @Override
        public World applied(World before) {
            return before.withDirectory(path);
        }
    }

    record Rename(RemotePath from, RemotePath to) implements Change {
        @Override
        public World applied(World before) {
            return before.renamed(from, to);
        }
    }

    /** A file, or a directory with all that is in it. */
    record Remove(RemotePath path) implements Change {
        @Override
        public World applied(World before) {
            return before.without(path);
        }
    }
}
