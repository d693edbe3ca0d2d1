package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.FileEdit;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With what came later: uploads in pieces, copies, changes in place, links, metadata. */
class UserAttacksOnFilesTest extends AttacksOnCluster {
    private static final int PIECE = 8 << 20;

    private static void edit(TrivetClient client, RemotePath path, long position) throws IOException {
        try (FileEdit edit = client.edit(path)) {
            edit.write(position, ByteBuffer.wrap(new byte[] {(byte) position}));
            edit.commit();
        }
    }

    /** Uploads that never end, of which others see nothing; those of others, whose ids are guessed. */
    @Test
    void uploadsThatNeverEndAndThoseOfOthers() throws Exception {
        Upload others = admin.uploads().begin(path("/a/secret"), PIECE);
        AtomicInteger begun = new AtomicInteger();
        HostileUser.atOnce(12, () -> {
            for (int each = begun.getAndIncrement(); each < 1_000; each = begun.getAndIncrement()) {
                malloryHonest.uploads().begin(path("/m/up/" + each), PIECE);
            }
            return null;
        });
        for (int more = 0; more < 5; more++) {
            assertThat(HostileUser.refusal(
                            () -> mallory.next(new Command.BeginUpload(path("/m/more"), "", PIECE, CHUNK))))
                    .hasValueSatisfying(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY));
        }
        assertThat(inTime("uploads", () -> count(admin.uploads().list()))).isEqualTo(1_001);
        try (TrivetClient other = TrivetClient.connect(options(ALICE))) {
            assertThat(inTime("uploads", () -> count(other.uploads().list()))).isEqualTo(1);
        }
        assertThat(count(malloryHonest.uploads().list())).isEqualTo(1_000);
        List<Command.Proof> claimed = List.of(new Command.Proof(1, Sha256.of(new byte[1]), List.of()));
        List<Command.Reliance> relied =
                List.of(new Command.Reliance(cluster.ids().getFirst(), 0));
        for (Command guess : List.<Command>of(
                new Command.PutPiece(others.file(), 1, PIECE, claimed, relied, ""),
                new Command.AbortUpload(others.file()),
                new Command.CompleteUpload(
                        others.file(), path("/m/stolen"), 1, Instant.EPOCH, "", 0644, Attributes.NONE))) {
            Optional<Refusal> refusal = HostileUser.refusal(() -> mallory.next(guess));
            assertThat(refusal).as("%s", guess).isPresent();
            assertThat(refusal.orElseThrow().message()).doesNotContain("secret");
        }
        // Pieces of their own that nobody stored.
        Upload own = malloryHonest.uploads().list().iterator().next();
        for (int piece : new int[] {1, 2, Upload.MAX_PIECES, Upload.MAX_PIECES + 1, -1}) {
            assertThat(HostileUser.refusal(
                            () -> mallory.next(new Command.PutPiece(own.file(), piece, PIECE, claimed, relied, ""))))
                    .isPresent();
        }
        admin.uploads().abort(others.file());
        Queue<Upload> rest = new ConcurrentLinkedQueue<>();
        malloryHonest.uploads().list().forEach(rest::add);
        HostileUser.atOnce(12, () -> {
            for (Upload upload = rest.poll(); upload != null; upload = rest.poll()) {
                malloryHonest.uploads().abort(upload.file());
            }
            return null;
        });
        assertThat(count(malloryHonest.uploads().list())).isZero();
    }

    private static int count(Iterable<?> all) {
        int count = 0;
        for (Object _ : all) {
            count++;
        }
        return count;
    }

    /** Copies without the right to read; and many of a file that touches as many rows as one can. */
    @Test
    void copiesOfWhatIsNotHersAndManyOfAFileOfManyContents() throws Exception {
        assertThat(HostileUser.refusal(() ->
                        mallory.next(new Command.Copy(path("/a/file-0"), path("/m/stolen"), "", null, null, null))))
                .hasValueSatisfying(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FORBIDDEN));
        RemotePath source = path("/m/changed");
        int chunk = 1 << 20;
        malloryHonest.append(source, new ByteArrayInputStream(new byte[40 * chunk]));
        int chunks = ((NameEntry.File) malloryHonest.stat(source)).record().chunkCount();
        int length = ((NameEntry.File) malloryHonest.stat(source))
                .record()
                .chunkSize()
                .bytes();
        for (int number = 1; number < chunks; number += 2) {
            edit(malloryHonest, source, (long) number * length);
        }
        assertThat(((NameEntry.File) malloryHonest.stat(source)).record().contents())
                .hasSizeGreaterThan(4);
        AtomicInteger next = new AtomicInteger();
        HostileUser.atOnce(12, () -> {
            for (int copy = next.getAndIncrement(); copy < 1_500; copy = next.getAndIncrement()) {
                malloryHonest.copy(source, path("/m/copies/" + copy), MetadataChange.NONE);
            }
            return null;
        });
        assertThat(malloryHonest.list(path("/m/copies"))).hasSizeGreaterThan(1_000);
        mallory.next(new Command.Remove(path("/m/copies"), true, true));
        HostileUser.atOnce(20, mallory::trash);
        everybodySeesTheTrash();
    }

    /** Six clients append to one file; each append replaces the record of another's. */
    @Test
    void appendsFromManyClientsAndChangesThatLose() {
        RemotePath log = path("/m/log");
        save(malloryHonest, log);
        AtomicInteger next = new AtomicInteger();
        HostileUser.atOnce(6, () -> {
            try (TrivetClient client = TrivetClient.connect(options(MALLORY))) {
                while (next.getAndIncrement() < 40) {
                    client.append(log, new ByteArrayInputStream(new byte[1000]));
                }
            }
            return null;
        });
        assertThat(((NameEntry.File) malloryHonest.stat(log)).record().size()).isLessThanOrEqualTo(40_000);
        everybodySeesTheTrash();
    }

    /**
     * What is kept of a file after a change counts: a file of which little is left holds no more than
     * the quota.
     */
    @Test
    void cutFilesHoldNoMoreThanTheQuota() throws Exception {
        RemotePath directory = path("/m/small");
        malloryHonest.makeDirectory(directory);
        admin.quotas().set(directory, 64L << 20, null);
        int kept = 0;
        for (int file = 0; file < 6; file++) {
            RemotePath path = directory.resolve("f" + file);
            Optional<Refusal> refusal =
                    HostileUser.refusal(() -> malloryHonest.append(path, new ByteArrayInputStream(new byte[20 << 20])));
            if (refusal.isEmpty()) {
                kept++;
                int chunk = ((NameEntry.File) malloryHonest.stat(path))
                        .record()
                        .chunkSize()
                        .bytes();
                try (FileEdit edit = malloryHonest.edit(path)) {
                    edit.truncate(chunk);
                    edit.commit();
                }
            } else {
                assertThat(refusal.orElseThrow().kind()).isEqualTo(Refusal.Kind.QUOTA);
            }
        }
        assertThat(kept).isEqualTo(3);
        admin.quotas().set(directory, -1L, -1L);
    }

    /** Links to everywhere, with the longest targets, and attributes as long as they may be. */
    @Test
    void linksAndAttributesOfTheLongestKind() throws Exception {
        String target = "/" + "t".repeat(4_094);
        Attributes attributes = Attributes.NONE.with("user.x", new byte[Attributes.MAX_BYTES / 2]);
        AtomicInteger next = new AtomicInteger();
        List<Refusal> refusals = HostileUser.atOnce(8, () -> {
            for (int link = next.getAndIncrement(); link < 400; link = next.getAndIncrement()) {
                malloryHonest.createLink(
                        path("/m/links/" + link), target, MetadataChange.NONE.withAttributes(attributes));
            }
            return null;
        });
        assertThat(refusals).isEmpty();
        assertThat(malloryHonest.list(path("/m/links"))).hasSize(400);
        for (RemotePath others : List.of(path("/a"), path("/"), path("/a/file-0"))) {
            assertThat(HostileUser.refusal(() -> {
                        malloryHonest.setMetadata(others, MetadataChange.NONE.withMode(0777));
                        return null;
                    }))
                    .hasValueSatisfying(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FORBIDDEN));
        }
        malloryHonest.remove(path("/m/links"), true);
        everybodySeesTheTrash();
    }
}
