package io.trivet.faults.powerloss;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file system, which stays mounted except during a cut. One thread, besides those of its
 * session.
 */
final class PowerLossDisk {
    /** Durable and other content together take at most this many times the size of a full disk. */
    private static final int COPIES = 2;

    private static final int MAX_LINES = 300;

    private final String source;
    private final String target;
    private final Tree tree;
    private FuseRequests requests;
    private FuseSession session;

    private PowerLossDisk(String source, String target, Tree tree) throws IOException {
        this.source = source;
        this.target = target;
        this.tree = tree;
        this.requests = new FuseRequests(tree);
        this.session = FuseSession.mount(source, target, requests);
    }

    /** {@code backing} is a sparse file, unlinked on return. */
    static PowerLossDisk mount(String source, Path target, Path backing, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                backing, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Blocks blocks = new Blocks(channel.map(FileChannel.MapMode.READ_WRITE, 0, COPIES * bytes, Arena.global()));
            Tree tree = new Tree(blocks, new Space(Math.toIntExact(bytes / Blocks.BYTES)));
            return new PowerLossDisk(source, target.toString(), tree);
        } finally {
            Files.deleteIfExists(backing);
        }
    }

    /**
     * Processes that use it during the cut get errors. Prints what the cut can take beforehand, to
     * explain later losses.
     */
    void cut(SurvivalPolicy survival, long seed) throws IOException {
        session.unmount();
        synchronized (tree) {
            System.err.println("cut " + target + " " + survival + " " + seed);
            tree.unsynced(MAX_LINES).forEach(line -> System.err.println("  " + line));
            new PowerCut(tree, survival, seed).apply();
        }
        requests = new FuseRequests(tree);
        session = FuseSession.mount(source, target, requests);
    }

    void fillBut(long bytes) {
        synchronized (tree) {
            tree.space().fillBut(Math.toIntExact(bytes / Blocks.BYTES));
        }
    }

    void free() {
        fillBut((long) tree.space().total() * Blocks.BYTES);
    }

    void fail(boolean failing) {
        requests.fail(failing);
    }

    void unmount() throws IOException {
        session.unmount();
    }

    @Override
    public String toString() {
        synchronized (tree) {
            return tree.files().size() + " files, " + tree.pendingChanges() + " changes of names pending, "
                    + tree.space().free() + " of " + tree.space().total() + " blocks free";
        }
    }
}
