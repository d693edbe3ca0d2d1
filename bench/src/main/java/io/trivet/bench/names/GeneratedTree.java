package io.trivet.bench.names;

import io.trivet.model.RemotePath;
import java.util.Locale;

/**
 * The names of the generated files: a tenth of them in one directory, the others in a tree of directories of {@value #OF_DIRECTORY} each.
 *
 * <pre>
 *   /large/file-0000000 ...
 *   /tree/00/0000/file-0000000 ...
 * </pre>
 *
 * @param files in all
 */
record GeneratedTree(long files) {
    static final RemotePath LARGE = RemotePath.parse("/large");
    static final RemotePath TREE = RemotePath.parse("/tree");

    private static final int LARGE_PART = 10;
    private static final int OF_DIRECTORY = 1000;
    private static final int DIRECTORIES_OF_BRANCH = 100;

    /** Directories that are filled at the same time, as if so many clients saved. */
    private static final int WRITERS = 64;

    /** How many files are in the one directory. */
    long large() {
        return files / LARGE_PART;
    }

    /** How many are in the tree. */
    long scattered() {
        return files - large();
    }

    RemotePath ofLarge(long number) {
        return LARGE.resolve(name(number));
    }

    RemotePath ofTree(long number) {
        long directory = number / OF_DIRECTORY;
        return TREE.resolve(String.format(Locale.ROOT, "%02d", directory / DIRECTORIES_OF_BRANCH))
                .resolve(String.format(Locale.ROOT, "%04d", directory))
                .resolve(name(number % OF_DIRECTORY));
    }

    /** The path of the file that is saved at this turn: first those of the one directory, then the tree, several directories at a time. */
    RemotePath saved(long turn) {
        return turn < large() ? ofLarge(turn) : ofTree(numberAt(turn - large()));
    }

    /** Every number of the tree comes at one turn. */
    private long numberAt(long turn) {
        long together = (long) WRITERS * OF_DIRECTORY;
        long begin = turn / together * together;
        if (begin + together > scattered()) {
            return turn;
        }
        long within = turn - begin;
        return begin + within % WRITERS * OF_DIRECTORY + within / WRITERS;
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "file-%07d", number);
    }
}
