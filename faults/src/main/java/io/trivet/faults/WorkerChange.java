package io.trivet.faults;

import io.trivet.model.RemotePath;

/** Something a worker does to its directory. */
sealed interface WorkerChange {
    /** What must be there once it has happened. */
    ExpectedTree applied(ExpectedTree before);

    /**
     * A new file or a new content; {@code asStream} gives the client a stream of unknown length
     * rather than a local file.
     */
    record Save(RemotePath path, Content content, boolean asStream) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.withFile(path, content);
        }
    }

    record MakeDirectory(RemotePath path) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.withDirectory(path);
        }
    }

    record Rename(RemotePath from, RemotePath to) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.renamed(from, to);
        }
    }

    /** A file, or a directory with all that is in it. */
    record Remove(RemotePath path) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.without(path);
        }
    }
}
