package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Checksums;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.StoreReceipt;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** In each of the ways that once ended a cluster or stopped its service. */
class UserAttacksTest extends AttacksOnCluster {
    private static final Duration HELD = Duration.ofSeconds(5);

    /** S1: renames that are short themselves and double what is below them. S3: into the trash. */
    @Test
    void nestedRenamesMakeNoPathTooLong() throws Exception {
        for (int file = 0; file < 20; file++) {
            save(malloryHonest, path("/m/s1/c/file-" + file));
        }
        List<Refusal> refusals = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            malloryHonest.makeDirectory(path(deep("/m/s1/n")));
            HostileUser.refusal(renaming("/m/s1/c", deep("/m/s1/n") + "/c")).ifPresent(refusals::add);
            HostileUser.refusal(renaming("/m/s1/n", "/m/s1/c")).ifPresent(refusals::add);
        }
        assertThat(refusals)
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.kind())
                        .isIn(Refusal.Kind.BAD_NAME, Refusal.Kind.ALREADY_EXISTS, Refusal.Kind.NO_SUCH_FILE));
        assertThat(refusals).anyMatch(refusal -> refusal.kind() == Refusal.Kind.BAD_NAME);
        malloryHonest.remove(path("/m/s1"), true);
        everybodySeesTheTrash();
    }

    private Callable<?> renaming(String from, String to) {
        return () -> mallory.next(new Command.Rename(path(from), path(to)));
    }

    /** S1, another way: each rename alone is well, many at once move each other's directories. */
    @Test
    void renamesAtOnceMakeNoPathTooLong() throws Exception {
        int chains = 12;
        for (int chain = 0; chain < chains; chain++) {
            save(malloryHonest, path(half("/m/race/" + chain) + "/file"));
        }
        AtomicInteger next = new AtomicInteger();
        List<Refusal> refusals = HostileUser.atOnce(chains, () -> {
            int chain = next.getAndIncrement();
            return mallory.submit(new Command.Rename(
                    path("/m/race/" + chain), path(half("/m/race/" + (chain + 1) % chains) + "/" + chain)));
        });
        assertThat(refusals).isNotEmpty();
        malloryHonest.remove(path("/m/race"), true);
        everybodySeesTheTrash();
    }

    private static String half(String top) {
        return top + ("/" + LONG_NAME).repeat(6);
    }

    /**
     * S1, a third way: requests of 4 KiB that make 2,000 directories each, with a quota, which
     * counts each of them in all those above. Then the removal of all of them, for which many
     * callers of the trash wait.
     */
    @Test
    void deepDirectoriesAtOnceAndTheirRemoval() throws Exception {
        int callers = 12;
        AtomicInteger next = new AtomicInteger();
        List<Refusal> refusals = HostileUser.atOnce(
                callers,
                () -> mallory.submit(
                        new Command.MakeDirectory(path("/m/deep/" + next.getAndIncrement() + "/d".repeat(2_000)))));
        assertThat(refusals).allSatisfy(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY));
        assertThat(malloryHonest.list(path("/m/deep"))).isNotEmpty();

        mallory.next(new Command.Remove(path("/m/deep"), true));
        List<Refusal> ofTrash = HostileUser.atOnce(40, mallory::trash);
        assertThat(ofTrash).allSatisfy(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY));
        everybodySeesTheTrash();
    }

    /** S4: a page of 400 files below the longest directory that there may be. */
    @Test
    void pagesOfLongPathsAreRead() {
        String directory = deep("/m/long");
        malloryHonest.makeDirectory(path(directory));
        String rest = "/" + "y".repeat(200) + "-";
        AtomicInteger next = new AtomicInteger();
        HostileUser.atOnce(8, () -> {
            for (int file = next.getAndIncrement(); file < 400; file = next.getAndIncrement()) {
                save(malloryHonest, path(directory + rest + file));
            }
            return null;
        });
        malloryHonest.remove(path("/m/long"), true);
        everybodySeesTheTrash();
        assertThat(trash(malloryHonest)).hasSizeGreaterThanOrEqualTo(400);
    }

    /** S5: records of files that nobody stored, or that are larger than what was stored. */
    @Test
    void aRecordIsOfWhatWasStored() throws Exception {
        NodeId node = cluster.ids().getFirst();
        RemotePath path = path("/m/phantom");
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7};
        HostileUser.Open stored = mallory.reserve(1);
        StoreReceipt receipt =
                Objects.requireNonNull(mallory.store(node, cluster.node(node).address(), stored, CHUNK, path, bytes)
                        .holders()
                        .getFirst()
                        .receipt());
        List<Command.Proof> proofs =
                List.of(new Command.Proof(Checksums.of(bytes), Sha256.of(bytes), List.of(receipt)));
        List<Command.Reliance> relied = List.of(new Command.Reliance(node, 0));
        long fiftyPebibytes = CHUNK.bytes() * (1L << 30);
        for (long size : new long[] {fiftyPebibytes, 1L << 50, 1L << 40, 4L * CHUNK.bytes(), 8, 6, 0}) {
            for (int attempt = 0; attempt < 20; attempt++) {
                FileId file =
                        attempt % 2 == 0 ? stored.file() : mallory.reserve(1).file();
                List<Command.Reliance> claimed = attempt % 4 < 2 ? relied : List.of();
                List<Command.Proof> claimedProofs = attempt % 8 < 4 ? proofs : List.of();
                assertThat(HostileUser.refusal(
                                () -> mallory.next(commit(file, path, size, claimed, bytes, claimedProofs))))
                        .as("%d bytes, attempt %d", size, attempt)
                        .isPresent();
            }
        }
        assertThat(HostileUser.refusal(
                        () -> mallory.next(commit(stored.file(), path, bytes.length, relied, bytes, proofs))))
                .isEmpty();
        FileRecord record = ((NameEntry.File) admin.stat(path)).record();
        assertThat(record.owner()).isEqualTo("mallory");
        assertThat(record.mode()).isEqualTo(0777);
        assertThat(record.size()).isEqualTo(bytes.length);
        assertThat(admin.list(HERS))
                .noneMatch(entry ->
                        entry instanceof NameEntry.File file && file.record().size() > bytes.length);
    }

    private static Command.Commit commit(
            FileId file,
            RemotePath path,
            long size,
            List<Command.Reliance> relied,
            byte[] bytes,
            List<Command.Proof> proofs) {
        return new Command.Commit(
                file, path, size, Checksums.of(bytes), Instant.now(), "root", 04777, relied, Sha256.of(bytes), proofs);
    }

    /** S6: as many begun stores at each node as it has places. */
    @Test
    void idleStoresDoNotKeepOthersOut() throws IOException {
        holdStores(0);
    }

    /** S6, another way: at a rate that is tolerated, and each that is ended comes back. */
    @Test
    void slowStoresDoNotKeepOthersOut() throws IOException {
        holdStores(64 << 10);
    }

    /** @param pieceBytes sent every 0.9 s on each connection, or 0 for none */
    private void holdStores(int pieceBytes) throws IOException {
        int perNode = 24;
        HostileUser.Open open = mallory.reserve(1);
        int[] number = {1};
        List<Optional<Connection>> held = new ArrayList<>();
        int reopened = 0;
        try {
            for (int place = 0; place < perNode * cluster.ids().size(); place++) {
                held.add(Optional.of(beginStore(open, number, place)));
            }
            int before = alice.operations();
            long end = System.nanoTime() + HELD.toNanos();
            ByteBuffer piece = ByteBuffer.allocate(Math.max(1, pieceBytes));
            int[] sums = BlockSums.checksums(piece.duplicate());
            while (System.nanoTime() - end < 0) {
                long round = System.nanoTime();
                for (int place = 0; pieceBytes > 0 && place < held.size(); place++) {
                    try {
                        held.get(place).orElseThrow().sendPiece(piece.duplicate(), sums);
                    } catch (IOException _) {
                        held.get(place).orElseThrow().close();
                        held.set(place, Optional.of(beginStore(open, number, place)));
                        reopened++;
                    }
                }
                LockSupport.parkNanos(900_000_000 - (System.nanoTime() - round));
            }
            assertThat(reopened)
                    .as("a store is ended for somebody who waits, and not refused")
                    .isLessThan(held.size() / 2);
            assertThat(alice.operations()).isGreaterThan(before + 3);
        } finally {
            held.forEach(each -> each.ifPresent(Connection::close));
        }
    }

    private Connection beginStore(HostileUser.Open open, int[] number, int place) throws IOException {
        NodeId node = cluster.ids().get(place % cluster.ids().size());
        return mallory.beginChunk(node, cluster.node(node).address(), open, number[0]++, CHUNK, path("/m/slow"));
    }
}
