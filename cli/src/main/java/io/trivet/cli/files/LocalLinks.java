package io.trivet.cli.files;

import io.trivet.client.FileTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Symbolic links of this computer: made, replaced and compared, and never followed. */
final class LocalLinks {
    private LocalLinks() {}

    /** Where it leads, as text; empty if that is not valid UTF-8. */
    static Optional<String> target(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        String text = target.toString();
        return link.getFileSystem().getPath(text).equals(target) ? Optional.of(text) : Optional.empty();
    }

    /** Whether there is a link that leads there. */
    static boolean leads(Path link, String target) throws IOException {
        return Files.isSymbolicLink(link) && target(link).filter(target::equals).isPresent();
    }

    /** What is done just before the link gets its name. */
    interface Guard {
        void check() throws IOException;
    }

    /** Makes a link, which replaces a link or a regular file of that name in one step. */
    static void make(Path link, String target, Instant modified, Guard guard) throws IOException {
        Path temporary = link.resolveSibling(".trivet-load-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "~");
        try {
            Files.createSymbolicLink(temporary, link.getFileSystem().getPath(target));
            setTime(temporary, modified);
            guard.check();
            Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Not every file system keeps times of links. */
    private static void setTime(Path link, Instant modified) {
        try {
            Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.from(FileTimes.settable(modified)), null, null);
        } catch (IOException | UnsupportedOperationException _) {
            // A link without its time is better than none.
        }
    }
}
