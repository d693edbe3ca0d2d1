package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path data;

    @Test
    void namesCanNotBreakALineNorATerminal() throws IOException {
        try (AuditLog log = new AuditLog(data, "n0")) {
            log.done("192.0.2.7:1", new Identity.OfUser("alice", 1), "remove", "/a\"\n\u001b[2J\u202e\ud83d\ude00\\");
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
        try (AuditLog log = new AuditLog(data, "n0", fileBytes)) {
            for (int number = 0; number < 200; number++) {
                log.done("192.0.2.7:1", new Identity.Anonymous(), "log in", "user-" + number);
            }
        }
        try (Stream<Path> files = Files.list(data.resolve("audit"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(AuditLog.FILES);
            for (Path file : all) {
                assertThat(Files.size(file)).isLessThanOrEqualTo(fileBytes);
            }
        }
        assertThat(Files.readString(data.resolve("audit/audit.jsonl"))).contains("user-199");
    }
}
