package io.trivet.quorum;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The term and the vote, in the file {@code raft-meta} of Ratis, which has no checksum: cut off
 * within a number or before the vote it reads as another one. It is looked at before Ratis reads
 * it.
 *
 * <p>One that is damaged is forgotten: the log goes on as one that is older than the others know
 * ({@link LogRecovery}), which votes only in terms later than any that it can have voted in.
 */
final class VoteFile {
    private static final Logger LOG = LoggerFactory.getLogger(VoteFile.class);
    private static final String NAME = "raft-meta";
    private static final Pattern LINE = Pattern.compile("(?m)^term=\\d+$|^votedFor=[A-Za-z0-9]*$");
    private static final int LINES = 2;

    private VoteFile() {}

    static Path in(Path current) {
        return current.resolve(NAME);
    }

    /** As Ratis writes it: both lines, the last one with its end. */
    static boolean isSound(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return text.endsWith("\n")
                && text.indexOf('\0') < 0
                && LINE.matcher(text).results().count() == LINES;
    }

    /**
     * Forgets a damaged vote. Durable on return; killed in the middle, it is done again at the next start, or done.
     *
     * @param directory of the master
     * @param term of the newest entry that the log has
     */
    static void forget(Path directory, Path file, long term) throws IOException {
        LOG.error("damaged file={}: this master does not vote until it has caught up with the others", file);
        Incarnation.forgotten(directory);
        AtomicFile.write(file, ("term=" + term + "\nvotedFor=\n").getBytes(StandardCharsets.US_ASCII));
    }
}
