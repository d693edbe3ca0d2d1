package io.trivet.bench.namespace;

import io.trivet.model.RemotePath;
import java.util.List;
import java.util.Locale;

/**
 * The generated files: half of them in one directory, a million at most, the others in a tree of
 * directories of {@value #OF_DIRECTORY} each. Directories have the numbers beside them; the root is
 * number 1.
 *
 * <pre>
 *   /large                          2
 *   /large/file-0000000 ...
 *   /tree                           3
 *   /tree/00                        4 ...
 *   /tree/00/00000                  after all of those
 *   /tree/00/00000/file-0000000 ...
 * </pre>
 *
 * @param files in all
 */
record GeneratedTree(long files) {
    static final RemotePath LARGE = RemotePath.parse("/large");
    static final long ROOT_NUMBER = 1;
    static final long LARGE_NUMBER = 2;
    static final long TREE_NUMBER = 3;

    private static final long MOST_IN_ONE = 1_000_000;
    private static final int OF_DIRECTORY = 1000;
    private static final int LEAVES_OF_BRANCH = 100;

    /**
     * Directories that are filled at the same time, as by this many clients, so that their files'
     * ids are interleaved.
     */
    private static final int WRITERS = 64;

    /** A file: the number of its directory, and its name in it. */
    record Leaf(long directory, String name) {}

    /** The number of files in the large directory. */
    long large() {
        return Math.min(MOST_IN_ONE, files / 2);
    }

    /** The number of files in the tree. */
    long scattered() {
        return files - large();
    }

    /** The number of directories with files in the tree. */
    long leaves() {
        return Math.ceilDiv(scattered(), OF_DIRECTORY);
    }

    /** The number of directories of such directories. */
    long branches() {
        return Math.ceilDiv(leaves(), LEAVES_OF_BRANCH);
    }

    long branchNumber(long branch) {
        return TREE_NUMBER + 1 + branch;
    }

    long leafNumber(long leaf) {
        return branchNumber(branches()) + leaf;
    }

    /** The number of directories, including the root. */
    long directories() {
        return leafNumber(leaves()) - 1;
    }

    static long branchOf(long leaf) {
        return leaf / LEAVES_OF_BRANCH;
    }

    static String branchName(long branch) {
        return String.format(Locale.ROOT, "%04d", branch);
    }

    static String leafName(long leaf) {
        return String.format(Locale.ROOT, "%06d", leaf);
    }

    static String fileName(long number) {
        return String.format(Locale.ROOT, "file-%07d", number);
    }

    /** The path of a file of the tree. */
    RemotePath ofTree(long number) {
        long leaf = number / OF_DIRECTORY;
        return new RemotePath(
                List.of("tree", branchName(branchOf(leaf)), leafName(leaf), fileName(number % OF_DIRECTORY)));
    }

    /**
     * The file that was saved at this turn: first those of the large directory, then those of the
     * tree.
     */
    Leaf saved(long turn) {
        if (turn < large()) {
            return new Leaf(LARGE_NUMBER, fileName(turn));
        }
        long number = numberAt(turn - large());
        return new Leaf(leafNumber(number / OF_DIRECTORY), fileName(number % OF_DIRECTORY));
    }

    /** The turn at which a file of the tree was saved. */
    long turnOf(long number) {
        long begin = begin(number);
        if (begin + together() > scattered()) {
            return large() + number;
        }
        long within = number - begin;
        return large() + begin + within % OF_DIRECTORY * WRITERS + within / OF_DIRECTORY;
    }

    private long numberAt(long turn) {
        long begin = begin(turn);
        if (begin + together() > scattered()) {
            return turn;
        }
        long within = turn - begin;
        return begin + within % WRITERS * OF_DIRECTORY + within / WRITERS;
    }

    private static long together() {
        return (long) WRITERS * OF_DIRECTORY;
    }

    private static long begin(long number) {
        return number / together() * together();
    }
}
