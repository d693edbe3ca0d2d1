package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Account;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.node.LocalCluster;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rights show of files beside their bytes: checksums, the trash, uploads in progress. */
class SeenByRightsTest {
    private static final byte[] BYTES = "a content that somebody may guess".getBytes(StandardCharsets.UTF_8);
    private static final int PIECE = 1 << 20;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base, 1, new ChunkSize(1 << 20));
        admin = cluster.client();
        admin.trash().setRetention(Duration.ofHours(1));
    }

    @AfterAll
    static void stop() {
        admin.close();
        cluster.close();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static Account user(String name) {
        Account account = new Account(name, Secret.random());
        admin.users().add(name, account.secret());
        return account;
    }

    private static void give(String user, String path, Right... rights) {
        admin.users().setRights(user, new Grant(path(path), Set.of(rights)));
    }

    private static final Right[] ALL_BUT_ADMINISTER = {Right.READ, Right.WRITE, Right.LIST};

    private static FileId removed(String path) {
        try {
            admin.save(new ByteArrayInputStream(BYTES), path(path), Progress.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        FileId file = record(admin.stat(path(path))).id();
        admin.remove(path(path), false);
        LockSupport.parkNanos(3_000_000); // times in the trash have milliseconds
        return file;
    }

    private static FileRecord record(NameEntry entry) {
        return ((NameEntry.File) entry).record();
    }

    private static List<FileId> trash(TrivetClient client) {
        List<FileId> files = new ArrayList<>();
        for (TrashedFile file : client.trash().files()) {
            files.add(file.record().id());
        }
        return files;
    }

    private static void assertForbidden(ThrowingCallable call, String hidden) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.FORBIDDEN))
                .hasMessageNotContaining(hidden);
    }

    @Test
    void newRightsAtAPathDoNotShowWhatOthersHadRemovedThere() throws IOException {
        Account early = user("early");
        Account late = user("late");
        give("early", "/project", ALL_BUT_ADMINISTER);
        FileId file = removed("/project/secret-plan");
        give("late", "/project", ALL_BUT_ADMINISTER);
        give("early", "/project", Right.values()); // keeps what it had
        FileId afterwards = removed("/project/later");
        try (TrivetClient client = cluster.client(late)) {
            assertThat(trash(client)).containsExactly(afterwards);
            assertThat(client.trash().page(new FileId(1, 1)).allFiles()).isEqualTo(1);
            assertForbidden(() -> client.trash().restore(file, path("/project/mine")), "secret-plan");
            assertForbidden(() -> client.trash().discard(List.of(file)), "secret-plan");
        }
        try (TrivetClient client = cluster.client(early)) {
            assertThat(trash(client)).contains(file, afterwards);
            client.trash().restore(file, path("/project/again"));
        }
        // Whoever removes it now removes what the other one may see.
        admin.remove(path("/project/again"), false);
        try (TrivetClient client = cluster.client(late)) {
            assertThat(trash(client)).contains(file);
        }
    }

    @Test
    void whoJoinsAGroupDoesNotSeeWhatWasRemovedBefore() throws IOException {
        Account member = user("member");
        Account newcomer = user("newcomer");
        admin.groups().add("staff");
        give("@staff", "/shared", ALL_BUT_ADMINISTER);
        admin.groups().setMember("staff", "member", true);
        FileId file = removed("/shared/f");
        admin.groups().setMember("staff", "newcomer", true);
        admin.users().rotateSecret("newcomer", newcomer.secret());
        try (TrivetClient client = cluster.client(newcomer)) {
            assertThat(trash(client)).doesNotContain(file);
        }
        try (TrivetClient client = cluster.client(member)) {
            assertThat(trash(client)).contains(file);
        }
    }

    /** A new user of the same name is another user. An administrator of / sees all. */
    @Test
    void whoHasTheNameOfARemovedUserDoesNotSeeItsTrash() throws IOException {
        user("sam");
        give("sam", "/sam", ALL_BUT_ADMINISTER);
        FileId file = removed("/sam/f");
        admin.users().remove("sam");
        Account another = user("sam");
        give("sam", "/sam", ALL_BUT_ADMINISTER);
        try (TrivetClient client = cluster.client(another)) {
            assertThat(trash(client)).doesNotContain(file);
            give("sam", "/", Right.ADMINISTER);
            assertThat(trash(client)).contains(file);
        }
        admin.users().remove("sam");
    }

    /** A checksum confirms a guess: only who may read the file gets it. */
    @Test
    void checksumsAreForReaders() throws IOException {
        admin.save(new ByteArrayInputStream(BYTES), path("/sums/f"), Progress.NONE);
        admin.setMetadata(
                path("/sums/f"), MetadataChange.NONE.withAttributes(Attributes.NONE.with("kept", "with the file")));
        FileRecord whole = record(admin.stat(path("/sums/f")));
        FileId inTrash = null;
        for (Right[] rights : new Right[][] {{Right.LIST}, {Right.WRITE}, {Right.LIST, Right.WRITE}}) {
            String name = "sums-" + EnumSet.of(rights[0], rights).size() + rights[0];
            Account account = user(name);
            give(name, "/sums", rights);
            try (TrivetClient client = cluster.client(account)) {
                FileRecord seen = record(client.stat(path("/sums/f")));
                assertThat(seen).isEqualTo(whole.withoutSums());
                assertThat(seen.hasSums()).isFalse();
                if (rights[0] == Right.LIST) {
                    assertThat(client.list(path("/sums")))
                            .allMatch(entry -> !record(entry).hasSums());
                    assertThat(client.list(path("/sums"), "", "kept"))
                            .isNotEmpty()
                            .allMatch(listed -> listed.attribute() == null);
                    inTrash = removed("/sums/g");
                    FileId expected = inTrash;
                    assertThat(client.trash().page(new FileId(1, 1)).files())
                            .anyMatch(file -> file.record().id().equals(expected))
                            .allMatch(file -> !file.record().hasSums());
                }
            }
        }
        Account reader = user("sums-reader");
        give("sums-reader", "/sums", Right.LIST);
        give("sums-reader", "/sums/f", Right.READ);
        admin.save(new ByteArrayInputStream(BYTES), path("/sums/h"), Progress.NONE);
        try (TrivetClient client = cluster.client(reader)) {
            assertThat(record(client.stat(path("/sums/f")))).isEqualTo(whole);
            assertThat(client.list(path("/sums")))
                    .allMatch(entry -> record(entry).hasSums() == entry.name().equals("f"));
            assertThat(client.list(path("/sums"), "", "kept"))
                    .allMatch(listed -> (listed.attribute() != null)
                            == listed.entry().name().equals("f"));
        }
        assertThat(whole.hasSums()).isTrue();
    }

    /** The pieces of an upload tell their checksums, and compare what is sent again. */
    @Test
    void theUploadOfAnotherUserTakesTheRightToReadIt() throws IOException {
        Account writer = user("writer");
        give("writer", "/in", Right.WRITE);
        Upload others = admin.uploads().begin(path("/in/secret-name"), PIECE);
        byte[] bytes = new byte[PIECE];
        admin.uploads().put(others, 1, new ByteArrayInputStream(bytes), PIECE, "");
        try (TrivetClient client = cluster.client(writer)) {
            assertForbidden(() -> client.uploads().piece(others.file(), 1), "secret-name");
            assertForbidden(
                    () -> client.uploads().put(others, 1, new ByteArrayInputStream(bytes), PIECE, ""), "secret-name");
            assertForbidden(() -> client.uploads().abort(others.file()), "secret-name");
            assertThat(client.uploads().list()).isEmpty();
            Upload own = client.uploads().begin(path("/in/own"), PIECE);
            assertThat(client.uploads().list()).extracting(Upload::file).containsExactly(own.file());
            client.uploads().put(own, 1, new ByteArrayInputStream(bytes), PIECE, "");
            assertThat(client.uploads().piece(own.file(), 1)).isPresent();
            client.uploads().complete(own, 1, MetadataChange.NONE);
            give("writer", "/in", Right.WRITE, Right.LIST);
            assertThat(client.uploads().list()).extracting(Upload::file).containsExactly(others.file());
            give("writer", "/in", Right.WRITE, Right.READ);
            assertThat(client.uploads().list()).extracting(Upload::file).containsExactly(others.file());
            assertThat(client.uploads().piece(others.file(), 1)).isPresent();
            client.uploads().abort(others.file());
        }
    }
}
