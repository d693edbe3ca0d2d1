package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path data;

    @Test
    void namesCanNotBreakALineNorATerminal() throws IOException {
        try (AuditLog log = new AuditLog(data, "n0")) {
            log.done(
                    "192.0.2.7:1",
                    new CallerIdentity.OfUser("alice", 1),
                    "remove",
                    "/a\"\n\u001b[2J\u202e\ud83d\ude00\\");
        }
        List<String> lines = Files.readAllLines(data.resolve("audit/audit.jsonl"));
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .contains("\"who\":\"user alice\",\"act\":\"remove\"")
                .contains("\"subject\":\"/a\\\"\\u000a\\u001b[2J\\u202e\\ud83d\\ude00\\\\\"")
                .endsWith("\"outcome\":\"done\",\"detail\":\"\"}");
    }

    @Test
    void filesRotateAndTheOldestGoes() throws IOException {
        int fileBytes = 2000;
        try (AuditLog log = new AuditLog(data, "n0", fileBytes, InstantSource.system())) {
            for (int number = 0; number < 200; number++) {
                log.done("192.0.2.7:1", new CallerIdentity.Anonymous(), "add user", "user-" + number);
            }
        }
        try (Stream<Path> files = Files.list(data.resolve("audit"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(AuditRing.FILES);
            for (Path file : all) {
                assertThat(Files.size(file)).isLessThanOrEqualTo(fileBytes);
            }
        }
        assertThat(Files.readString(data.resolve("audit/audit.jsonl"))).contains("user-199");
    }

    private static final Address PEER = new Address("192.0.2.7", 1);
    private static final CallerIdentity MALLORY = new CallerIdentity.OfUser("mallory", 1);

    private static Refusal forbidden(String subject) {
        return new Refusal(Refusal.Kind.FORBIDDEN, subject, "no right there");
    }

    private List<String> refused() throws IOException {
        return Files.readAllLines(data.resolve("audit/refused.jsonl"));
    }

    /**
     * An emoji takes twelve bytes in a line; a path of emojis gets no more bytes than any other.
     */
    @Test
    void aRefusalIsCutInBytes() throws IOException {
        try (AuditLog log = new AuditLog(data, "n0")) {
            log.refused(PEER, MALLORY, "make directory", forbidden("/" + "\ud83d\ude00".repeat(945)));
        }
        assertThat(refused()).hasSize(1);
        assertThat(refused().getFirst()).hasSizeLessThan(700).contains("\\ud83d\\ude00\"");
    }

    @Test
    void refusalsThatAreAlikeAreToldOnceAMinuteWithTheirNumber() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        try (AuditLog log = new AuditLog(data, "n0", AuditLog.FILE_BYTES, now::get)) {
            for (int number = 0; number < 4000; number++) {
                log.refused(PEER, MALLORY, "make directory", forbidden("/" + number));
            }
            log.refused(PEER, MALLORY, "remove", forbidden("/a"));
            assertThat(refused()).hasSize(2);
            now.set(now.get().plusSeconds(61));
            log.round();
        }
        assertThat(refused()).hasSize(3);
        assertThat(refused().getLast())
                .contains("\"who\":\"user mallory\",\"act\":\"make directory\"")
                .contains("\"times\":\"3999\",\"since\":\"2026-01-01T00:00:00Z\"");
    }

    @Test
    void whoLogsInAllTheTimePushesOutNothing() throws IOException {
        int fileBytes = 2000;
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        try (AuditLog log = new AuditLog(data, "n0", fileBytes, now::get)) {
            log.done("192.0.2.7:1", new CallerIdentity.OfUser("admin", 1), "add user", "alice");
            for (int number = 0; number < 10_000; number++) {
                log.loggedIn(new Address("192.0.2.7", 1 + number), MALLORY, "mallory");
            }
            log.loggedIn(new Address("192.0.2.8", 1), MALLORY, "mallory");
            now.set(now.get().plusSeconds(61));
            log.round();
        }
        List<String> lines = Files.readAllLines(data.resolve("audit/audit.jsonl"));
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).contains("\"act\":\"add user\"");
        assertThat(lines.get(2)).contains("\"peer\":\"192.0.2.8:1\"");
        assertThat(lines.getLast())
                .contains("\"who\":\"user mallory\",\"act\":\"log in\"")
                .contains("\"outcome\":\"done\",\"detail\":\"192.0.2.7\",\"times\":\"9999\"");
    }

    @Test
    void whoIsRefusedInManyWaysPushesOutNothingThatWasDone() throws IOException {
        int fileBytes = 2000;
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        try (AuditLog log = new AuditLog(data, "n0", fileBytes, now::get)) {
            log.done("192.0.2.7:1", new CallerIdentity.OfUser("alice", 1), "log in", "alice");
            for (int minute = 0; minute < 5; minute++) {
                for (int number = 0; number < 10_000; number++) {
                    log.refused(PEER, new CallerIdentity.Anonymous(), "log in user " + number, forbidden(""));
                }
                now.set(now.get().plusSeconds(61));
            }
            log.round();
        }
        assertThat(Files.readString(data.resolve("audit/audit.jsonl"))).contains("alice");
        assertThat(refused().getLast()).contains("several");
        try (Stream<Path> files = Files.list(data.resolve("audit"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("refused")))
                    .hasSizeLessThanOrEqualTo(AuditRing.FILES);
        }
    }
}
