package io.trivet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.text.Text;
import io.trivet.model.Address;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir
    Path directory;

    private CommandRun doctor(int port, String... more) {
        String[] words = {"doctor", "--data", directory.toString(), "--listen", "127.0.0.1:" + port};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return CommandRun.of(new FakeClient(), directory, all);
    }

    private static List<CheckResult.Verdict> verdicts(String mount) {
        MountTable mountTable = MountTable.parse(List.of("/dev/sda / ext4 rw 0 0", mount));
        return MountTable.findings(
                        Text.plain("disk"),
                        mountTable.of(Path.of("/data/a b/n0")).orElseThrow())
                .stream()
                .map(CheckResult::verdict)
                .toList();
    }

    @Test
    void mountsThatLieOrForgetAreFound() {
        assertThat(verdicts("/dev/sdb /data/a\\040b xfs rw,noatime 0 0")).containsExactly(CheckResult.Verdict.OK);
        assertThat(verdicts("/dev/sdb /data/a\\040b ext4 rw,nobarrier 0 0")).containsExactly(CheckResult.Verdict.FAIL);
        assertThat(verdicts("/dev/sdb /data/a\\040b ext4 ro 0 0")).containsExactly(CheckResult.Verdict.FAIL);
        assertThat(verdicts("tmpfs /data tmpfs rw 0 0")).containsExactly(CheckResult.Verdict.FAIL);
        assertThat(verdicts("server:/x /data nfs4 rw 0 0")).containsExactly(CheckResult.Verdict.WARN);
        assertThat(verdicts("tmpfs /database tmpfs rw 0 0")).containsExactly(CheckResult.Verdict.OK);
    }

    @Test
    void aClockIsAsFarAsTheAnswersTravelDoesNotExplain() {
        Instant after = NOW.plusMillis(40);
        assertThat(PeerCheck.offset(NOW, NOW.plusMillis(20), after)).isZero();
        assertThat(PeerCheck.offset(NOW, NOW.plusSeconds(5), after)).isEqualTo(Duration.ofMillis(4960));
        assertThat(PeerCheck.offset(NOW, NOW.minusSeconds(5), after)).isEqualTo(Duration.ofSeconds(-5));
        assertThat(PeerCheck.clock(Text.plain("n"), Duration.ofSeconds(-5)).verdict())
                .isEqualTo(CheckResult.Verdict.WARN);
        assertThat(PeerCheck.clock(Text.plain("n"), Duration.ofMinutes(5)).verdict())
                .isEqualTo(CheckResult.Verdict.FAIL);
        assertThat(PeerCheck.clock(Text.plain("n"), Duration.ofMillis(5)).verdict())
                .isEqualTo(CheckResult.Verdict.OK);
    }

    @Test
    void aServerThatOthersDoNotReachFails() {
        Address own = new Address("server1", 7777);
        Reply.Examined seen = new Reply.Examined(NOW, "10.0.0.1", List.of("10.0.0.9"), false, "refused");
        CheckResult checkResult = PeerCheck.way(Text.plain("n"), own, seen);
        assertThat(checkResult.verdict()).isEqualTo(CheckResult.Verdict.FAIL);
        assertThat(checkResult.found().toString()).contains("server1:7777").contains("refused");
    }

    @Test
    void limitsAndMemoryAndCertificatesHaveTheirBounds() {
        String limits = "Max processes             100                  100                  processes\n"
                + "Max open files            1024                 4096                 files\n";
        assertThat(MachineCheck.limits(limits).stream().map(CheckResult::verdict))
                .containsExactly(CheckResult.Verdict.WARN, CheckResult.Verdict.FAIL);
        assertThat(MachineCheck.limits("Max open files  1024  unlimited  files\n")
                        .getFirst()
                        .verdict())
                .isEqualTo(CheckResult.Verdict.OK);
        assertThat(MachineCheck.memory(256 << 20).verdict()).isEqualTo(CheckResult.Verdict.FAIL);
        assertThat(MachineCheck.runtime(Runtime.Version.parse("21")).verdict()).isEqualTo(CheckResult.Verdict.FAIL);
        assertThat(IdentityCheck.certificate(NOW.minusSeconds(1), NOW).verdict())
                .isEqualTo(CheckResult.Verdict.FAIL);
        assertThat(IdentityCheck.certificate(NOW.plus(Duration.ofDays(2)), NOW).verdict())
                .isEqualTo(CheckResult.Verdict.WARN);
        assertThat(IdentityCheck.certificate(NOW.plus(Duration.ofDays(60)), NOW).verdict())
                .isEqualTo(CheckResult.Verdict.OK);
    }

    @Test
    void aPortThatIsTakenFailsAndAFreeOneDoesNot() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
            CommandRun run = doctor(port, "--json");
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out())
                    .contains("{\"check\":\"port " + port + "\",\"verdict\":\"fail\",\"found\":\"cannot listen there");
        }
        assertThat(doctor(port).out()).containsPattern("ok    port " + port + " +it is free");
    }

    /** A node listens on those of a name's addresses that are its own, so the check does as well. */
    @Test
    void aNameOfSeveralServersIsAWarning() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        InetAddress other = InetAddress.getByName("192.0.2.1");
        InetAddress own = InetAddress.getByName("127.0.0.1");
        try (PortCheck check = new PortCheck(new Address("three.example", port), Optional.empty())) {
            List<CheckResult> findings = check.findings(List.of(other, own));
            assertThat(findings)
                    .extracting(CheckResult::verdict)
                    .containsExactly(CheckResult.Verdict.WARN, CheckResult.Verdict.OK);
            assertThat(findings.getFirst().found().toString())
                    .isEqualTo("it stands for 192.0.2.1, 127.0.0.1, of which this server has only 127.0.0.1");
        }
        try (PortCheck check = new PortCheck(new Address("other.example", port), Optional.empty())) {
            assertThat(check.findings(List.of(other)))
                    .extracting(CheckResult::verdict)
                    .containsExactly(CheckResult.Verdict.FAIL, CheckResult.Verdict.FAIL);
        }
    }

    @Test
    void everyCheckSaysSomethingAndNothingIsLeftBehind() throws IOException {
        CommandRun run = doctor(1, "--json");
        for (String check :
                List.of("java", "memory", "open files", "clock", "node", "disk " + directory, "name 127.0.0.1")) {
            assertThat(run.out()).contains("\"check\":\"" + check + "\"");
        }
        assertThat(run.out()).contains("fsync of 64 KiB takes").contains(" free of ");
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aDirectoryThatIsAFileFails() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        CommandRun run = CommandRun.of(new FakeClient(), directory, "doctor", "--data", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("is not a directory");
    }
}
