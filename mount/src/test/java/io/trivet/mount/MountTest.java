package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Quota;
import io.trivet.model.RemotePath;
import io.trivet.mount.fuse.MountPoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A real mount of a real cluster, used by other processes. Skipped where there is no FUSE. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MountTest {
    private static final long SPOOL = 256L << 20;
    private static final int LAST = Integer.MAX_VALUE;

    @TempDir
    static Path base = Path.of("");

    private TestCluster cluster;
    private TestMount mount;

    @BeforeAll
    void start() throws IOException {
        Optional<String> obstacle = MountPoint.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "no mount is tested: " + obstacle.orElse(""));
        cluster = TestCluster.start(Files.createDirectory(base.resolve("cluster")));
        mount = TestMount.start(cluster, base, "mnt", SPOOL, "rw");
    }

    @AfterAll
    void end() throws IOException {
        if (mount != null) {
            System.out.println(mount.log());
            mount.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private String content(String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        cluster.client.load(path(path), bytes, Progress.NONE);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void save(String path, String content) throws IOException {
        cluster.client.save(
                new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), path(path), Progress.NONE);
    }

    private static void assumeTool(String tool) {
        boolean there = java.util.Arrays.stream(
                        System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        assumeTrue(there, () -> "no " + tool + " here");
    }

    @Test
    void aFileIsWhatAnArrayWouldBe() throws IOException {
        for (int run = 0; run < 3; run++) {
            long seed = new Random().nextLong(1_000_000);
            String[] extent = run < 2 ? new String[] {"600", "900000"} : new String[] {"200", "12000000"}; // in part
            String said = mount.program(
                            RandomOperations.class, "random-" + run, Long.toString(seed), extent[0], extent[1])
                    .done()
                    .output();
            System.out.println(said.strip());
        }
    }

    @Test
    void whatWasClosedIsSeenByOtherClientsAndTheOtherWayRound() throws IOException {
        mount.shell("echo one > closed; chmod 640 closed; touch -d '2020-02-02 02:02:02.123456789' closed")
                .done();
        assertThat(content("/closed")).isEqualTo("one\n");
        NameEntry.File file = (NameEntry.File) cluster.client.stat(path("/closed"));
        assertThat(file.record().mode()).isEqualTo(0640);
        assertThat(file.record().modified().getNano()).isEqualTo(123_456_789);
        save("/closed", "from elsewhere\n");
        cluster.client.setMetadata(
                path("/closed"), MetadataChange.NONE.withModified(Instant.ofEpochSecond(1_000_000_000)));
        assertThat(mount.shell("cat closed").done().output()).isEqualTo("from elsewhere\n");
        assertThat(mount.shell("sleep 1.1; stat -c '%s %Y' closed").done().output())
                .isEqualTo("15 1000000000\n");
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Runs a program of these tests that makes the file "begun" and waits for "done", and the work in between. */
    private TestMount.Run meanwhile(Work work, Class<?> program, String... arguments) throws IOException {
        Files.deleteIfExists(base.resolve("begun"));
        Files.deleteIfExists(base.resolve("done"));
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                for (int tries = 0; tries < TestMount.SECONDS * 20 && !Files.exists(base.resolve("begun")); tries++) {
                    Thread.sleep(50);
                }
                work.run();
                Files.createFile(base.resolve("done"));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        TestMount.Run run = mount.program(program, arguments);
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return run;
    }

    /** The reader keeps what it has opened; who opens it later gets the new content. */
    @Test
    void aFileThatIsReplacedElsewhereKeepsItsContentForWhoHasItOpen() throws IOException {
        save("/replaced", "before\n");
        TestMount.Run run = meanwhile(() -> save("/replaced", "after\n"), ReplacedFile.class, "replaced");
        assertThat(run.done().output()).isEqualTo("before\nafter\n");
    }

    /** The last who saves it wins, and nobody gets a mixture. */
    @Test
    void ofTwoWhoWriteAFileTheOneWhoClosesLastWins() throws IOException {
        save("/both", "before\n");
        TestMount.Run run = meanwhile(() -> save("/both", "theirs\n"), HeldFile.class, "both", "APPEND", "mine\n");
        assertThat(run.done().output()).isEqualTo("closed");
        assertThat(content("/both")).isEqualTo("before\nmine\n");
    }

    @Test
    void ofTwoWhoMakeAFileExclusivelyTheOneWhoClosesLastIsToldSo() throws IOException {
        TestMount.Run run = meanwhile(() -> save("/lock", "theirs\n"), HeldFile.class, "lock", "CREATE_NEW", "mine\n");
        assertThat(run.done().output()).contains("File exists");
        assertThat(content("/lock")).isEqualTo("theirs\n");
        mount.awaitLog("not saved: /lock in ");
    }

    @Test
    void anEditorsSaveReplacesTheFileInOneStep() throws IOException {
        mount.shell("echo old > edited; echo new > .edited.swp; mv .edited.swp edited; test ! -e .edited.swp")
                .done();
        assertThat(content("/edited")).isEqualTo("new\n");
        mount.shell("echo a > target; exec 3>> target; echo lost >&3; echo b > source; mv source target;"
                        + " echo lost >&3; exec 3>&-; cat target | grep -x b")
                .done();
        assertThat(content("/target")).isEqualTo("b\n");
    }

    /** What is renamed while it is written stays one file, under its new name. */
    @Test
    void aFileThatIsRenamedWhileItIsWrittenIsSavedUnderItsNewName() throws IOException {
        mount.shell("exec 3> before; echo one >&3; mv before after; echo two >&3; exec 3>&-; test ! -e before")
                .done();
        assertThat(content("/after")).isEqualTo("one\ntwo\n");
        mount.shell("mkdir dir; exec 3> dir/file; echo one >&3; mv dir moved; echo two >&3; exec 3>&-; test ! -e dir")
                .done();
        assertThat(content("/moved/file")).isEqualTo("one\ntwo\n");
    }

    @Test
    void whatIsRemovedWhileItIsOpenIsReadOnAndNotSavedAgain() throws IOException {
        String said = mount.shell(
                        "echo one > gone; exec 3< gone 4>> gone; rm gone; echo two >&4; cat <&3; exec 4>&- 3<&-;"
                                + " test ! -e gone; exec 5> never; echo x >&5; rm never; exec 5>&-; test ! -e never")
                .done()
                .output();
        assertThat(said).isEqualTo("one\ntwo\n");
        assertThatThrownBy(() -> cluster.client.stat(path("/gone"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> cluster.client.stat(path("/never"))).hasMessageContaining("no such file");
    }

    @Test
    void namesAndDirectoriesAreThoseOfAFileSystem() throws IOException {
        mount.shell("mkdir names; cd names; mkdir a; ! mkdir a; ! rmdir b; echo x > a/f; ! rmdir a; ! rm a;"
                        + " ! mkdir a/f/g; mv a/f a/g; mv a c; test \"$(cat c/g)\" = x; rm c/g; rmdir c; ! rmdir c;"
                        + " exec 3> new; mkdir d; exec 4> d/new; ! rmdir d; exec 4>&-; rm d/new; rmdir d; exec 3>&-;"
                        + " set -C; ! echo x > new; test ! -s new")
                .done();
        assertThat(mount.shell("touch $(printf '%0256d' 1) 2>&1 || true").done().output())
                .contains("File name too long");
        assertThat(mount.shell("ln names/new link 2>&1 || true").done().output())
                .contains("Operation not supported");
        assertThat(mount.shell("printf 'x' > \"$(printf '\\377')\" 2>&1 || true")
                        .done()
                        .output())
                .isNotEmpty();
        mount.shell("touch 'Ünïcödé 名前'; ls | grep -x 'Ünïcödé 名前'").done();
    }

    @Test
    void linksAndDirectoriesHaveWhatTheyHaveElsewhere() throws IOException {
        mount.shell("mkdir meta; cd meta; echo x > f; ln -s f link; ln -s ../none dangling; ln -s . loop;"
                        + " test \"$(readlink link)\" = f; test \"$(cat link)\" = x; ! cat dangling;"
                        + " test \"$(cat loop/loop/f)\" = x; ! ln -s f link; test -L dangling; rm loop;"
                        + " mv link moved; test \"$(readlink moved)\" = f; ln -sf other moved; rm moved; test -e f;"
                        + " ln -s f timed; touch -h -d '2003-03-03 03:03:03' timed; test \"$(stat -c %Y timed)\" = $(date -d '2003-03-03 03:03:03' +%s);"
                        + " mkdir -m 700 private; test \"$(stat -c %a private)\" = 700; chmod 750 private;"
                        + " touch -d '2001-02-03 04:05:06.789' private; mkdir over; mv -T private over")
                .done();
        assertThat(mount.shell("sleep 1.1; stat -c '%a %y' meta/over; ls -l meta | cut -c1-10")
                        .done()
                        .output())
                .contains("750 2001-02-03 04:05:06.789")
                .contains("lrwxrwxrwx");
        assertThat(cluster.client.readLink(path("/meta/dangling"))).isEqualTo("../none");
        cluster.client.createLink(path("/meta/elsewhere"), "f", MetadataChange.NONE);
        mount.shell("sleep 1.1; test \"$(cat meta/elsewhere)\" = x").done();
    }

    @Test
    void extendedAttributesOutliveTheContent() throws IOException {
        mount.program(ExtendedAttributesCheck.class, "extended").done();
        assertThat(cluster.client.attributes(path("/extended")).attributes().text("user.colour"))
                .contains("green");
    }

    @Test
    void aRepositoryOfGitIsSound() throws IOException {
        assumeTool("git");
        mount.shell("mkdir repository; cd repository; export HOME=$PWD; git init -q .; for i in 1 2 3 4 5; do"
                        + " echo $i > file$i; git add file$i; git -c user.name=a -c user.email=a@b commit -qm $i; done;"
                        + " git fsck --strict; test -z \"$(git status --short file*)\"; git checkout -q HEAD~2;"
                        + " test ! -e file5; git gc -q; git fsck --strict")
                .done();
    }

    @Test
    void anArchiveIsUnpackedAndSynchronized() throws IOException {
        mount.shell("mkdir ../tree; cd ../tree; for d in $(seq 20); do mkdir d$d; for f in $(seq 25); do"
                        + " echo $d $f > d$d/f$f; done; ln -s ../d$d/f1 d$d/link; done; chmod 700 d3; cd ..; tar cf tree.tar tree; cd mnt;"
                        + " tar x -p -f ../tree.tar; diff -r tree ../tree")
                .done();
        assertThat(mount.shell("find tree -type f | wc -l").done().output().strip())
                .isEqualTo("500");
        assumeTool("rsync");
        String second = mount.shell("touch tree/extra; rsync -a --delete ../tree/ tree/;"
                        + " diff -r tree ../tree; rsync -ai --delete ../tree/ tree/")
                .done()
                .output();
        assertThat(second).isEmpty();
    }

    @Test
    void aDirectoryOfThousandsIsListedWhole() throws IOException {
        save("/many/0", "x");
        IntStream.range(1, 3000)
                .parallel()
                .forEach(number -> cluster.client.copy(path("/many/0"), path("/many/" + number), MetadataChange.NONE));
        assertThat(mount.shell("ls -f many | wc -l; ls -l many | wc -l; find many -type f -size 1c | wc -l")
                        .done()
                        .output())
                .isEqualTo("3002\n3001\n3000\n");
        cluster.client.remove(path("/many"), true);
        mount.shell("sleep 1.1; test ! -e many").done();
    }

    @Test
    void aFileOfSeveralChunksComesBackAndAChangeInTheMiddleKeepsTheRest() throws IOException {
        mount.shell("head -c 20000000 /dev/urandom > ../local; cp ../local large; cmp ../local large;"
                        + " printf changed | dd of=../local bs=1 seek=9999999 conv=notrunc status=none;"
                        + " printf changed | dd of=large bs=1 seek=9999999 conv=notrunc status=none;"
                        + " cmp ../local large")
                .done();
        FileRecord changed = ((NameEntry.File) cluster.client.stat(path("/large"))).record();
        assertThat(changed.extents()).hasSize(3); // one chunk of several was saved anew
        mount.shell("head -c 3000000 /dev/urandom > ../more; cat ../more >> ../local; cat ../more >> large;"
                        + " cmp ../local large; truncate -s 5000000 ../local large; cmp ../local large")
                .done();
        cluster.client.load(path("/large"), base.resolve("loaded"), Progress.NONE);
        assertThat(Files.mismatch(base.resolve("loaded"), base.resolve("local")))
                .isEqualTo(-1);
    }

    /** Its first chunks are sent before it is closed; what changes them afterwards is not lost. */
    @Test
    void aFileThatIsSentWhileItIsWrittenIsWhatWasWritten() throws IOException {
        for (String how : List.of("plain", "head")) {
            mount.program(InOrder.class, "ordered-" + how, how).done();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            cluster.client.load(path("/ordered-" + how), bytes, Progress.NONE);
            assertThat(bytes.toByteArray()).isEqualTo(InOrder.content(how.equals("head")));
        }
        NameEntry.File file = (NameEntry.File) cluster.client.stat(path("/ordered-plain"));
        assertThat(file.record().chunkCount()).isEqualTo(7);
    }

    @Test
    void aFullSpoolIsSaidBeforeTheWriteAndNothingIsSavedOfIt() throws IOException {
        try (TestMount small = TestMount.start(cluster, base, "small", 4 << 20, "rw")) {
            TestMount.Run run =
                    small.shell("head -c 3000000 /dev/zero > fits; dd if=/dev/zero of=toolarge bs=1M count=8");
            assertThat(run.status()).isNotZero();
            assertThat(run.output()).contains("No space left on device");
            small.shell("test $(stat -c %s fits) = 3000000; test $(stat -c %s toolarge) = 4194304; rm toolarge;"
                            + " head -c 4000000 /dev/zero > again")
                    .done();
        }
    }

    @Test
    void aQuotaIsSaidByTheClose() throws IOException {
        mount.shell("mkdir quota").done();
        cluster.client.quotas().set(path("/quota"), 100_000L, Quota.NO_LIMIT);
        TestMount.Run run = mount.shell("head -c 200000 /dev/zero > ../big; cp ../big quota/big");
        assertThat(run.status()).isNotZero();
        assertThat(run.output()).contains("Disk quota exceeded");
        mount.awaitLog("not saved: /quota/big in ");
    }

    @Test
    void aReadOnlyMountOfADirectoryRefusesChanges() throws IOException {
        save("/shown/file", "x");
        try (TestMount readOnly = TestMount.start(cluster, base, "ro", "/shown", SPOOL, "ro")) {
            TestMount.Run run = readOnly.shell("cat file; (echo y > new) 2>&1 || true; rm file 2>&1 || true; cat file");
            assertThat(run.done().output())
                    .contains("Read-only file system")
                    .startsWith("x")
                    .endsWith("x");
        }
    }

    @Test
    void aKilledMountIsMendedByTheNextAndWhatWasFsyncedIsThere() throws IOException {
        TestMount killed = TestMount.start(cluster, base, "killed", SPOOL, "rw");
        try {
            killed.shell("dd if=/dev/zero of=synced bs=100k count=3 conv=fsync status=none; echo closed > closed2")
                    .done();
            killed.kill();
            assertThat(killed.shell("ls").status()).isNotZero();
        } finally {
            if (killed.process().isAlive()) {
                killed.close();
            }
        }
        try (TestMount again = TestMount.start(cluster, base, "killed", SPOOL, "rw")) {
            again.shell("test $(stat -c %s synced) = 307200; test $(cat closed2) = closed")
                    .done();
            again.unmount();
        }
    }

    @Test
    void aSignalUnmountsAndSavesWhatIsOpen() throws IOException {
        try (TestMount ended = TestMount.start(cluster, base, "ended", SPOOL, "rw")) {
            Process writer = new ProcessBuilder(
                            "sh",
                            "-c",
                            "exec 3> \"$0\"/open; echo written >&3; echo now; sleep 100",
                            base.resolve("ended").toString())
                    .start();
            try {
                assertThat(writer.inputReader().readLine()).isEqualTo("now");
                ended.terminate();
            } finally {
                writer.destroyForcibly();
            }
        }
        assertThat(content("/open")).isEqualTo("written\n");
    }

    /** The mount goes on with the nodes that are left. */
    @Test
    @Order(LAST)
    void aNodeThatDiesInTheMiddleOfACopyIsNotNoticed() throws IOException {
        Thread death = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            cluster.nodes.get(2).close();
        });
        mount.shell("head -c 60000000 /dev/urandom > ../copied; cp ../copied copied; cmp ../copied copied;"
                        + " cp ../copied again; cmp ../copied again")
                .done();
        try {
            assertThat(death.join(Duration.ofSeconds(30))).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        mount.shell("cp ../copied last; cmp ../copied last; cmp ../copied again")
                .done();
    }
}
