package io.trivet.node.data;

import io.trivet.file.AtomicFile;
import io.trivet.repair.ScrubProgress;
import io.trivet.repair.Scrubber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The progress of this node's scrub, in the file {@code scrub} of its data directory. */
public final class ScrubFile implements Scrubber.Memory {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubFile.class);

    private final Path file;

    public ScrubFile(Path data) {
        this.file = data.resolve("scrub");
    }

    /** An unreadable file counts as none: the round begins again. */
    @Override
    public ScrubProgress recall() {
        try {
            return Files.exists(file) ? ScrubProgress.parse(Files.readString(file)) : ScrubProgress.NONE;
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("scrub begins again file={} cause=\"{}\"", file, e.toString());
            return ScrubProgress.NONE;
        }
    }

    @Override
    public void keep(ScrubProgress progress) {
        try {
            AtomicFile.write(file, progress.text() + "\n");
        } catch (IOException e) {
            LOG.warn("scrub not kept file={} cause=\"{}\"", file, e.toString());
        }
    }
}
