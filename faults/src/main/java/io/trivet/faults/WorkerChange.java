package io.trivet.faults;

import io.trivet.model.RemotePath;

/** A change that a worker makes in its directory. */
sealed interface WorkerChange {
    /** The expected tree after the change. */
    ExpectedTree applied(ExpectedTree before);

    /**
     * A new file or content; {@code asStream} saves a stream of unknown length instead of a local
     * file.
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

    /** A file, or a directory with everything in it. */
    record Remove(RemotePath path) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.without(path);
        }
    }
}
