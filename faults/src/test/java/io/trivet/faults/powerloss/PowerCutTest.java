package io.trivet.faults.powerloss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests the model of a disk without a kernel. */
class PowerCutTest {
    private static final int BLOCKS = 64;

    private final Tree tree =
            new Tree(new Blocks(Arena.ofAuto().allocate(4L * BLOCKS * Blocks.BYTES)), new Space(BLOCKS));
    private final Inode.Directory root = tree.root();

    private Inode.File written(String name, String text) throws Errno {
        Inode.File file = tree.create(root, name, 0644);
        write(file, 0, text);
        return file;
    }

    private void write(Inode.File file, long offset, String text) throws Errno {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(tree.write(file, offset, MemorySegment.ofArray(bytes))).isEqualTo(bytes.length);
    }

    private String text(String name) throws Errno {
        Inode.File file = (Inode.File) Tree.find(root, name);
        byte[] bytes = new byte[(int) file.bytes.size()];
        tree.read(file, 0, MemorySegment.ofArray(bytes));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void cut(SurvivalPolicy survival, long seed) {
        new PowerCut(tree, survival, seed).apply();
    }

    private void cut() {
        cut(SurvivalPolicy.STRICT, 0);
    }

    @Test
    void whatWasNotSyncedIsGone() throws Errno {
        written("a", "text");
        tree.sync(root);
        cut();
        assertThat(text("a")).isEmpty();
    }

    @Test
    void aSyncedFileWhoseDirectoryWasNotIsGone() throws Errno {
        written("a", "text").sync();
        cut();
        assertThat(root.names).isEmpty();
    }

    @Test
    void bothSyncedIsThere() throws Errno {
        written("a", "text").sync();
        tree.sync(root);
        cut();
        assertThat(text("a")).isEqualTo("text");
    }

    @Test
    void aRenameOfWhichTheDirectoryWasNotSyncedDidNotHappen() throws Errno {
        written("a", "old").sync();
        tree.sync(root);
        written("b", "new").sync();
        tree.rename(root, "b", root, "a", 0);
        assertThat(text("a")).isEqualTo("new");
        cut();
        assertThat(text("a")).isEqualTo("old");
        assertThat(root.names).containsOnlyKeys("a");
    }

    @Test
    void aRenameBetweenDirectoriesIsWholeOnceOneOfThemIsSynced() throws Errno {
        Inode.Directory from = tree.makeDirectory(root, "from", 0755);
        Inode.Directory to = tree.makeDirectory(root, "to", 0755);
        tree.sync(root);
        Inode.File file = tree.create(from, "a", 0644);
        tree.sync(from);
        tree.rename(from, "a", to, "b", 0);
        tree.sync(to);
        cut();
        assertThat(from.names).isEmpty();
        assertThat(to.names).containsOnlyKeys("b").containsValue(file);
    }

    @Test
    void anUnlinkOfWhichTheDirectoryWasNotSyncedDidNotHappen() throws Errno {
        written("a", "text").sync();
        tree.sync(root);
        tree.unlink(root, "a");
        tree.collect();
        cut();
        assertThat(text("a")).isEqualTo("text");
    }

    @Test
    void whatIsOverwrittenAfterTheLastSyncIsAsItWasThen() throws Errno {
        Inode.File file = written("a", "first");
        file.sync();
        tree.sync(root);
        write(file, 0, "SECOND and longer");
        cut();
        assertThat(text("a")).isEqualTo("first");
    }

    @Test
    void aShorteningThatWasNotSyncedDidNotHappen() throws Errno {
        Inode.File file = written("a", "a long text");
        file.sync();
        tree.sync(root);
        tree.resize(file, 3);
        write(file, 5, "x");
        assertThat(text("a")).isEqualTo("a l\0\0x");
        cut();
        assertThat(text("a")).isEqualTo("a long text");
    }

    @Test
    void aSecondNameLivesOnWithoutTheFirst() throws Errno {
        Inode.File file = written("a", "text");
        file.sync();
        tree.link(file, root, "b");
        tree.unlink(root, "a");
        tree.sync(root);
        cut();
        assertThat(root.names).containsOnlyKeys("b");
        assertThat(text("b")).isEqualTo("text");
    }

    @Test
    void tornPiecesAreSectorsOfTheOldOrTheNew() throws Errno {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            Inode.File file = written("a" + seed, "o".repeat(2 * Blocks.BYTES));
            file.sync();
            tree.sync(root);
            write(file, 0, "n".repeat(2 * Blocks.BYTES));
            cut(SurvivalPolicy.ORDERED, seed);
            String text = text("a" + seed);
            assertThat(text).hasSize(2 * Blocks.BYTES);
            for (int at = 0; at < text.length(); at += Blocks.SECTOR_BYTES) {
                assertThat(text.substring(at, at + Blocks.SECTOR_BYTES)).matches("o+|n+");
            }
            seen.add(text);
            tree.unlink(root, "a" + seed);
            tree.sync(root);
        }
        assertThat(seen).hasSizeGreaterThan(20);
    }

    /** Entries that are forced together: the later one whole, the earlier one not. */
    @Test
    void ofOneForceTheEndMayBeThereAndTheBeginningNot() throws Errno {
        int seen = 0;
        for (int seed = 0; seed < 200; seed++) {
            Inode.File file = written("a" + seed, "o".repeat(2 * Blocks.BYTES));
            file.sync();
            tree.sync(root);
            write(file, 700, "first".repeat(200));
            write(file, 1700, "second".repeat(200));
            cut(SurvivalPolicy.LOOSE, seed);
            String text = text("a" + seed);
            seen += text.startsWith("second".repeat(200), 1700) && !text.startsWith("first".repeat(200), 700) ? 1 : 0;
            tree.unlink(root, "a" + seed);
            tree.sync(root);
        }
        assertThat(seen).isPositive();
    }

    @Test
    void whatWasNotWrittenYetInAPreparedFileIsZeros() throws Errno {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            Inode.File file = written("a" + seed, "\0".repeat(Blocks.BYTES));
            file.sync();
            tree.sync(root);
            write(file, 500, "n".repeat(3000));
            cut(SurvivalPolicy.ORDERED, seed);
            seen.add(text("a" + seed).replaceAll("\0+", "0").replaceAll("n+", "n"));
            tree.unlink(root, "a" + seed);
            tree.sync(root);
        }
        assertThat(seen).contains("0", "0n0").anyMatch(text -> text.contains("n0n"));
    }

    @Test
    void namesThatAreKeptInOrderAreTheFirstOnes() throws Errno {
        Set<Integer> counts = new TreeSet<>();
        for (int seed = 0; seed < 50; seed++) {
            Inode.Directory directory = tree.makeDirectory(root, "d" + seed, 0755);
            tree.sync(root);
            for (int number = 0; number < 5; number++) {
                tree.create(directory, "f" + number, 0644);
            }
            cut(SurvivalPolicy.ORDERED, seed);
            assertThat(directory.names.keySet())
                    .containsExactlyElementsOf(
                            Arrays.asList("f0", "f1", "f2", "f3", "f4").subList(0, directory.names.size()));
            counts.add(directory.names.size());
        }
        assertThat(counts).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aJournalKeepsTheNamesBeforeTheLastSyncOfAnything() throws Errno {
        Set<Set<String>> seen = new HashSet<>();
        for (int seed = 0; seed < 30; seed++) {
            Inode.Directory directory = tree.makeDirectory(root, "d" + seed, 0755);
            tree.create(directory, "before", 0644);
            tree.sync(written("other" + seed, ""));
            tree.create(directory, "after", 0644);
            cut(SurvivalPolicy.JOURNAL, seed);
            seen.add(Set.copyOf(directory.names.keySet()));
        }
        assertThat(seen).containsExactlyInAnyOrder(Set.of("before"), Set.of("before", "after"));
    }

    @Test
    void namesThatAreKeptLooselyAreAny() throws Errno {
        Set<Set<String>> seen = new HashSet<>();
        for (int seed = 0; seed < 40; seed++) {
            Inode.Directory directory = tree.makeDirectory(root, "d" + seed, 0755);
            tree.sync(root);
            tree.create(directory, "f0", 0644);
            tree.create(directory, "f1", 0644);
            cut(SurvivalPolicy.LOOSE, seed);
            seen.add(Set.copyOf(directory.names.keySet()));
        }
        assertThat(seen).containsExactlyInAnyOrder(Set.of(), Set.of("f0"), Set.of("f1"), Set.of("f0", "f1"));
    }

    @Test
    void aFullDiskTakesNothingUntilSomethingIsRemoved() throws Errno {
        Inode.File file = written("a", "x".repeat(BLOCKS * Blocks.BYTES));
        Inode.File other = tree.create(root, "b", 0644);
        assertThatThrownBy(() -> write(other, 0, "x")).isInstanceOf(Errno.class).hasMessage("errno " + Errno.NO_SPACE);
        file.sync();
        tree.sync(root);
        write(file, 0, "y".repeat(BLOCKS * Blocks.BYTES));
        tree.unlink(root, "a");
        assertThat(tree.space().free()).isEqualTo(BLOCKS);
        write(other, 0, "x".repeat(BLOCKS * Blocks.BYTES));
        assertThat(tree.space().free()).isZero();
    }

    @Test
    void ballastLeavesSoMuchAndGoes() throws Errno {
        written("a", "x");
        tree.space().fillBut(0);
        Inode.File other = tree.create(root, "b", 0644);
        assertThatThrownBy(() -> write(other, 0, "x")).isInstanceOf(Errno.class);
        tree.space().fillBut(BLOCKS);
        assertThat(tree.space().free()).isEqualTo(BLOCKS - 1);
    }

    @Test
    void aDiskThatIsWrittenAgainAndAgainNeedsNoMoreRoom() throws Errno {
        Inode.File file = written("a", "x");
        for (int round = 0; round < 1000; round++) {
            write(file, 0, ("" + round % 10).repeat(10 * Blocks.BYTES));
            file.sync();
        }
        tree.sync(root);
        cut();
        assertThat(text("a")).isEqualTo("9".repeat(10 * Blocks.BYTES));
    }
}
