package io.trivet.faults;

import io.trivet.model.RemotePath;
import java.util.Objects;

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

    /** A new file or content, stored in pieces by two clients at once and completed by one of them. */
    record Pieces(RemotePath path, Content content) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.withFile(path, content);
        }
    }

    /** Other bytes in a file, or behind its end. */
    record Write(RemotePath path, Content.Write write) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            Content content = Objects.requireNonNull(before.files().get(path));
            return before.withFile(path, content.with(write));
        }
    }

    /** A file gets the content of another one. */
    record Copy(RemotePath from, RemotePath to) implements WorkerChange {
        @Override
        public ExpectedTree applied(ExpectedTree before) {
            return before.withFile(to, Objects.requireNonNull(before.files().get(from)));
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
