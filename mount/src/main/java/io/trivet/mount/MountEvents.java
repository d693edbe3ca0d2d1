package io.trivet.mount;

import io.trivet.model.RemotePath;
import java.nio.file.Path;

/** What a mount tells the person who started it. Called by any thread. */
public interface MountEvents {
    /** Tells nothing. */
    MountEvents NONE = new MountEvents() {
        @Override
        public void notSaved(RemotePath file, Path kept, Exception why) {}

        @Override
        public void failed(String request, Throwable why) {}
    };

    /**
     * A file could not be saved when its last user closed it. That user was told so by an error of
     * {@code close}, unless only mapped pages were written later. The bytes are in {@code kept}.
     */
    void notSaved(RemotePath file, Path kept, Exception why);

    /** A request failed for another reason than that it had to be refused. */
    void failed(String request, Throwable why);
}
