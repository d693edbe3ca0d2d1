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
 * The term and the vote, in Ratis's file {@code raft-meta}. It has no checksum: if it is cut off
 * within a number or before the vote, it reads as a valid file with other values. So it is checked
 * before Ratis reads it.
 *
 * <p>If it is damaged, the vote is forgotten: the log continues as one that is older than what
 * others know ({@link LogRecovery}), and votes only in terms later than any in which it can have
 * voted.
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

    /** Whether it has the form that Ratis writes: both lines, the last one with its line end. */
    static boolean isSound(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return text.endsWith("\n")
                && text.indexOf('\0') < 0
                && LINE.matcher(text).results().count() == LINES;
    }

    /**
     * Forgets a damaged vote. Durable on return; if it is killed, the next start repeats it if
     * necessary.
     *
     * @param directory of the master
     * @param term of the newest entry in the log
     */
    static void forget(Path directory, Path file, long term) throws IOException {
        LOG.error("damaged file={}: this master does not vote until it has caught up with the others", file);
        Incarnation.forgotten(directory);
        AtomicFile.write(file, ("term=" + term + "\nvotedFor=\n").getBytes(StandardCharsets.US_ASCII));
    }
}
