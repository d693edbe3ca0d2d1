package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every bound has a test that reaches it. */
final class CallerLimitsTest {
    @ParameterizedTest
    @EnumSource(CallerLimits.class)
    void hasATest(CallerLimits limit) throws IOException {
        assertThat(limit.bound()).isNotEmpty();
        String[] module = limit.test().split(":", 2);
        String[] method = module[1].split("#", 2);
        Path tests = Path.of("..", module[0], "src", "test", "java");
        try (Stream<Path> files = Files.walk(tests)) {
            Path file = files.filter(each -> each.endsWith(method[0] + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + limit.test()));
            assertThat(Files.readString(file)).contains("void " + method[1] + "(");
        }
    }
}
