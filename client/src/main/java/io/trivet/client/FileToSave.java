package io.trivet.client;

import io.trivet.model.Condition;
import io.trivet.model.RemotePath;
import java.nio.file.Path;
import java.util.List;

/**
 * One of many files for {@link TrivetClient#saveAll}.
 *
 * @param source a local file, as in {@link TrivetClient#save(Path, RemotePath, Preserve, Progress)}
 * @param conditions what must hold when the file gets its name; of many files that are small this is
 *     checked only then
 */
public record FileToSave(
        Path source, RemotePath target, Preserve preserve, List<Condition> conditions, Progress progress) {
    public FileToSave {
        conditions = List.copyOf(conditions);
    }

    /** Without conditions. */
    public FileToSave(Path source, RemotePath target, Preserve preserve, Progress progress) {
        this(source, target, preserve, List.of(), progress);
    }

    /** What became of each file, from several threads. */
    public interface Listener {
        /** It is saved, as after {@link TrivetClient#save(Path, RemotePath, Progress)}. */
        void saved(FileToSave file, SaveSummary summary);

        /** It is not saved, as where that method throws {@code failure}. */
        void failed(FileToSave file, RuntimeException failure);

        /**
         * Whether files that are not begun are still wanted. Once it is false they are left out, and
         * nothing is told of them.
         */
        default boolean goesOn() {
            return true;
        }
    }
}
