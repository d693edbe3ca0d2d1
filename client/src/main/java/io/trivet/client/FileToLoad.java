package io.trivet.client;

import io.trivet.model.RemotePath;
import java.nio.file.Path;

/**
 * One of many files for {@link TrivetClient#loadAll}.
 *
 * @param target a local file, as in {@link TrivetClient#load(RemotePath, Path, Preserve, Progress)}
 */
public record FileToLoad(RemotePath source, Path target, Preserve preserve, Progress progress) {
    /** What became of each file, from several threads. */
    public interface Listener {
        /** It is loaded, as after {@link TrivetClient#load(RemotePath, Path, Progress)}. */
        void loaded(FileToLoad file, LoadSummary summary);

        /** It is not loaded, as where that method throws {@code failure}. */
        void failed(FileToLoad file, RuntimeException failure);

        /**
         * Whether files that are not begun are still wanted. Once it is false they are left out, and
         * nothing is told of them.
         */
        default boolean goesOn() {
            return true;
        }
    }
}
