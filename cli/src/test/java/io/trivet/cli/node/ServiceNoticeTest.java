package io.trivet.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class ServiceNoticeTest {
    /** Stands for systemd: prints each datagram that comes. */
    private static final String LISTENER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1].replace('@', chr(0)))
            print('listens', flush=True)
            while True:
                print(s.recv(100).decode(), flush=True)
            """;

    @TempDir
    Path base;

    private interface Use {
        void with(BufferedReader told) throws IOException;
    }

    private static void listening(String socket, Use use) throws IOException {
        Process listener = new ProcessBuilder("python3", "-c", LISTENER, socket).start();
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(listener.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(told.readLine()).isEqualTo("listens");
            use.with(told);
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void whatIsToldArrivesAtAPathAndAtAName() throws IOException {
        for (String socket : List.of(
                base.resolve("notify").toString(),
                "@trivet-test-" + ProcessHandle.current().pid())) {
            listening(socket, told -> {
                ServiceNotice manager = ServiceNotice.of(Map.of("NOTIFY_SOCKET", socket));
                assertThat(manager.tell(ServiceNotice.READY)).isTrue();
                assertThat(told.readLine()).isEqualTo("READY=1");
                assertThat(manager.watchdog()).isEmpty();
            });
        }
    }

    @Test
    void withoutAManagerNothingHappens() {
        assertThat(ServiceNotice.of(Map.of()).tell(ServiceNotice.READY)).isFalse();
        assertThat(ServiceNotice.of(
                                Map.of("NOTIFY_SOCKET", base.resolve("nobody").toString()))
                        .tell(ServiceNotice.READY))
                .isFalse();
        assertThat(ServiceNotice.of(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200)))
                        .tell(ServiceNotice.READY))
                .isFalse();
        assertThat(ServiceNotice.of(Map.of("WATCHDOG_USEC", "1000000")).watchdog())
                .isEmpty();
    }

    /** One that lives is told of; from the moment at which its heartbeat stops it is not. */
    @Test
    void aNodeThatHangsIsToldOfNoMore() throws IOException {
        String socket = base.resolve("watchdog").toString();
        AtomicBoolean beats = new AtomicBoolean(true);
        listening(socket, told -> {
            ServiceNotice manager = ServiceNotice.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "300000"));
            assertThat(manager.watchdog()).contains(Duration.ofMillis(300));
            AtomicBoolean asked = new AtomicBoolean();
            new ServiceWatchdog(manager, () -> {
                        if (!beats.get()) {
                            asked.set(true);
                            manager.tell("ASKED=1");
                        }
                        return beats.get();
                    })
                    .begin();
            assertThat(told.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(told.readLine()).isEqualTo("WATCHDOG=1");
            beats.set(false);
            String line = told.readLine();
            while (line.equals("WATCHDOG=1")) {
                line = told.readLine();
            }
            for (int round = 0; round < 5; round++) {
                assertThat(line).isEqualTo("ASKED=1");
                line = told.readLine();
            }
            assertThat(asked).isTrue();
        });
    }
}
